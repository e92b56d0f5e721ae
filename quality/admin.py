from helpdesk.lib.facts import show_facts
from quality.models import Characteristic, Inspection, Plan, Result

show_facts(Characteristic, Inspection, Plan, Result)
