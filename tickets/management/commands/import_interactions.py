from jobs.importing.command import ImportCommand
from tickets.importing import INTERACTIONS


class Command(ImportCommand):
    help = "Import interactions.csv; importing a file twice changes nothing."
    kind = INTERACTIONS
