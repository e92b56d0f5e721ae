from django.db import migrations

from helpdesk.lib.frozen import LiftTriggers
from quality.frozen import FIRST


class Migration(migrations.Migration):

    # purchases.0011 rebuilds the lots on SQLite, which triggers of this room speak of.
    dependencies = [
        ("quality", "0005_third_was_no_second"),
        ("purchases", "0010_duplicate_customers"),
    ]

    operations = [LiftTriggers(FIRST)]
