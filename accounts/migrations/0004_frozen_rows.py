from django.db import migrations

from accounts.frozen import FROZEN
from helpdesk.lib.frozen import InstallTriggers


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_people_and_invitations")]

    operations = [InstallTriggers(FROZEN)]
