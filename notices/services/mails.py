"""Notices by e-mail: gathered into one mail a person, sent outside of any transaction, once.

A row of ``Mail`` is claimed by an update before it is sent and marked afterwards. A worker killed
in between leaves it *sending*: whether it went out nobody knows, so it is given up, never repeated.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import Shop, User
from notices.groups import is_mailed
from notices.models import Mail, Notice

# What comes within this of the first is told in the same mail.
GATHERED = timedelta(minutes=1)
# After each failure it waits longer; after the last it is given up.
PAUSES = (1, 5, 30, 120)
# No backend takes this long; whoever claimed it was killed.
LOST_AFTER = timedelta(minutes=15)
LOST = "the worker was stopped while it sent this; it may have arrived"
PEOPLE, MAILS, MOST_TOLD = 500, 100, 30
SUBJECT_LENGTH = 120


@dataclass(frozen=True)
class Text:
    """A mail as it goes out."""

    subject: str
    body: str


def queue_mails() -> int:
    """Gather the notices of the last minute into one mail for each person; returns how many.

    Only for who wants these kinds by mail, may see them and has not opened them yet. Safe twice
    and late: a notice is taken once.
    """
    ripe = Notice.objects.to_mail().filter(created_at__lte=timezone.now() - GATHERED)
    people = ripe.order_by("person").values_list("person", flat=True).distinct()
    return sum(_queue(pk) for pk in list(people[:PEOPLE]))


@transaction.atomic
def _queue(person_id: int) -> bool:
    """One person's mail; False when nothing of it is for the post."""
    person = User.objects.get(pk=person_id)
    rows = Notice.objects.to_mail().filter(person=person).select_for_update(no_key=True)
    notices = list(rows.order_by("created_at", "pk"))
    wanted = [one.pk for one in notices if _goes_out(one, person)]
    mail = Mail.objects.create(person=person) if wanted else None
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(to_mail=False)
    Notice.objects.filter(pk__in=wanted).update(mail=mail)
    return mail is not None


def _goes_out(notice: Notice, person: User) -> bool:
    """Whether this notice still has to be told by mail."""
    reachable = person.is_active and bool(person.email)
    return reachable and notice.read_at is None and is_mailed(person, notice.kind)


def send_mails() -> int:
    """Send what is queued and due; returns how many went out. Never call it in a transaction.

    A backend that cannot be reached ends the run: the others wait for the next one, and each is
    tried five times. Safe twice and beside itself.
    """
    _give_up_lost()
    sent = 0
    due = Mail.objects.filter(state=Mail.State.QUEUED, next_try_at__lte=timezone.now())
    for pk in list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:MAILS]):
        mail = _claim(pk)
        if mail is None:
            continue
        text = compose(mail)
        if text is None:
            _end(mail, Mail.State.DROPPED)
            continue
        try:
            _send(mail, text)
        except SMTPRecipientsRefused as error:
            _end(mail, Mail.State.FAILED, error=str(error))
        except (SMTPException, OSError) as error:
            _try_again(mail, error)
            break
        else:
            _end(mail, Mail.State.SENT)
            sent += 1
    return sent


def _claim(pk: int) -> Mail | None:
    """Take the mail for this worker alone; None when another has it."""
    now = timezone.now()
    rows = Mail.objects.filter(pk=pk, state=Mail.State.QUEUED, next_try_at__lte=now)
    taken = rows.update(state=Mail.State.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    return Mail.objects.select_related("person").get(pk=pk) if taken else None


def compose(mail: Mail) -> Text | None:
    """The text in the person's zone; None when nothing is left to tell or nobody to tell it to."""
    person = mail.person
    zone = person.time_zone or Shop.objects.get(pk=1).time_zone
    notices = [one for one in mail.notices.order_by("created_at", "pk") if _goes_out(one, person)]
    if not notices:
        return None
    with timezone.override(ZoneInfo(zone)):
        lines = [(_one_line(one.sentence), _address(one.link)) for one in notices]
    told = {
        "person": person,
        "lines": lines[:MOST_TOLD],
        "more": len(lines) - MOST_TOLD if len(lines) > MOST_TOLD else 0,
        "all": _address(reverse("notice_list")),
        "choices": _address(reverse("notice_choices")),
    }
    body = render_to_string("notices/email/notices.txt", told)
    return Text(_subject(lines), body.strip() + "\n")


def _subject(lines: list[tuple[str, str]]) -> str:
    """The sentence, or how many there are with the first of them."""
    first = lines[0][0]
    if len(lines) > 1:
        more = len(lines) - 1
        told = ngettext("%(first)s (and %(n)d more)", "%(first)s (and %(n)d more)", more)
        first = told % {"first": first[: SUBJECT_LENGTH - 20], "n": more}
    return first if len(first) <= SUBJECT_LENGTH else first[: SUBJECT_LENGTH - 1] + "…"


def _one_line(text: str) -> str:
    """A subject has one line, whatever a customer's words had."""
    return " ".join(text.split())


def _address(path: str) -> str:
    """The whole address of a page of ours; of anything else, that of the notices."""
    inside = path.startswith("/") and not path.startswith("//")
    return settings.SITE_URL.rstrip("/") + (path if inside else reverse("notice_list"))


def _send(mail: Mail, text: Text) -> None:
    """Hand it to the backend. Raises SMTPException or OSError when it was not taken."""
    message = EmailMessage(
        text.subject,
        text.body,
        None,
        [mail.person.email or ""],
        # No answering machine writes back.
        headers={"Auto-Submitted": "auto-generated"},
        connection=get_connection(),
    )
    message.send()


def _end(mail: Mail, state: Mail.State, *, error: str = "") -> None:
    """What became of it."""
    now = timezone.now()
    Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING).update(
        state=state, ended_at=now, error=error[: Mail.ERROR_LENGTH]
    )


def _try_again(mail: Mail, error: Exception) -> None:
    """Later, or never after the last time."""
    told = str(error) or type(error).__name__
    if mail.attempts > len(PAUSES):
        _end(mail, Mail.State.FAILED, error=told)
        return
    later: datetime = timezone.now() + timedelta(minutes=PAUSES[mail.attempts - 1])
    Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING).update(
        state=Mail.State.QUEUED, next_try_at=later, error=told[: Mail.ERROR_LENGTH]
    )


def _give_up_lost() -> None:
    """Mails whose worker was killed while it sent them: they may have gone out."""
    lost = Mail.objects.filter(
        state=Mail.State.SENDING, claimed_at__lte=timezone.now() - LOST_AFTER
    )
    lost.update(
        state=Mail.State.FAILED,
        ended_at=timezone.now(),
        error=LOST,
    )
