"""Static files that live inside installed packages: no copies in the repository, no CDN."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, Storage

# Static name -> (package, path as its RECORD has it). The map goes with the style sheet:
# manifest storage refuses a sourceMappingURL whose target is absent.
PACKAGE_FILES = {
    "vendor/bootstrap.min.css": ("bootstrap-wrapper", "bootstrap/css/bootstrap.min.css"),
    "vendor/bootstrap.min.css.map": ("bootstrap-wrapper", "bootstrap/css/bootstrap.min.css.map"),
}


@cache
def package_file(name: str) -> Path | None:
    """Where the file served as static `name` is installed; None for names we do not serve.

    Raises PackageNotFoundError or FileNotFoundError when the package, or the file in it, is absent.
    """
    if name not in PACKAGE_FILES:
        return None
    package, recorded = PACKAGE_FILES[name]
    for entry in distribution(package).files or []:
        if entry.as_posix() == recorded:
            return Path(str(entry.locate())).resolve(strict=True)
    msg = f"The installed package {package} has no file {recorded}."
    raise FileNotFoundError(msg)


class PackageFilesStorage(FileSystemStorage):
    """Reads the named package files as if they stood in one folder; nothing can be written."""

    def path(self, name: str) -> str:
        """The real path of a named file; any other name is refused."""
        found = package_file(name)
        if found is None:
            msg = f"{name} is not a file we take from a package."
            raise SuspiciousFileOperation(msg)
        return str(found)


class PackageFilesFinder(BaseFinder):
    """A staticfiles finder for PACKAGE_FILES, nothing else of those packages is served."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = PackageFilesStorage()

    def check(self, **kwargs: Any) -> list[Any]:
        """No settings of its own, so nothing to check."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The installed path of `path`, a list of it with find_all, or [] when it is not ours."""
        found = package_file(Path(path).as_posix())
        if found is None:
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every file of PACKAGE_FILES that no ignore pattern matches."""
        for name in PACKAGE_FILES:
            if not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage
