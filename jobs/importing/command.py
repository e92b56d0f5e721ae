"""The command of every import: `manage.py import_<noun> FILE`."""

import argparse
import sys
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Shop
from helpdesk.lib.csvfiles.refusals import CsvRefused
from jobs.importing.engine import ImportRun
from jobs.importing.kinds import ImportKind
from jobs.importing.report import ImportReport

BAR_WIDTH = 30
ROWS_REJECTED = 1


class ImportCommand(BaseCommand):
    """Imports one file; a subclass names the kind.

    Exit code 0 when every row went in, 1 when rows were rejected or the file cannot be read.
    """

    kind: ClassVar[ImportKind]

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE, --dry-run, --rejects and --map."""
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="try everything and keep nothing (on SQLite nobody else can save meanwhile)",
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            help="where the rejected rows go as CSV (default: beside FILE, as FILE.rejected.csv)",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            type=_pair,
            metavar="COLUMN=HEADING",
            help="which heading of the file is which of our columns; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what became of the rows."""
        path: Path = options["file"]
        rejects: Path = options["rejects"] or path.with_name(f"{path.name}.rejected.csv")
        shop = Shop.objects.filter(pk=1).first()
        if shop is None:
            raise CommandError(_("There is no shop yet. Start the product once, then import."))
        try:
            with path.open("rb") as stream, rejects.open("w+b") as refused:
                report = self._import(shop, stream, refused, options)
        except OSError as error:
            raise CommandError(
                _("%(file)s: %(why)s") % {"file": error.filename, "why": error.strerror}
            ) from error
        except CsvRefused as error:
            rejects.unlink()
            told = " ".join(error.messages)
            raise CommandError(f"{path}: {told}", returncode=ROWS_REJECTED) from error
        self._tell(report, rejects, dry_run=options["dry_run"])
        if report.rejected:
            sys.exit(ROWS_REJECTED)
        rejects.unlink()

    def _import(
        self, shop: Shop, stream: BinaryIO, refused: BinaryIO, options: dict[str, Any]
    ) -> ImportReport:
        """Run the import with a progress bar where somebody looks."""
        bar = Bar(self) if self.stderr.isatty() and options["verbosity"] > 0 else None
        run = ImportRun(
            kind=self.kind,
            shop=shop,
            actor=None,
            stream=stream,
            mapping=dict(options["map"]),
            rejects=refused,
            on_chunk=bar.draw if bar else lambda report: True,
        )
        report = run.run(dry_run=options["dry_run"])
        if bar:
            bar.end()
        return report

    def _tell(self, report: ImportReport, rejects: Path, *, dry_run: bool) -> None:
        """The report, in lines."""
        if dry_run:
            self.stdout.write(_("Dry run: nothing was kept."))
        self.stdout.write(
            ngettext(
                "%(rows)d row in %(seconds).1f s: created %(created)d, changed %(changed)d, "
                "unchanged %(unchanged)d, rejected %(rejected)d",
                "%(rows)d rows in %(seconds).1f s: created %(created)d, changed %(changed)d, "
                "unchanged %(unchanged)d, rejected %(rejected)d",
                report.rows,
            )
            % vars(report)
        )
        if report.gave_up:
            self.stdout.write(report.outcome())
        for label, count in self.kind.told(report.counts):
            self.stdout.write(f"  {count} {label}")
        for new, known in report.lookalikes:
            self.stdout.write(
                "  " + _("lookalike: “%(new)s” and “%(known)s”") % {"new": new, "known": known}
            )
        for reason, count in report.reasons.most_common():
            self.stdout.write("  " + _("rejected %(n)d: %(why)s") % {"n": count, "why": reason})
        if report.rejected:
            self.stdout.write(_("The rejected rows are in %(file)s") % {"file": rejects})


class Bar:
    """A progress bar on a terminal's stderr."""

    def __init__(self, command: BaseCommand) -> None:
        self._err = command.stderr

    def draw(self, report: ImportReport) -> bool:
        """Draw where the import stands; it always goes on."""
        share = min(report.rows / report.total, 1) if report.total else 1
        filled = round(share * BAR_WIDTH)
        speed = report.rows / report.seconds if report.seconds else 0
        line = f"\r[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {share:4.0%} {report.rows:,} rows, {speed:,.0f}/s"
        self._err.write(line, ending="")
        self._err.flush()
        return True

    def end(self) -> None:
        """Leave the bar where it is."""
        self._err.write("")


def _pair(text: str) -> tuple[str, str]:
    """COLUMN=HEADING as two texts."""
    column, sign, heading = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(_("write COLUMN=HEADING, for example sku=Article"))
    return column.strip(), heading.strip()
