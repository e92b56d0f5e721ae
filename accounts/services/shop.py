from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Access, Shop, User
from accounts.services.history import changes_of, record_history, save_version
from accounts.services.people import fold_name
from accounts.services.schedule import note_hours_changed
from helpdesk.lib.nudge import nudge

# Settings by which purchases' clocks and counters were made.
COUNTING_FIELDS = frozenset({"time_zone", "transit_days", "window_days", "merge_hours"})

# Settings that desks without words of their own go by.
HOURS_FIELDS = frozenset({"time_zone", "country"})


def publish_number(
    *,
    threshold: int,
    kind: str,
    normal_mean: float | None,
    nine_in_ten: int | None,
    odds: int | None,
) -> None:
    """Put the number in force on the shop's row, where every tally reads it (thresholds calls this)."""
    Shop.objects.filter(pk=1).update(
        threshold=threshold,
        threshold_kind=kind,
        normal_mean=normal_mean,
        normal_nine_in_ten=nine_in_ten,
        threshold_odds=odds,
    )


@transaction.atomic
def edit_shop(*, shop: Shop, version: int, values: Mapping[str, object], actor: User) -> bool:
    """Change the shop's settings; says whether purchases must be counted again.

    A changed counting setting leaves its moment in ``counting_changed_at`` and nudges the task
    that makes clocks and counters again. Raises ValidationError on a stale ``version``.
    """
    changes = changes_of(shop, values)
    if not changes:
        return False
    save_version(shop, version=version, values=values)
    record_history(subject=shop, verb="changed", actor=actor, changes=changes)
    if HOURS_FIELDS & changes.keys():
        note_hours_changed()
    recount = bool(COUNTING_FIELDS & changes.keys())
    if recount:
        note_counting_changed()
    return recount


def note_counting_changed() -> None:
    """Have a worker make all clocks and counters again; call it in the change's transaction."""
    Shop.objects.filter(pk=1).update(counting_changed_at=timezone.now())
    transaction.on_commit(partial(nudge, "purchases.tasks.reset_clocks"))


def settle_counting(*, changed_at: datetime) -> bool:
    """Say that everything was counted again after the change made at ``changed_at``.

    False when the settings changed once more meanwhile: then it must be done again.
    """
    rows = Shop.objects.filter(pk=1, counting_changed_at=changed_at)
    return bool(rows.update(counting_changed_at=None))


@transaction.atomic
def start_shop(*, shop_name: str, time_zone: str, name: str, email: str, password: str) -> User:
    """Make the shop, its first admin and what a new shop starts with (settings.SHOP_STARTERS).

    The shop's row decides who comes first when two browsers ask at once: the second one waits
    for it and is refused. Raises ValidationError when somebody can sign in already.
    """
    Shop.objects.get_or_create(pk=1, defaults={"name": shop_name, "time_zone": time_zone})
    shop = Shop.objects.select_for_update().get(pk=1)
    if User.objects.active().exists():
        raise ValidationError(_("Somebody else has just set this shop up. Ask them to invite you."))
    Shop.objects.filter(pk=1).update(name=shop_name, time_zone=time_zone)
    address = email.strip().lower()
    person = User.objects.filter(email=address).first() or User(email=address)
    person.name, person.name_folded, person.is_active = name, fold_name(name), True
    person.admin_access = person.manager_access = person.agent_access = Access.FULL
    person.set_password(password)
    person.save()
    record_history(subject=shop, verb="created", actor=person)
    for starter in settings.SHOP_STARTERS:
        import_string(starter)(actor=person)
    return person
