from django.db import migrations

FILL = """
UPDATE purchases_lot SET awaited_since = (
    SELECT min(p.ordered_at) FROM purchases_purchaseline l
    JOIN purchases_purchase p ON p.id = l.purchase_id
    WHERE l.lot_id = purchases_lot.id AND p.status = 'ordered')
WHERE EXISTS (
    SELECT 1 FROM purchases_purchaseline l JOIN purchases_purchase p ON p.id = l.purchase_id
    WHERE l.lot_id = purchases_lot.id AND p.status = 'ordered')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0012_awaited_lots'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
