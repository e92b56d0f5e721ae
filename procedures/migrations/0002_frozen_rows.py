from django.db import migrations

from helpdesk.lib.frozen import InstallTriggers
from procedures.frozen import MANUAL


class Migration(migrations.Migration):

    dependencies = [("procedures", "0001_initial")]

    operations = [InstallTriggers(MANUAL)]
