from django.db import migrations

from helpdesk.lib.frozen import InstallTriggers
from tickets.frozen import FIRST


class Migration(migrations.Migration):

    dependencies = [("tickets", "0001_initial")]

    operations = [InstallTriggers(FIRST)]
