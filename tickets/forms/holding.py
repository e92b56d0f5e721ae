"""A form that can bring files: they are held under its key until it is saved."""

from django import forms

from accounts.models import User
from tickets.forms.keys import KeysField
from tickets.forms.once import FormKeyField, own_form_key
from tickets.models import Attachment


class HoldingForm(forms.Form):
    """``held`` are the files to go along; ``holder`` is the person they are held for.

    Only a form that is drawn for the second time, or goes on with a draft, has a holder: a fresh
    one holds nothing yet.
    """

    form_key = FormKeyField()
    held = KeysField(required=False)

    holder: User | None = None

    def held_files(self) -> list[Attachment]:
        """What is held for it; of a form that was sent, without what was unticked in it."""
        key = own_form_key(self["form_key"].value())
        if self.holder is None or key is None:
            return []
        files = Attachment.objects.held(self.holder, key).select_related("file")
        if self.is_bound:
            files = files.filter(pk__in=self.cleaned_data.get("held", []))
        return list(files)
