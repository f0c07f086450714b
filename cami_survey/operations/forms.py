"""Forms: check what an import would say, add one to a survey, open a kept one."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.places import home
from cami_survey.base.records import FormContent, FormEntry
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from cami_survey.engine.api import Examined, Form, FormProblem, Review
    from cami_survey.store.api import SurveyFile

COMPILED = "compiled"
LARGEST_MEDIA = 50_000_000
MEDIA_SUFFIXES = frozenset(
    {".csv", ".xml", ".geojson", ".png", ".jpg", ".jpeg", ".svg", ".mp3", ".wav", ".ogg", ".m4a", ".mp4", ".pdf"}
)


@dataclass(frozen=True, slots=True)
class FormReport:
    """What an import of a form says. With `problems` it would be refused, with `noticed` alone it would not.

    `warnings` are the sentences of `noticed`. `repairable`: a copy with all repairs loads, no problem is left in it.
    `drafts` are the languages that no native speaker has reviewed yet.
    """

    source: Path
    form_id: str = ""
    version: str = ""
    title: str = ""
    languages: tuple[str, ...] = ()
    questions: int = 0
    problems: tuple[FormProblem, ...] = ()
    noticed: tuple[FormProblem, ...] = ()
    media: tuple[str, ...] = ()
    repairable: bool = False
    drafts: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the form can be added."""
        return not self.problems

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(f"{notice.reason} ({notice.where})" if notice.where else notice.reason for notice in self.noticed)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            **{name: value for name, value in asdict(self).items() if name not in ("problems", "noticed", "source")},
            "source": str(self.source),
            "warnings": list(self.warnings),
            "problems": [problem.as_dict() for problem in self.problems],
            "noticed": [notice.as_dict() for notice in self.noticed],
        }


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired copy: where it lies, and what is different in it."""

    copy: Path
    repairs: tuple[FormProblem, ...]


@dataclass(slots=True)
class _Opened:
    """The forms of one survey file that have been opened, by id and version."""

    forms: dict[tuple[str, str], Form] = field(default_factory=dict)
    reviews: dict[tuple[str, str], dict[str, Review]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_opened: WeakKeyDictionary[SurveyFile, _Opened] = WeakKeyDictionary()


def check(source: Path) -> Outcome[FormReport]:
    """What adding the form at `source` would say: a file, or a folder or zip with a form. Nothing is changed."""
    return Outcome(_report(source, _examined(source)))


def repair(source: Path, target: Path | None = None) -> Outcome[Repaired]:
    """Write a copy of the form in which every problem is repaired, beside the original or at `target`.

    The original is never touched and no file is written over. UserError where nothing is wrong or something is that
    only a person can solve.
    """
    found = _examined(source)
    if found.repaired is None or found.source is None:
        raise _no_repair(source, found)
    copy = _write_new(target or _beside(source, found.source.name), found.repaired, chosen=target is not None)
    text = ngettext(
        "{name} was written, with {n} repair.", "{name} was written, with {n} repairs.", len(found.problems)
    )
    notice = Notice("form.repaired", text.format(name=copy.name, n=len(found.problems)))
    return Outcome(Repaired(copy, found.problems), notices=(notice,))


def _no_repair(source: Path, found: Examined) -> UserError:
    left = [problem for problem in found.problems if not problem.repair]
    if not found.problems:
        return UserError("form.nothing-to-repair", _("{name} needs no repair.").format(name=source.name))
    text = ngettext(
        "{name} was not repaired: {n} problem needs a person.",
        "{name} was not repaired: {n} problems need a person.",
        len(left),
    )
    first = left[0] if left else found.problems[0]
    return UserError(
        "form.not-repairable",
        text.format(name=source.name, n=len(left)),
        advice=_("Mend these first: {reason}").format(
            reason=f"{first.reason} ({first.where})" if first.where else first.reason
        ),
        where=first.where,
    )


def _beside(source: Path, name: str) -> Path:
    """Where the copy of a form goes: for a zip beside the zip, for a folder into it."""
    return (source if source.is_dir() else source.parent) / f"{Path(name).stem}-repaired.xlsx"


def _write_new(path: Path, content: bytes, *, chosen: bool) -> Path:
    """Write a file that is not there yet; another number in its name if it may have another."""
    if path.suffix.lower() != ".xlsx":
        path = path.with_name(f"{path.name}.xlsx")
    stem, count = path.stem, 2
    while True:
        try:
            with path.open("xb") as target:
                target.write(content)
        except FileExistsError as error:
            if chosen:
                raise UserError("file.exists", _("{name} is there already.").format(name=path)) from error
            path, count = path.with_name(f"{stem}-{count}.xlsx"), count + 1
        except OSError as error:
            text = _("{name} cannot be written: {reason}.").format(name=path, reason=system_errors.in_words(error))
            raise UserError("file.unwritable", text, where=str(path)) from error
        else:
            return path


def add(survey: SurveyFile, sources: Sequence[Path]) -> Outcome[list[FormEntry]]:
    """Add each form with the files beside it that it uses. All of them or, if one has a problem, none.

    Interviews that came before their form are shown with their words from now on. Where tables were brought to the
    survey, a form that chooses from them gets their choices in a further version.
    """
    from cami_survey.operations import references
    from cami_survey.operations.choice_lists import renew
    from cami_survey.operations.summaries import refresh

    added, notices = [], []
    for source, found, content in _all_loaded(sources):
        before = survey.forms()
        entry = survey.add_form(content)
        added.append(entry)
        if entry in before:
            notices.append(_kept_already(entry))
            continue
        notices.append(_added(entry))
        warnings = _report(source, found).warnings
        notices.extend(Notice("form.warning", text, "warning", source.name) for text in warnings)
    if survey.statements(references.TABLE):
        renewed = renew(survey, references.states(survey), {entry.form_id for entry in added})
        notices.extend(renewed.notices)
    waited = refresh(survey)
    return Outcome(added, frozenset({"forms", "records"} if waited else {"forms"}), tuple(notices))


def form_of(survey: SurveyFile, form_id: str, version: str | None = None) -> Form:
    """The form as kept in the survey, ready to open; without a version the one added last.

    Forms stay open for as long as the survey does. No spreadsheet is read, and what a reading found out is kept for the
    next time in the program's own folder.
    """
    from cami_survey.engine.api import load_form

    opened = _opened.setdefault(survey, _Opened())
    with opened.lock:
        if version is not None and (form_id, version) in opened.forms:
            return opened.forms[form_id, version]
        content = survey.form(form_id, version)
        key = (content.form_id, content.version)
        if key not in opened.forms:
            opened.forms[key] = load_form(content.xform, media=content.media, compiled=home() / COMPILED)
        return opened.forms[key]


def reviews(survey: SurveyFile, entries: Sequence[FormEntry]) -> dict[tuple[str, str], dict[str, Review]]:
    """Id and version of each form -> language -> who has reviewed it, as far as the form tells."""
    from cami_survey.engine.api import reviews_of

    known = _opened.setdefault(survey, _Opened()).reviews
    for key in ((entry.form_id, entry.version) for entry in entries):
        if key not in known:
            known[key] = reviews_of(survey.form(*key).xform)
    return {(entry.form_id, entry.version): known[entry.form_id, entry.version] for entry in entries}


def drafts(survey: SurveyFile, entries: Sequence[FormEntry]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Id and version of each form -> its languages that no native speaker has reviewed, as far as the form tells."""
    return {
        key: tuple(language for language, review in told.items() if review.draft)
        for key, told in reviews(survey, entries).items()
    }


