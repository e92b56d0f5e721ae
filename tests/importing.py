"""Running an import in a test as the command and the worker do."""

import io
from pathlib import Path
from typing import Any

from jobs.importing.engine import ImportRun
from jobs.importing.kinds import ImportKind
from jobs.importing.report import ImportReport
from tests import make

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def import_text(kind: ImportKind, text: str, **about: Any) -> ImportReport:
    """Import the text of a CSV file into the shop made by ``make.shop``."""
    return import_bytes(kind, text.encode(), **about)


def import_bytes(kind: ImportKind, content: bytes, **about: Any) -> ImportReport:
    """Import the bytes of a file; ``about`` goes to the ImportRun, ``dry_run`` to its run."""
    dry_run = about.pop("dry_run", False)
    about.setdefault("actor", None)
    run = ImportRun(kind=kind, shop=make.shop(), stream=io.BytesIO(content), **about)
    return run.run(dry_run=dry_run)


def import_file(kind: ImportKind, path: Path, **about: Any) -> ImportReport:
    """Import a file."""
    return import_bytes(kind, path.read_bytes(), **about)
