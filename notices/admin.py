from helpdesk.lib.facts import show_facts
from notices.models import Notice

show_facts(Notice)
