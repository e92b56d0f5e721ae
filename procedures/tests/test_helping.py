"""Does it help? Cases with and without a deviation, before and after publication."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from procedures.models import Run, Version
from procedures.services import RecordDraft, record_step, start_run
from procedures.stats.helping import Cases, read_helping
from purchases.models import Purchase
from tests import make

pytestmark = pytest.mark.django_db


def case(version: Version, reason, *, net: int, deviates: bool) -> Run:
    """A purchase with so many counted contacts whose ticket followed the version."""
    agent = make.agent()
    purchase = make.purchase()
    Purchase.objects.filter(pk=purchase.pk).update(net_interactions=net, gross_interactions=net)
    ticket = make.ticket(purchase=purchase, reason=reason, owner=agent)
    run = start_run(version=version, ticket=ticket, actor=agent)
    say, ask, weigh = list(version.steps.order_by("position"))
    record_step(run=run, step=say, draft=RecordDraft(), actor=agent)
    record_step(run=run, step=ask, draft=RecordDraft(answer="Two"), actor=agent)
    if deviates:
        draft = RecordDraft(deviation="skipped", why="No scales.")
    else:
        draft = RecordDraft(value=340)
    record_step(run=run, step=weigh, draft=draft, actor=agent)
    return run


def test_each_version_tells_its_cases_and_how_sure_it_is(client: Client):
    boss = make.manager()
    reason = make.reason(group="Goods", name="Cracked")
    procedure = make.procedure(owner=boss, title="Damaged", reasons=(reason,))
    version = procedure.versions.get()
    for net in (1, 2, 3):
        case(version, reason, net=net, deviates=False)
    case(version, reason, net=9, deviates=True)
    start_run(version=version, ticket=make.ticket(purchase=make.purchase()), actor=boss)
    now = timezone.now() + timedelta(days=10)
    for days, contacts in ((-3, 2), (4, 1)):
        for _n in range(contacts):
            purchase = make.purchase()
            Purchase.objects.filter(pk=purchase.pk).update(net_interactions=4, gross_interactions=4)
            make.interaction(
                purchase=purchase,
                reason=reason,
                occurred_at=version.published_at + timedelta(days=days),
            )
    [told] = read_helping(procedure, now)
    assert (told.runs, told.ended, told.after_days) == (5, 4, 10)
    assert told.deviated == Cases(1, 9, 81)
    # The run that nothing was recorded of stands on a purchase without a contact.
    assert told.followed == Cases(4, 6, 14)
    assert told.before == Cases(2, 8, 32)
    assert told.after == Cases(1, 4, 16)
    assert told.deviated.interval is None
    assert Cases(40, 60, 130).interval is not None

    client.force_login(boss)
    page = client.get(f"/procedures/{procedure.pk}/helps/").content.decode()
    assert "4 of 5" in page
    assert "cannot tell yet" in page
    assert "it does not prove one" in page
