"""How the rooms below the notices say that a person should be told something."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string


def tell(
    *, people: Iterable[Model], kind: str, key: str, params: Mapping[str, object], link: str = ""
) -> None:
    """Leave a notice with each of ``people``; ``notices.services.notify`` says what the rest means.

    Jobs and accounts lie below the notices and may not import them, so the settings name the
    service (settings.NOTICE_SERVICE). Call it in the transaction of the matter itself.
    """
    import_string(settings.NOTICE_SERVICE)(
        people=people, kind=kind, key=key, params=params, link=link
    )
