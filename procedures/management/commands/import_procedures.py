import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import Role, User
from procedures.services.archives import ENDINGS
from procedures.services.files import import_files


class Command(BaseCommand):
    help = (
        "Take in procedures from Markdown files. Their steps become drafts, which somebody else "
        "publishes. Exit code 1 when a file was refused; the others are in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, whose work it is, and whether to keep it."""
        parser.add_argument("folder", type=Path, help="a folder of .md files, or one such file")
        parser.add_argument(
            "--as",
            dest="email",
            required=True,
            help="e-mail address of the manager or admin who writes",
        )
        parser.add_argument("--dry-run", action="store_true", help="say it and keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what became of each file."""
        folder: Path = options["folder"]
        if not folder.exists():
            raise CommandError(_("There is no %(path)s.") % {"path": folder})
        actor = User.objects.active().filter(email__iexact=options["email"]).first()
        if actor is None or not actor.may(Role.MANAGER, Role.ADMIN, write=True):
            raise CommandError(
                _("%(email)s is no active manager or admin.") % {"email": options["email"]}
            )
        outcomes = import_files(files=_read(folder), actor=actor, dry_run=options["dry_run"])
        for one in outcomes:
            where = f"{one.name}:{one.line}" if one.line else one.name
            self.stdout.write(f"{where}: {one.words}{f': {one.why}' if one.why else ''}")
        if options["dry_run"]:
            self.stdout.write(_("Nothing was kept."))
        if any(one.what == "refused" for one in outcomes):
            sys.exit(1)


def _read(folder: Path) -> dict[str, bytes]:
    """The files of the folder and its pictures; of one file, what lies beside it."""
    inside = folder.parent if folder.is_file() else folder
    pictures = (inside / "pictures").glob("*")
    paths = [folder] if folder.is_file() else sorted(inside.glob("*.md"))
    found = [path for path in (*paths, *pictures) if path.suffix.lower() in ENDINGS]
    return {path.relative_to(inside).as_posix(): path.read_bytes() for path in found}
