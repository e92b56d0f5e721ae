from helpdesk.lib.facts import show_facts
from notices.models import Mail, Notice

show_facts(Mail, Notice)
