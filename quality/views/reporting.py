"""Reporting something wrong: from a lot, a flagged purchase, or what a customer said."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, roles
from accounts.models import Role
from purchases.models import Lot
from quality.forms.nonconformances import FoundForm
from quality.models import Inspection, Nonconformance
from quality.services.nonconformances import Found, report_nonconformance
from thresholds.models import Flag
from tickets.models import Interaction

# Contacts and faults offered to choose from.
SHOWN = 20


@roles(Role.AGENT, Role.INSPECTOR, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def nonconformance_new(request: PersonRequest, lot_pk: int) -> HttpResponse:
    """Something is wrong with this lot; `?flag=`, `?purchase=` and `?interaction=` say where it
    came up."""
    lot = get_object_or_404(Lot.objects.select_related("product"), pk=lot_pk)
    flag = asked_flag(request, lot)
    purchase = flag.purchase_id if flag else asked_number(request, "purchase")
    contacts = contacts_of(request, lot, purchase)
    owed = lot.inspections.pair_open().filter(pair=Inspection.Pair.OWED).exists()
    if owed and not request.user.may(Role.AGENT, Role.MANAGER):
        messages.error(
            request,
            _("A second person still has to look at this lot without knowing anything of it."),
        )
        return redirect("lot_page", pk=lot.pk)
    form = FoundForm(
        request.POST or None, contacts=contacts, initial=heard_of(request, lot, contacts)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = reported(request, form, lot, flag)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, _("Written down. A manager decides what is done with it."))
            return after_report(request, made, purchase)
    context = {"lot": lot, "form": form, "faults": faults_of(lot), "flag": flag}
    status = 422 if request.method == "POST" else 200
    return render(request, "quality/nonconformance_new.html", context, status=status)


def heard_of(request: PersonRequest, lot: Lot, contacts: list[tuple[str, str]]) -> dict[str, str]:
    """What `?interaction=` said, to begin with; nothing for one that is not among the contacts."""
    key = str(asked_number(request, "interaction") or "")
    if key not in dict(contacts):
        return {}
    said = Interaction.objects.filter(purchase__lines__lot=lot).distinct().get(pk=key)
    return {"interaction": key, "what": said.summary[:300]}


def reported(
    request: PersonRequest, form: FoundForm, lot: Lot, flag: Flag | None
) -> Nonconformance:
    """Write down what was typed. Raises ValidationError."""
    said = dict(form.cleaned_data)
    chosen = said.pop("interaction", "")
    heard = Interaction.objects.get(pk=chosen) if chosen else None
    found = Found(lot=lot, flag=flag, interaction=heard, **said)
    return report_nonconformance(found=found, actor=request.user)


def after_report(
    request: PersonRequest, made: Nonconformance, purchase: int | None
) -> HttpResponse:
    """Inspectors and managers go to its page, agents back to their purchase."""
    if request.user.may(Role.INSPECTOR, Role.MANAGER):
        return redirect("nonconformance_page", pk=made.pk)
    return redirect("purchase_page", pk=purchase) if purchase else redirect("home")


def asked_number(request: PersonRequest, name: str) -> int | None:
    """A key in the address; None without a good one."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else None  # noqa: PLR2004 - a bigint


def asked_flag(request: PersonRequest, lot: Lot) -> Flag | None:
    """The flag of a purchase with this lot, for managers. Raises Http404 for another one."""
    key = asked_number(request, "flag")
    if key is None:
        return None
    flag = Flag.objects.filter(pk=key, purchase__lines__lot=lot).first()
    if flag is None or not request.user.may(Role.MANAGER):
        raise Http404
    return flag


def contacts_of(request: PersonRequest, lot: Lot, purchase: int | None) -> list[tuple[str, str]]:
    """What customers said about purchases of this lot, newest first, for those who may read it."""
    if not request.user.may(Role.AGENT, Role.MANAGER):
        return []
    heard = Interaction.objects.filter(purchase__lines__lot=lot, direction="inbound")
    if purchase:
        heard = heard.filter(purchase=purchase)
    newest = list(heard.order_by("-occurred_at", "-pk").distinct()[:SHOWN])
    asked = asked_number(request, "interaction")
    if asked and asked not in {one.pk for one in newest}:
        newest += heard.filter(pk=asked).distinct()
    return [(str(one.pk), f"{_when(one)} · {one.summary[:80]}") for one in newest]


def _when(one: Interaction) -> str:
    return date_format(localtime(one.occurred_at), "j M")


def faults_of(lot: Lot) -> list[str]:
    """The faults of the product so far, for the list beside the field."""
    there = Nonconformance.objects.filter(lot__product=lot.product_id).order_by("fault")
    return list(there.values_list("fault", flat=True).distinct()[:SHOWN])
