"""The sentence of a notice, made from its kind and parameters when it is read, in that language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Wording:
    """How a kind of notice is told: ``icon`` a lucide name, ``tone`` a text class or ""."""

    sentence: Callable[[Params], str]
    icon: str = "bell"
    tone: str = ""


def job_done(params: Params) -> str:
    """``rejected``: rows the job did not take."""
    rejected = int(params.get("rejected") or 0)
    if not rejected:
        return _("Your job is done.")
    return ngettext(
        "Your job is done; %(n)s row was not taken. The report says why.",
        "Your job is done; %(n)s rows were not taken. The report says why.",
        rejected,
    ) % {"n": rejected}


def flags_raised(params: Params) -> str:
    """``count``: how many purchases reached the threshold in one evaluation."""
    count = int(params.get("count") or 0)
    return ngettext(
        "%(n)s purchase reached the threshold.", "%(n)s purchases reached the threshold.", count
    ) % {"n": count}


# What was done on a ticket, by the kind of its history; the rest changed it.
DEEDS: Mapping[str, Any] = {
    "logged": gettext_lazy("%(who)s logged a contact on ticket #%(ticket)s: %(subject)s"),
    "noted": gettext_lazy("%(who)s wrote a note on ticket #%(ticket)s: %(subject)s"),
    "handed_off": gettext_lazy("%(who)s handed over ticket #%(ticket)s: %(subject)s"),
    "assigned": gettext_lazy("%(who)s gave ticket #%(ticket)s to a team: %(subject)s"),
    "promised": gettext_lazy("%(who)s promised something on ticket #%(ticket)s: %(subject)s"),
    "promise_ended": gettext_lazy("%(who)s ended a promise on ticket #%(ticket)s: %(subject)s"),
    "waiting": gettext_lazy("%(who)s let ticket #%(ticket)s wait: %(subject)s"),
    "resumed": gettext_lazy("%(who)s took up ticket #%(ticket)s again: %(subject)s"),
    "resolved": gettext_lazy("%(who)s resolved ticket #%(ticket)s: %(subject)s"),
    "closed": gettext_lazy("%(who)s closed ticket #%(ticket)s: %(subject)s"),
    "reopened": gettext_lazy("%(who)s reopened ticket #%(ticket)s: %(subject)s"),
}


def ticket_event(params: Params) -> str:
    """``did``: a kind of history; ``who``: empty when its moment came by itself."""
    if not params["who"]:
        return _("Ticket #%(ticket)s waits no longer: %(subject)s") % params
    words = DEEDS.get(
        str(params["did"]), gettext_lazy("%(who)s changed ticket #%(ticket)s: %(subject)s")
    )
    return str(words) % params


# The deadlines a ticket has.
DEADLINES: Mapping[str, Any] = {
    "response": gettext_lazy(
        "The first answer on ticket #%(ticket)s is late, it was due %(due)s: %(subject)s"
    ),
    "resolve": gettext_lazy("Ticket #%(ticket)s should have been resolved by %(due)s: %(subject)s"),
}


def help_params(params: Params) -> Params:
    """With ``about``: the ticket, or the order where there is none."""
    if params.get("ticket"):
        return {**params, "about": _("ticket #%(ticket)s") % params}
    return {**params, "about": _("order %(order)s") % params}


def deadline_late(params: Params) -> str:
    """``which``: a deadline; ``due``: its moment, told in the zone of who reads."""
    due = timezone.localtime(datetime.fromisoformat(params["due"]))
    told = {**params, "due": date_format(due, pgettext("date format", "D j M, H:i"))}
    return str(DEADLINES[params["which"]]) % told


WORDINGS: Mapping[str, Wording] = {
    "job_done": Wording(job_done, "check", "td-good"),
    "job_failed": Wording(
        lambda _params: _("Your job failed. Its page says why and what to do."),
        "octagon-x",
        "td-alarm",
    ),
    "flag_raised": Wording(
        lambda params: _("Purchase %(order)s was flagged: %(net)s contacts.") % params,
        "flag",
        "td-alarm",
    ),
    "flag_again": Wording(
        lambda params: _("Purchase %(order)s was flagged again: now %(net)s contacts.") % params,
        "flag",
        "td-alarm",
    ),
    "flags_raised": Wording(flags_raised, "flag", "td-alarm"),
    "newly_over_the_line": Wording(
        lambda params: (
            _("Purchase %(order)s is over the line since the number came down: %(net)s contacts.")
            % params
        ),
        "flag",
        "td-warn",
    ),
    "invitation_accepted": Wording(
        lambda params: _("%(person)s accepted your invitation.") % params, "user-check", "td-good"
    ),
    "ticket_event": Wording(ticket_event, "inbox"),
    "mentioned": Wording(
        lambda params: _("%(who)s mentions you on ticket #%(ticket)s: %(subject)s") % params,
        "at-sign",
        "td-accent",
    ),
    "help_asked": Wording(
        lambda params: _("%(by)s needs your help on %(about)s: %(question)s") % help_params(params),
        "life-buoy",
        "td-warn",
    ),
    "help_answered": Wording(
        lambda params: _("%(by)s answered you on %(about)s: %(question)s") % help_params(params),
        "life-buoy",
        "td-good",
    ),
    "help_overdue": Wording(
        lambda params: (
            _("Nobody has answered %(by)s on %(about)s in time: %(question)s") % help_params(params)
        ),
        "life-buoy",
        "td-alarm",
    ),
    "goodwill_waiting": Wording(
        lambda params: _("%(by)s asks you to approve goodwill of %(amount)s.") % params,
        "gift",
        "td-warn",
    ),
    "goodwill_granted": Wording(
        lambda params: _("%(by)s approved goodwill of %(amount)s on ticket #%(ticket)s.") % params,
        "gift",
        "td-good",
    ),
    "goodwill_refused": Wording(
        lambda params: (
            _("%(by)s refused goodwill of %(amount)s on ticket #%(ticket)s: %(refusal)s") % params
        ),
        "gift",
        "td-alarm",
    ),
    "goodwill_undone": Wording(
        lambda params: _("%(by)s undid the goodwill of %(amount)s on ticket #%(ticket)s.") % params,
        "undo-2",
        "td-warn",
    ),
    "deviation_waiting": Wording(
        lambda params: (
            _("%(by)s deviated from “%(step)s” and asks for your word: %(why)s") % params
        ),
        "shield-alert",
        "td-warn",
    ),
    "deviation_late": Wording(
        lambda params: (
            _("Your word on a deviation from “%(step)s” is late; %(by)s waits for it.") % params
        ),
        "shield-alert",
        "td-alarm",
    ),
    "procedure_to_read": Wording(
        lambda params: _("%(by)s asks you to read and confirm “%(title)s”.") % params,
        "book-open",
        "td-warn",
    ),
    "procedure_review": Wording(
        lambda params: _("“%(title)s” is to be looked at again.") % params,
        "book-open",
        "td-warn",
    ),
    "deviation_decided": Wording(
        lambda params: (
            _("%(by)s agrees with your deviation from “%(step)s”.") % params
            if params["agreed"]
            else _("%(by)s does not agree with your deviation from “%(step)s”.") % params
        ),
        "shield-alert",
    ),
    "action_due": Wording(
        lambda params: _("Due now: %(what)s (lot %(lot)s)") % params, "wrench", "td-warn"
    ),
    "action_check": Wording(
        lambda params: _("Look whether it helped: %(what)s (lot %(lot)s)") % params,
        "clipboard-check",
        "td-warn",
    ),
    "inspection_silence": Wording(
        lambda params: (
            _("Inspections of %(product)s found suspiciously little in the week of %(week)s.")
            % params
        ),
        "eye-off",
        "td-warn",
    ),
    "promise_given": Wording(
        lambda params: _("%(by)s promised something that you do: %(what)s") % params, "alarm-clock"
    ),
    "promise_handed": Wording(
        lambda params: _("%(by)s gave you a promise to keep: %(what)s") % params,
        "alarm-clock",
        "td-warn",
    ),
    "promise_taken": Wording(
        lambda params: _("%(by)s gave your promise to %(owner)s: %(what)s") % params, "alarm-clock"
    ),
    "promise_soon": Wording(
        lambda params: _("A promise is due in a quarter of an hour: %(what)s (%(about)s)") % params,
        "alarm-clock",
        "td-warn",
    ),
    "promise_again": Wording(
        lambda params: _("Time to try again: %(what)s (%(about)s)") % params, "phone", "td-warn"
    ),
    "deadline_late": Wording(deadline_late, "timer", "td-alarm"),
    "promise_due": Wording(
        lambda params: _("A promise is due: %(what)s") % params, "alarm-clock", "td-warn"
    ),
    "promise_broken": Wording(
        lambda params: _("A promise was not kept: %(what)s") % params, "alarm-clock", "td-alarm"
    ),
}

UNKNOWN = Wording(lambda _params: _("Something happened that this version has no words for."))


def wording_of(kind: str) -> Wording:
    """How this kind is told; kinds of a later version get a sentence that says so."""
    return WORDINGS.get(kind, UNKNOWN)


def sentence_of(kind: str, params: Params) -> str:
    """The sentence in the language in force; parameters that are missing cost the sentence only."""
    try:
        return wording_of(kind).sentence(params)
    except (KeyError, ValueError, TypeError):
        return UNKNOWN.sentence(params)
