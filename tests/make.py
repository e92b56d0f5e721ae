"""Typed builders for tests: each makes one valid row with the least said."""

import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from accounts.models import Access, Role, Shop, Team, User
from helpdesk.lib.folding import fold
from procedures.models import Procedure, Version
from procedures.rules.drafts import StepDraft, VersionDraft
from procedures.services import (
    ProcedureDraft,
    add_procedure,
    publish_version,
    save_draft,
    start_draft,
)
from purchases.models import (
    Customer,
    CustomerEmail,
    CustomerPhone,
    EvaluationMark,
    Lot,
    Product,
    Purchase,
    PurchaseLine,
)
from quality.models import Inspection, Plan
from quality.services import (
    LineDraft,
    PlanDraft,
    activate_plan,
    open_inspection,
    record_result,
    save_plan,
    sign_inspection,
)
from thresholds.models import ThresholdRevision
from tickets.models import Fault, Goodwill, HelpRequest, Interaction, Rating, Reason, Ticket

numbers = itertools.count(1)
PASSWORD = "correct horse battery"


def shop(**fields: Any) -> Shop:
    """The shop, made on first use; fields given are written."""
    made, _ = Shop.objects.get_or_create(pk=1, defaults={"name": "Lepel & Klei"})
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return made


def user(*roles: Role, read_only: bool = False, **fields: Any) -> User:
    """An active person with the roles; the password is ``PASSWORD``."""
    shop_exists = Shop.objects.filter(pk=1).exists()
    if not shop_exists:
        shop()
    n = next(numbers)
    name = fields.pop("name", f"Person {n}")
    made = User(
        email=fields.pop("email", f"person{n}@example.com"),
        name=name,
        name_folded=fold(name),
        **fields,
    )
    for role in roles:
        setattr(made, f"{role.value}_access", Access.READ if read_only else Access.FULL)
    made.set_password(PASSWORD)
    made.save()
    return made


def agent(**fields: Any) -> User:
    return user(Role.AGENT, **fields)


def inspector(**fields: Any) -> User:
    return user(Role.INSPECTOR, **fields)


def manager(**fields: Any) -> User:
    return user(Role.MANAGER, **fields)


def admin(**fields: Any) -> User:
    return user(Role.ADMIN, **fields)


def team(name: str = "") -> Team:
    return Team.objects.create(name=name or f"Team {next(numbers)}")


def customer(*, name: str = "", email: str = "", phone: str = "", **fields: Any) -> Customer:
    """A customer; ``phone`` is E.164."""
    name = name or f"Customer {next(numbers)}"
    words = fold(name).split()
    made = Customer.objects.create(
        name=name,
        name_folded=fold(name),
        last_first_folded=" ".join([*words[-1:], *words[:-1]]),
        **fields,
    )
    if email:
        CustomerEmail.objects.create(customer=made, address=email, address_folded=email.casefold())
    if phone:
        digits = "".join(sign for sign in phone if sign.isdigit())
        CustomerPhone.objects.create(
            customer=made, number=phone, typed=phone, digits_reversed=digits[::-1]
        )
    return made


def product(*, name: str = "", **fields: Any) -> Product:
    n = next(numbers)
    name = name or f"Product {n}"
    fields.setdefault("sku", f"SKU-{n}")
    return Product.objects.create(name=name, name_folded=fold(name), **fields)


def lot(**fields: Any) -> Lot:
    if "product" not in fields:
        fields["product"] = product()
    fields.setdefault("number", f"LOT-{next(numbers)}")
    return Lot.objects.create(**fields)


def purchase(
    *,
    products: tuple[Product, ...] = (),
    lots: tuple[Lot, ...] = (),
    ordered_at: datetime | None = None,
    delivered_at: datetime | None = None,
    **fields: Any,
) -> Purchase:
    """A purchase ordered 20 days ago unless said; a line for each product and each lot."""
    place = shop() if not Shop.objects.filter(pk=1).exists() else Shop.objects.get(pk=1)
    ordered_at = ordered_at or timezone.now() - timedelta(days=20)
    fields.setdefault("order_number", f"A-{next(numbers)}")
    if "customer" not in fields:
        fields["customer"] = customer()
    clock_at = delivered_at or ordered_at + timedelta(days=place.transit_days)
    made = Purchase.objects.create(
        ordered_at=ordered_at,
        delivered_at=delivered_at,
        clock_kind="delivery" if delivered_at else "order",
        clock_at=clock_at,
        clock_day=clock_at.astimezone(place.zone).date(),
        window_ends_at=clock_at + timedelta(days=place.window_days),
        order_folded="".join(c for c in fold(fields["order_number"]) if c.isalnum()),
        **fields,
    )
    for item in products:
        PurchaseLine.objects.create(purchase=made, product=item, quantity=Decimal(1))
    for item in lots:
        PurchaseLine.objects.create(
            purchase=made, product=item.product, lot=item, quantity=Decimal(1)
        )
    return made


