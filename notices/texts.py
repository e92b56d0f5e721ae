"""The sentence of a notice, made from its kind and parameters when it is read, in that language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
