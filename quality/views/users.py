"""Who is at the bench: a fast change of user by PIN, and setting one."""

from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, by_pin, roles
from accounts.middleware import PIN_SESSION
from accounts.models import Role
from accounts.services.pins import has_pin, people_with_pin, set_pin, take_over, try_pin
from quality.forms.pins import ChangeForm, PinForm

BACKEND = "accounts.backends.PersonBackend"


@sensitive_post_parameters("pin")
@never_cache
@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def bench_change(request: PersonRequest) -> HttpResponse:
    """Another inspector takes over this tablet; what is half done stays with who began it."""
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        refusal = try_pin(person=person, pin=form.cleaned_data["pin"])
        if not refusal:
            # Nothing of the former person's session goes over to the next.
            logout(request)
            login(request, person, backend=BACKEND)
            request.session[PIN_SESSION] = True
            take_over(person=person)
            messages.success(request, _("You are %(name)s now.") % {"name": person.name})
            return redirect("bench")
        form.add_error("pin", refusal)
    context = {"form": form, "people": people_with_pin(), "mine": has_pin(request.user)}
    status = 422 if request.method == "POST" else 200
    return render(request, "quality/bench_change.html", context, status=status)


@sensitive_post_parameters("pin", "password")
@never_cache
@roles(Role.INSPECTOR)
@require_http_methods(["GET", "POST"])
def bench_pin(request: PersonRequest) -> HttpResponse:
    """Set one's own PIN; the password is asked for, and a PIN session does not get here."""
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_pin(person=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your PIN is set. You are asked for it when you sign."))
            return redirect("bench")
    status = 422 if request.method == "POST" else 200
    return render(request, "quality/bench_pin.html", {"form": form}, status=status)
