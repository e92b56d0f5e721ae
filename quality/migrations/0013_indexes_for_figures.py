from django.db import migrations, models

from helpdesk.lib.frozen import InstallTriggers
from quality.frozen import FIRST, KNOWN_BAD, LOTS, NONCONFORMANCES, PAIRS, PRODUCTS, SAMPLING

EVERY = [*FIRST, *PAIRS, *LOTS, *NONCONFORMANCES, *SAMPLING, *KNOWN_BAD]
INSPECTIONS = [one for one in EVERY if one.table == 'quality_inspection']


class Migration(migrations.Migration):

    dependencies = [
        ('quality', '0012_fill_inspection_product'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='inspection',
            index=models.Index(condition=models.Q(('signed_at__isnull', False)), fields=['product', 'signed_at'], include=('id', 'lot', 'plan', 'stage', 'round', 'verdict', 'pair', 'opened_at'), name='inspection_of_product'),
        ),
        migrations.AddIndex(
            model_name='inspection',
            index=models.Index(condition=models.Q(('corrects__isnull', False), ('signed_at__isnull', False)), fields=['corrects'], name='inspection_replaces'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(condition=models.Q(('conforms', False)), fields=['inspection'], name='result_out'),
        ),
        InstallTriggers([*INSPECTIONS, *PRODUCTS]),
    ]
