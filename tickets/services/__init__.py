"""Writes of the tickets room; nothing else writes its tables."""

from tickets.services.adding import add_to_interaction
from tickets.services.attempts import AttemptDraft, log_attempt
from tickets.services.counting import recount_all, recount_purchases
from tickets.services.customers import merge_customers, undo_customer_merge
from tickets.services.drafts import (
    DraftSavedAlreadyError,
    Fields,
    NotYourDraftError,
    discard_call_draft,
    forget_call_drafts,
    restore_call_draft,
    save_call_draft,
)
from tickets.services.following import follow_ticket, unfollow_ticket
from tickets.services.goodwill import (
    GoodwillDraft,
    approve_goodwill,
    grant_goodwill,
    refuse_goodwill,
    set_goodwill_limits,
    undo_goodwill,
)
from tickets.services.help import answer_help, ask_for_help, tell_of_overdue_help
from tickets.services.interactions import log_interaction
from tickets.services.merging import merge_tickets, undo_merge
from tickets.services.mirroring import mirror_all, set_flag_state
from tickets.services.moving import Correction, attach_interaction, correct_interaction
from tickets.services.notes import reply_to_ticket, write_note
from tickets.services.owners import (
    change_priority,
    change_subject,
    hand_off_ticket,
    recount_handoffs,
)
from tickets.services.promise_owners import give_promise
from tickets.services.promises import (
    PromiseDraft,
    count_broken_promises,
    end_promise,
    make_promise,
)
from tickets.services.reasons import set_reasons_with_procedure
from tickets.services.reminders import remind_of_promises
from tickets.services.splitting import split_interaction
from tickets.services.states import (
    close_ticket,
    close_tickets,
    reopen_ticket,
    resolve_ticket,
    resume_ticket,
    wait_for_customer,
    wait_until,
    wake_tickets,
)

__all__ = [
    "AttemptDraft",
    "Correction",
    "DraftSavedAlreadyError",
    "Fields",
    "GoodwillDraft",
    "NotYourDraftError",
    "PromiseDraft",
    "add_to_interaction",
    "answer_help",
    "approve_goodwill",
    "ask_for_help",
    "attach_interaction",
    "change_priority",
    "change_subject",
    "close_ticket",
    "close_tickets",
    "correct_interaction",
    "count_broken_promises",
    "discard_call_draft",
    "end_promise",
    "follow_ticket",
    "forget_call_drafts",
    "give_promise",
    "grant_goodwill",
    "hand_off_ticket",
    "log_attempt",
    "log_interaction",
    "make_promise",
    "merge_customers",
    "merge_tickets",
    "mirror_all",
    "recount_all",
    "recount_handoffs",
    "recount_purchases",
    "refuse_goodwill",
    "remind_of_promises",
    "reopen_ticket",
    "reply_to_ticket",
    "resolve_ticket",
    "restore_call_draft",
    "resume_ticket",
    "save_call_draft",
    "set_flag_state",
    "set_goodwill_limits",
    "set_reasons_with_procedure",
    "split_interaction",
    "tell_of_overdue_help",
    "undo_customer_merge",
    "undo_goodwill",
    "undo_merge",
    "unfollow_ticket",
    "wait_for_customer",
    "wait_until",
    "wake_tickets",
    "write_note",
]
