from django.db import migrations

from accounts.frozen import FROZEN
from helpdesk.lib.frozen import InstallTriggers


class Migration(migrations.Migration):
    """History is kept: no row of it is deleted."""

    dependencies = [("accounts", "0004_frozen_rows")]
    operations = [InstallTriggers([each for each in FROZEN if each.name.endswith("_is_kept")])]
