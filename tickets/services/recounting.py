"""Counting purchases again after contacts moved between them."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from helpdesk.lib.nudge import nudge
from purchases.services import mark_for_evaluation
from tickets.services.counting import recount_purchases
from tickets.services.ground import EVALUATE
from tickets.services.promises import count_broken_promises


def count_again(purchase_ids: Sequence[int]) -> None:
    """Recount what changed under the locks held, and ask for an evaluation: flags follow."""
    recount_purchases(purchase_ids=purchase_ids)
    count_broken_promises(purchase_ids=purchase_ids)
    mark_for_evaluation(purchase_ids=purchase_ids)
    transaction.on_commit(partial(nudge, EVALUATE, list(purchase_ids)))
