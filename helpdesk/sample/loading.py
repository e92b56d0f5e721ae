"""Loading the sample shop: the imports and services of the product, in one transaction."""

import csv
import io
from datetime import datetime

from django.db import transaction

from accounts.models import Shop, User
from helpdesk.sample.bench import make_plans, work_at_the_bench
from helpdesk.sample.desk import answer_flags, log_calls
from helpdesk.sample.habits import keep_habits, work_on_tickets
from helpdesk.sample.people import ADMIN, make_people
from helpdesk.sample.procedures import write_manual
from helpdesk.sample.story import Row, tell
from helpdesk.sample.weeks import weekly_checks
from jobs.importing.engine import ImportRun
from jobs.importing.kinds import ImportKind
from purchases.importing import PURCHASES
from quality.importing import INSPECTIONS
from thresholds.services.evaluation import evaluate_all
from thresholds.services.learning import learn
from tickets.importing import INTERACTIONS, RATINGS


class SampleRefusedError(Exception):
    """A row of the sample was rejected: the formats and the story do not agree any more."""


@transaction.atomic
def load_sample(*, now: datetime, password: str) -> None:
    """Everything or nothing: a sample killed half-way leaves an empty shop."""
    manager = make_people(password)
    shop = Shop.objects.get(pk=1)
    story = tell(now)
    load_rows(PURCHASES, story.purchases, shop, manager)
    load_rows(INTERACTIONS, story.interactions, shop, manager)
    load_rows(RATINGS, story.ratings, shop, manager)
    load_rows(INSPECTIONS, story.inspections, shop, manager)
    make_plans(manager, User.objects.get(name=ADMIN))
    work_at_the_bench()
    # After the bench, which works on the newest lot that was sold.
    load_rows(INSPECTIONS, weekly_checks(now), shop, manager)
    keep_habits(manager, User.objects.get(name=ADMIN))
    write_manual(manager, User.objects.get(name=ADMIN), now)
    log_calls(now)
    work_on_tickets(manager, now)
    # Learned before anybody is judged: the starting number would flag what is normal here.
    learn(now=now)
    evaluate_all()
    answer_flags(manager, now)


def load_rows(kind: ImportKind, rows: list[Row], shop: Shop, actor: User) -> None:
    """Import rows as a file of that kind. Raises SampleRefusedError."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    stream = io.BytesIO(text.getvalue().encode())
    report = ImportRun(kind=kind, shop=shop, actor=actor, stream=stream).run()
    if report.rejected:
        raise SampleRefusedError(f"{kind.name}: {dict(report.reasons)}")
