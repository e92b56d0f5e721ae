from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.forms.shop import ShopForm, TeamForm
from accounts.models import HistoryEntry, Role, Shop, Team
from accounts.services import add_team, edit_shop, rename_team, restore_team, retire_team
from accounts.views.people import HISTORY_ROWS, posted_version


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def shop_edit(request: PersonRequest) -> HttpResponse:
    """Where the shop is and how it counts."""
    shop = get_object_or_404(Shop, pk=1)
    form = ShopForm(request.POST or None, instance=shop)
    if request.method == "POST" and form.is_valid():
        try:
            recount = edit_shop(
                shop=shop,
                version=posted_version(request),
                values=form.cleaned_data,
                actor=request.user,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, saved_text(recount=recount))
            return redirect("shop_edit")
    history = HistoryEntry.objects.about(shop)[:HISTORY_ROWS]
    told = {"form": form, "shop": shop, "history": history}
    return render(request, "accounts/shop_edit.html", told)


def saved_text(*, recount: bool) -> str:
    """What saving the shop leads to."""
    if recount:
        return _("Saved. All purchases are now counted again with it; this can take minutes.")
    return _("Saved.")


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def team_list(request: PersonRequest) -> HttpResponse:
    """The teams, with a box to add one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = add_team(name=form.cleaned_data["name"], actor=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Team %(name)s was added.") % {"name": team.name})
            return redirect("team_list")
    told = {
        "form": form,
        "teams": Team.objects.for_list(),
        "history": HistoryEntry.objects.about_all(Team)[:HISTORY_ROWS],
    }
    return render(request, "accounts/team_list.html", told)


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def team_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Another name for a team."""
    team = get_object_or_404(Team, pk=pk)
    form = TeamForm(request.POST or None, instance=team)
    if request.method == "POST" and form.is_valid():
        try:
            rename_team(
                team=team,
                version=posted_version(request),
                name=form.cleaned_data["name"],
                actor=request.user,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("team_list")
    return render(request, "accounts/team_edit.html", {"form": form, "team": team})


@roles(Role.ADMIN)
@require_POST
def team_retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep the team for what was, and let nobody join it any more."""
    team = get_object_or_404(Team, pk=pk)
    try:
        retire_team(team=team, version=posted_version(request), actor=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Team %(name)s is retired.") % {"name": team.name})
    return redirect("team_list")


@roles(Role.ADMIN)
@require_POST
def team_restore(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a retired team into use again."""
    team = get_object_or_404(Team, pk=pk)
    try:
        restore_team(team=team, version=posted_version(request), actor=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Team %(name)s is in use again.") % {"name": team.name})
    return redirect("team_list")
