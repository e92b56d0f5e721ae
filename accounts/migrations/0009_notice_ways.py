from django.db import migrations, models

from accounts.frozen import FROZEN
from helpdesk.lib.frozen import InstallTriggers


class Migration(migrations.Migration):
    """How each person wants to be told of what."""

    dependencies = [("accounts", "0008_queue_habits")]

    operations = [
        migrations.AddField(
            "user",
            "notice_ways",
            models.JSONField(blank=True, default=dict, editable=False),
        ),
        # SQLite has made the table anew, without its triggers.
        InstallTriggers(FROZEN),
    ]
