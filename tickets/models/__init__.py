"""The tables of the tickets room, split by noun."""

from tickets.models.attachments import Attachment
from tickets.models.attempts import CallAttempt
from tickets.models.deadlines import Target
from tickets.models.drafts import CallDraft
from tickets.models.goodwill import Goodwill, GoodwillCorrection, GoodwillLimits
from tickets.models.help import HelpRequest
from tickets.models.interactions import Interaction, Rating
from tickets.models.merges import CustomerMerge, TicketMerge
from tickets.models.promises import Promise
from tickets.models.reasons import Fault, Reason
from tickets.models.texts import CannedText, Macro
from tickets.models.tickets import Follower, Ticket, TicketEvent
from tickets.models.views import SavedView

__all__ = [
    "Attachment",
    "CallAttempt",
    "CallDraft",
    "CannedText",
    "CustomerMerge",
    "Fault",
    "Follower",
    "Goodwill",
    "GoodwillCorrection",
    "GoodwillLimits",
    "HelpRequest",
    "Interaction",
    "Macro",
    "Promise",
    "Rating",
    "Reason",
    "SavedView",
    "Target",
    "Ticket",
    "TicketEvent",
    "TicketMerge",
]
