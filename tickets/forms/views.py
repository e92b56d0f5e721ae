"""The form of a saved view."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from tickets.models import SavedView
from tickets.queue.reading import kept_query


class SavedViewForm(forms.Form):
    """A name for the filters, sort and columns of an address."""

    query = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    name = forms.CharField(
        max_length=60,
        label=_("Name"),
        error_messages={"required": _("Give the view a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    shared = forms.BooleanField(
        required=False,
        label=_("For everybody"),
        help_text=_("Everybody at the desk sees it beside their own. Only managers share."),
    )

    def __init__(self, *args: Any, person: User, view: SavedView | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if not person.may(Role.MANAGER, write=True) and not (view and view.shared):
            del self.fields["shared"]

    def clean_query(self) -> str:
        """What the address says of tickets, sort and columns."""
        kept = kept_query(QueryDict(self.cleaned_data["query"]))
        longest = SavedView._meta.get_field("query").max_length or 0
        if len(kept) > longest:
            raise forms.ValidationError(_("These are too many filters for one view."))
        return kept

    def clean(self) -> dict[str, Any]:
        """A person without the choice shares nothing."""
        self.cleaned_data.setdefault("shared", False)
        return self.cleaned_data
