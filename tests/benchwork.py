"""Typed builders of the quality room: gauges, samples, nonconformances and what follows."""

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from purchases.models import Lot, Product, Purchase
from quality.models import Characteristic, Gauge, Inspection, KnownBad, Nonconformance, Plan
from quality.services import activate_plan, record_result
from quality.services.gauges import closing
from quality.services.knownbad import UnitDraft, put_known_bad
from quality.services.nonconformances import (
    ActionDraft,
    Found,
    agree_action,
    decide_disposition,
    report_nonconformance,
)
from quality.services.photos import keep_photo, set_picture
from tests import make
from thresholds.models import Flag


def gauge(*, name: str = "", due_on: date | None = None) -> Gauge:
    make.shop()
    closes_at = closing(due_on)
    name = name or f"Scale {next(make.numbers)}"
    return Gauge.objects.create(name=name, due_on=due_on, closes_at=closes_at)


def pictured_line() -> Characteristic:
    """A characteristic of a draft with a good picture."""
    line = make.plan(active=False).characteristics.get(name="Glaze")
    set_picture(
        characteristic=line,
        which="good",
        stream=make.picture(),
        name="glaze.png",
        actor=make.manager(),
    )
    line.refresh_from_db()
    return line


def photo_result() -> Any:
    """A signed result with a photo."""
    made = make.inspection()
    make.record(made, "Mass, dry", "340")
    assert made.plan
    line = made.plan.characteristics.get(name="Glaze")
    photo = keep_photo(stream=make.picture(), name="glaze.png", actor=made.inspector)
    found = record_result(
        inspection=made, characteristic=line, typed="pass", photo=photo, actor=made.inspector
    )
    make.sign(made)
    return found


def sample_inspection(*, inspector: User | None = None, number: int = 3, **said: Any) -> Inspection:
    """An open inspection of the first so many units of a lot of 100."""
    product = make.plan(sampling="first", sampling_number=number, **said).product
    batch = make.lot(product=product, maker=make.user(), quantity=100)
    return make.inspection(lot=batch, inspector=inspector)


def known_bad(*, product: Product | None = None, **said: Any) -> KnownBad:
    """A unit with bad glaze, of a product with an active plan."""
    product = product or make.plan().product
    assert product
    plain: dict[str, Any] = {"number": f"KB-{next(make.numbers)}", "maker": make.user()}
    plain |= {"wrong": ["Glaze"]}
    draft = UnitDraft(product=product, **{**plain, **said})
    return put_known_bad(draft=draft, actor=make.manager())


def nonconformance(*, lot: Lot | None = None, **said: Any) -> Nonconformance:
    """Ten cracked handles, major unless said."""
    plain: dict[str, Any] = {"fault": "Crack", "what": "Handles cracked", "quantity": 10}
    found = Found(lot=lot or make.lot_to_inspect(), **{**plain, **said})
    return report_nonconformance(found=found, actor=make.manager())


def flag(*, purchase: Purchase, **fields: Any) -> Flag:
    """An open flag at the threshold of 5."""
    return Flag.objects.create(
        **{"purchase": purchase, "threshold": 5, "net_when_raised": 5, **fields}
    )


def disposition(*, nonconformance: Nonconformance, by: User | None = None, **said: Any) -> Any:
    """All of them are scrapped, decided by a manager."""
    plain = {"kind": "scrap", "quantity": nonconformance.quantity, "reason": "Cannot be mended."}
    return decide_disposition(
        nonconformance=nonconformance, actor=by or make.manager(), **{**plain, **said}
    )


def action(*, nonconformance: Nonconformance, day: date | None = None, **said: Any) -> Any:
    """Dry handles more slowly, due and to be checked on `day` (today unless said)."""
    day = day or timezone.localdate()
    plain: dict[str, Any] = {"what": "Dry handles slower", "measure": "same_fault"}
    plain |= {"due_on": day, "check_on": day}
    who = make.manager()
    draft = ActionDraft(**{"owner": who, **plain, **said})
    return agree_action(nonconformance=nonconformance, draft=draft, actor=who)


def activate(plan: Plan) -> Plan:
    """Approved by somebody who did not write it."""
    return activate_plan(plan=plan, actor=make.manager())
