from helpdesk.lib.facts import show_facts
from procedures.models import Branch, Picture, Procedure, Step, Version

show_facts(Branch, Picture, Procedure, Step, Version)
