import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.frozen import LiftTriggers
from quality.frozen import FIRST, KNOWN_BAD, LOTS, NONCONFORMANCES, PAIRS, SAMPLING

EVERY = [*FIRST, *PAIRS, *LOTS, *NONCONFORMANCES, *SAMPLING, *KNOWN_BAD]
INSPECTIONS = [one for one in EVERY if one.table == 'quality_inspection']


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0013_fill_awaited'),
        ('quality', '0010_known_bad'),
    ]

    operations = [
        migrations.AddField(
            model_name='inspection',
            name='product',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='purchases.product'),
        ),
        # The next one fills the column: no row has to be asked whether it may.
        LiftTriggers(INSPECTIONS),
    ]
