"""Judging history as of a day: the question, and its answer."""

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from thresholds.forms.number import AsOfForm
from thresholds.models import AsOfResult, ThresholdRevision
from thresholds.services.as_of import ask_as_of
from thresholds.texts import caution_text, sentence_numbers, sentence_text

ANSWER_ORDERINGS = {"asked": Ordering(gettext_lazy("Asked"), ("made_at",))}
RESULT_ORDERINGS = {
    "net": Ordering(gettext_lazy("Tally"), ("net",)),
    "ordered": Ordering(gettext_lazy("Ordered"), ("purchase__ordered_at",)),
}


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def as_of(request: PersonRequest) -> HttpResponse:
    """Ask for the number as of the end of a day; a worker answers."""
    form = AsOfForm(request.POST or None, window=request.shop.window_days)
    if request.method == "POST" and form.is_valid():
        try:
            job = ask_as_of(actor=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("job_page", job.pk)
    answers = ThresholdRevision.objects.answers().defer("maturity", "warnings")
    page = read_page(request, answers, ANSWER_ORDERINGS, "-asked")
    results = AsOfResult.objects.filter(revision__in=page.items).values_list("revision")
    flagged = dict(results.annotate(n=Count("pk")).order_by())
    told = {
        "form": form,
        "page": page,
        "rows": [(each, flagged.get(each.pk, 0)) for each in page.items],
    }
    return render(request, "thresholds/as_of.html", told)


@roles(Role.MANAGER)
@require_safe
def as_of_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """The number as of a day, and the purchases that reached it by then."""
    answers = ThresholdRevision.objects.answers().defer("maturity")
    revision = get_object_or_404(answers, pk=pk)
    results = AsOfResult.objects.filter(revision=revision).select_related("purchase__customer")
    told = {
        "revision": revision,
        "sentence": sentence_text(sentence_numbers(revision)),
        "warnings": [caution_text(each) for each in revision.warnings],
        "page": read_page(request, results, RESULT_ORDERINGS, "-net"),
    }
    return render(request, "thresholds/as_of_answer.html", told)