def unreviewed(survey: SurveyFile, entries: Sequence[FormEntry]) -> frozenset[str]:
    """The languages that no native speaker has reviewed in at least one of these forms."""
    return frozenset(name for names in drafts(survey, entries).values() for name in names)


def open_source(source: Path) -> Form:
    """A form straight from its file, to try it out without a survey."""
    from cami_survey.engine.api import load_form

    return load_form(_there(source), media=_media_beside(source))


def _examined(source: Path) -> Examined:
    from cami_survey.engine.api import examine_form

    return examine_form(_there(source), media=_media_beside(source))


def _loaded(source: Path) -> Examined:
    """A form that can be used; FormError with every problem otherwise."""
    from cami_survey.engine.api import FormError

    found = _examined(source)
    if found.form is None:
        raise FormError(found.problems)
    return found


def _all_loaded(sources: Sequence[Path]) -> list[tuple[Path, Examined, FormContent]]:
    """Every form with what is kept of it. What refuses one of several says that none of them was added."""
    read = []
    for source in sources:
        try:
            found = _loaded(source)
            read.append((source, found, _content(found)))
        except UserError as error:
            if len(sources) > 1:
                error.advice = " ".join(filter(None, (_none_added(source), error.advice)))
            raise
    return read


def _none_added(source: Path) -> str:
    return _("That is {name}; none of the forms was added.").format(name=source.name)


