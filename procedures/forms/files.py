"""Files of procedures on their way in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SeveralFiles(forms.ClearableFileInput):
    """One or several."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A list of uploads, each checked as one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files. Raises ValidationError for none."""
        sent = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFilesField, self).clean(one, initial) for one in sent or [None]]


class ImportForm(forms.Form):
    """Markdown files, or a zip of a folder of them."""

    sent = SeveralFilesField(
        label=_("Files"),
        help_text=_("Markdown files (.md), or one .zip with them and their pictures."),
        widget=SeveralFiles(attrs={"accept": ".md,.zip,.jpg,.png,.gif,.webp"}),
        error_messages={"required": _("Choose a file first.")},
    )
    only_try = forms.BooleanField(
        required=False,
        label=_("Only say what would happen"),
        help_text=_("Nothing is kept; then choose the files again and import them."),
    )

    def uploads(self) -> list[tuple[str, Any]]:
        """(name, stream) of what was sent."""
        return [(one.name or "", one) for one in self.cleaned_data["sent"]]
