"""A signed-in person is found again with everything the top of a page says of them."""

import pytest
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def test_a_team_costs_no_query_of_its_own(client, queries):
    client.force_login(make.agent(team=make.team("Service")))
    client.get(reverse("notice_list"))
    with queries(at_most=20) as seen:
        page = client.get(reverse("notice_list"))
    assert "Service" in page.content.decode()
    assert not [sql for sql in seen if 'FROM "accounts_team"' in sql]


def test_a_person_who_was_switched_off_is_signed_out(client):
    agent = make.agent()
    client.force_login(agent)
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    answer = client.get(reverse("notice_list"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
