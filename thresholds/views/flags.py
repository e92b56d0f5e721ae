"""The managers' queue, one flag, and its card on the page of the purchase."""

from datetime import tzinfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role, User
from helpdesk.lib.filters import Filter, choice_filter, flag_filter, read_filters
from helpdesk.lib.paging import Ordering, read_page
from purchases.models import Purchase
from thresholds.forms.flags import CAUSES, FlagForm, NoteForm, VersionForm
from thresholds.models import Flag, FlagEvent
from thresholds.services.flags import (
    acknowledge_flag,
    close_flag,
    dismiss_flag,
    explain_and_close_flag,
    explain_flag,
)
from thresholds.views.evidence import evidence_of

UNFINISHED_ORDERINGS = {
    "raised": Ordering(gettext_lazy("Raised"), ("raised_at",)),
    "net": Ordering(gettext_lazy("Tally"), ("purchase__net_interactions",)),
}
FINISHED_ORDERINGS = {
    "closed": Ordering(gettext_lazy("Ended"), ("closed_at",), nullable=True),
    "net": Ordering(gettext_lazy("Tally"), ("net_when_raised",)),
}
EVENTS_SHOWN = 50


def _owner(text: str, _zone: tzinfo) -> tuple[object, str]:
    """A person by key, or "nobody"."""
    if text == "nobody":
        return None, _("nobody")
    person = User.objects.filter(pk=int(text)).first() if text.isdecimal() else None
    if person is None:
        raise ValueError(_("Nobody here has this key. Choose a person from the list."))
    return person.pk, person.name


FILTERS = (
    Filter("owner", "owner", gettext_lazy("Owner"), _owner),
    choice_filter("fault", "cause_fault", gettext_lazy("Fault"), CAUSES),
    flag_filter("newly", "newly_over_the_line", gettext_lazy("Newly over the line")),
)


@roles(Role.MANAGER)
@require_safe
def flag_list(request: PersonRequest) -> HttpResponse:
    """The managers' queue: open and acknowledged flags, and those that ended."""
    state = request.GET.get("state", Flag.State.OPEN)
    if state not in Flag.State.values:
        state = Flag.State.OPEN.value
    unfinished = state in {Flag.State.OPEN, Flag.State.ACKNOWLEDGED}
    filters = read_filters(request.GET, FILTERS, request.shop.zone)
    flags = filters.apply(Flag.objects.for_list().filter(state=state))
    told = {
        "page": read_page(
            request,
            flags,
            UNFINISHED_ORDERINGS if unfinished else FINISHED_ORDERINGS,
            "-raised" if unfinished else "-closed",
        ),
        "state": state,
        "unfinished": unfinished,
        "counts": Flag.objects.unfinished().counts(),
        "filters": filters,
        "owners": User.objects.filter(Q(pk=request.user.pk) | owns_a_flag()).distinct(),
        "faults": CAUSES,
        "now": timezone.now(),
        "today": timezone.localdate(timezone=request.shop.zone),
    }
    return render(request, "thresholds/flag_list.html", told)


def owns_a_flag() -> Q:
    """People with an unfinished flag."""
    return Q(pk__in=Flag.objects.unfinished().filter(owner__isnull=False).values("owner"))


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def flag_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One flag: its evidence, who owns it, its cause and action, its history."""
    flag = get_object_or_404(Flag.objects.for_page(), pk=pk)
    # Whoever opens a flag that nobody looks after is most likely to take it.
    form = FlagForm(request.POST or None, flag=flag, proposed=request.user)
    if request.method == "POST" and form.is_valid():
        save = explain_and_close_flag if request.POST.get("then") == "close" else explain_flag
        try:
            save(
                flag=flag,
                actor=request.user,
                version=form.cleaned_data["version"],
                **form.told(),
            )
        except ValidationError as refused:
            form.add_error(None, refused)
            flag = get_object_or_404(Flag.objects.for_page(), pk=pk)
        else:
            messages.success(request, _("The flag is saved."))
            return redirect("flag_page", pk)
    return _show(request, flag, form)


@roles(Role.MANAGER)
@require_POST
def flag_acknowledge(request: PersonRequest, pk: int) -> HttpResponse:
    """The manager takes the flag on."""
    flag = get_object_or_404(Flag, pk=pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect("flag_page", pk)
    try:
        acknowledge_flag(
            flag=flag,
            owner=request.user,
            actor=request.user,
            version=form.cleaned_data["version"],
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("You look after this flag now."))
    return redirect("flag_page", pk)


@roles(Role.MANAGER)
@require_POST
def flag_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close an explained flag."""
    flag = get_object_or_404(Flag, pk=pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect("flag_page", pk)
    try:
        close_flag(flag=flag, actor=request.user, version=form.cleaned_data["version"])
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The flag is closed. It comes back if more contacts come in."))
    return redirect("flag_page", pk)


@roles(Role.MANAGER)
@require_POST
def flag_dismiss(request: PersonRequest, pk: int) -> HttpResponse:
    """End a flag that needs no action, with the reason."""
    flag = get_object_or_404(Flag.objects.for_page(), pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _show(
            request, flag, FlagForm(None, flag=flag, proposed=request.user), dismissing=form
        )
    try:
        dismiss_flag(
            flag=flag,
            actor=request.user,
            version=form.cleaned_data["version"],
            note=form.cleaned_data["note"],
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The flag is dismissed."))
    return redirect("flag_page", pk)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def flag_fragment(request: PersonRequest, purchase_pk: int) -> HttpResponse:
    """The card of a purchase's newest flag; without htmx a page of its own."""
    purchase = get_object_or_404(Purchase, pk=purchase_pk)
    flag = Flag.objects.for_page().filter(purchase=purchase).order_by("-raised_at", "-pk").first()
    told = {
        "purchase": purchase,
        "flag": flag,
        "today": timezone.localdate(timezone=request.shop.zone),
        "may_open": request.user.may(Role.MANAGER),
    }
    name = "_flag_card.html" if request.htmx else "flag_fragment.html"
    return render(request, f"thresholds/{name}", told)


def _show(
    request: PersonRequest, flag: Flag, form: FlagForm, dismissing: NoteForm | None = None
) -> HttpResponse:
    """Draw the page of a flag."""
    told = {
        "flag": flag,
        "purchase": flag.purchase,
        "form": form,
        "dismissing": dismissing or NoteForm(initial={"version": flag.version}, prefix=None),
        "evidence": evidence_of(flag.purchase, number=flag.threshold),
        "events": FlagEvent.objects.filter(flag=flag)
        .select_related("actor")
        .order_by("-at", "-pk")[:EVENTS_SHOWN],
        "today": timezone.localdate(timezone=request.shop.zone),
    }
    return render(request, "thresholds/flag_page.html", told)
