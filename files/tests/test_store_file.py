"""Storing a file under a name that nobody chose."""

import hashlib
import io
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from files.models import StoredFile
from files.services import clean_name, store_file
from tests import make

pytestmark = pytest.mark.django_db
Purpose = StoredFile.Purpose


def stored_files(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def test_a_file_is_stored_as_it_is_and_measured() -> None:
    data = b"number,note\n" * 20_000
    person = make.manager()
    stored = store_file(
        stream=io.BytesIO(data), name="../../etc/orders.csv", purpose=Purpose.IMPORT, actor=person
    )
    assert (stored.name, stored.content_type, stored.uploaded_by) == (
        "orders.csv",
        "text/csv",
        person,
    )
    assert (stored.size, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert "orders" not in stored.path
    with default_storage.open(stored.path) as kept:
        assert kept.read() == data


@pytest.mark.parametrize(
    ("purpose", "content"),
    [
        (Purpose.IMPORT, b"PK\x03\x04" + b"\0" * 300),
        (Purpose.IMPORT, b"%PDF-1.7 ..."),
        (Purpose.IMPORT, b"a\0b"),
        (Purpose.ATTACHMENT, b"MZ\x90\0" + b"\0" * 300),
        (Purpose.ATTACHMENT, b"\x7fELF" + b"\0" * 300),
    ],
)
def test_content_of_another_type_is_refused_and_nothing_stays(
    storage: Path, purpose: StoredFile.Purpose, content: bytes
) -> None:
    with pytest.raises(ValidationError):
        store_file(stream=io.BytesIO(content), name="x.csv", purpose=purpose, actor=None)
    assert stored_files(storage) == []
    assert not StoredFile.objects.exists()


def test_the_content_tells_the_type_and_not_the_name() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 300
    picture = store_file(
        stream=io.BytesIO(png), name="page.html", purpose=Purpose.ATTACHMENT, actor=None
    )
    page = store_file(
        stream=io.BytesIO(b"<script>alert(1)</script>"),
        name="picture.png",
        purpose=Purpose.ATTACHMENT,
        actor=None,
    )
    assert (picture.content_type, page.content_type) == ("image/png", "text/plain")


def test_a_file_over_the_limit_is_refused_and_nothing_stays(
    settings: Settings, storage: Path
) -> None:
    settings.UPLOAD_LIMIT = 1024**2
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        store_file(
            stream=io.BytesIO(b"a,b\n" * 300_000), name="x", purpose=Purpose.IMPORT, actor=None
        )
    assert stored_files(storage) == []


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("C:\\fakepath\\orders 2026.csv", "orders 2026.csv"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b\r\nSet-Cookie: x.csv', "abSet-Cookie x.csv"),
        ("..", "file"),
        ("", "file"),
        ("é" * 300 + ".csv", "é" * 196 + ".csv"),
    ],
)
def test_a_name_is_only_a_name(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@pytest.mark.parametrize("change", ["size = -1", "purpose = 'other'"])
def test_the_database_refuses_a_row_that_cannot_be(change: str) -> None:
    store_file(stream=io.BytesIO(b"a,b"), name="x", purpose=Purpose.RESULT, actor=None)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE files_storedfile SET {change}")
