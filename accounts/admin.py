from accounts.models import ClosedDays, HistoryEntry, Hours, Invitation, OpenSpan, Shop, Team, User
from helpdesk.lib.facts import show_facts

show_facts(ClosedDays, HistoryEntry, Hours, Invitation, OpenSpan, Shop, Team, User)