def _there(source: Path) -> Path:
    if not source.exists():
        raise UserError("file.not-found", _("There is no form {name}.").format(name=source), where=str(source))
    return source


def _media_beside(source: Path) -> dict[str, Path]:
    """Files beside the form, or in the folder ODK names for them (`form-media`), that a form can refer to.

    A folder or a zip brings its own.
    """
    if source.is_dir() or source.suffix.casefold() == ".zip":
        return {}
    folders = [source.parent, source.parent / f"{source.stem}-media"]
    return {
        path.name: path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path != source and path.suffix.casefold() in MEDIA_SUFFIXES and path.is_file()
    }


def _used(form: Form, media: object) -> dict[str, Path | bytes]:
    """The files among `media` that the form names."""
    if not isinstance(media, Mapping):
        return {}
    return {name: file for name, file in media.items() if name.encode() in form.xml or _stem_used(form, name)}


def _stem_used(form: Form, name: str) -> bool:
    """`pulldata('places', …)` and instances name a CSV file without its ending."""
    stem, dot, ending = name.rpartition(".")
    return ending.casefold() == "csv" and bool(dot) and f"'{stem}'".encode() in form.xml


def _content(found: Examined) -> FormContent:
    form, source = found.form, found.source
    assert form is not None
    assert source is not None
    return FormContent(
        form_id=form.id,
        version=form.version,
        title=form.title,
        languages=tuple(form.languages),
        questions=form.questions,
        xform=form.xml,
        source_name=source.name,
        source=source.content,
        media={**{name: _read(name, file) for name, file in _used(form, source.media).items()}, **form.made_media},
    )


def _read(name: str, file: Path | bytes) -> bytes:
    size = len(file) if isinstance(file, bytes) else file.stat().st_size
    if size > LARGEST_MEDIA:
        raise UserError(
            "form.media-too-large",
            _("{name} is too large to go with a form.").format(name=name),
            advice=_("At most {limit} MB are kept.").format(limit=LARGEST_MEDIA // 1_000_000),
            where=name if isinstance(file, bytes) else str(file),
        )
    return file if isinstance(file, bytes) else file.read_bytes()


def _report(source: Path, found: Examined) -> FormReport:
    form = found.form
    if form is None or found.source is None:
        return FormReport(source, problems=found.problems, repairable=found.repaired is not None)
    return FormReport(
        source,
        form_id=form.id,
        version=form.version,
        title=form.title,
        languages=tuple(form.languages),
        questions=form.questions,
        noticed=found.noticed,
        media=tuple(_used(form, found.source.media)),
        repairable=found.repaired is not None,
        drafts=form.drafts,
    )


def _kept_already(entry: FormEntry) -> Notice:
    text = _("“{title}” was here already in this version; nothing was changed.")
    return Notice("form.known", text.format(title=entry.title), where=entry.form_id)


def _added(entry: FormEntry) -> Notice:
    text = ngettext("“{title}” was added: {n} question.", "“{title}” was added: {n} questions.", entry.questions)
    return Notice("form.added", text.format(title=entry.title, n=entry.questions))
