import pytest

from accounts.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("roles", "landing"),
    [
        ([Role.MANAGER], "/board/"),
        ([Role.AGENT], "/queue/"),
        ([Role.INSPECTOR], "/bench/"),
        ([Role.ADMIN], "/settings/"),
        ([Role.AGENT, Role.MANAGER], "/board/"),
        ([Role.ADMIN, Role.INSPECTOR], "/bench/"),
        ([], "/me/"),
    ],
)
def test_each_role_lands_where_its_work_begins(client, roles, landing):
    client.force_login(make.user(*roles))
    assert client.get("/")["Location"] == landing


def test_a_visitor_is_asked_to_sign_in(client):
    make.admin()
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_the_settings_lead_to_every_page_of_them(client):
    client.force_login(make.admin())
    page = client.get("/settings/").content.decode()
    for address in ("people/", "teams/", "shop/", "reasons/"):
        assert f'href="/settings/{address}"' in page
