from django.db import models

from purchases.models.orders import Purchase


class EvaluationMark(models.Model):
    """A purchase that waits to be evaluated. These rows are the evaluator's queue.

    ``mark`` only grows while the row is there; the evaluator deletes the row only if it still
    carries the mark it read. A table of its own, as a column of the purchase would have every
    index of the purchase written twice for each change (ADR 7).
    """

    purchase = models.OneToOneField(
        Purchase, primary_key=True, on_delete=models.CASCADE, related_name="waiting"
    )
    # Microseconds: about the moment of the change.
    mark = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["mark", "purchase"], name="evaluation_mark_oldest")]

    def __str__(self) -> str:
        return f"{self.purchase_id}: {self.mark}"
