from helpdesk.lib.facts import show_facts
from tickets.models import CallAttempt, Interaction, Promise, Rating, Reason, Ticket, TicketEvent

show_facts(CallAttempt, Interaction, Promise, Rating, Reason, Ticket, TicketEvent)
