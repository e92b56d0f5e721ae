from django.db import migrations

from helpdesk.lib.frozen import InstallTriggers
from quality.frozen import FIRST


class Migration(migrations.Migration):

    # After the tables these triggers look at have their final shape: a rebuild on SQLite drops them.
    dependencies = [
        ("quality", "0002_inspection_shape"),
        ("purchases", "0002_counted_day"),
    ]

    operations = [InstallTriggers(FIRST)]
