"""What is being done: flags by state and age, actions due, the second person, promises."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from dashboards.stats.scopes import products_in, purchases_in
from quality.models import Inspection
from thresholds.models import Flag
from thresholds.rules.intervals import Interval, share_interval
from tickets.models import Promise

# Upper ends of the age groups in whole days; what is older stands in the last group.
AGES = (2, 7, 14)
SOON = timedelta(days=14)
MOST_ACTIONS = 4
COLUMNS = ("topic", "word", "place", "owned", "text", "person", "on_day", "row")
# Topic, word, age group, owned, text, name, day, key, number, part of it.
Row = tuple[str, str, int, int, str, str, date | None, int, int, int]


@dataclass(frozen=True)
class AgeGroup:
    """Unfinished flags raised between ``least`` and ``most`` whole days ago (most None: no end)."""

    least: int
    most: int | None
    owned: int
    unowned: int

    @property
    def flags(self) -> int:
        """All of them."""
        return self.owned + self.unowned


@dataclass(frozen=True)
class DueAction:
    """An action of a flag that is late or due in 14 days."""

    flag_id: int
    what: str
    owner: str
    due: date
    late: bool


@dataclass(frozen=True)
class FlagWork:
    """Unfinished flags by age; ``late``: with an action past its day, ``due_soon``: in 14 days."""

    groups: tuple[AgeGroup, ...]
    open: int
    acknowledged: int
    late: int
    due_soon: int
    actions: tuple[DueAction, ...]

    @property
    def unfinished(self) -> int:
        """All unfinished flags."""
        return self.open + self.acknowledged

    @property
    def unowned(self) -> int:
        """Those nobody has taken on."""
        return sum(group.unowned for group in self.groups)


@dataclass(frozen=True)
class Checks:
    """Signed inspections of one stage: how many, and how many conform."""

    signed: int = 0
    passed: int = 0

    @property
    def rate(self) -> float | None:
        """Share that conforms."""
        return self.passed / self.signed if self.signed else None

    @property
    def bounds(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.passed, self.signed)


@dataclass(frozen=True)
class Promises:
    """Promises that ended in the period, and the open ones whose moment has passed."""

    kept: int = 0
    kept_late: int = 0
    broken: int = 0
    overdue: int = 0

    @property
    def ended(self) -> int:
        """Those that ended one way or the other; released ones are nobody's fault."""
        return self.kept + self.kept_late + self.broken

    @property
    def kept_share(self) -> float | None:
        """Share kept in time."""
        return self.kept / self.ended if self.ended else None

    @property
    def bounds(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.kept, self.ended)


@dataclass(frozen=True)
class Work:
    """``disagreed``: second inspections whose verdict is not that of the first."""

    flags: FlagWork
    first: Checks
    second: Checks
    disagreed: int
    promises: Promises


@dataclass(frozen=True)
class Moments:
    """Now, today in the shop's zone, and the first and the following moment of the period."""

    now: datetime
    today: date
    start: datetime
    end: datetime


def flags_of_age(place: int, now: datetime) -> Q:
    """Flags raised so long ago as the age group at that place says, in whole days."""
    condition = Q()
    if place < len(AGES):
        condition &= Q(raised_at__gt=now - timedelta(days=AGES[place] + 1))
    if place > 0:
        condition &= Q(raised_at__lte=now - timedelta(days=AGES[place - 1] + 1))
    return condition


@dataclass
class _Found:
    """The rows of the query, sorted apart."""

    groups: Counter[tuple[int, int]] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    parts: Counter[tuple[str, str]] = field(default_factory=Counter)
    actions: list[DueAction] = field(default_factory=list)


def read_work(*, scope: str, moments: Moments) -> Work:
    """One query over the unfinished flags, the inspections signed and the promises ended.

    Flags are all of them, whenever their purchases were delivered. No channel: none of these has.
    """
    flags = Flag.objects.unfinished().filter(purchases_in(scope, "purchase_id"))
    inspections = (
        Inspection.objects.for_figures()
        .filter(signed_at__gte=moments.start, signed_at__lt=moments.end)
        .filter(products_in(scope, "lot__product"))
    )
    promises = Promise.objects.filter(purchases_in(scope, "ticket__purchase_id"))
    rows: Iterable[Row] = _due_actions(flags, moments).union(
        _flag_counts(flags, moments),
        _inspection_counts(inspections),
        _promise_counts(promises, moments),
        all=True,
    )
    return _work(_sorted_apart(rows, moments.today))


