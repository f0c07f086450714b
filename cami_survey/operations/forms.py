"""Forms: check what an import would say, add one to a survey, open a kept one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.records import FormContent, FormEntry
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from cami_survey.engine.api import Form, FormProblem
    from cami_survey.store.api import SurveyFile

LARGEST_MEDIA = 50_000_000
MEDIA_SUFFIXES = frozenset(
    {".csv", ".xml", ".geojson", ".png", ".jpg", ".jpeg", ".svg", ".mp3", ".wav", ".ogg", ".m4a", ".mp4", ".pdf"}
)


@dataclass(frozen=True, slots=True)
class FormReport:
    """What an import of a form says. With `problems` it would be refused, with `warnings` alone it would not.

    `drafts` are the languages that no native speaker has reviewed yet.
    """

    source: Path
    form_id: str = ""
    version: str = ""
    title: str = ""
    languages: tuple[str, ...] = ()
    questions: int = 0
    problems: tuple[FormProblem, ...] = ()
    warnings: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the form can be added."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            **{name: value for name, value in asdict(self).items() if name not in ("problems", "source")},
            "source": str(self.source),
            "problems": [problem.as_dict() for problem in self.problems],
        }


@dataclass(slots=True)
class _Opened:
    """The forms of one survey file that have been opened, by id and version."""

    forms: dict[tuple[str, str], Form] = field(default_factory=dict)
    drafts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_opened: WeakKeyDictionary[SurveyFile, _Opened] = WeakKeyDictionary()


def check(source: Path) -> Outcome[FormReport]:
    """What adding the form at `source` would say. Nothing is changed."""
    from cami_survey.engine.api import FormError

    media = _media_beside(source)
    try:
        form = _load(source, media)
    except FormError as error:
        return Outcome(FormReport(source, problems=tuple(error.problems)))
    return Outcome(_report(source, form, media))


def add(survey: SurveyFile, sources: Sequence[Path]) -> Outcome[list[FormEntry]]:
    """Add each form with the files beside it that it uses. A form with a problem adds nothing and stops here.

    Interviews that came before their form are shown with their words from now on.
    """
    from cami_survey.operations.summaries import refresh

    added, notices = [], []
    for source in sources:
        media = _media_beside(source)
        form = _load(source, media)
        entry = survey.add_form(_content(source, form, media))
        added.append(entry)
        notices.append(_added(entry))
        notices.extend(Notice("form.warning", text, "warning", source.name) for text in form.warnings)
    waited = refresh(survey)
    return Outcome(added, frozenset({"forms", "records"} if waited else {"forms"}), tuple(notices))


def form_of(survey: SurveyFile, form_id: str, version: str | None = None) -> Form:
    """The form as kept in the survey, ready to open; without a version the one added last.

    Forms stay open for as long as the survey does. No spreadsheet is read.
    """
    from cami_survey.engine.api import load_form

    opened = _opened.setdefault(survey, _Opened())
    with opened.lock:
        if version is not None and (form_id, version) in opened.forms:
            return opened.forms[form_id, version]
        content = survey.form(form_id, version)
        key = (content.form_id, content.version)
        if key not in opened.forms:
            opened.forms[key] = load_form(content.xform, media=content.media)
        return opened.forms[key]


def drafts(survey: SurveyFile, entries: Sequence[FormEntry]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Id and version of each form -> its languages that no native speaker has reviewed, as far as the form tells."""
    known = _opened.setdefault(survey, _Opened()).drafts
    for key in ((entry.form_id, entry.version) for entry in entries):
        if key not in known:
            known[key] = _drafts(survey.form(*key).xform)
    return {(entry.form_id, entry.version): known[entry.form_id, entry.version] for entry in entries}


def _drafts(xform: bytes) -> tuple[str, ...]:
    from cami_survey.engine.api import reviews_of

    return tuple(language for language, review in reviews_of(xform).items() if review.draft)


def open_source(source: Path) -> Form:
    """A form straight from its file, to try it out without a survey."""
    return _load(source, _media_beside(source))


def _load(source: Path, media: dict[str, Path]) -> Form:
    from cami_survey.engine.api import load_form

    if not source.is_file():
        raise UserError("file.not-found", _("There is no form {name}.").format(name=source), where=str(source))
    return load_form(source, media=media)


def _media_beside(source: Path) -> dict[str, Path]:
    """Files beside the form, or in the folder ODK names for them (`form-media`), that a form can refer to."""
    folders = [source.parent, source.parent / f"{source.stem}-media"]
    return {
        path.name: path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path != source and path.suffix.casefold() in MEDIA_SUFFIXES and path.is_file()
    }


def _used(form: Form, media: dict[str, Path]) -> dict[str, Path]:
    """The files among `media` that the form names."""
    return {name: path for name, path in media.items() if name.encode() in form.xml or _stem_used(form, name)}


def _stem_used(form: Form, name: str) -> bool:
    """`pulldata('places', …)` and instances name a CSV file without its ending."""
    stem, dot, ending = name.rpartition(".")
    return ending.casefold() == "csv" and bool(dot) and f"'{stem}'".encode() in form.xml


def _content(source: Path, form: Form, media: dict[str, Path]) -> FormContent:
    return FormContent(
        form_id=form.id,
        version=form.version,
        title=form.title,
        languages=tuple(form.languages),
        questions=form.questions,
        xform=form.xml,
        source_name=source.name,
        source=source.read_bytes(),
        media={**{name: _read(path) for name, path in _used(form, media).items()}, **form.made_media},
    )


def _read(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_MEDIA:
        raise UserError(
            "form.media-too-large",
            _("{name} is too large to go with a form.").format(name=path.name),
            advice=_("At most {limit} MB are kept.").format(limit=LARGEST_MEDIA // 1_000_000),
            where=str(path),
        )
    return path.read_bytes()


def _report(source: Path, form: Form, media: dict[str, Path]) -> FormReport:
    return FormReport(
        source,
        form_id=form.id,
        version=form.version,
        title=form.title,
        languages=tuple(form.languages),
        questions=form.questions,
        warnings=tuple(str(warning) for warning in form.warnings),
        media=tuple(_used(form, media)),
        drafts=form.drafts,
    )


def _added(entry: FormEntry) -> Notice:
    text = ngettext("“{title}” was added: {n} question.", "“{title}” was added: {n} questions.", entry.questions)
    return Notice("form.added", text.format(title=entry.title, n=entry.questions))
