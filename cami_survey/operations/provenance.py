"""What an export says of itself: where it comes from, what it leaves out, what happened to the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from cami_survey import __version__
from cami_survey.base.form_words import form_title
from cami_survey.base.notices import Level, Notice
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Definition
    from cami_survey.analysis.disclosure.microdata import Rules
    from cami_survey.analysis.tables import Row, Tabulation
    from cami_survey.exports.book import Headers
    from cami_survey.store.api import SurveyFile

MOST_NAMES = 8
PAGE = 500
NO_MEASUREMENT = ("98", "99")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for, checked against the survey. `language` is empty for the default of each form.

    `public` are the rules by which answers leave for the public, None inside the team.
    """

    language: str
    codes: bool
    split_multiple: bool
    include_drafts: bool
    headers: Headers
    some_forms: bool
    made: datetime
    further: tuple[str, ...] = ()
    both: bool = False
    together: bool = False
    columns: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    files: bool = False
    public: Rules | None = None


@dataclass(frozen=True, slots=True)
class FormPart:
    """One form of the export, its `definitions` newest first.

    `drafts` were left out, `unsaved` are being filled in, `stale` have calculations that could not be made anew,
    `passed_over` are of another country or period, `unreviewed` languages that no native speaker has read.
    """

    definitions: list[Definition]
    tabulation: Tabulation
    drafts: int
    unsaved: int
    stale: int
    passed_over: int = 0
    unreviewed: frozenset[str] = frozenset()

    @property
    def newest(self) -> Definition:
        return self.definitions[0]


def about(survey: SurveyFile, parts: Sequence[FormPart], wishes: Wishes, notices: Sequence[Notice]) -> list[Row]:
    """The provenance, as rows of a heading and a value."""
    return [
        [_("Survey"), survey.title],
        [_("Survey file"), survey.path.name],
        [_("Exported"), wishes.made.isoformat(" ", "seconds")],
        [_("Exported on"), _where(survey, wishes.public)],
        [_("Program"), f"CAMI Survey {__version__}"],
        [_("Disclosure"), _disclosure(wishes)],
        [],
        *_filter(parts, wishes),
        [],
        *_counts(survey, parts, wishes),
        [],
        *_tables(parts),
        [],
        *_advice(parts),
        *_notes(notices, wishes.public),
    ]


def _disclosure(wishes: Wishes) -> str:
    if wishes.public is None:
        return _("internal: with free texts and codes of persons; do not pass on")
    text = _(
        "public: without free texts, files and names; what fewer than {k} people share is left empty; "
        "the highest and lowest {k} numbers are made equal; records have pseudonyms"
    )
    return text.format(k=wishes.public.k)


def _where(survey: SurveyFile, public: Rules | None) -> str:
    """The laptop, and for the team who works with it: a file for the public names nobody."""
    person = survey.device.facilitator if public is None else ""
    return ", ".join(filter(None, (survey.device.name, person)))


def _filter(parts: Sequence[FormPart], wishes: Wishes) -> Iterator[Row]:
    names = ", ".join(part.newest.form_id for part in parts)
    yield [_("Forms"), names if wishes.some_forms else _("all: {names}").format(names=names)]
    yield [_("Drafts"), _("included") if wishes.include_drafts else _("left out")]
    yield [_("Deleted interviews"), _("left out")]
    if wishes.countries:
        yield [_("Countries"), ", ".join(wishes.countries)]
    if wishes.since or wishes.until:
        yield [_("Period"), f"{wishes.since or '…'} – {wishes.until or '…'}"]
    if wishes.columns:
        yield [_("Chosen columns"), ", ".join(wishes.columns)]
    codes = _("codes and labels") if wishes.both else _("codes")
    yield [_("Answers"), codes if wishes.codes else _("labels")]
    languages = (wishes.language or _("the default of each form"), *wishes.further)
    yield [_("Language"), ", ".join(dict.fromkeys(languages))]
    split = _("one column per choice: 1 chosen, 0 not chosen")
    split = _("one column, and one per choice: 1 chosen, 0 not chosen") if wishes.together else split
    yield [_("Several choices"), split if wishes.split_multiple else _("one column")]
    yield [_("Headings"), _("names of the questions") if wishes.headers == "names" else _("texts of the questions")]


def _counts(survey: SurveyFile, parts: Sequence[FormPart], wishes: Wishes) -> Iterator[Row]:
    """How many interviews and answers are in the export and are left out of it, as far as readers may know."""
    from cami_survey.operations.covers import number_of

    for row in _numbers(survey, parts, wishes):
        number = row[-1]
        small = wishes.public is not None and isinstance(number, int) and 0 < number < wishes.public.k
        yield [*row[:-1], number_of(number, wishes.public)] if small and isinstance(number, int) else row


