from django.db import migrations, models

from helpdesk.lib.frozen import InstallTriggers
from quality.frozen import GAUGES


class Migration(migrations.Migration):

    dependencies = [
        ('quality', '0015_fill_gauge_closes'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='gauge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closes_at__isnull', True), ('due_on__isnull', True)), models.Q(('closes_at__isnull', False), ('due_on__isnull', False)), _connector='OR'), name='gauge_closes_when_due'),
        ),
        InstallTriggers(GAUGES),
    ]
