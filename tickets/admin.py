from helpdesk.lib.facts import show_facts
from tickets.models import Interaction, Promise, Rating, Reason, Ticket, TicketEvent

show_facts(Interaction, Promise, Rating, Reason, Ticket, TicketEvent)
