"""The rules of the house (DESIGN 2 and 4) that a program can check."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint

from helpdesk.lib.frozen import declared_triggers, present_triggers
from tests.markup import read
from tickets.words import WORDS

ROOT = Path(settings.BASE_DIR)
APPS = ["accounts", "dashboards", "files", "helpdesk", "jobs", "notices", "purchases"]
APPS += ["procedures", "quality", "thresholds", "tickets"]
ROOMS = [*APPS, "tests", "templates", "static", "docs", ".ci"]
TEXT = {".py", ".html", ".txt", ".js", ".css", ".md", ".toml", ".ini", ".cfg", ".yml", ".lock", ""}
LONGEST_FILE, LONGEST_TEMPLATE, LONGEST_FRAGMENT = 400, 150, 60
BANNED_NAMES = {"utils.py", "helpers.py", "helper.py", "util.py", "common.py", "base.py", "misc.py"}
BANNED_FOLDERS = {"common", "utils", "helpers"}
# Written in pieces, or this file would be the first to break its own rule.
OURS_ALONE = re.compile(
    r"/wo"
    r"rk/(?:main|shared|home)|\.libr"
    r"ary/|pythonhos"
    r"ted\.org|registry\.np"
    r"mjs",
)


@cache
def house_files() -> tuple[Path, ...]:
    """Every file of ours that is text; nothing that was made by a tool."""
    found = [path for path in ROOT.iterdir() if not path.name.startswith(".coverage")]
    for room in ROOMS:
        found += (ROOT / room).rglob("*") if (ROOT / room).exists() else []
    return tuple(
        sorted(
            path
            for path in found
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts
        )
    )


def short(path: Path) -> str:
    """The path as one would type it."""
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


PYTHON = [path for path in house_files() if path.suffix == ".py"]
TEMPLATES = [path for path in house_files() if ROOT / "templates" in path.parents]
HTML = [path for path in TEMPLATES if path.suffix == ".html"]


def test_no_file_is_longer_than_400_lines():
    kinds = {".py", ".js", ".css"}
    long = {
        short(path): lines(path)
        for path in house_files()
        if path.suffix in kinds and "migrations" not in path.parts and lines(path) > LONGEST_FILE
    }
    assert not long, f"split these rooms by noun: {long}"


def test_no_template_is_longer_than_150_lines_and_no_fragment_than_60():
    long = {}
    for path in TEMPLATES:
        most = LONGEST_FRAGMENT if path.name.startswith("_") else LONGEST_TEMPLATE
        if lines(path) > most:
            long[short(path)] = lines(path)
    assert not long, f"take fragments out of these: {long}"


def test_no_file_is_named_after_nothing():
    vague = [
        short(path)
        for path in PYTHON
        if path.name in BANNED_NAMES or BANNED_FOLDERS & set(path.relative_to(ROOT).parts[:-1])
    ]
    assert not vague, f"name these after what they hold: {vague}"


@pytest.mark.parametrize("path", HTML, ids=short)
def test_a_template_keeps_to_the_policy(path):
    reader = read(path.read_text(encoding="utf-8"))
    assert not reader.refused, f"move to static/: {reader.refused}"
    assert not reader.faults, reader.faults


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_what_a_person_reads_is_marked_for_translation(path):
    words = read(path.read_text(encoding="utf-8")).words
    assert not words, f"wrap in {{% translate %}}: {words}"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>", []),
        ('<input placeholder="Find">', ["Find"]),
        ("<input placeholder=\"{% translate 'Find' %}\">", []),
        ('{% include "parts/empty.html" with title="Nothing" icon="x" %}', ["Nothing"]),
        ('{% include "parts/empty.html" with title=_("Nothing") icon="x" %}', []),
        ("<kbd>Ctrl</kbd> {# a note #} · {{ n }} h", []),
    ],
)
def test_the_reader_of_templates_sees_what_is_not_translated(source, words):
    assert read(source).words == words


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<p style="color:red">',
        '<p onclick="x()">',
        '<p hx-on:click="x()">',
        '<a href="javascript:x()">',
    ],
)
def test_the_reader_of_templates_sees_what_the_policy_refuses(source):
    assert read(source).refused


@pytest.mark.parametrize("path", HTML, ids=short)
def test_a_form_that_posts_carries_its_token(path):
    source = path.read_text(encoding="utf-8")
    forms = re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", source, re.S | re.I)
    bare = [form[:80] for form in forms if "csrf_token" not in form]
    assert not bare, bare


def all_tests() -> str:
    """The text of every test file."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in PYTHON if path.name.startswith("test_")
    )


def test_every_constraint_is_named_in_a_test():
    named = all_tests()
    names = [
        constraint.name
        for app in APPS
        if apps.is_installed(app)
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    ]
    untested = sorted(name for name in names if name not in named)
    assert not untested, f"try each at the form and with raw SQL (rule 6): {untested}"


def test_every_trigger_is_named_in_a_test():
    named = all_tests()
    events = ("_insert", "_update", "_delete")
    untested = [
        name
        for _table, name in declared_triggers()
        if name not in named
        and not any(name.removesuffix(event) in named for event in events if name.endswith(event))
    ]
    assert not untested, f"try to change what they freeze: {sorted(untested)}"


@pytest.mark.django_db
def test_the_triggers_in_the_database_are_the_declared_ones():
    """SQLite loses those of a table that a later migration rebuilds: install them again there."""
    words = {(each.table, name) for each in WORDS for name in each.triggers()}
    kept = words if connection.vendor == "sqlite" else set()
    assert present_triggers(connection) == declared_triggers() | kept


@pytest.mark.django_db
def test_the_models_and_their_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_nothing_names_the_machine_it_was_written_on():
    told = [
        f"{short(path)}: {found.group()}"
        for path in house_files()
        for found in OURS_ALONE.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not told, told


def test_migrations_are_named_for_their_purpose():
    vague = [
        short(path)
        for path in PYTHON
        if "migrations" in path.parts and re.search(r"_auto_|_alter_.*_and_more", path.name)
    ]
    assert not vague, f"name them with makemigrations -n: {vague}"