def _numbers(survey: SurveyFile, parts: Sequence[FormPart], wishes: Wishes) -> Iterator[Row]:
    for part in parts:
        tally = part.tabulation.tally
        yield [_("Form"), part.newest.title or part.newest.form_id]
        yield [_("Versions of the form"), ", ".join(form.version for form in part.definitions)]
        yield [_("Interviews exported"), tally.interviews]
        yield [_("of these with unsettled conflicts"), tally.in_conflict]
        yield [_("Drafts left out"), part.drafts]
        yield [_("Private answers left out"), tally.private]
        yield [_("Facilitators’ remarks left out"), tally.remarks]
        yield [_("Answers to questions of earlier versions left out"), tally.aside]
        yield [_("Attached files") if wishes.files else _("Attached files left out"), tally.files]
        if part.passed_over:
            yield [_("Left out by country and period"), part.passed_over]
    if not wishes.some_forms:
        yield [
            _("Interviews left out since this survey does not have their form"),
            sum(_formless(survey).values()),
        ]
    yield [_("Deleted interviews left out, all forms"), survey.counts()["deleted"]]


def _tables(parts: Sequence[FormPart]) -> Iterator[Row]:
    for part in parts:
        for table in part.tabulation.tables:
            keys = " + ".join(column.name for column in table.columns[: table.keys])
            text = _("{title}; rows: {rows}, columns: {columns}, one row per {keys}")
            said = text.format(title=table.title, rows=len(table.rows), columns=len(table.columns), keys=keys)
            yield [_("Table {name}").format(name=table.name), said]


def _notes(notices: Sequence[Notice], public: Rules | None) -> Iterator[Row]:
    """What had to be known; for the public without notes that say a small number."""
    from cami_survey.analysis.disclosure.cells import tells

    for notice in notices:
        if public is None or not tells(notice.text, public.k):
            yield [_("Note"), notice.text]


def _advice(parts: Sequence[FormPart]) -> Iterator[Row]:
    yield [_("Joining"), _("Tables join on the columns that begin with _ and end in _key, and on _record.")]
    yield [_("Times"), _("Answered times are those of the laptop; _started and _changed are in UTC.")]
    codes = {c.code for part in parts for form in part.definitions for q in form.questions for c in q.choices}
    if codes & set(NO_MEASUREMENT):
        yield [
            _("98 and 99"),
            _("mean refused and do not know: leave them out of every mean and report their share instead."),
        ]


def remarks(survey: SurveyFile, parts: Sequence[FormPart], wishes: Wishes) -> list[Notice]:
    """What the person who exports has to know. Complete once the tables were read."""
    found = [notice for part in parts for notice in _of_form(part, wishes)]
    if not wishes.some_forms:
        found.extend(_of_formless(_formless(survey)))
    deleted = survey.counts()["deleted"]
    if deleted:
        text = ngettext("{n} deleted interview is left out.", "{n} deleted interviews are left out.", deleted)
        found.append(Notice("export.deleted", text.format(n=deleted), "info"))
    return found


def _formless(survey: SurveyFile) -> Counter[str]:
    """The interviews of each form that this survey does not have."""
    known = {entry.form_id for entry in survey.forms()}
    missing = survey.counts()["all"] - sum(n for form_id in known for _day, n in survey.day_counts(form_id=form_id))
    found: Counter[str] = Counter()
    offset = 0
    while missing > found.total() and (page := survey.rows(offset=offset, limit=PAGE)):
        found.update(row.form_id for row in page if row.form_id not in known)
        offset += len(page)
    return found


def _of_formless(found: Counter[str]) -> Iterator[Notice]:
    if found:
        text = ngettext(
            "{n} interview is left out, since this survey does not have its form ({names}). "
            "Add the form and export again.",
            "{n} interviews are left out, since this survey does not have their form ({names}). "
            "Add the form and export again.",
            found.total(),
        )
        said = text.format(n=found.total(), names=_names(sorted(found)))
        yield Notice("export.form-missing", said, "warning")


