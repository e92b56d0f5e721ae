import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Invitation
from accounts.services import invite_again
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_admin(client):
    client.force_login(make.admin())
    return client


def ours():
    apps = {"accounts", "files", "jobs", "notices", "purchases", "tickets", "thresholds", "quality"}
    return [model for model in admin.site._registry if model._meta.app_label in apps]


def test_every_table_can_be_looked_at(as_admin):
    assert len(ours()) >= 25
    for model in ours():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert as_admin.get(reverse(f"{name}_changelist")).status_code == 200
        assert as_admin.get(reverse(f"{name}_add")).status_code == 403


def test_a_row_is_shown_without_its_secrets_and_cannot_be_changed_or_deleted(as_admin):
    person = make.user(is_active=False, agent_access=2)
    invitation = invite_again(person=person, actor=make.admin())
    shown = as_admin.get(reverse("admin:accounts_invitation_change", args=[invitation.pk]))
    assert invitation.token not in shown.content.decode()
    shown = as_admin.get(reverse("admin:accounts_user_change", args=[person.pk]))
    assert shown.status_code == 200
    assert person.password not in shown.content.decode()
    change = reverse("admin:accounts_user_change", args=[person.pk])
    assert as_admin.post(change, {"name": "X"}).status_code == 403
    delete = reverse("admin:accounts_invitation_delete", args=[invitation.pk])
    assert as_admin.post(delete, {"post": "yes"}).status_code == 403
    assert Invitation.objects.count() == 1


def test_only_admins_look_through_this_window(client):
    client.force_login(make.manager())
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/").status_code == 403


def test_its_doors_are_ours(as_admin):
    assert as_admin.get("/admin/login/")["Location"] == "/admin/"
    assert as_admin.post("/admin/logout/")["Location"] == "/sign-out/"
    assert as_admin.get("/admin/password_change/")["Location"] == "/password/"


def test_a_visitor_signs_in_at_our_page(client):
    make.admin()
    assert client.get("/admin/login/")["Location"] == "/sign-in/?next=/admin/login/"
