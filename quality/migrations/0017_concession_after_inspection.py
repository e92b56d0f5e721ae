from django.db import migrations

from helpdesk.lib.frozen import InstallTriggers
from quality.frozen import CONCESSIONS


class Migration(migrations.Migration):

    dependencies = [
        ('quality', '0016_gauge_refused'),
    ]

    operations = [InstallTriggers(CONCESSIONS)]
