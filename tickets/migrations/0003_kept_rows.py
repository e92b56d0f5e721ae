from django.db import migrations

from helpdesk.lib.frozen import InstallTriggers
from tickets.frozen import FIRST


class Migration(migrations.Migration):
    """What happened to a ticket is kept: no row of it is deleted."""

    dependencies = [("tickets", "0002_frozen_rows")]
    operations = [InstallTriggers([each for each in FIRST if each.name.endswith("_is_kept")])]
