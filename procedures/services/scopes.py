"""Where a procedure applies, by names that mean the same in another installation."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Role, User
from procedures.models import Procedure
from procedures.rules.front_matter import FileFault
from procedures.rules.markdown_files import ProcedureFile
from procedures.services.manual import ProcedureDraft
from purchases.models import Product
from tickets.models import Reason

# Between a group and its leaf: "Goods / Cracked or broken".
BETWEEN = " / "


def scope_of(procedure: Procedure) -> ProcedureFile:
    """What the front matter of its file says, without the note of a version."""
    return ProcedureFile(
        title=procedure.title,
        key=procedure.key,
        purpose=procedure.purpose,
        owner=procedure.owner.email or "",
        review_on=procedure.review_on,
        reasons=reason_names(procedure.reasons.select_related("parent")),
        products=tuple(sorted(procedure.products.values_list("sku", flat=True))),
        categories=tuple(procedure.categories),
        roles=tuple(procedure.roles),
    )


def reason_names(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Each with its group, in the order of the alphabet."""
    return tuple(sorted(_reason_name(one) for one in reasons))


def draft_of_scope(told: ProcedureFile, *, actor: User, known: Procedure | None) -> ProcedureDraft:
    """The procedure that a file describes. Without an owner it stays whose it is, else the actor's.

    Raises FileFault for a person, a reason, a product, a category or a role that is not there.
    """
    return ProcedureDraft(
        title=told.title,
        owner=_owner(told.owner, known.owner if known else actor),
        purpose=told.purpose,
        review_on=told.review_on,
        reasons=tuple(_reasons(told.reasons)),
        products=tuple(_products(told.products)),
        categories=tuple(_categories(told.categories)),
        roles=tuple(_roles(told.roles)),
        key=told.key,
    )


def _reason_name(reason: Reason) -> str:
    return f"{reason.parent.name}{BETWEEN}{reason.name}" if reason.parent else reason.name


def _owner(email: str, otherwise: User) -> User:
    if not email:
        return otherwise
    found: User | None = User.objects.active().filter(email__iexact=email).first()
    if found is None:
        told = _("Nobody here has the address %(email)s. Leave “owner” out, and it is yours.")
        raise FileFault(0, told % {"email": email})
    return found


def _reasons(names: Iterable[str]) -> Iterable[Reason]:
    there = {_reason_name(one): one for one in Reason.objects.in_use().select_related("parent")}
    for name in dict.fromkeys(names):
        if name not in there:
            told = _("There is no reason “%(name)s”. Write “Group / Reason” as in the settings.")
            raise FileFault(0, told % {"name": name})
        yield there[name]


def _products(skus: Iterable[str]) -> Iterable[Any]:
    wanted = list(dict.fromkeys(skus))
    there = {one.sku: one for one in Product.objects.filter(sku__in=wanted)}
    for sku in wanted:
        if sku not in there:
            raise FileFault(0, _("There is no product with the SKU “%(sku)s”.") % {"sku": sku})
        yield there[sku]


def _categories(names: Iterable[str]) -> Iterable[str]:
    wanted = list(dict.fromkeys(names))
    there = set(Product.objects.filter(category__in=wanted).values_list("category", flat=True))
    for name in wanted:
        if name not in there:
            told = _("No product is in the category “%(name)s”.")
            raise FileFault(0, told % {"name": name})
        yield name


def _roles(names: Iterable[str]) -> Iterable[str]:
    for name in dict.fromkeys(names):
        if name not in Role.values:
            told = _("There is no role “%(name)s”. There are: %(known)s.")
            raise FileFault(0, told % {"name": name, "known": ", ".join(Role.values)})
        yield name
