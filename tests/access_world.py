"""The rows that the addresses of the access table name."""

from datetime import date
from functools import cached_property
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import Access, Role, User
from accounts.services import invite_person
from files.models import StoredFile
from files.services import store_file
from jobs.importing.drafts import take_upload
from jobs.importing.kinds import import_kinds
from jobs.models import ImportDraft, Job
from notices.models import Notice
from procedures.services import RecordDraft, add_picture, record_step, start_run
from purchases.models import DuplicatePair
from tests import benchwork, make
from thresholds.models import Flag
from tickets.models import CallDraft, CannedText, Macro, Promise, Reason, SavedView
from tickets.services import merge_customers, merge_tickets, save_call_draft
from tickets.services.attachments import attach_file


class World:
    """The rows that addresses name, each made when first asked for."""

    @cached_property
    def admin(self) -> User:
        return make.admin(name="Root")

    @cached_property
    def agent(self) -> User:
        return make.agent(name="Somebody Else")

    @cached_property
    def inspector(self) -> User:
        return make.inspector(name="Somebody Else Too")

    @cached_property
    def invitation(self) -> Any:
        return invite_person(
            name="Invited",
            email="invited@example.com",
            access={Role.AGENT: Access.FULL},
            team=None,
            actor=self.admin,
        )

    @cached_property
    def team(self) -> Any:
        return make.team()

    @cached_property
    def reason(self) -> Reason:
        return make.reason()

    @cached_property
    def purchase(self) -> Any:
        return make.purchase(lots=(self.lot,))

    @cached_property
    def customer(self) -> Any:
        return self.purchase.customer

    @cached_property
    def product(self) -> Any:
        return self.lot.product

    @cached_property
    def lot(self) -> Any:
        return make.lot_to_inspect()

    @cached_property
    def plan(self) -> Any:
        return self.product.plans.get()

    @cached_property
    def draft_plan(self) -> Any:
        return make.plan(active=False)

    @cached_property
    def ticket(self) -> Any:
        return make.ticket(purchase=self.purchase)

    @cached_property
    def duplicate(self) -> Any:
        first, second = make.customer(), make.customer()
        return DuplicatePair.objects.create(first=first, second=second, why="name")

    @cached_property
    def merged_customer(self) -> Any:
        twin = make.customer()
        merge_customers(customer=twin, into=self.customer, actor=self.agent)
        return twin

    @cached_property
    def attachment(self) -> Any:
        picture = make.picture()
        return attach_file(stream=picture, name="a.png", ticket=self.ticket, actor=self.agent)

    @cached_property
    def merged_ticket(self) -> Any:
        loose = make.ticket()
        merge_tickets(ticket=loose, into=self.ticket, version=1, actor=self.agent)
        return loose

    @cached_property
    def promise(self) -> Any:
        return Promise.objects.create(
            ticket=self.ticket, what="Ring back", due_at=timezone.now(), owner=self.agent
        )

    @cached_property
    def help(self) -> Any:
        return make.help_request(ticket=self.ticket, asked_by=self.agent)

    @cached_property
    def goodwill(self) -> Any:
        """It waits for approval."""
        return make.goodwill(ticket=self.ticket, asked_by=self.agent)

    @cached_property
    def interaction(self) -> Any:
        return make.interaction(purchase=self.purchase)

    def inspection(self, person: User) -> Any:
        """One of this person's that is open, on a lot of its own."""
        return make.inspection(inspector=person)

    @cached_property
    def signed(self) -> Any:
        return make.signed_inspection()

    @cached_property
    def gauge(self) -> Any:
        return benchwork.gauge()

    @cached_property
    def known_bad(self) -> Any:
        return benchwork.known_bad()

    @cached_property
    def draft_line(self) -> Any:
        return self.draft_plan.characteristics.first()

    @cached_property
    def pictured_line(self) -> Any:
        return benchwork.pictured_line()

    @cached_property
    def photo_result(self) -> Any:
        return benchwork.photo_result()

    def sample_inspection(self, person: User) -> Any:
        """Of three units, opened by this person."""
        return benchwork.sample_inspection(inspector=person)

    @cached_property
    def nonconformance(self) -> Any:
        """A critical one of the lot, found by a manager."""
        return benchwork.nonconformance(lot=self.lot, severity="critical")

    @cached_property
    def disposition(self) -> Any:
        """It waits for a second signature."""
        return benchwork.disposition(nonconformance=self.nonconformance)

    @cached_property
    def action(self) -> Any:
        return benchwork.action(nonconformance=self.nonconformance)

    @cached_property
    def procedure(self) -> Any:
        """In force, with a draft of its next version."""
        made = make.procedure()
        make.version(procedure=made, live=False)
        return made

    @cached_property
    def live_version(self) -> Any:
        return self.procedure.versions.get(state="published")

    @cached_property
    def draft_version(self) -> Any:
        return self.procedure.versions.get(state="draft")

    @cached_property
    def procedure_picture(self) -> Any:
        return add_picture(
            procedure=self.procedure, stream=make.picture(), name="a.png", actor=self.admin
        )

    @cached_property
    def run(self) -> Any:
        return start_run(version=self.live_version, ticket=self.ticket, actor=self.agent)

    @cached_property
    def deviation(self) -> Any:
        """From a critical step, waiting for a word."""
        step = self.run.version.steps.get(critical=True)
        draft = RecordDraft(deviation="skipped", why="The scales are broken.")
        return record_step(run=self.run, step=step, draft=draft, actor=self.agent)

    @cached_property
    def photo_record(self) -> Any:
        step = self.run.version.steps.first()
        draft = RecordDraft(photo=make.picture(), photo_name="a.png")
        return record_step(run=self.run, step=step, draft=draft, actor=self.agent)

    @cached_property
    def flag(self) -> Any:
        return Flag.objects.create(purchase=self.purchase, threshold=5, net_when_raised=5)

    @cached_property
    def answer(self) -> Any:
        """The number as of a past day."""
        return make.revision(as_of=date(2026, 6, 30))

    def draft(self, person: User) -> ImportDraft:
        """An upload of this person's that nobody has run."""
        return take_upload(
            kind=import_kinds()["purchases"],
            stream=BytesIO(b"order_number,customer_name,ordered_at\nA-1,Els,2026-11-01\n"),
            name="purchases.csv",
            actor=person,
            shop=make.shop(),
        )

    def held_file(self, person: User) -> Any:
        text = BytesIO(b"Held until the form is saved")
        return attach_file(stream=text, name="a.txt", form_key=str(uuid4()), actor=person)

    def call_draft(self, person: User) -> CallDraft:
        """A call of this person's that is open."""
        return save_call_draft(person=person, form_key=str(uuid4()), fields={"q": "Els"})

    def notice(self, person: User) -> Notice:
        return Notice.objects.get_or_create(person=person, kind="job_failed", key="k")[0]

    def job(self, person: User) -> Job:
        return Job.objects.create(kind="import_purchases", task="x", started_by=person)

    def view(self, person: User) -> SavedView:
        return SavedView.objects.get_or_create(owner=person, name="Mugs")[0]

    def text(self, person: User) -> CannedText:
        return CannedText.objects.get_or_create(owner=person, name="Sorry", text="Sorry.")[0]

    def macro(self, person: User) -> Macro:
        return Macro.objects.get_or_create(owner=person, name="Urgent", priority=3)[0]

    def file(self, person: User) -> StoredFile:
        """Not for an import: those only who may import may fetch."""
        return store_file(
            stream=BytesIO(b"Told on the phone."),
            name="note.txt",
            purpose=StoredFile.Purpose.ATTACHMENT,
            actor=person,
        )
