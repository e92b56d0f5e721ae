"""Downloading a stored file."""

import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.models import User
from files.models import StoredFile
from files.services import store_file
from tests import make

pytestmark = pytest.mark.django_db
CONTENT = b"number,note\n1,<script>\n"


def stored(owner: User | None) -> StoredFile:
    return store_file(
        stream=io.BytesIO(CONTENT),
        name="café.csv",
        purpose=StoredFile.Purpose.RESULT,
        actor=owner,
    )


def test_the_owner_gets_the_file_to_save(client: Client) -> None:
    owner = make.agent()
    client.force_login(owner)
    response = client.get(reverse("file_download", args=[stored(owner).pk]))
    assert response.status_code == 200
    assert response.getvalue() == CONTENT
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''caf%C3%A9.csv"
    assert response["Content-Type"] == "text/csv"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_a_manager_and_an_admin_get_the_files_of_others(client: Client) -> None:
    kept = stored(make.agent())
    for person in (make.manager(), make.admin()):
        client.force_login(person)
        assert client.get(reverse("file_download", args=[kept.pk])).getvalue() == CONTENT


def test_somebody_elses_file_does_not_exist_for_an_agent(client: Client) -> None:
    client.force_login(make.agent())
    for kept in (stored(make.agent()), stored(None)):
        assert client.get(reverse("file_download", args=[kept.pk])).status_code == 404


def test_a_file_lost_from_the_disk_is_not_found(client: Client) -> None:
    owner = make.agent()
    kept = stored(owner)
    default_storage.delete(kept.path)
    client.force_login(owner)
    assert client.get(reverse("file_download", args=[kept.pk])).status_code == 404
