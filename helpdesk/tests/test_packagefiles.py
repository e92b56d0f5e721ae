import base64
import hashlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation

from helpdesk.lib.packagefiles import PACKAGE_FILES, PackageFilesFinder, package_file

# Published on getbootstrap.com for bootstrap@5.3.8 of npm (sha384, as browsers check it) and the
# same bytes as sha256.
BOOTSTRAP_SHA384 = "sRIl4kxILFvY47J16cr9ZwB07vP4J8+LH7qKQnuqkuIAvNWLzeN8tE5YBujZqJLB"
BOOTSTRAP_SHA256 = "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede"


def test_bootstrap_has_the_bytes_that_npm_publishes_as_5_3_8():
    found = package_file("vendor/bootstrap.min.css")
    assert found is not None
    content = found.read_bytes()
    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == BOOTSTRAP_SHA384
    assert hashlib.sha256(content).hexdigest() == BOOTSTRAP_SHA256


def test_the_map_that_the_style_sheet_names_is_served_beside_it():
    css = package_file("vendor/bootstrap.min.css")
    assert css is not None
    assert b"sourceMappingURL=bootstrap.min.css.map" in css.read_bytes()
    assert finders.find("vendor/bootstrap.min.css.map")


def test_staticfiles_finds_every_named_file():
    for name in PACKAGE_FILES:
        found = finders.find(name)
        assert found
        assert Path(found).is_file()


def test_htmx_2_is_found_in_its_own_package():
    assert finders.find("django_htmx/htmx-2.min.js")


def test_other_files_of_the_package_are_not_served():
    assert finders.find("vendor/bootstrap.bundle.min.js") is None
    assert PackageFilesFinder().find("vendor/../vendor/bootstrap.css") == []
    with pytest.raises(SuspiciousFileOperation):
        PackageFilesFinder().storage.path("vendor/bootstrap.css")


def test_listing_gives_files_that_open_and_honours_ignore_patterns():
    listed = list(PackageFilesFinder().list([]))
    assert [name for name, _storage in listed] == list(PACKAGE_FILES)
    name, storage = listed[0]
    with storage.open(name) as handle:
        assert handle.read(20).startswith(b"@charset")
    assert [name for name, _storage in PackageFilesFinder().list(["*.map"])] == [
        "vendor/bootstrap.min.css"
    ]
