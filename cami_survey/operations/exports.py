"""Exports: the interviews of a survey as tables in a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cami_survey.base import collecting
from cami_survey.base.beside import GoneError, processors
from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, is_right_to_left, ngettext
from cami_survey.operations.beginnings import language_in, language_parts
from cami_survey.operations.export_filters import Filter
from cami_survey.operations.export_formats import ENDINGS, Format, format_of
from cami_survey.operations.export_reading import LeftOut, origins, wanted
from cami_survey.operations.forms import form_of, unreviewed
from cami_survey.operations.nonresponse import missing_codes
from cami_survey.operations.provenance import FormPart, Wishes, about, remarks

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Definition
    from cami_survey.analysis.disclosure.microdata import Rules, Shield
    from cami_survey.analysis.tables import Options, Row
    from cami_survey.base.clock import Clock
    from cami_survey.exports.book import Book, Headers
    from cami_survey.operations.export_halves import LaterInterviews
    from cami_survey.store.api import SurveyFile

FORMATS = ENDINGS
Choices = Literal["labels", "codes", "both"]
Multiple = Literal["", "one", "split", "both"]
Progress = Callable[[int, int], None]
REPORT_EVERY = 50
# Interviews from which on another process, which takes a second or two to begin, makes an export shorter.
WORTH_A_PROCESS = 10_000
EVERYTHING = Filter()
_KEYS = re.compile(r"\[[^\]]*\]")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class Exported:
    """A written export. `tables` maps each table to its number of rows, `interviews` counts the records in it."""

    path: Path
    tables: dict[str, int]
    rows: int
    interviews: int
    notices: tuple[Notice, ...]


def export(
    survey: SurveyFile,
    target: Path,
    *,
    forms: Sequence[str] | None = None,
    language: str | None = None,
    codes: bool = False,
    split_multiple: bool = False,
    include_drafts: bool = False,
    headers: Headers = "names",
    public: Rules | None = None,
    languages: Sequence[str] = (),
    labels_too: bool = False,
    multiple: Multiple = "",
    columns: Sequence[str] = (),
    only: Filter = EVERYTHING,
    progress: Progress | None = None,
    clock: Clock = system_clock,
) -> Outcome[Exported]:
    """Write the interviews of `forms` (all if None) to `target`; its ending names the format.

    `language` is a language of a form by name or code; forms without it are in their default language, which is said.
    `languages` has further ones, in which choices have columns of their own, `labels_too` gives codes such columns in
    `language` as well. `multiple` says how several choices stand: in one column, in one per choice (as does
    `split_multiple`), or both; unless it is said, as suits the format. `columns` are names or paths of questions and
    groups, all if empty. `only` says which interviews.
    `public` are the rules by which answers leave for the public, None inside the team; drafts and files never do.
    Deleted interviews and, without `include_drafts`, drafts are left out and counted. `progress` gets steps done and
    their number; whatever it raises ends the export. UserError for an unknown format, form or language and when the
    file cannot be written. An older file at `target` stays as it was unless the new one is whole. The export is noted
    down in the survey; the notices of one for the public name earlier ones with other limits (`side_by_side`).
    """
    from cami_survey.operations.disclosure import enough, note_down
    from cami_survey.operations.side_by_side import limits_of_answers, warnings

    check_target(target)
    made = format_of(target)
    chosen = _chosen(survey, forms)
    kept_back: tuple[Notice, ...] = ()
    if public:
        chosen, kept_back = enough(survey, chosen, public, asked=forms is not None, only=only)
        include_drafts = False
    versions = [definitions_of(survey, form_id) for form_id in chosen]
    if made.single:
        versions = _the_one(survey, versions, target)
    wished = multiple or ("split" if split_multiple else "")
    codes = codes or labels_too or made.coded
    wishes = Wishes(
        _language(versions, language),
        codes,
        wished in ("split", "both") or (not wished and bool(made.split)),
        include_drafts,
        headers,
        forms is not None or made.single,
        clock(),
        tuple(_language(versions, name) for name in languages),
        labels_too,
        wished == "both",
        _columns(versions, columns),
        tuple(sorted(only.countries)),
        only.since,
        only.until,
        made.ending == ".zip" and not public,
        public,
    )
    work = _Work(survey, target, made, versions, wishes, only, progress, kept_back)
    try:
        exported = work.done(halved=True)
    except GoneError:
        exported = work.done(halved=False)
    exported_forms = [definitions[0].form_id for definitions in versions]
    limits = limits_of_answers(only, columns)
    beside = warnings(survey, exported_forms, limits, exported.interviews) if public else ()
    note_down(
        survey,
        target,
        kind="answers",
        public=public,
        forms=exported_forms,
        interviews=exported.interviews,
        limits=limits,
    )
    return Outcome(exported, notices=(_done(exported), *exported.notices, *beside))


@dataclass(frozen=True, slots=True)
class _Work:
    """An export that was checked: what of, where to, and how."""

    survey: SurveyFile
    target: Path
    made: Format
    versions: list[list[Definition]]
    wishes: Wishes
    only: Filter
    progress: Progress | None
    kept_back: tuple[Notice, ...]

    def done(self, *, halved: bool) -> Exported:
        """Do it, with another process where that is worth it and `halved`. GoneError if that one ends before."""
        survey, target, wishes = self.survey, self.target, self.wishes
        steps = _Steps(self.progress, survey.counts()["all"])
        with ExitStack() as stack:
            stack.enter_context(collecting.seldom())
            beside = stack.enter_context(self._later(steps)) if halved and self._is_long() else None
            with _told(target):
                parts = [
                    _part(survey, definitions, wishes, self.only, steps, stack, beside) for definitions in self.versions
                ]
            book = _book(survey, parts, wishes, self.only)
            limits = self.made.write(target, book, steps.writing)
            notices = (*self.kept_back, *remarks(survey, parts, wishes), *limits)
            tables = {table.name: len(table.rows) for table in book.tables}
            interviews = sum(part.tabulation.tally.interviews for part in parts)
        return Exported(target, tables, sum(tables.values()), interviews, notices)

    def _is_long(self) -> bool:
        """Whether two processes are sooner done than one."""
        if self.wishes.public or processors() < 2:
            return False
        counted = {entry.form_id: entry.records for entry in self.survey.forms()}
        return sum(counted.get(definitions[0].form_id, 0) for definitions in self.versions) >= WORTH_A_PROCESS

    def _later(self, steps: _Steps) -> LaterInterviews:
        from cami_survey.operations.export_halves import LaterInterviews

        options = [_options(self.survey, definitions, self.wishes) for definitions in self.versions]
        steps.halve()
        return LaterInterviews(
            self.survey,
            list(zip(self.versions, options, strict=True)),
            self.only,
            steps.again,
            self.made.load,
            include_drafts=self.wishes.include_drafts,
        )


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """What the disk says while rows wait in the temporary folder, as a sentence about the export."""
    from cami_survey.exports.target import explained

    try:
        yield
    except OSError as error:
        raise explained(error, target) from error


def _done(exported: Exported) -> Notice:
    text = ngettext(
        "{n} interview was exported to {name}.", "{n} interviews were exported to {name}.", exported.interviews
    )
    said = text.format(n=exported.interviews, name=exported.path.name)
    return Notice("export.done", said, where=str(exported.path))


class _Steps:
    """Tells the progress: half of the way is reading records, half is writing rows."""

    def __init__(self, progress: Progress | None, records: int) -> None:
        self._progress = progress
        self._records = max(1, records)
        self._read = 0
        self._each = 1
        self._last = 0

    def halve(self) -> None:
        """Another process reads as many records meanwhile."""
        self._each = 2

    def reading(self) -> None:
        self._read += 1
        if self._read % REPORT_EVERY == 0:
            self._say(min(self._read * self._each, self._records))

    def writing(self, done: int, total: int) -> None:
        self._say(self._records + self._records * done // max(1, total))

    def again(self) -> None:
        """Tell it once more while there is nothing new, so that what waits can be stopped."""
        self._say(self._last)

    def _say(self, done: int) -> None:
        self._last = done
        if self._progress is not None:
            self._progress(done, 2 * self._records)


def check_target(target: Path) -> None:
    """UserError where an export cannot go: an ending without a format, a folder that is not there."""
    from cami_survey.exports.target import check

    format_of(target)
    check(target)


def asked_of(survey: SurveyFile, forms: Sequence[str] | None, language: str | None) -> tuple[list[str], str]:
    """The forms (all if None) and the name of the language as they have it; UserError for what is not there."""
    chosen = _chosen(survey, forms)
    return chosen, _language([definitions_of(survey, form_id) for form_id in chosen], language)


def _chosen(survey: SurveyFile, forms: Sequence[str] | None) -> list[str]:
    known = list(dict.fromkeys(entry.form_id for entry in survey.forms()))
    for form_id in forms or ():
        if form_id not in known:
            near = nearest(form_id, known)
            raise UserError(
                "form.unknown",
                _("This survey has no form “{form}”.").format(form=form_id),
                advice=_("Did you mean “{name}”?").format(name=near) if near else _forms_there_are(known),
                where=form_id,
            )
    return known if forms is None else list(dict.fromkeys(forms))


def _forms_there_are(known: Sequence[str]) -> str:
    return _("It has: {names}.").format(names=", ".join(known)) if known else _("Add a form first.")


def definitions_of(survey: SurveyFile, form_id: str) -> list[Definition]:
    """The versions of a form, the one added last first."""
    from cami_survey.analysis.forms import definition_of

    entries = [entry for entry in survey.forms() if entry.form_id == form_id]
    entries.sort(key=lambda entry: (entry.added, entry.version), reverse=True)
    return [definition_of(form_of(survey, form_id, entry.version)) for entry in entries]


def _language(versions: Sequence[Sequence[Definition]], asked: str | None) -> str:
    """The name of the asked language as the forms have it; empty if none was asked for."""
    if not asked:
        return ""
    known = dict.fromkeys(name for definitions in versions for form in definitions for name in form.languages if name)
    if named := language_in(known, asked):
        return named
    near = nearest(asked, known)
    there_are = _("The forms have: {names}.").format(names=", ".join(known)) if known else ""
    raise UserError(
        "language.unknown",
        _("No form to be exported has the language “{language}”.").format(language=asked),
        advice=_("Did you mean “{name}”?").format(name=near) if near else there_are,
        where=asked,
    )


def _part(
    survey: SurveyFile,
    definitions: list[Definition],
    wishes: Wishes,
    only: Filter,
    steps: _Steps,
    stack: ExitStack,
    beside: LaterInterviews | None,
) -> FormPart:
    from cami_survey.analysis.tables import Origin, gather, tabulate

    form_id, left_out = definitions[0].form_id, LeftOut()
    shield = _shield(survey, form_id, wishes, only)
    options = _options(survey, definitions, wishes)
    read = wanted(
        survey,
        definitions,
        only,
        left_out,
        steps.reading,
        include_drafts=wishes.include_drafts,
        until=beside.until(form_id) if beside else None,
    )
    if shield:
        tabulation = tabulate(
            shield.definitions, map(shield.shield, read), lambda view: Origin(started=view.started), options
        )
    else:
        gathered = gather(definitions, read, origins(survey, definitions), options)
        stack.callback(gathered.close)
        rests = beside.take_in(form_id, gathered, left_out) if beside else ()
        tabulation = gathered.tabulation(definitions, options, rests)
    stack.enter_context(tabulation)
    unsaved = sum(draft.form_id == form_id for draft in survey.drafts())
    entries = [entry for entry in survey.forms() if entry.form_id == form_id]
    counted = (left_out.drafts, unsaved, left_out.stale, left_out.passed_over)
    return FormPart(definitions, tabulation, *counted, unreviewed(survey, entries))


def _options(survey: SurveyFile, definitions: Sequence[Definition], wishes: Wishes) -> Options:
    from cami_survey.analysis.tables import Options

    newest = definitions[0]
    beside = tuple(dict.fromkeys(((wishes.language,) if wishes.both else ()) + wishes.further))
    return Options(
        wishes.language,
        wishes.codes,
        wishes.split_multiple,
        wishes.together,
        tuple(name for name in beside if name in newest.languages or not name),
        frozenset(wishes.columns),
        missing_codes(form_of(survey, newest.form_id, newest.version)) if wishes.codes else {},
    )


def _shield(survey: SurveyFile, form_id: str, wishes: Wishes, only: Filter) -> Shield | None:
    from cami_survey.operations.disclosure import shield

    return shield(survey, form_id, wishes.public, only) if wishes.public else None


def _book(survey: SurveyFile, parts: Sequence[FormPart], wishes: Wishes, only: Filter) -> Book:
    from cami_survey.analysis.tables import joined
    from cami_survey.exports.book import Book

    tables = [table for part in parts for table in part.tabulation.tables]

    def provenance(limits: Sequence[Notice]) -> list[Row]:
        return about(survey, parts, wishes, (*remarks(survey, parts, wishes), *limits))

    return Book(
        survey.title,
        tables,
        joined("conflicts", _("Unsettled conflicts"), [part.tabulation.conflicts for part in parts]),
        joined("codebook", _("Codebook"), [part.tabulation.codebook for part in parts]),
        provenance,
        wishes.headers,
        not wishes.codes and is_right_to_left(language_parts(wishes.language)[1]),
        lambda: _files(survey, parts, wishes, only),
    )


def _files(survey: SurveyFile, parts: Sequence[FormPart], wishes: Wishes, only: Filter) -> Iterator[tuple[str, bytes]]:
    """The forms as they came, and what is attached to the exported interviews, in a folder for each of them."""
    for part in parts:
        passes = only.passing(part.definitions)
        private = {q.path for form in part.definitions for q in form.questions if q.private}
        for form in part.definitions:
            kept = survey.form(form.form_id, form.version)
            ending = Path(kept.source_name).suffix or ".xml"
            yield f"forms/{_safe(form.form_id)}-{_safe(form.version)}{ending}", kept.source
        for view in survey.views(part.newest.form_id):
            if (view.state == "draft" and not wishes.include_drafts) or not passes(view):
                continue
            hidden = {text for field, text in view.answers.fields.items() if _KEYS.sub("", field) in private}
            for name, sha256 in view.answers.files.items():
                if name not in hidden and survey.has_attachment(sha256):
                    yield f"media/{view.record}/{_safe(name)}", survey.attachment(sha256)


def _safe(name: str) -> str:
    """A name that leads to no other folder."""
    return _UNSAFE.sub("_", name).strip(". ") or "_"


def _the_one(survey: SurveyFile, versions: list[list[Definition]], target: Path) -> list[list[Definition]]:
    """The one form of a file that holds one table: the only one, or the only one with interviews."""
    told = [definitions for definitions in versions if survey.day_counts(form_id=definitions[0].form_id)]
    if len(told) > 1:
        raise UserError(
            "export.one-form",
            _("{name} holds the interviews of one form.").format(name=target.name),
            advice=_("Choose one of {names}, or write all tables: {zip}.").format(
                names=", ".join(definitions[0].form_id for definitions in told), zip=f"{target.name}.zip"
            ),
            where=str(target),
        )
    if not versions:
        raise UserError("export.no-form", _("This survey has no form yet."), advice=_("Add a form first."))
    return told or versions[:1]


def _columns(versions: Sequence[Sequence[Definition]], asked: Sequence[str]) -> tuple[str, ...]:
    """The names of chosen columns. UserError for one that no form has."""
    known = dict.fromkeys(
        step
        for definitions in versions
        for form in definitions
        for question in form.questions
        for step in (*question.path.split("/")[2:], question.path, question.path.rpartition("/")[0])
    )
    for name in asked:
        if name not in known and not name.startswith("_"):
            near = nearest(name, list(known))
            raise UserError(
                "export.no-column",
                _("No form to be exported has a question or group “{name}”.").format(name=name),
                advice=_("Did you mean “{name}”?").format(name=near)
                if near
                else _("The codebook of an export has the names of all."),
                where=name,
            )
    return tuple(f"@{name[1:]}" if name.startswith("_") else name for name in asked)
