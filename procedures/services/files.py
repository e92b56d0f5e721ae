"""Procedures as files: written out, and taken in as drafts that somebody else publishes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from procedures.models import Picture, Procedure, Version
from procedures.rules.drafts import StepDraft, VersionDraft, faults_of
from procedures.rules.front_matter import FileFault
from procedures.rules.markdown_files import ProcedureFile, read_file, write_file, write_steps
from procedures.services.manual import ProcedureDraft, add_procedure, edit_procedure
from procedures.services.pictures import add_picture
from procedures.services.scopes import draft_of_scope, reason_names, scope_of
from procedures.services.versions import draft_of, save_draft, start_draft

PICTURE_FOLDER = "pictures"
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
_OURS = re.compile(r"\]\(picture:([0-9]{1,15})\)")
_THEIRS = re.compile(rf"\]\({PICTURE_FOLDER}/([0-9A-Za-z._-]{{1,80}})\)")

WORDS = {
    "new": gettext_lazy("New: its steps wait as a draft"),
    "draft": gettext_lazy("Other steps: they wait as a draft"),
    "scope": gettext_lazy("Applies elsewhere from now on"),
    "same": gettext_lazy("Says what is there already"),
    "refused": gettext_lazy("Refused"),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a file: a key of WORDS; ``line`` and ``why`` where it was refused."""

    name: str
    what: str
    procedure: Procedure | None = None
    line: int = 0
    why: str = ""

    @property
    def words(self) -> str:
        """For people."""
        return str(WORDS[self.what])


def files_of(procedures: Sequence[Procedure]) -> dict[str, bytes]:
    """Name → content: a Markdown file each, and the pictures their texts show.

    The version in force is written, the draft where none is; a procedure without either is its
    front matter alone.
    """
    found: dict[str, bytes] = {}
    for procedure in procedures:
        versions = procedure.versions.exclude(state=Version.State.SUPERSEDED)
        by_state = {one.state: one for one in versions}
        shown = by_state.get(Version.State.PUBLISHED) or by_state.get(Version.State.DRAFT)
        said = draft_of(shown) if shown else VersionDraft(())
        steps = [_with_names(step, procedure, found) for step in said.steps]
        told = scope_of(procedure)
        text = write_file(replace(told, steps=tuple(steps), change_note=said.change_note))
        found[f"{procedure.key}.md"] = text.encode()
    return found


@dataclass
class _Load:
    """Files on their way in: ``keys`` are those met so far, with the file that has each."""

    files: Mapping[str, bytes]
    actor: User
    keeps: bool
    keys: dict[str, str] = field(default_factory=dict)

    def picture(self, beside: str, name: str) -> bytes | None:
        """The content of a picture that lies in the folder beside a file."""
        return self.files.get(str(PurePosixPath(beside).with_name(PICTURE_FOLDER) / name))


@transaction.atomic
def import_files(
    *, files: Mapping[str, bytes], actor: User, dry_run: bool = False
) -> list[Outcome]:
    """Take in Markdown files by their names, with the ``pictures/`` beside them.

    Each goes in or is refused for itself. What a file says about where a procedure applies holds
    at once; its steps become the draft of the next version, which somebody else publishes. The
    same file a second time changes nothing. ``dry_run`` tells the same and keeps nothing.
    """
    outcomes = []
    load = _Load(files, actor, keeps=not dry_run)
    for name in sorted(files):
        if PurePosixPath(name).suffix != ".md" or _is_readme(name):
            continue
        try:
            with transaction.atomic():
                outcomes.append(_import_one(name, load))
        except FileFault as fault:
            outcomes.append(Outcome(name, "refused", line=fault.line, why=fault.text))
        except ValidationError as error:
            outcomes.append(Outcome(name, "refused", why=" ".join(error.messages)))
    if dry_run:
        transaction.set_rollback(True)
    return outcomes


def _is_readme(name: str) -> bool:
    """A folder in a version control has one, and it is no procedure."""
    return PurePosixPath(name).stem.lower() == "readme"


def _import_one(name: str, load: _Load) -> Outcome:
    """One file. Raises FileFault or ValidationError."""
    try:
        told = read_file(load.files[name].decode())
    except UnicodeDecodeError as error:
        raise FileFault(0, _("The file is not UTF-8 text. Save it as UTF-8.")) from error
    key = told.key or PurePosixPath(name).stem
    if key in load.keys:
        raise FileFault(1, _("“%(other)s” has the same key.") % {"other": load.keys[key]})
    load.keys[key] = name
    _refuse_faults(told)
    known = Procedure.objects.filter(key=key).first()
    if known is not None and known.retired_at is not None:
        raise FileFault(1, _("This procedure is retired. Take it into use again first."))
    scope = draft_of_scope(replace(told, key=key), actor=load.actor, known=known)
    if known is None:
        made = add_procedure(draft=scope, actor=load.actor)
        if made.key != key:
            raise FileFault(1, _("“%(key)s” can be no key: use a-z, 0-9 and “-”.") % {"key": key})
        _write_steps(made, told, name, load)
        return Outcome(name, "new", made)
    moved = _move_scope(known, scope, load.actor)
    if _write_steps(known, told, name, load):
        return Outcome(name, "draft", known)
    return Outcome(name, "scope" if moved else "same", known)


