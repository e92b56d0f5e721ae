"""The number in plain words: the sentence of a revision, and what a warning means."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.shares import percent_text
from thresholds.models import ThresholdRevision
from thresholds.rules.cautions import CautionCode
from thresholds.rules.publication import PublishReason
from thresholds.rules.sentence import Sentence, sentence
from thresholds.rules.threshold import FitKind

# Why a run came into force, as its history row keeps it.
PUBLISHED_BECAUSE = {
    PublishReason.FIRST.value: gettext_lazy("the first number"),
    PublishReason.SETTINGS.value: gettext_lazy("settings changed"),
    PublishReason.LEARNED.value: gettext_lazy("more history known"),
    PublishReason.MOVED.value: gettext_lazy("it moved by 2 or more"),
    PublishReason.CONFIRMED.value: gettext_lazy("confirmed a week later"),
}


def sentence_numbers(revision: ThresholdRevision) -> Sentence:
    """The numbers of the sentence for a stored run."""
    return sentence(
        kind=FitKind(revision.kind),
        number=revision.number,
        mu=revision.mu,
        k=revision.k,
        nine_in_ten=revision.nine_in_ten,
        number_range=(revision.number_low, revision.number_high),
        exposure=revision.exposure,
    )


def sentence_text(told: Sentence) -> str:
    """The sentence (METHOD 3), or what is known instead of it."""
    if told.mean is None:
        return _(
            "We do not know yet what is normal here: %(number)d is a starting number, not yet "
            "learned (%(progress)d of %(needed)d)."
        ) % {"number": told.number, "progress": told.progress, "needed": told.progress_needed}
    words = {
        "mean": _("fewer than 0.1") if told.under_a_tenth else number_format(told.mean, 1),
        "nine": nine_in_ten_text(told.nine_in_ten or 0),
        "number": told.number,
        "odds": told.one_in,
    }
    if told.one_in is None:
        text = _(
            "A purchase normally needs %(mean)s contacts, and %(nine)s; "
            "%(number)d or more is no rare thing here, but we ask someone to look."
        )
    else:
        text = _(
            "A purchase normally needs %(mean)s contacts, and %(nine)s; "
            "%(number)d or more happens by chance to fewer than 1 ordinary purchase in "
            "%(odds)d, so we ask someone to look."
        )
    return text % words


def nine_in_ten_text(most: int) -> str:
    """What 9 purchases in 10 need; in a calm shop that is nothing at all."""
    if most == 0:
        return _("9 in 10 need none")
    return _("9 in 10 need %(n)d or fewer") % {"n": most}


def caution_text(told: Mapping[str, Any]) -> str:
    """What a stored warning says, with its numbers and what to do about it."""
    code = CautionCode(told["code"])
    words = {
        "part": told["part"],
        "whole": told["whole"],
        "share": percent_text(told["part"] / told["whole"]) if told["whole"] else "",
        "value": number_format(told["value"], 2) if told["value"] is not None else "",
    }
    return str(_CAUTIONS[code]) % words


_CAUTIONS = {
    CautionCode.MANY_OVER: gettext_lazy(
        "%(part)d of %(whole)d mature purchases (%(share)s) stand at or over the number; up to "
        "2 %% is usual. Either much is going wrong, or the number is too low for this shop."
    ),
    CautionCode.UNATTRIBUTED: gettext_lazy(
        "%(part)d of %(whole)d contacts (%(share)s) are not attached to a purchase, so purchases "
        "look better than they are. Attach them."
    ),
    CautionCode.WINDOW_SHORT: gettext_lazy(
        "%(part)d of %(whole)d contacts (%(share)s) came after the window: it is too short for "
        "what this shop sells. An admin can lengthen it in the shop's settings."
    ),
    CautionCode.MEAN_AT_EDGE: gettext_lazy(
        "The normal number of contacts (%(value)s) lies at the edge of what the method can learn: "
        "take the number as a rough one."
    ),
    CautionCode.SIZE_AT_EDGE: gettext_lazy(
        "How much purchases differ (%(value)s) lies at the edge of what the method can learn: "
        "take the number as a rough one."
    ),
}
