"""Fixtures for the tests of every room; they live in tests/fixtures/."""

import pytest
from pytest_django.live_server_helper import LiveServer

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.browser",
    "tests.fixtures.accessibility",
    "tests.fixtures.storage",
]


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """``page.goto("/calls/new/")`` is enough. Here, because only a conftest outranks every plugin."""
    return live_server.url
