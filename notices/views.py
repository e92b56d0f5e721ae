from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, everyone
from accounts.services import choose_notice_ways
from helpdesk.lib.paging import Ordering, read_page
from notices.forms import WaysForm
from notices.models import Mail, Notice
from notices.services import read_all_notices, read_notice

ORDERINGS = {"moment": Ordering(_("When"), ("created_at",))}


@everyone
@require_safe
def notice_list(request: PersonRequest) -> HttpResponse:
    """What one was told, newest first; ``?show=unread`` leaves out what was opened."""
    notices = Notice.objects.of(request.user)
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        notices = notices.unread()
    told = {
        "page": read_page(request, notices, ORDERINGS, "-moment"),
        "only_unread": only_unread,
        "unread": Notice.objects.of(request.user).bell_count(),
    }
    return render(request, "notices/notice_list.html", told)


@everyone
@require_POST
def notice_open(request: PersonRequest, pk: int) -> HttpResponse:
    """Mark it read and go where it points."""
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    read_notice(notice=notice)
    if url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None):
        return redirect(notice.link)
    return redirect("notice_list")


@everyone
@require_POST
def notices_read_all(request: PersonRequest) -> HttpResponse:
    """Mark all of one's notices read."""
    count = read_all_notices(person=request.user)
    told = ngettext("%(n)s notice marked as read.", "%(n)s notices marked as read.", count)
    messages.success(request, told % {"n": count})
    return redirect("notice_list")


@everyone
@require_http_methods(["GET", "POST"])
def notice_choices(request: PersonRequest) -> HttpResponse:
    """How one wants to be told of what: in the page, by mail, both or neither."""
    form = WaysForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        changed = choose_notice_ways(person=request.user, ways=form.ways())
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("notice_choices")
    last = request.user.mails.order_by("-created_at", "-pk").first()
    told = {"form": form, "last": last if last and last.state == Mail.State.FAILED else None}
    return render(request, "notices/notice_choices.html", told)


@everyone
@require_safe
def notice_badge(request: PersonRequest) -> HttpResponseBase:
    """The bell, which asks for itself every 15 seconds; 304 while nothing changed."""
    unread = Notice.objects.of(request.user).bell_count()
    etag = f'"{unread}-{get_language()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = render(request, "notices/_badge.html", {"unread": unread})
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