def _shaped(rows: QuerySet, topic: str, **columns: Any) -> QuerySet:
    """Rows in the columns that all parts of the query share."""
    given: dict[str, Any] = {
        "topic": Value(topic, CharField()),
        "word": Value("", CharField()),
        "place": Value(0, IntegerField()),
        "owned": Value(0, IntegerField()),
        "text": Value("", CharField()),
        "person": Value("", CharField()),
        "on_day": Cast(Value(None), DateField()),
        "row": Value(0, IntegerField()),
    }
    part = columns.pop("part", Value(0, IntegerField()))
    shaped: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(**{**given, **columns})
        .values_list(*COLUMNS)
        .annotate(number=Count("pk"), part=part)
    )
    return shaped


def _flag_counts(flags: QuerySet[Flag], moments: Moments) -> QuerySet:
    ages = [When(flags_of_age(place, moments.now), then=Value(place)) for place in range(len(AGES))]
    owned = Case(When(owner__isnull=True, then=Value(0)), default=Value(1))
    group = Case(*ages, default=Value(len(AGES)), output_field=IntegerField())
    timing = Case(
        When(action_due__lt=moments.today, then=Value("late")),
        When(action_due__lte=moments.today + SOON, then=Value("soon")),
        default=Value(""),
        output_field=CharField(),
    )
    return _shaped(flags, "flag", word=F("state"), text=timing, place=group, owned=owned)


def _due_actions(flags: QuerySet[Flag], moments: Moments) -> QuerySet:
    due = flags.filter(action_due__lte=moments.today + SOON).order_by("action_due", "pk")
    first = Flag.objects.filter(pk__in=due.values("pk")[:MOST_ACTIONS])
    return _shaped(
        first, "action", text=F("action_text"), person=F("owner__name"), on_day=F("action_due"),
        row=F("pk"),
    )  # fmt: skip


def _inspection_counts(inspections: QuerySet[Inspection]) -> QuerySet:
    """By stage; of the second ones those that say otherwise than the first stand in ``owned``."""
    differs = Case(
        When(first__isnull=True, then=Value(0)),
        When(verdict=F("first__verdict"), then=Value(0)),
        default=Value(1),
    )
    passed = Count("pk", filter=Q(verdict=Inspection.Verdict.PASS))
    return _shaped(inspections, "inspection", word=F("stage"), owned=differs, part=passed)


def _promise_counts(promises: QuerySet[Promise], moments: Moments) -> QuerySet:
    overdue = Q(state=Promise.State.OPEN, due_at__lt=moments.now)
    ended = Q(ended_at__gte=moments.start, ended_at__lt=moments.end)
    return _shaped(promises.filter(overdue | ended), "promise", word=F("state"))


def _sorted_apart(rows: Iterable[Row], today: date) -> _Found:
    found = _Found()
    for topic, word, group, owned, text, person, day, key, number, part in rows:
        if topic == "action" and day is not None:
            found.actions.append(DueAction(key, text, person or "", day, day < today))
        elif topic == "flag":
            found.groups[group, owned] += number
            found.states[word] += number
            found.numbers["timing", text] += number
        else:
            found.numbers[topic, word] += number
            found.parts[topic, word] += part
            found.numbers["differs", word] += number * owned
    return found


def _work(found: _Found) -> Work:
    edges = [-1, *AGES]
    groups = tuple(
        AgeGroup(
            least=edges[place] + 1,
            most=AGES[place] if place < len(AGES) else None,
            owned=found.groups[place, 1],
            unowned=found.groups[place, 0],
        )
        for place in range(len(edges))
    )
    flags = FlagWork(
        groups=groups,
        open=found.states[Flag.State.OPEN],
        acknowledged=found.states[Flag.State.ACKNOWLEDGED],
        late=found.numbers["timing", "late"],
        due_soon=found.numbers["timing", "soon"],
        actions=tuple(sorted(found.actions, key=lambda each: (each.due, each.flag_id))),
    )
    ended = {state: found.numbers["promise", state] for state in Promise.State.values}
    return Work(
        flags=flags,
        first=_checks(found, Inspection.Stage.FIRST),
        second=_checks(found, Inspection.Stage.SECOND),
        disagreed=found.numbers["differs", Inspection.Stage.SECOND],
        promises=Promises(
            kept=ended[Promise.State.KEPT],
            kept_late=ended[Promise.State.KEPT_LATE],
            broken=ended[Promise.State.BROKEN],
            overdue=ended[Promise.State.OPEN],
        ),
    )


def _checks(found: _Found, stage: str) -> Checks:
    return Checks(found.numbers["inspection", stage], found.parts["inspection", stage])
