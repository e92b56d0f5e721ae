from helpdesk.lib.facts import show_facts
from tickets.models import (
    CallAttempt,
    Goodwill,
    GoodwillCorrection,
    GoodwillLimits,
    HelpRequest,
    Interaction,
    Promise,
    Rating,
    Reason,
    Ticket,
    TicketEvent,
)

show_facts(
    CallAttempt,
    Goodwill,
    GoodwillCorrection,
    GoodwillLimits,
    HelpRequest,
    Interaction,
    Promise,
    Rating,
    Reason,
    Ticket,
    TicketEvent,
)
