import time

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def ask_for_all_days(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Have every cohort day counted anew, for what the new table tells of it."""
    cohort, stale = (apps.get_model("thresholds", name) for name in ("CohortCount", "StaleDay"))
    days = cohort.objects.filter(scope="", channel="").order_by("day")
    stale.objects.bulk_create(
        [
            stale(kind="cohort", day=day, mark=time.time_ns())
            for day in days.values_list("day", flat=True).distinct()
        ],
        update_conflicts=True,
        unique_fields=["kind", "day"],
        update_fields=["mark"],
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [("thresholds", "0009_contact_count")]
    operations = [migrations.RunPython(ask_for_all_days, migrations.RunPython.noop)]
