from django.db import migrations

FILL = """
UPDATE quality_inspection SET product_id = (
    SELECT l.product_id FROM purchases_lot l WHERE l.id = quality_inspection.lot_id)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('quality', '0011_inspection_product'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
