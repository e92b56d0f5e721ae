from django.db import migrations

FILL = """
UPDATE purchases_purchase SET broken_promises = (
    SELECT count(*) FROM tickets_promise p JOIN tickets_ticket t ON t.id = p.ticket_id
    WHERE t.purchase_id = purchases_purchase.id AND p.state = 'broken'
) WHERE id IN (
    SELECT t.purchase_id FROM tickets_promise p JOIN tickets_ticket t ON t.id = p.ticket_id
    WHERE p.state = 'broken' AND t.purchase_id IS NOT NULL
)
"""


class Migration(migrations.Migration):
    """Promises broken before purchases counted them."""

    dependencies = [("tickets", "0010_call_attempts"), ("purchases", "0009_broken_promises")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
