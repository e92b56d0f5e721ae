from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from jobs.importing.kinds import ImportKind, import_kinds

MEGABYTE = 1024**2


def kinds_for(person: User) -> list[ImportKind]:
    """The kinds of files this person may import."""
    return [kind for kind in import_kinds().values() if person.may(*kind.roles, write=True)]


class UploadForm(forms.Form):
    """What is in the file, and the file."""

    kind = forms.ChoiceField(label=gettext_lazy("What is in it?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(
            attrs={"accept": ".csv,.tsv,.txt,text/csv", "class": "form-control"}
        ),
        error_messages={"empty": gettext_lazy("The file is empty. Choose another one.")},
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = kinds_for(person)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(kind.name, str(kind.label)) for kind in self.kinds]

    def clean_file(self) -> Any:
        """Not larger than what the product takes."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            text = _("The file is larger than %(limit)d MB. Split it, or use the command line.")
            raise ValidationError(text % {"limit": settings.UPLOAD_LIMIT // MEGABYTE})
        return file
