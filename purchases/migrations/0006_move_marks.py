from django.db import migrations

MOVE = """
INSERT INTO purchases_evaluationmark (purchase_id, mark)
SELECT id, evaluation_mark FROM purchases_purchase WHERE evaluation_mark IS NOT NULL
"""
MOVE_BACK = """
UPDATE purchases_purchase SET evaluation_mark =
  (SELECT mark FROM purchases_evaluationmark m WHERE m.purchase_id = purchases_purchase.id)
WHERE id IN (SELECT purchase_id FROM purchases_evaluationmark)
"""


class Migration(migrations.Migration):
    """What waits to be evaluated goes on waiting, in the queue of its own."""

    dependencies = [("purchases", "0005_evaluation_mark")]

    operations = [migrations.RunSQL(MOVE, MOVE_BACK)]
