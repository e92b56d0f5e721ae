from accounts.models import HistoryEntry, Invitation, Shop, Team, User
from helpdesk.lib.facts import show_facts

show_facts(HistoryEntry, Invitation, Shop, Team, User)
