from jobs.importing.command import ImportCommand
from tickets.importing import RATINGS


class Command(ImportCommand):
    help = "Import ratings.csv; importing a file twice changes nothing."
    kind = RATINGS
