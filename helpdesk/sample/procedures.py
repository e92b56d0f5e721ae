"""Six procedures of the sample shop: written by the manager, published by the admin."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Role, User
from procedures.rules.drafts import BranchDraft, StepDraft, VersionDraft
from procedures.services import (
    ProcedureDraft,
    add_procedure,
    publish_version,
    save_draft,
    start_draft,
)
from tickets.models import Reason

DESK = (Role.AGENT.value, Role.MANAGER.value)


@dataclass(frozen=True)
class SampleProcedure:
    """A procedure as it is told; ``reasons`` are names of leaves."""

    title: str
    purpose: str
    reasons: tuple[str, ...]
    steps: tuple[StepDraft, ...]


def say(title: str, words: str) -> StepDraft:
    """Suggested words."""
    return StepDraft("say", title, words)


def ask(title: str, text: str = "", *, required: bool = True) -> StepDraft:
    """A question to the customer."""
    return StepDraft("ask", title, text, required=required)


def do(title: str, text: str = "", *, critical: bool = False) -> StepDraft:
    """Something to do."""
    return StepDraft("do", title, text, critical=critical)


TOLD = (
    SampleProcedure(
        "Damaged on arrival",
        "A cracked mug is our fault: she has a whole one within three days and never asks twice.",
        ("Cracked or broken", "Parcel damaged"),
        (
            say("Say you are sorry", "“I am sorry, that is not how it should reach you.”"),
            ask("What is broken, and how many?"),
            StepDraft("photo", "A photo of the damage", "By mail will do.", required=False),
            StepDraft(
                "decide",
                "Is the parcel damaged too?",
                branches=(
                    BranchDraft("Yes", "Claim it from the carrier"),
                    BranchDraft("No", "Weigh the new one"),
                ),
            ),
            do("Claim it from the carrier", "Within **seven days** of delivery, with the photo."),
            StepDraft(
                "measure",
                "Weigh the new one",
                "A light mug is a thin mug: it is the next one to crack.",
                critical=True,
                unit="g",
                lower=Decimal(335),
                upper=Decimal(360),
            ),
            say(
                "Promise the day",
                "“It leaves today and is with you by …” Promise it in the ticket.",
            ),
        ),
    ),
    SampleProcedure(
        "Late delivery",
        "Who waits wants a day, not an apology.",
        ("Late", "Where is my order", "Lost or returned"),
        (
            ask("Order number and address"),
            do("Look where the parcel is", "The tracking page, and then the carrier by phone."),
            StepDraft(
                "decide",
                "Has it moved in the last two days?",
                branches=(
                    BranchDraft("Yes", "Tell the day"),
                    BranchDraft("No", "Send a second one"),
                ),
            ),
            do("Send a second one", "And ask the carrier to look for the first.", critical=True),
            say("Tell the day", "“You have it on … If not, I ring you, you do not ring me.”"),
        ),
    ),
    SampleProcedure(
        "Wrong address or invoice",
        "Corrected once, in one call.",
        ("Wrong invoice",),
        (
            ask("What should it say?", "Name, street, VAT number: read it back letter by letter."),
            do("Correct the customer first, then the invoice"),
            do("Send the corrected invoice", "While the customer is on the line."),
            ask("Has it arrived?", required=False),
        ),
    ),
    SampleProcedure(
        "Repeat defect",
        "The same thing wrong twice is no accident: somebody looks before a third one leaves.",
        ("Told twice, no action", "Wears out early"),
        (
            say("Say that twice is once too often", "“You should not have had to call again.”"),
            do("Read the earlier contacts", "All of them, before anything is promised."),
            do(
                "Ask a manager",
                "With the owner button: a third of the same lot does not leave.",
                critical=True,
            ),
            ask("What would make it good?"),
        ),
    ),
    SampleProcedure(
        "Angry caller: empathy first",
        "Nobody hears a solution while nobody has heard them.",
        ("Return too hard", "Refund not made"),
        (
            do("Let them finish", "Write, do not interrupt."),
            say("Say back what you heard", "“You paid, and you still have nothing in your hands.”"),
            ask("Is that it, or is there more?"),
            say("Say what you do now, and by when", "One thing, with a moment. Promise it."),
            do("Write down what they are angry about", "The thing, not the tone."),
        ),
    ),
    SampleProcedure(
        "Call-back",
        "A promise to ring is kept to the minute, or the customer hears why before it.",
        ("Call-back not made", "Replacement not sent"),
        (
            do("Ring at the promised moment"),
            StepDraft(
                "decide",
                "Reached?",
                branches=(BranchDraft("Yes", "Say what you know"), BranchDraft("No", "Try again")),
            ),
            do("Try again", "Write the try down; the next moment is within two hours."),
            say("Say what you know", "Also that nothing is known yet, and when you ring again."),
        ),
    ),
)


def write_manual(manager: User, admin: User, now: datetime) -> None:
    """All six in force."""
    for place, told in enumerate(TOLD):
        made = add_procedure(
            draft=ProcedureDraft(
                title=told.title,
                owner=manager,
                purpose=told.purpose,
                review_on=(now + timedelta(days=30 * (place + 1))).date(),
                reasons=tuple(Reason.objects.leaves().filter(name__in=told.reasons)),
                roles=DESK,
            ),
            actor=manager,
        )
        draft = start_draft(procedure=made, actor=manager)
        saved = save_draft(
            draft=draft,
            said=VersionDraft(told.steps, "First version."),
            version=draft.version,
            actor=manager,
        )
        publish_version(draft=saved, version=saved.version, actor=admin)
