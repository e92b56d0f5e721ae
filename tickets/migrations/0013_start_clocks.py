from django.db import migrations

START = """
UPDATE tickets_ticket SET
  clock_at = opened_at,
  first_responded_at = (SELECT min(i.occurred_at) FROM tickets_interaction i
    WHERE i.ticket_id = tickets_ticket.id AND i.superseded_at IS NULL
      AND (i.direction = 'outbound' OR i.channel IN ('phone', 'chat', 'visit')))
WHERE external_ref IS NULL AND state IN ('new', 'open', 'waiting_customer', 'waiting_until')
"""


class Migration(migrations.Migration):
    """Start the clocks of the tickets somebody works on; no target is set yet, so none is late."""

    dependencies = [("tickets", "0012_deadlines")]

    operations = [migrations.RunSQL(START, migrations.RunSQL.noop)]
