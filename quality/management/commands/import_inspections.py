"""manage.py import_inspections FILE: see FORMATS in the docs."""

from jobs.importing.command import ImportCommand
from quality.importing import INSPECTIONS


class Command(ImportCommand):
    help = "Import inspections.csv: one line per inspection of a lot."
    kind = INSPECTIONS
