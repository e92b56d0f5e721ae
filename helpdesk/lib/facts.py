"""Django's admin as a window: every table can be looked at, nothing can be changed through it."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property

# Counting further than this would keep everybody waiting; who looks for a row knows its key.
COUNT_LIMIT = 10_000


class BriefPaginator(Paginator):
    """Counts the first rows only: of five million, nobody turns all the pages."""

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        rows: Any = self.object_list
        return int(rows[:COUNT_LIMIT].count())


class FactsAdmin(admin.ModelAdmin):
    """Read-only. Changes go through the product's own pages, which keep the history."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BriefPaginator
    list_per_page = 50
    actions = None
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


def show_facts(*models: type[Model]) -> None:
    """List these tables in Django's admin, each column that is plain."""
    for model in models:
        columns = [field.name for field in model._meta.concrete_fields if not field.is_relation]
        shown = [name for name in columns if name not in HIDDEN][:8]
        options = {"list_display": shown, "exclude": HIDDEN, "list_select_related": False}
        admin.site.register(model, type(f"{model.__name__}Facts", (FactsAdmin,), options))


# Secrets: a password's hash, and the word that lets an invited person in.
HIDDEN = ("password", "token")
