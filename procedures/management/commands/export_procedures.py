from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.models import Procedure
from procedures.services.files import files_of


class Command(BaseCommand):
    help = "Write all procedures in use as Markdown files into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder."""
        parser.add_argument("folder", type=Path, help="made where it is not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and name files of the folder that belong to no procedure in use."""
        folder: Path = options["folder"]
        procedures = list(Procedure.objects.in_use().select_related("owner").order_by("key"))
        files = files_of(procedures)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        told = ngettext("%(n)d procedure written.", "%(n)d procedures written.", len(procedures))
        self.stdout.write(told % {"n": len(procedures)})
        for path in sorted(folder.glob("*.md")):
            if path.name not in files and path.stem.lower() != "readme":
                self.stdout.write(
                    _("%(name)s belongs to no procedure in use.") % {"name": path.name}
                )
