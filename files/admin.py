from files.models import StoredFile
from helpdesk.lib.facts import show_facts

show_facts(StoredFile)
