from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The end of each gauge's last day, in the shop's zone."""
    shop = apps.get_model('accounts', 'Shop').objects.filter(pk=1).first()
    zone = ZoneInfo(shop.time_zone if shop else 'UTC')
    for gauge in apps.get_model('quality', 'Gauge').objects.filter(due_on__isnull=False):
        gauge.closes_at = datetime.combine(gauge.due_on + timedelta(days=1), time.min, tzinfo=zone)
        gauge.save(update_fields=['closes_at'])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('quality', '0014_gauge_closes'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
