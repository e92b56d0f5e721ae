from helpdesk.lib.facts import show_facts
from jobs.models import Job

show_facts(Job)
