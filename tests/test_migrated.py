"""The database that tests are copied from is never older than the code."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import migrated


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of one room."""
    for name in ("room/models.py", "room/migrations/0001_first.py", "room/tests/test_it.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("first\n")
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    return tmp_path


READ = ["room/models.py", "room/migrations/0001_first.py"]


@pytest.mark.django_db
def test_the_tests_run_on_every_migration_there_is():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_it_serves_as_long_as_nothing_that_it_was_made_from_changed(checkout):
    recorded = migrated.pedigree(READ)
    assert migrated.is_current(recorded)
    (checkout / "room/tests/test_it.py").write_text("second\n")
    (checkout / "room/tests/test_more.py").write_text("first\n")
    assert migrated.is_current(recorded)


@pytest.mark.parametrize("name", READ)
def test_a_file_that_changed_or_went_makes_it_old(checkout, name):
    recorded = migrated.pedigree(READ)
    (checkout / name).write_text("second\n")
    assert not migrated.is_current(recorded)
    (checkout / name).write_text("first\n")
    assert migrated.is_current(recorded)
    (checkout / name).unlink()
    assert not migrated.is_current(recorded)


@pytest.mark.parametrize("name", ["room/migrations/0002_second.py", "room/frozen.py"])
def test_a_file_that_came_makes_it_old(checkout, name):
    recorded = migrated.pedigree(READ)
    (checkout / name).write_text("first\n")
    assert not migrated.is_current(recorded)


def test_another_python_makes_it_old(checkout):
    recorded = json.loads(migrated.pedigree(READ)) | {"python": "3.99"}
    assert not migrated.is_current(json.dumps(recorded))


@pytest.mark.parametrize("recorded", ["", "{}", '{"read": {}}', "made by hal"])
def test_one_that_does_not_say_what_it_was_made_from_is_old(recorded):
    assert not migrated.is_current(recorded)


@pytest.mark.django_db
def test_what_it_was_made_from_is_what_the_migrating_process_read(django_db_setup):
    read = json.loads(django_db_setup.pedigree)["read"]
    assert {
        "helpdesk/settings.py",
        "helpdesk/lib/frozen.py",
        "quality/frozen/first.py",
        "requirements.lock",
    } <= set(read)
    migrations = set(migrated.ROOT.glob("*/migrations/0*.py"))
    assert {path.relative_to(migrated.ROOT).as_posix() for path in migrations} <= set(read)
