from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def storage(settings: Settings, tmp_path: Path) -> Path:
    """Uploads of this test alone."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
    }
    return tmp_path / "files"
