from django.db import migrations

FILL = """
UPDATE tickets_ticket SET
  tally = (SELECT p.net_interactions FROM purchases_purchase p WHERE p.id = purchase_id),
  flagged = EXISTS (SELECT 1 FROM purchases_purchase p
    WHERE p.id = purchase_id AND p.flag_state IN ('open', 'acknowledged')),
  product_id = (SELECT l.product_id FROM purchases_purchaseline l
    WHERE l.purchase_id = tickets_ticket.purchase_id ORDER BY l.id LIMIT 1),
  channel = coalesce((SELECT i.channel FROM tickets_interaction i
    WHERE i.ticket_id = tickets_ticket.id ORDER BY i.occurred_at, i.id LIMIT 1), '')
"""


class Migration(migrations.Migration):
    """Copy to the tickets that are there what they keep of their purchase and first contact."""

    dependencies = [
        ("purchases", "0004_lean_indexes"),
        ("tickets", "0006_queue_columns"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
