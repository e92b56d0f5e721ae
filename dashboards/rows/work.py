"""Flags, inspections, promises and ratings behind a figure."""

from collections.abc import Sequence
from datetime import tzinfo

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.rows.filters import (
    BIGGEST_KEY,
    cohort_filters,
    moment_filters,
    only_filter,
    part_filters,
    product_filters,
    state_filter,
)
from dashboards.rows.interactions import judged
from dashboards.rows.lists import Looking, RowList
from dashboards.stats.work import AGES, SOON, flags_of_age
from helpdesk.lib.filters import Filter, integer_filter
from helpdesk.lib.paging import Ordering
from quality.models import Inspection, Result
from thresholds.models import Flag
from thresholds.models.flags import UNFINISHED
from tickets.models import Promise, Rating

MOST_ROUNDS = 32767


def flag_rows(_looking: Looking) -> QuerySet[Flag]:
    """Flags somebody still has to answer for."""
    return Flag.objects.unfinished().for_list()


def flag_filters(looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    today = looking.lens.today
    states = [(value, Flag.State(value).label) for value in UNFINISHED]
    return (
        *part_filters("purchase_id"),
        state_filter("state", "state", _("State"), states),
        Filter("age", "pk__in", _("Raised"), _age),
        only_filter("unowned", "owner__isnull", _("Without an owner"), value=True),
        only_filter("late", "action_due__lt", _("Action late"), today),
        only_filter("soon", "action_due__range", _("Action due in 14 days"), (today, today + SOON)),
    )


def _age(text: str, _zone: tzinfo) -> tuple[object, str]:
    """The place of an age group of the board."""
    place = int(text) if text.isdecimal() and len(text) == 1 else -1
    if not 0 <= place <= len(AGES):
        raise ValueError(gettext("This group of ages does not exist."))
    return Flag.objects.filter(flags_of_age(place, timezone.now())).values("pk"), age_words(place)


def age_words(place: int) -> str:
    """An age group in words: "3 to 7 days"."""
    if place == len(AGES):
        return gettext("over %(n)d days ago") % {"n": AGES[-1]}
    least = AGES[place - 1] + 1 if place else 0
    return gettext("%(least)d to %(most)d days ago") % {"least": least, "most": AGES[place]}


def inspection_rows(_looking: Looking) -> QuerySet[Inspection]:
    """Signed inspections that figures count: no signed correction replaces them, none is a secret."""
    return Inspection.objects.for_figures().for_list()


def inspection_filters(_looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    return (
        *moment_filters("signed_at", _("Signed from"), _("Signed until")),
        *product_filters("lot__product"),
        state_filter("stage", "stage", _("Stage"), Inspection.Stage.choices),
        state_filter("verdict", "verdict", _("Verdict"), Inspection.Verdict.choices),
        Filter("differs", "pk__in", _("Says otherwise than the first"), _differs),
        integer_filter("round", "round", _("Round"), least=1, most=MOST_ROUNDS),
        Filter("defect", "pk__in", _("Found wrong"), _defect),
    )


def _defect(text: str, _zone: tzinfo) -> tuple[object, str]:
    """Inspections that found the same as this result: the key of one of them says what."""
    key = int(text) if text.isdecimal() else 0
    one = Result.objects.filter(pk=key) if 0 < key <= BIGGEST_KEY else Result.objects.none()
    found = one.select_related("characteristic").first()
    if found is None:
        raise ValueError(gettext("This result is not there."))
    same = Result.objects.filter(
        conforms=False, characteristic__name=found.characteristic.name, fault=found.fault
    )
    words = ": ".join(part for part in (found.characteristic.name, found.fault) if part)
    return same.values("inspection"), words


def _differs(text: str, _zone: tzinfo) -> tuple[object, str]:
    if text != "1":
        raise ValueError(gettext("Write 1, or leave it out."))
    other = Inspection.objects.filter(first__isnull=False).exclude(verdict=F("first__verdict"))
    return other.values("pk"), gettext("yes")


def promise_rows(_looking: Looking) -> QuerySet[Promise]:
    """Promises, with what a row shows."""
    return Promise.objects.select_related("ticket__purchase__customer", "owner")


def promise_filters(_looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    open_and_late = Promise.objects.filter(state=Promise.State.OPEN, due_at__lt=timezone.now())
    return (
        *moment_filters("ended_at", _("Ended from"), _("Ended until")),
        *part_filters("ticket__purchase_id"),
        state_filter("state", "state", _("State"), Promise.State.choices),
        only_filter(
            "overdue", "pk__in", _("Open, its moment has passed"), open_and_late.values("pk")
        ),
    )


def rating_rows(looking: Looking) -> QuerySet[Rating]:
    """Ratings of judged purchases whose clock has started."""
    begun = Q(purchase__clock_day__lte=looking.lens.today)
    return Rating.objects.filter(judged(), begun).select_related("purchase__customer")


def rating_filters(_looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    return (
        *cohort_filters("purchase__clock_day"),
        *part_filters("purchase_id"),
        integer_filter("score", "score", _("Score"), least=1, most=5),
        integer_filter("least", "score__gte", _("Score of at least"), least=1, most=5),
    )


FLAGS = RowList(
    title=_("Flags to answer for"),
    about=_("raised and not closed yet"),
    rows=flag_rows,
    filters=flag_filters,
    orderings={"raised": Ordering(_("Raised"), ("raised_at",))},
    default="raised",
    heads=(
        (_("Tally"), ""),
        (_("Purchase"), ""),
        (_("State"), ""),
        (_("Owner"), ""),
        (_("Action"), ""),
        (_("Raised"), ""),
    ),
    row="dashboards/_flag_row.html",
)

INSPECTIONS = RowList(
    title=_("Inspections"),
    about=_("by the day they were signed; corrected ones as corrected"),
    rows=inspection_rows,
    filters=inspection_filters,
    orderings={"signed": Ordering(_("Signed"), ("signed_at",))},
    default="-signed",
    heads=(
        (_("Lot"), ""),
        (_("Stage"), ""),
        (_("Verdict"), ""),
        (_("Inspector"), ""),
        (_("Signed"), ""),
    ),
    row="dashboards/_inspection_row.html",
)

PROMISES = RowList(
    title=_("Promises"),
    about=_("by the day they ended"),
    rows=promise_rows,
    filters=promise_filters,
    orderings={"due": Ordering(_("Due"), ("due_at",))},
    default="-due",
    heads=(
        (_("Promise"), ""),
        (_("Purchase"), ""),
        (_("State"), ""),
        (_("Owner"), ""),
        (_("Due"), ""),
    ),
    row="dashboards/_promise_row.html",
)

RATINGS = RowList(
    title=_("Ratings"),
    about=_("by the day their purchase was delivered"),
    rows=rating_rows,
    filters=rating_filters,
    orderings={"purchase": Ordering(_("Purchase"), ("purchase__clock_day",))},
    default="-purchase",
    heads=((_("Score"), ""), (_("Comment"), ""), (_("Purchase"), ""), (_("Answered"), "")),
    row="dashboards/_rating_row.html",
)