def _of_form(part: FormPart, wishes: Wishes) -> Iterator[Notice]:
    tally, form = part.tabulation.tally, part.newest
    if not wishes.include_drafts and part.drafts:
        text = ngettext("{n} draft is left out.", "{n} drafts are left out.", part.drafts)
        yield _notice("drafts", "info", text, form, part.drafts)
    if tally.in_conflict:
        text = ngettext(
            "{n} interview has unsettled conflicts: a disputed answer is the one from before, see sheet conflicts.",
            "{n} interviews have unsettled conflicts: a disputed answer is the one from before, see sheet conflicts.",
            tally.in_conflict,
        )
        yield _notice("conflicts", "warning", text, form, tally.in_conflict)
    if tally.private:
        text = ngettext(
            "{n} private answer stays in the survey file.",
            "{n} private answers stay in the survey file.",
            tally.private,
        )
        yield _notice("private", "info", text, form, tally.private)
    if tally.remarks:
        text = ngettext(
            "{n} remark of a facilitator stays in the survey file.",
            "{n} remarks of facilitators stay in the survey file.",
            tally.remarks,
        )
        yield _notice("remarks", "info", text, form, tally.remarks)
    if tally.aside:
        text = ngettext(
            "{n} answer to a question of an earlier version is kept aside in the survey file.",
            "{n} answers to questions of earlier versions are kept aside in the survey file.",
            tally.aside,
        )
        yield _notice("aside", "info", text, form, tally.aside)
    if part.passed_over:
        text = ngettext(
            "{n} interview is of another country or period and is left out.",
            "{n} interviews are of another country or period and are left out.",
            part.passed_over,
        )
        yield _notice("filtered", "info", text, form, part.passed_over)
    if tally.files and not wishes.files:
        text = ngettext(
            "{n} attached file stays in the survey file; the tables have its name.",
            "{n} attached files stay in the survey file; the tables have their names.",
            tally.files,
        )
        yield _notice("files", "info", text, form, tally.files)
    if part.unsaved:
        text = ngettext(
            "{n} interview is being filled in; what was not yet saved is not in the export.",
            "{n} interviews are being filled in; what was not yet saved is not in the export.",
            part.unsaved,
        )
        yield _notice("unsaved", "info", text, form, part.unsaved)
    if part.stale:
        text = ngettext(
            "{n} interview was merged and its form version is missing here: its calculated values may be old.",
            "{n} interviews were merged and their form version is missing here: their calculated values may be old.",
            part.stale,
        )
        yield _notice("stale", "warning", text, form, part.stale)
    if wishes.language and wishes.language not in form.languages:
        text = _("It is not in {language}; its labels are in {other}.")
        said = text.format(language=wishes.language, other=form.languages[0] or _("its only language"))
        yield _notice("language", "warning", said, form, 0)
    if drafts := [name for name in dict.fromkeys((wishes.language, *wishes.further)) if name in part.unreviewed]:
        text = _("Its words in {languages} are a draft that no native speaker has reviewed yet.")
        yield _notice("draft-language", "warning", text.format(languages=", ".join(drafts)), form, 0)
    yield from _of_columns(part)


def _of_columns(part: FormPart) -> Iterator[Notice]:
    """What happened to names, codes and values of single columns."""
    tally, form = part.tabulation.tally, part.newest
    if tally.unknown:
        text = ngettext(
            "{n} question is in answers but in no form version of this survey; it has a column: {names}.",
            "{n} questions are in answers but in no form version of this survey; they have columns: {names}.",
            len(tally.unknown),
        )
        yield _notice("unknown", "warning", text, form, len(tally.unknown), sorted(tally.unknown))
    if tally.renamed:
        text = ngettext(
            "{n} column has a longer name because its own was taken: {names}.",
            "{n} columns have longer names because their own were taken: {names}.",
            len(tally.renamed),
        )
        yield _notice("renamed", "info", text, form, len(tally.renamed), [name for _table, name in tally.renamed])
    if tally.unlabelled:
        codes = {code for found in tally.unlabelled.values() for code in found}
        text = ngettext(
            "{n} code has no label, or several, and stays a code: {names}.",
            "{n} codes have no label, or several, and stay codes: {names}.",
            len(codes),
        )
        yield _notice("unlabelled", "warning", text, form, len(codes), sorted(codes))
    if tally.misfits:
        text = ngettext(
            "The answers to {n} question do not all fit its type; those stay text: {names}.",
            "The answers to {n} questions do not all fit their type; those stay text: {names}.",
            len(tally.misfits),
        )
        yield _notice("misfits", "warning", text, form, len(tally.misfits), sorted(tally.misfits))


def _notice(code: str, level: Level, text: str, form: Definition, number: int, names: Sequence[str] = ()) -> Notice:
    title = form_title(form.title) or form.form_id
    said = text.format(n=number, names=_names(names)) if number else text
    return Notice(f"export.{code}", f"{title}: {said}", level, form.form_id)


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
