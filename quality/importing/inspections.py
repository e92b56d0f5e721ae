"""Inspections from elsewhere: signed when they were made, without results, in the lot's rounds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from jobs.importing.bulk import insert_rows
from jobs.importing.kinds import ChunkResult, ImportContext, ImportKind, Record
from purchases.models import Lot
from quality.importing.columns import columns
from quality.importing.lots import lots_of
from quality.importing.people import People, people_of
from quality.models import Inspection
from quality.services.imported import settle_imported

Stage = Inspection.Stage


def load_chunk(records: Sequence[Record], context: ImportContext) -> ChunkResult:
    """Write the rows that are new; a row seen before is unchanged, or refused when it differs.

    A signed inspection never changes, so neither does an imported one.
    """
    result = ChunkResult()
    people = people_of(records, context, result)
    fresh = _unseen(records, people, context, result)
    placed = lots_of(fresh, people, context, result)
    made = _Rounds([lot for _record, lot in placed], people, context, result).place(placed)
    insert_rows([one for one in made if one.stage != Stage.SECOND])
    seconds = [one for one in made if one.stage == Stage.SECOND]
    for second in seconds:
        # Its first may have got its key only now.
        second.first_id = second.first.pk if second.first else None
    insert_rows(seconds)
    settle_imported(inspections=made, actor=context.actor)
    result.created += len(made)
    return result


def _unseen(
    records: Sequence[Record], people: People, context: ImportContext, result: ChunkResult
) -> list[Record]:
    """The rows whose external id is new; the others are counted or rejected."""
    ids = [record.values["external_id"] for record in records]
    there = {
        row.external_id: _facts_of(row)
        for row in Inspection.objects.filter(external_id__in=ids).select_related("lot__product")
    }
    fresh: list[Record] = []
    for record in records:
        key = record.values["external_id"]
        said = _facts_said(record, people)
        known = there.get(key)
        if known is None:
            there[key] = said
            fresh.append(record)
        elif known == said or (not record.values["sku"] and known[1:] == said[1:]):
            result.unchanged += 1
        else:
            reason = _("This inspection is there already, signed and different; it cannot change.")
            result.reject(context, record, "external_id", reason)
    return fresh


def _facts_of(row: Inspection) -> tuple[object, ...]:
    """What a stored inspection says, to be compared with a row."""
    facts = (row.lot.number, row.signed_at, row.maker_id, row.inspector_id)
    return (row.lot.product.sku, *facts, row.verdict, row.stage, row.note)


def _facts_said(record: Record, people: People) -> tuple[object, ...]:
    """What a row says, in the same order."""
    values = record.values
    facts = (values["lot_number"], values["inspected_at"])
    persons = (people[values["maker"]].pk, people[values["inspector"]].pk)
    stage = values["stage"] or Stage.FIRST
    return (values["sku"], *facts, *persons, values["verdict"], stage, values["note"] or "")


class _Rounds:
    """Puts new inspections into the rounds and pairs of their lots, in the order of time."""

    def __init__(
        self, lots: Iterable[Lot], people: People, context: ImportContext, result: ChunkResult
    ) -> None:
        self.people, self.context, self.result = people, context, result
        self.signed: dict[int, list[Inspection]] = defaultdict(list)
        there = Inspection.objects.in_force().filter(lot__in={lot.pk for lot in lots})
        for row in there.order_by("signed_at", "pk"):
            self.signed[row.lot_id].append(row)

    def place(self, placed: Sequence[tuple[Record, Lot]]) -> list[Inspection]:
        """Unsaved inspections for the rows that may be; the others are rejected."""
        made: list[Inspection] = []
        # At the same moment a second comes after the first it pairs with.
        in_time = sorted(
            placed,
            key=lambda item: (
                item[0].values["inspected_at"],
                item[0].values["stage"] == Stage.SECOND,
                item[0].line,
            ),
        )
        for record, lot in in_time:
            one = self._inspection(record, lot)
            if one.stage == Stage.SECOND and not self._paired(record, one):
                continue
            self.signed[lot.pk].append(one)
            made.append(one)
        return made

    def _inspection(self, record: Record, lot: Lot) -> Inspection:
        """The row as an inspection, in the lot's latest round or, inspected again, in a new one."""
        values = record.values
        stage = values["stage"] or Stage.FIRST
        last = max((one.round for one in self.signed[lot.pk]), default=0)
        return Inspection(
            external_id=values["external_id"],
            lot=lot,
            product_id=lot.product_id,
            stage=stage,
            round=last + 1 if stage == Stage.RE_INSPECTION else max(last, 1),
            inspector=self.people[values["inspector"]],
            maker=self.people[values["maker"]],
            opened_at=values["inspected_at"],
            signed_at=values["inspected_at"],
            verdict=values["verdict"],
            note=values["note"] or "",
        )

    def _paired(self, record: Record, second: Inspection) -> bool:
        """Give a second its first, the latest of the lot; False when the row was rejected."""
        firsts = [one for one in self.signed[second.lot_id] if one.stage == Stage.FIRST]
        if not firsts:
            reason = _("The lot has no first inspection that this one could be the second of.")
            self.result.reject(self.context, record, "stage", reason)
            return False
        first = max(firsts, key=lambda one: (one.signed_at is not None, one.signed_at))
        if first.inspector_id == second.inspector_id:
            reason = _("The second inspector is the first.")
            self.result.reject(self.context, record, "inspector", reason)
            return False
        second.first, second.first_inspector_id = first, first.inspector_id
        second.round = first.round
        return True


INSPECTIONS = ImportKind(
    name="inspections",
    label=_("Inspections"),
    about=_("One line per inspection of a lot: who made it, who inspected it, the verdict."),
    columns=columns,
    load_chunk=load_chunk,
    together="lot_number",
    roles=(Role.MANAGER, Role.ADMIN),
)
