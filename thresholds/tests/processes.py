"""Other processes of the product that work on the database of the running test."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The address of the test database as the product reads it from its environment."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(told['NAME']))}"
    host, port = told["HOST"] or "127.0.0.1", told["PORT"] or "5432"
    password = f":{quote(told['PASSWORD'])}" if told["PASSWORD"] else ""
    return f"postgres://{quote(told['USER'])}{password}@{host}:{port}/{quote(told['NAME'])}"


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of such a process; what it writes goes to ``home``."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return {
        **told,
        "DATABASE_URL": database_url(),
        "TALLYDESK_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        **more,
    }


def start_python(script: str, home: Path) -> subprocess.Popen[str]:
    """A process of the product that runs a script after setting up."""
    setup = "import django; django.setup()\n"
    return subprocess.Popen(  # noqa: S603 - our own script, no shell
        [sys.executable, "-c", setup + script],
        cwd=settings.BASE_DIR,
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )
