"""What happened at the desk of the sample shop these last days: open tickets, promises, flags."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from helpdesk.sample.goods import AGENTS
from purchases.models import Purchase
from thresholds.models import Flag
from thresholds.services.flags import close_flag, dismiss_flag, explain_flag
from tickets.models import Fault, Interaction, Reason
from tickets.services import PromiseDraft, log_interaction

Channel, Outcome = Interaction.Channel, Interaction.Outcome


@dataclass(frozen=True)
class Call:
    """A contact of these days: so many hours ago, about the n-th purchase that fits."""

    hours_ago: int
    reason: str
    outcome: Interaction.Outcome
    said: str
    promise: str = ""
    # Hours from now; negative ones are late by now and so are made earlier than that.
    due_in: int = 0
    channel: Interaction.Channel = Interaction.Channel.PHONE


CALLS = (
    Call(70, "Replacement not sent", Outcome.PROMISED, "Third set was to be here on Friday. Nothing in tracking.", "Ring back with a date for the new mugs", -20),
    Call(52, "Cracked or broken", Outcome.PROMISED, "Two of six mugs cracked again at the handle. Photos by mail.", "Send the replacement from another lot", 26),
    Call(47, "Refund not made", Outcome.ESCALATED, "Would rather have the money back now. Please confirm.", channel=Channel.EMAIL),
    Call(30, "Lost or returned", Outcome.PROMISED, "Delivered, says the carrier, but nobody has the parcel.", "Ring back after the carrier’s answer", 3),
    Call(28, "Wears out early", Outcome.ESCALATED, "Glaze comes off in the dishwasher, after a month."),
    Call(25, "Page not right", Outcome.WAITING, "The colour is not the one on the page. Will send a photo.", channel=Channel.CHAT),
    Call(22, "Wrong invoice", Outcome.PROMISED, "Needs the company name on the invoice.", "Send the corrected invoice", 5, Channel.EMAIL),
    Call(8, "Late", Outcome.PROMISED, "Needs it for Saturday; the date moved twice.", "Ring back about the delivery", 20),
    Call(6, "Told twice, no action", Outcome.ESCALATED, "Explained it all last week; nothing happened."),
    Call(4, "Return too hard", Outcome.WAITING, "Cannot print the label. Sent it as a picture.", channel=Channel.EMAIL),
    Call(3, "Cracked or broken", Outcome.PROMISED, "Handle came off while washing up.", "Send a new mug today", 4),
    Call(1, "Where is my order", Outcome.RESOLVED, "Asks where it is. Leaves today, told the number."),
)  # fmt: skip


def log_calls(now: datetime) -> None:
    """The calls of these days, through the very service that the call form uses."""
    agents = [User.objects.get(name=name) for name in AGENTS]
    reasons = {reason.name: reason for reason in Reason.objects.leaves().in_use()}
    about = _purchases(now)
    for place, call in enumerate(CALLS):
        agent = agents[place % len(agents)]
        due_at = now + timedelta(hours=call.due_in)
        log_interaction(
            actor=agent,
            channel=call.channel,
            direction=Interaction.Direction.INBOUND,
            reason=reasons[call.reason],
            outcome=call.outcome,
            summary=call.said,
            occurred_at=now - timedelta(hours=call.hours_ago),
            purchase=about[place],
            duration_seconds=120 + 37 * place,
            promise=PromiseDraft(call.promise, due_at) if call.promise else None,
        )
    log_interaction(
        actor=agents[0],
        channel=Channel.PHONE,
        direction=Interaction.Direction.INBOUND,
        reason=None,
        outcome=Outcome.WAITING,
        summary="A neighbour of a customer asks about a mug; will ring back with the order number.",
        occurred_at=now - timedelta(hours=2),
        caller="+32 9 555 01 77",
    )


def _purchases(now: datetime) -> list[Purchase]:
    """Recent purchases for the calls: those of the bad mugs first, no customer twice."""
    recent = Purchase.objects.filter(
        delivered_at__gt=now - timedelta(days=80), delivered_at__lt=now - timedelta(days=4)
    ).order_by("-net_interactions", "pk")
    busy = recent.filter(lines__product__sku="MUG-30", net_interactions__range=(2, 7)).distinct()
    calm = recent.filter(net_interactions__lte=1)
    found: dict[int, Purchase] = {}
    for purchase in [*busy[:4], *calm[:200]]:
        found.setdefault(purchase.customer_id, purchase)
    return list(found.values())


def answer_flags(manager: User, now: datetime) -> None:
    """Some flags already have their cause and action; the others wait for the visitor."""
    flags = list(Flag.objects.unfinished().order_by("net_when_raised", "pk"))
    for place, flag in enumerate(flags[:4]):
        if place == 0:
            note = "One customer, three gifts, three questions: nothing was wrong."
            dismiss_flag(flag=flag, actor=manager, version=flag.version, note=note)
            continue
        explain_flag(
            flag=flag,
            actor=manager,
            version=flag.version,
            owner=manager,
            cause_fault=Fault.GOODS,
            cause_text="Handle joint dries too fast (mugs made since the summer).",
            action_text="Slow-drying rack for handles; lots on hold until the second person passes them.",
            action_due=(now + timedelta(days=5)).date(),
        )
        if place == 1:
            flag.refresh_from_db()
            close_flag(flag=flag, actor=manager, version=flag.version, note="Money returned.")
