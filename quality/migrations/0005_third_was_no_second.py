from django.db import migrations

from helpdesk.lib.frozen import InstallTriggers
from quality.frozen import FIRST


class Migration(migrations.Migration):

    dependencies = [("quality", "0004_several_seconds")]

    operations = [InstallTriggers(FIRST)]