def mark(purchase: Purchase, mark: int) -> EvaluationMark:
    """The purchase waits to be evaluated, with this mark."""
    return EvaluationMark.objects.update_or_create(purchase=purchase, defaults={"mark": mark})[0]


def mark_of(purchase: Purchase) -> int | None:
    """The mark of a purchase that waits to be evaluated; None for one that does not."""
    marks = EvaluationMark.objects.filter(purchase=purchase)
    return marks.values_list("mark", flat=True).first()


def reason(
    *,
    group: str = "Goods",
    name: str = "",
    fault: Fault = Fault.GOODS,
    counts: bool = True,
    **fields: Any,
) -> Reason:
    """A leaf; its group is made on first use."""
    parent, _ = Reason.objects.get_or_create(name=group, parent=None)
    return Reason.objects.create(
        parent=parent, name=name or f"Reason {next(numbers)}", fault=fault, counts=counts, **fields
    )


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG") -> BytesIO:
    """A picture of one colour, as a stream."""
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, kind)
    made.seek(0)
    return made


def interaction(*, purchase: Purchase | None = None, **fields: Any) -> Interaction:
    """A raw row, inbound by phone now, counted as net; use the service where counting matters."""
    fields.setdefault("channel", "phone")
    fields.setdefault("direction", "inbound")
    fields.setdefault("occurred_at", timezone.now())
    fields.setdefault("summary", "Asks where it is.")
    fields.setdefault("standing", "net" if purchase else "unattributed")
    if purchase and "customer" not in fields:
        fields["customer"] = purchase.customer
    return Interaction.objects.create(purchase=purchase, **fields)


def ticket(*, purchase: Purchase | None = None, **fields: Any) -> Ticket:
    fields.setdefault("subject", "Handle cracked")
    if purchase:
        fields.setdefault("customer", purchase.customer)
    return Ticket.objects.create(purchase=purchase, **fields)


def rating(*, purchase: Purchase, score: int = 4, **fields: Any) -> Rating:
    fields.setdefault("answered_at", timezone.now())
    return Rating.objects.create(purchase=purchase, score=score, **fields)


def help_request(*, ticket: Ticket, asked_by: User, **fields: Any) -> HelpRequest:
    """A question for any manager, to be answered within a day."""
    fields.setdefault("question", "May I send a third set?")
    fields.setdefault("due_at", timezone.now() + timedelta(days=1))
    return HelpRequest.objects.create(ticket=ticket, asked_by=asked_by, **fields)


def goodwill(*, ticket: Ticket, asked_by: User, **fields: Any) -> Goodwill:
    """A refund of 80 that waits, as its asker could give 50 alone."""
    plain: dict[str, Any] = {"kind": "refund", "cost": Decimal(80), "currency": "EUR"}
    plain |= {"why": "The third set was cracked too.", "state": "waiting"}
    plain |= {"own_limit": Decimal(50)}
    return Goodwill.objects.create(ticket=ticket, asked_by=asked_by, **{**plain, **fields})


MASS = LineDraft("Mass, dry", "measure", "g", Decimal(335), Decimal(340), Decimal(345))
GLAZE = LineDraft("Glaze", "pass_fail")
CHIPS = LineDraft("Chips", "count", upper=Decimal(2), required=False)
REMARKS = LineDraft("Remarks", "text", required=False)


def plan(
    *,
    product: Product | None = None,
    lines: tuple[LineDraft, ...] = (),
    active: bool = True,
    category: str = "",
    **said: Any,
) -> Plan:
    """A plan of mass (335 to 345 g) and glaze, chips and remarks optional; active unless said."""
    draft = PlanDraft(lines or (MASS, GLAZE, CHIPS, REMARKS), **said)
    writer, approver = (_office(name) for name in ("writer", "approver"))
    if product is None and not category:
        product = lot().product
    made = save_plan(actor=writer, product=product, category=category, draft=draft)
    return activate_plan(plan=made, actor=approver) if active else made


