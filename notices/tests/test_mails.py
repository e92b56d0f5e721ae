"""Notices by e-mail: gathered, sent once and outside of transactions, tried again, given up."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import ClassVar

import pytest
from django.core import mail as post
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Access, User
from accounts.services import choose_notice_ways
from notices.models import Mail, Notice
from notices.services import notify, queue_mails, read_notice, send_mails
from tests import make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Backend(BaseEmailBackend):
    """A mail server that can be broken; says whether it was asked inside a transaction."""

    fails: ClassVar[Exception | None] = None
    asked: ClassVar[list[bool]] = []

    def send_messages(self, email_messages):
        self.asked.append(connection.in_atomic_block)
        if self.fails:
            raise self.fails
        post.outbox.extend(email_messages)
        return len(email_messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = "notices.tests.test_mails.Backend"
    settings.SITE_URL = "https://desk.example.com"
    monkeypatch.setattr(Backend, "fails", None)
    monkeypatch.setattr(Backend, "asked", [])
    return Backend


@pytest.fixture
def lotte(server) -> User:
    return make.agent(name="Lotte Maes", email="lotte@example.com", time_zone="Europe/Brussels")


def tell(person, *, key="k1", kind="promise_due", what="Ring back", ago=2 * MINUTE, link="/me/"):
    notify(people=[User(pk=person.pk)], kind=kind, key=key, params={"what": what}, link=link)
    Notice.objects.filter(person=person, key=key).update(created_at=timezone.now() - ago)
    return Notice.objects.get(person=person, key=key)


def states() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def run() -> tuple[int, int]:
    return queue_mails(), send_mails()


def test_a_notice_is_mailed_as_plain_text_with_its_link(lotte):
    notice = tell(lotte, what="Ring <b>back</b>\nsoon")
    assert run() == (1, 1)
    (message,) = post.outbox
    assert message.to == ["lotte@example.com"]
    assert message.subject == "A promise is due: Ring <b>back</b> soon"
    assert message.content_subtype == "plain"
    assert not getattr(message, "alternatives", None)
    assert message.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert message.body.split("\n") == [
        "Hello Lotte Maes,",
        "",
        "A promise is due: Ring <b>back</b> soon",
        "https://desk.example.com/me/",
        "",
        "You get this because you chose to be told by e-mail. Choose otherwise here:",
        "https://desk.example.com/me/notices/",
        "",
    ]
    row = Mail.objects.get()
    assert (row.state, row.attempts, row.error) == ("sent", 1, "")
    notice.refresh_from_db()
    assert (notice.mail, notice.to_mail) == (row, False)


def test_it_is_never_sent_twice(lotte):
    tell(lotte)
    assert run() == (1, 1)
    assert run() == (0, 0)
    assert len(post.outbox) == 1


def test_what_comes_within_a_minute_is_one_mail(lotte):
    tell(lotte, key="k1", ago=61 * timedelta(seconds=1))
    tell(lotte, key="k2", what="Send the invoice", ago=timedelta(0))
    other = make.agent()
    tell(other, key="k1", ago=timedelta(seconds=30))
    assert run() == (1, 1)
    (message,) = post.outbox
    assert message.subject == "A promise is due: Ring back (and 1 more)"
    assert message.body.index("Ring back") < message.body.index("Send the invoice")


def test_many_at_once_are_cut_and_counted(lotte):
    for n in range(33):
        tell(lotte, key=f"k{n}", what=f"Thing {n:02d}")
    run()
    (message,) = post.outbox
    assert "Thing 29" in message.body
    assert "Thing 30" not in message.body
    assert "And 3 more:\nhttps://desk.example.com/notices/" in message.body


def test_nothing_goes_out_before_the_minute_is_over(lotte):
    tell(lotte, ago=timedelta(seconds=50))
    assert run() == (0, 0)


@pytest.mark.parametrize(("way", "mails"), [("page", 0), ("mail", 1), ("both", 1), ("none", 0)])
def test_a_person_chooses_by_kind(lotte, way, mails):
    choose_notice_ways(person=lotte, ways={"promises": way})
    tell(lotte)
    run()
    assert len(post.outbox) == mails
    lotte.refresh_from_db()
    assert Notice.objects.of(lotte).count() == (way in {"page", "both"})
    assert not Notice.objects.to_mail().exists()


def test_usually_a_mention_is_mailed_and_what_others_do_is_not(lotte):
    tell(lotte, key="a", kind="mentioned")
    tell(lotte, key="b", kind="ticket_event")
    run()
    assert [one.key for one in Mail.objects.get().notices.all()] == ["a"]


def test_what_was_opened_meanwhile_is_not_mailed(lotte):
    read_notice(notice=tell(lotte, key="a"))
    assert run() == (0, 0)
    late = tell(lotte, key="b")
    assert queue_mails() == 1
    read_notice(notice=late)
    assert send_mails() == 0
    assert states() == ["dropped"]


def test_nobody_is_mailed_what_they_may_not_see(lotte):
    choose_notice_ways(person=lotte, ways={"flags": "both"})
    tell(lotte, key="a", kind="flag_raised")  # for managers
    assert run() == (0, 0)
    tell(lotte, key="b")
    assert queue_mails() == 1
    User.objects.filter(pk=lotte.pk).update(agent_access=Access.NONE)
    assert send_mails() == 0
    assert states() == ["dropped"]
    assert post.outbox == []


def test_nobody_is_mailed_who_cannot_sign_in(lotte):
    tell(lotte, key="a")
    assert queue_mails() == 1
    User.objects.filter(pk=lotte.pk).update(is_active=False)
    assert send_mails() == 0
    tell(lotte, key="b")
    assert queue_mails() == 0


def test_a_link_leads_only_to_us(lotte):
    tell(lotte, link="//evil.example.com/")
    run()
    assert "evil" not in post.outbox[0].body
    assert "https://desk.example.com/notices/" in post.outbox[0].body


def test_a_mail_server_that_is_away_is_asked_again_later_and_at_last_given_up(lotte, server):
    server.fails = SMTPServerDisconnected("no answer")
    for n in range(3):
        tell(make.agent(), key=f"k{n}")
    tell(lotte)
    queue_mails()
    assert send_mails() == 0
    assert len(server.asked) == 1  # the others wait for the next run
    first = Mail.objects.get(attempts=1)
    assert (first.state, first.error) == ("queued", "no answer")
    assert first.next_try_at - first.claimed_at == pytest.approx(MINUTE, abs=timedelta(seconds=2))
    Mail.objects.exclude(pk=first.pk).delete()
    pauses = []
    for _try in range(4):
        Mail.objects.update(next_try_at=timezone.now())
        send_mails()
        first.refresh_from_db()
        pauses.append(round((first.next_try_at - first.claimed_at) / MINUTE))
    assert pauses[:3] == [5, 30, 120]
    assert (first.state, first.attempts, first.error) == ("failed", 5, "no answer")
    server.fails = None
    assert send_mails() == 0


def test_an_address_that_is_refused_is_given_up_at_once(lotte, server):
    server.fails = SMTPRecipientsRefused({"lotte@example.com": (550, b"unknown")})
    tell(lotte)
    run()
    row = Mail.objects.get()
    assert (row.state, row.attempts) == ("failed", 1)
    assert "unknown" in row.error


def test_a_mail_whose_worker_was_killed_is_not_repeated(lotte, server):
    long_ago = timezone.now() - timedelta(minutes=16)
    row = Mail.objects.create(person=lotte, state="sending", claimed_at=long_ago)
    assert send_mails() == 0
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.error.endswith("it may have arrived")
    assert server.asked == []


@pytest.mark.django_db(transaction=True)
def test_the_server_is_asked_outside_of_any_transaction(server):
    tell(make.agent())
    assert run() == (1, 1)
    assert server.asked == [False]


def test_the_database_refuses_mails_that_cannot_be(lotte):
    now = timezone.now()
    for name, fields in (
        ("mail_state_known|mail_ended_has_moment", {"state": "lost", "claimed_at": now}),
        ("mail_ended_has_moment", {"ended_at": now}),
        ("mail_was_claimed", {"state": "sending"}),
        ("mail_tried_five_times", {"attempts": 6}),
        ("mail_failed_says_why", {"state": "failed", "ended_at": now, "claimed_at": now}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Mail.objects.create(person=lotte, **fields)
