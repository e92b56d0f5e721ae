"""The names of kinds of jobs, for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jobs.importing.kinds import import_kinds

IMPORT_PREFIX = "import_"


def kind_label(kind: str) -> str:
    """The name of a kind of job; one from an app that is gone shows its key."""
    found = import_kinds().get(kind.removeprefix(IMPORT_PREFIX))
    if kind.startswith(IMPORT_PREFIX) and found is not None:
        return _("Import: %(what)s") % {"what": found.label}
    return kind.replace("_", " ").capitalize()


def import_counts(kind: str, report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What an import counted besides its rows, in words; empty for other jobs."""
    found = import_kinds().get(kind.removeprefix(IMPORT_PREFIX))
    return [] if found is None else found.told(report.get("counts") or {})
