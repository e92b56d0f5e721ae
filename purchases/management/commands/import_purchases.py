from jobs.importing.command import ImportCommand
from purchases.importing import PURCHASES


class Command(ImportCommand):
    help = "Import purchases.csv: one row is one line of a purchase."
    kind = PURCHASES
