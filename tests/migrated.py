"""The migrated database that every test database is a copy of, made once for each state of the code.

Ninety migrations take ten seconds, a copy takes a moment. A product of its own, outside pytest,
migrates the original and tells which of our files it read. The original serves as long as every one
of those files has the same bytes, no migration and no file at the top of a room came or went, and
the locked packages and Python are the same; else it is made anew. So it is never out of date.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import django
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
# Whatever Django finds by itself: migrations, and the models, apps and frozen rows of a room.
FOUND_BY_NAME = ("*/*.py", "*/migrations/*.py", "*/frozen/*.py")
ALWAYS_READ = ("requirements.lock",)


def hashed(names: list[str]) -> dict[str, str]:
    """The SHA-256 of each file of ours, by its path in the checkout; empty for one that is gone."""
    found = {}
    for name in sorted(names):
        path = ROOT / name
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return found


def names_now() -> list[str]:
    """The files that Django would find by their names."""
    found = {path for pattern in FOUND_BY_NAME for path in ROOT.glob(pattern)}
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in found
        if path.parts[len(ROOT.parts)] != "tests"
    )


def files_loaded() -> list[str]:
    """The files of ours that this process has read as code."""
    paths = [
        Path(module.__file__).resolve()
        for module in list(sys.modules.values())
        if getattr(module, "__file__", None)
    ]
    inside = [path.relative_to(ROOT) for path in paths if path.is_relative_to(ROOT)]
    return [path.as_posix() for path in inside if not path.parts[0].startswith(".")]


def pedigree(read: list[str]) -> str:
    """What a database made from these files was made from, as a text to compare later."""
    return json.dumps({"python": sys.version, "names": names_now(), "read": hashed(read)})


def is_current(recorded: str) -> bool:
    """Whether a database with this pedigree would come out the same today."""
    try:
        read = json.loads(recorded)["read"]
    except (ValueError, KeyError):
        return False
    return recorded == pedigree(list(read))


def migrate(url: str, home: Path) -> str:
    """Migrate the empty database at ``url`` in a process of its own; return its pedigree.

    Raises RuntimeError with what the process said when a migration fails.
    """
    environment = {**os.environ, "DATABASE_URL": url, "TALLYDESK_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.migrated"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the database of the tests cannot be migrated:\n{done.stderr}")
    return pedigree(json.loads(done.stdout))


def main() -> None:
    """Be that process: migrate what DATABASE_URL names, and print the files that it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    json.dump(sorted({*files_loaded(), *ALWAYS_READ}), sys.stdout)


if __name__ == "__main__":
    main()
