"""Procedures: what they are called and where they apply."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.services import changes_of, record_history, save_version
from procedures.models import Procedure, Step
from procedures.rules.words import words_for
from purchases.models import Product
from tickets.models import Reason
from tickets.services import set_reasons_with_procedure

LONGEST_KEY = 80


@dataclass(frozen=True)
class ProcedureDraft:
    """A procedure as typed, without its steps; empty sides of where it applies are open."""

    title: str
    owner: User
    purpose: str = ""
    review_on: date | None = None
    reasons: tuple[Reason, ...] = ()
    products: tuple[Product, ...] = ()
    categories: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    key: str = field(default="", compare=False)


@transaction.atomic
def add_procedure(*, draft: ProcedureDraft, actor: User, form_key: str | None = None) -> Procedure:
    """Make a procedure without a version.

    ``form_key`` names the form it was typed in: a second call with it gives the first one.
    Raises ValidationError for no title, one that is there already, an unknown role.
    """
    if form_key and (first := Procedure.objects.filter(form_key=form_key).first()):
        return first
    values = _values(draft)
    try:
        with transaction.atomic():
            made = Procedure.objects.create(
                **values, key=_free_key(draft.key or draft.title), form_key=form_key
            )
    except IntegrityError as error:
        first = Procedure.objects.filter(form_key=form_key).first() if form_key else None
        if first is None:
            raise ValidationError({"title": _taken(draft.title)}) from error
        return first
    _set_scope(made, draft)
    refresh_words(made)
    record_history(subject=made, verb="created", actor=actor)
    return made


@transaction.atomic
def edit_procedure(
    *, procedure: Procedure, draft: ProcedureDraft, version: int, actor: User
) -> Procedure:
    """Change what it is called and where it applies; runs that go on keep their version.

    Raises ValidationError for what adding refuses, and when somebody changed it meanwhile.
    """
    fresh = Procedure.objects.select_for_update().get(pk=procedure.pk)
    values = _values(draft)
    if Procedure.objects.filter(title=values["title"]).exclude(pk=fresh.pk).exists():
        raise ValidationError({"title": _taken(draft.title)})
    changes = changes_of(fresh, values) | _scope_changes(fresh, draft)
    if fresh.review_on != draft.review_on:
        values["review_told_on"] = None
    save_version(fresh, version=version, values=values)
    _set_scope(fresh, draft)
    refresh_words(fresh)
    refresh_reasons()
    if changes:
        record_history(subject=fresh, verb="changed", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def retire_procedure(*, procedure: Procedure, version: int, actor: User) -> None:
    """Take it out of use: it starts no more, and what was recorded stays."""
    save_version(procedure, version=version, values={"retired_at": timezone.now()})
    refresh_reasons()
    record_history(subject=procedure, verb="retired", actor=actor)


@transaction.atomic
def restore_procedure(*, procedure: Procedure, version: int, actor: User) -> None:
    """Take it into use again."""
    save_version(procedure, version=version, values={"retired_at": None})
    refresh_reasons()
    record_history(subject=procedure, verb="restored", actor=actor)


def refresh_words(procedure: Procedure) -> None:
    """Write the words it is found by: of the version in force, else of the draft."""
    steps = Step.objects.filter(version__procedure=procedure)
    wanted = steps.filter(version__state="published")
    said = list(wanted.values_list("title", "text")) or list(
        steps.filter(version__state="draft").values_list("title", "text")
    )
    text = " ".join([procedure.title, procedure.purpose, *(part for one in said for part in one)])
    Procedure.objects.filter(pk=procedure.pk).update(words=words_for(text))


def refresh_reasons() -> None:
    """Tell the room below which reasons a procedure in force names."""
    named = Procedure.objects.in_force().filter(reasons__isnull=False)
    keys = set(named.values_list("reasons", flat=True))
    set_reasons_with_procedure(keys=keys)


def _values(draft: ProcedureDraft) -> dict[str, object]:
    """The columns. Raises ValidationError."""
    title = " ".join(draft.title.split())
    if not title:
        raise ValidationError({"title": _("Give it a title.")})
    if not set(draft.roles) <= set(Role.values):
        raise ValidationError({"roles": _("Choose roles that exist.")})
    return {
        "title": title,
        "purpose": draft.purpose.strip(),
        "owner": draft.owner,
        "review_on": draft.review_on,
        "categories": sorted(set(draft.categories)),
        "roles": [role for role in Role.values if role in draft.roles],
    }


def _set_scope(procedure: Procedure, draft: ProcedureDraft) -> None:
    procedure.reasons.set(draft.reasons)
    procedure.products.set(draft.products)


def _scope_changes(procedure: Procedure, draft: ProcedureDraft) -> dict[str, tuple[object, object]]:
    """What the history tells of reasons and products."""
    told: dict[str, tuple[object, object]] = {}
    for name, wanted in (("reasons", draft.reasons), ("products", draft.products)):
        before = _names(getattr(procedure, name).all())
        if before != (after := _names(wanted)):
            told[name] = (before, after)
    return told


def _names(rows: object) -> str:
    return ", ".join(sorted(str(row) for row in rows))  # type: ignore[attr-defined]


def _taken(title: str) -> str:
    return _("There is a procedure called “%(title)s” already.") % {"title": title}


def _free_key(text: str) -> str:
    """A key made of the text that no other procedure has."""
    base = slugify(text)[: LONGEST_KEY - 5] or "procedure"
    taken = set(Procedure.objects.filter(key__startswith=base).values_list("key", flat=True))
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
