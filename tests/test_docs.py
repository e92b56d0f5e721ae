"""README and docs name only what exists: commands, options, variables, files, pictures."""

import argparse
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from helpdesk.supervisor import demo

ROOT = Path(settings.BASE_DIR)
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.png"))
LARGEST_PICTURE, ALL_PICTURES = 150 * 1024, 1200 * 1024
# Everything of ours that reads the environment.
READERS = [ROOT / "run", *(ROOT / "helpdesk").rglob("*.py")]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def options_of(name: str) -> set[str]:
    """The options that a command of manage.py takes."""
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    parser: argparse.ArgumentParser = command.create_parser("manage.py", name)
    return {option for action in parser._actions for option in action.option_strings}


@pytest.mark.parametrize("file", PAGES, ids=short)
def test_every_command_named_exists_and_takes_the_options_named_with_it(file):
    found = re.findall(r"manage\.py ([a-z_]+)([^\n`]*)", text(file))
    for name, rest in found:
        if name in {"up"} or name in get_commands():
            unknown = set(re.findall(r"--[a-z-]+", rest.partition("#")[0])) - options_of(name)
            assert not unknown, f"manage.py {name} does not take {unknown}"
        else:
            assert name == "import_", f"manage.py {name} does not exist"


def test_run_takes_the_options_the_readme_names():
    named = set(re.findall(r"\./run[^\n`]*?(--[a-z]+)", text(README)))
    assert named == {"--port", "--host", "--empty"}
    assert named <= options_of("up")


def test_the_imports_take_the_options_the_readme_names():
    for kind in ("purchases", "interactions", "ratings", "inspections"):
        assert f"manage.py import_{kind} " in text(README)
        assert {"--rejects", "--dry-run", "--map"} <= options_of(f"import_{kind}")


def test_every_variable_the_readme_names_is_read():
    named = set(re.findall(r"\b([A-Z]{2,}(?:_[A-Z]+)+|DEBUG|HTTPS)\b(?==|`)", text(README)))
    read = "\n".join(text(path) for path in READERS)
    unread = {name for name in named if f'"{name}"' not in read}
    assert not unread
    assert {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "TALLYDESK_HOME", "HTTPS"} <= named


def test_every_variable_the_settings_read_is_in_the_readme():
    source = text(ROOT / "helpdesk" / "settings.py")
    read = set(re.findall(r'(?:environ\.get\(|env_flag\()"([A-Z_]+)"', source))
    assert not {name for name in read if f"`{name}`" not in text(README)}


def test_the_log_ins_of_the_readme_open_the_sample_shop():
    for email in demo.EMAILS.values():
        assert f"| {email} | {demo.LOCAL_PASSWORD} |" in text(README)


@pytest.mark.parametrize("file", PAGES, ids=short)
def test_every_link_leads_somewhere(file):
    found = re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text(file))
    links = [one or other for one, other in found]
    files = [unquote(link.partition("#")[0]) for link in links if "://" not in link]
    missing = [name for name in files if name and not (file.parent / name).exists()]
    assert not missing


def test_the_pictures_are_small_and_all_of_them_are_shown():
    sizes = {short(path): path.stat().st_size for path in PICTURES}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > LARGEST_PICTURE} == {}
    assert sum(sizes.values()) <= ALL_PICTURES
    shown = "\n".join(text(page) for page in PAGES)
    assert [path.name for path in PICTURES if f"pictures/{path.name}" not in shown] == []


def test_the_script_that_takes_the_pictures_takes_the_options_named():
    source = text(ROOT / "docs" / "screenshots.py")
    named = re.findall(r"screenshots\.py[^\n`]*?(--[a-z-]+)", text(ROOT / "docs/contributing.md"))
    assert "--real-data" in named
    assert all(f'"{option}"' in source for option in named)