def _refuse_faults(told: ProcedureFile) -> None:
    """Raises FileFault with the line of the step that cannot be followed."""
    for fault in faults_of(VersionDraft(told.steps)):
        title = told.steps[fault.place].title
        raise FileFault(told.step_lines[fault.place], f"“{title}”: {fault.text}")


def _move_scope(known: Procedure, scope: ProcedureDraft, actor: User) -> bool:
    """Say anew what it is called and where it applies; False when that is so already."""
    before = scope_of(known)
    edit = ProcedureFile(
        title=" ".join(scope.title.split()),
        key=known.key,
        purpose=scope.purpose.strip(),
        owner=scope.owner.email or "",
        review_on=scope.review_on,
        reasons=reason_names(scope.reasons),
        products=tuple(sorted(one.sku for one in scope.products)),
        categories=tuple(sorted(set(scope.categories))),
        roles=tuple(role for role in Role.values if role in scope.roles),
    )
    if edit == before:
        return False
    edit_procedure(procedure=known, draft=scope, version=known.version, actor=actor)
    return True


def _write_steps(procedure: Procedure, told: ProcedureFile, name: str, load: _Load) -> bool:
    """Write the steps as the next draft; False when it says what is in force, or in the draft."""
    steps = tuple(_with_known_pictures(step, procedure, name, load) for step in told.steps)
    versions = {one.state: one for one in procedure.versions.exclude(state="superseded")}
    waiting, live = versions.get(Version.State.DRAFT), versions.get(Version.State.PUBLISHED)
    latest = waiting or live
    if latest is None and not steps:
        return False
    if latest is not None and write_steps(draft_of(latest).steps) == write_steps(steps):
        return False
    if live is not None and waiting is None and not steps:
        raise FileFault(0, _("The file has no step. Retire the procedure instead."))
    if waiting is not None and waiting.author_id != load.actor.pk:
        raise FileFault(
            0,
            _("%(who)s is writing version %(n)d. Publish it or give it up first.")
            % {"who": waiting.author, "n": waiting.number},
        )
    if load.keeps:
        steps = tuple(_with_new_pictures(step, procedure, name, load) for step in steps)
    draft = start_draft(procedure=procedure, actor=load.actor)
    note = told.change_note or _("From the file %(name)s") % {"name": PurePosixPath(name).name}
    said = VersionDraft(steps, note[:500])
    save_draft(draft=draft, said=said, version=draft.version, actor=load.actor)
    return True


def _with_names(step: StepDraft, procedure: Procedure, found: dict[str, bytes]) -> StepDraft:
    """The text with the file name of each picture, whose content is put into ``found``."""

    def name_of(match: re.Match[str]) -> str:
        picture = Picture.objects.select_related("file").filter(
            pk=int(match.group(1)), procedure=procedure
        )
        row = picture.first()
        if row is None:
            return match.group(0)
        ending = EXTENSIONS.get(row.file.content_type, "bin")
        path = f"{PICTURE_FOLDER}/{row.file.sha256[:20]}.{ending}"
        if path not in found:
            with default_storage.open(row.file.path) as stream:
                found[path] = stream.read()
        return f"]({path})"

    return replace(step, text=_OURS.sub(name_of, step.text))


def _with_known_pictures(
    step: StepDraft, procedure: Procedure, beside: str, load: _Load
) -> StepDraft:
    """The text with the number of each picture that is kept already.

    Raises FileFault for one that is neither kept nor beside the file.
    """

    def number_of(match: re.Match[str]) -> str:
        name = match.group(1)
        content = load.picture(beside, name)
        begins = sha256(content).hexdigest() if content is not None else name.split(".")[0]
        kept = Picture.objects.filter(procedure=procedure, file__sha256__startswith=begins)
        if (row := kept.first()) is not None:
            return f"](picture:{row.pk})"
        if content is None:
            told = _("The picture %(name)s is not beside the file. Import the folder or its zip.")
            raise FileFault(0, told % {"name": name})
        return match.group(0)

    return replace(step, text=_THEIRS.sub(number_of, step.text))


def _with_new_pictures(
    step: StepDraft, procedure: Procedure, beside: str, load: _Load
) -> StepDraft:
    """The text with the number of each picture that is kept from now on."""

    def number_of(match: re.Match[str]) -> str:
        name = match.group(1)
        stream = BytesIO(load.picture(beside, name) or b"")
        row = add_picture(procedure=procedure, stream=stream, name=name, actor=load.actor)
        return f"](picture:{row.pk})"

    return replace(step, text=_THEIRS.sub(number_of, step.text))