def _office(name: str) -> User:
    """An admin who left: somebody has to have written and approved a plan."""
    there = User.objects.filter(email=f"{name}@office.example.com").first()
    address = f"{name}@office.example.com"
    return there or user(Role.ADMIN, email=address, name=name.title(), is_active=False)


def lot_to_inspect(*, seconds: str = "never", **fields: Any) -> Lot:
    """A lot with a maker, of a product with an active plan."""
    if "maker" not in fields:
        fields["maker"] = user()
    made = lot(**fields)
    if not made.product.plans.active().exists():
        plan(product=made.product, seconds=seconds)
    return made


def inspection(
    *, lot: Lot | None = None, inspector: User | None = None, stage: str = ""
) -> Inspection:
    """An open inspection without results."""
    return open_inspection(
        lot=lot or lot_to_inspect(), inspector=inspector or user(Role.INSPECTOR), stage=stage
    )


def record(inspection: Inspection, name: str, typed: str) -> None:
    """What was found for the characteristic of this name, by its inspector."""
    assert inspection.plan
    line = inspection.plan.characteristics.get(name=name)
    record_result(
        inspection=inspection, characteristic=line, typed=typed, actor=inspection.inspector
    )


def sign(inspection: Inspection, note: str = "") -> Inspection:
    """Signed by its inspector."""
    return sign_inspection(inspection=inspection, actor=inspection.inspector, note=note)


def signed_inspection(
    *,
    lot: Lot | None = None,
    inspector: User | None = None,
    stage: str = "",
    mass: str = "340",
) -> Inspection:
    """A signed inspection of mass and glaze; a mass of 348 fails it."""
    made = inspection(lot=lot, inspector=inspector, stage=stage)
    assert made.plan
    for line in made.plan.characteristics.filter(required=True):
        typed = mass if line.kind == "measure" else "pass"
        record_result(inspection=made, characteristic=line, typed=typed, actor=made.inspector)
    note = "I looked twice." if made.stage == Inspection.Stage.THIRD else ""
    return sign_inspection(inspection=made, actor=made.inspector, note=note)


def revision(**fields: Any) -> ThresholdRevision:
    """A run that found nothing to learn from, with the starting number."""
    plain: dict[str, Any] = {"kind": "starting", "number": 5, "purchases": 0, "exposure": 0.0}
    plain |= {"alpha": 0.005, "floor": 3, "trim": 0.03, "starting_number": 5}
    plain |= {"window_days": 90, "merge_hours": 12, "history_days": 365, "code_version": "1"}
    return ThresholdRevision.objects.create(**{**plain, **fields})


SAY_SORRY = StepDraft("say", "Say you are sorry", "Before anything else.")
ASK_PHOTO = StepDraft("ask", "Ask what is broken", required=False)
WEIGH = StepDraft(
    "measure", "Weigh the new one", critical=True, unit="g", lower=Decimal(335), upper=Decimal(345)
)


def procedure(
    *, owner: User | None = None, steps: tuple[StepDraft, ...] = (), live: bool = True, **said: Any
) -> Procedure:
    """A procedure of three steps (say, ask, and a critical measure), in force unless said."""
    owner = owner or manager()
    said.setdefault("title", f"Procedure {next(numbers)}")
    made = add_procedure(draft=ProcedureDraft(owner=owner, **said), actor=owner)
    version(procedure=made, author=owner, steps=steps, live=live)
    return made


def version(
    *,
    procedure: Procedure,
    author: User | None = None,
    steps: tuple[StepDraft, ...] = (),
    live: bool = True,
) -> Version:
    """The next version of a procedure, written by ``author`` and put in force by somebody else."""
    author = author or procedure.owner
    draft = start_draft(procedure=procedure, actor=author)
    said = VersionDraft(steps or (SAY_SORRY, ASK_PHOTO, WEIGH))
    saved = save_draft(draft=draft, said=said, version=draft.version, actor=author)
    if not live:
        return saved
    return publish_version(draft=saved, version=saved.version, actor=manager())
