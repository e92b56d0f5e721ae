"""Writes of the tickets room; nothing else writes its tables."""

from tickets.services.counting import recount_all, recount_purchases
from tickets.services.interactions import log_interaction
from tickets.services.mirroring import set_flag_state
from tickets.services.moving import Correction, attach_interaction, correct_interaction
from tickets.services.owners import hand_off_ticket
from tickets.services.promises import PromiseDraft, end_promise, make_promise
from tickets.services.states import resolve_ticket

__all__ = [
    "Correction",
    "PromiseDraft",
    "attach_interaction",
    "correct_interaction",
    "end_promise",
    "hand_off_ticket",
    "log_interaction",
    "make_promise",
    "recount_all",
    "recount_purchases",
    "resolve_ticket",
    "set_flag_state",
]
