"""Papers for a consultation meeting: the analyses of a survey as a workbook, a Word document or a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base import texts
from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.heeding import heeding
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _, is_right_to_left, ngettext

if TYPE_CHECKING:
    from cami_survey.analysis.disclosure.microdata import Rules
    from cami_survey.analysis.material import Material, Scope
    from cami_survey.analysis.results import Analysis, Message
    from cami_survey.base.clock import Clock
    from cami_survey.exports.papers.paper import Chapter, Paper
    from cami_survey.store.api import SurveyFile

FORMATS = (".xlsx", ".docx", ".pdf")
MOST_MESSAGES = 12
FROM_EACH = 2
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A written paper: how many interviews it rests on, how many of its analyses have something to say."""

    path: Path
    interviews: int
    analyses: int
    empty: int


def make(
    survey: SurveyFile,
    target: Path,
    *,
    scope: Scope | None = None,
    public: Rules | None = None,
    language: str = "",
    progress: Progress | None = None,
    clock: Clock = system_clock,
) -> Outcome[Made]:
    """Write the paper of the interviews in `scope` (all without one) to `target`; its ending names the format.

    `language` is that of choice labels, the program's own without one; the words of the paper are in the program's
    language. Which of the two nobody has reviewed is said in the paper. `public` are the rules by
    which figures leave for the public, None inside the team. `progress` gets analyses done and their number; whatever
    it raises ends the work. UserError for an unknown format and filter and when the file cannot be written. The paper
    is noted down as an export; where it is for the public, notices name earlier ones with other limits.
    """
    from cami_survey.operations.analyses import check, check_language, load, names
    from cami_survey.operations.disclosure import note_down
    from cami_survey.operations.side_by_side import limits_of_paper, warnings

    write = _writer_of(target)
    with _telling(progress) as telling:
        material = load(survey, language=language or texts.language(), progress=telling)
        check_language(material, language)
        wanted = material.within(check(material, scope)) if scope else material
        paper = paper_of(survey, wanted, public=public, progress=telling, clock=clock)
        if telling:
            done = len(names())
            telling(done, done + 1)
        write(target, paper)
    forms = sorted(set(wanted.of(wanted.interviews.forms)))
    limits = limits_of_paper(scope)
    beside = warnings(survey, forms, limits, wanted.n) if public else ()
    note_down(survey, target, kind="paper", public=public, forms=forms, interviews=wanted.n, limits=limits)
    analyses = list(paper.analyses())
    empty = sum(bool(analysis.empty) for analysis in analyses)
    made = Made(target, wanted.n, len(analyses) - empty, empty)
    return Outcome(made, notices=(_done(made), *beside))


def prepare() -> None:
    """Load what writes papers, and set one that says nothing: the first then takes no longer than those after it."""
    from cami_survey.exports.papers import consultation, document, typeset  # noqa: F401
    from cami_survey.exports.papers.paper import Paper

    spoken = texts.language()
    words, now = _level(None), system_clock()
    empty = Paper(words, words, ((words, words),), (words,), (), (), (words,), words, spoken, False, now)
    typeset.typeset(typeset.source(empty))


@contextmanager
def _telling(progress: Progress | None) -> Iterator[Progress | None]:
    """Within this, whatever heeds tells `progress` once more what was told last; what it yields tells something new."""
    if progress is None:
        yield None
        return
    last = (0, 1)

    def tell(done: int, total: int) -> None:
        nonlocal last
        last = (done, total)
        progress(done, total)

    with heeding(lambda: progress(*last)):
        yield tell


@dataclass(frozen=True, slots=True)
class Leaving:
    """What one analysis of a paper for the public would show: how many of its cells, and how many it hides.

    `empty` says why there is nothing to show, where there is nothing.
    """

    title: str
    shown: int
    hidden: int
    empty: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a paper for the public would hold."""

    interviews: int
    analyses: tuple[Leaving, ...]


def preview(
    survey: SurveyFile, public: Rules, *, scope: Scope | None = None, progress: Progress | None = None
) -> Outcome[Preview]:
    """What the paper of these interviews would show to the public; nothing is written.

    The notices name earlier exports for the public with other limits.
    """
    from cami_survey.operations.analyses import all_of, check, for_public, load
    from cami_survey.operations.side_by_side import limits_of_paper, warnings

    material = load(survey, language=texts.language())
    wanted = material.within(check(material, scope)) if scope else material
    told = for_public(wanted, public.k, progress=progress)
    leaving = tuple(_leaving(analysis, told[name]) for name, analysis in all_of(wanted).items())
    forms = sorted(set(wanted.of(wanted.interviews.forms)))
    beside = warnings(survey, forms, limits_of_paper(scope), wanted.n)
    return Outcome(Preview(wanted.n, leaving), notices=beside)


def _leaving(analysis: Analysis, told: Analysis) -> Leaving:
    there = sum(len(row) - 1 for table in analysis.tables for row in table.rows)
    shown = sum(not cell.hidden for table in told.tables for row in table.rows for cell in row[1:])
    return Leaving(analysis.title, shown, max(there - shown, 0), told.empty)


def check_target(target: Path) -> None:
    """UserError where a paper cannot go: an ending without a format, a folder that is not there."""
    from cami_survey.exports.target import check

    if target.suffix.casefold() not in FORMATS:
        raise UserError(
            "report.unknown-format",
            _("The ending of {name} names no format that a paper can have.").format(name=target.name),
            advice=_("Formats that exist: {formats}.").format(formats=", ".join(FORMATS)),
            where=str(target),
        )
    check(target)


def _writer_of(target: Path) -> Callable[[Path, Paper], None]:
    check_target(target)
    match target.suffix.casefold():
        case ".xlsx":
            from cami_survey.exports.papers.consultation import write
        case ".docx":
            from cami_survey.exports.papers.document import write
        case _:
            from cami_survey.exports.papers.typeset import write
    return write


def _chapters(material: Material, public: Rules | None, progress: Progress | None) -> tuple[Chapter, ...]:
    from cami_survey.exports.papers.paper import Chapter
    from cami_survey.operations.analyses import all_of, for_public, names

    told = for_public(material, public.k, progress=progress) if public else all_of(material, progress=progress)
    found: dict[str, list[Analysis]] = {}
    for entry in names():
        found.setdefault(entry.chapter, []).append(told[entry.name])
    return tuple(Chapter(title, tuple(analyses)) for title, analyses in found.items())


def paper_of(
    survey: SurveyFile,
    material: Material,
    *,
    public: Rules | None = None,
    progress: Progress | None = None,
    clock: Clock = system_clock,
) -> Paper:
    """The paper of this material, in the program's language."""
    from cami_survey.analysis.ethics import statement
    from cami_survey.exports.papers.paper import Paper
    from cami_survey.operations.covers import cover

    chapters = _chapters(material, public, progress)
    analyses = [analysis for chapter in chapters for analysis in chapter.analyses]
    kept = tuple(replace(chapter, analyses=_with_something(chapter)) for chapter in chapters)
    return Paper(
        title=survey.title or survey.path.stem,
        subtitle=_("Stakeholders and gaps: for the consultation meeting"),
        scope=tuple(cover(survey, material, analyses, public, clock)),
        caveats=(*_caveats(material, analyses, public), *_drafts(survey, material)),
        messages=tuple(_messages(analyses)),
        chapters=tuple(chapter for chapter in kept if chapter.analyses),
        ethics=statement(material, public.k if public else 0),
        level=_level(public),
        language=texts.language(),
        right_to_left=is_right_to_left(texts.language()),
        made=clock(),
    )


def _with_something(chapter: Chapter) -> tuple[Analysis, ...]:
    """The analyses that say something; where none does, the first, which says why."""
    return tuple(analysis for analysis in chapter.analyses if not analysis.empty) or chapter.analyses[:1]


def _caveats(material: Material, analyses: Iterable[Analysis], public: Rules | None) -> Iterator[str]:
    from cami_survey.analysis import cells
    from cami_survey.operations.covers import number_of

    yield _("Nobody was drawn at random: figures speak for those who were asked, not for the population.")
    yield _("n is the number of answers a figure rests on. “Too few to say” stands where an order would mislead.")
    yield _("Refusals and “does not know” are in no mean, median, gap or rating; their number is told apart.")
    if public:
        text = _("An interval is left out where one of its ends would be the answer of fewer than {k} people.")
        yield text.format(k=whole(public.k))
    conflicts = sum(1 for one in material.indices if material.interviews.conflicts[one])
    if conflicts:
        text = ngettext(
            "{n} interview has answers in conflict that nobody settled.",
            "{n} interviews have answers in conflict that nobody settled.",
            max(conflicts, public.k) if public else conflicts,
        )
        said = text.format(n=number_of(conflicts, public))
        yield said[0].upper() + said[1:]
    silent = [analysis.title for analysis in analyses if analysis.empty]
    if silent and public:
        text = _("Nothing can be shown to the public for: {titles}. Too few answered, or nobody was asked.")
        yield text.format(titles=cells.listed(silent))
    elif silent:
        yield _("Nothing to show for: {titles}.").format(titles=cells.listed(silent))


def _drafts(survey: SurveyFile, material: Material) -> Iterator[str]:
    """Which words of the paper no native speaker has reviewed: its own, and those of the questionnaires."""
    from cami_survey.operations.beginnings import language_in
    from cami_survey.operations.forms import unreviewed

    if texts.is_draft(texts.language()):
        yield _("The words of this paper are a draft translation that no native speaker has reviewed yet.")
    used = set(material.of(material.interviews.forms))
    entries = [entry for entry in survey.forms() if entry.form_id in used]
    if material.language and (name := language_in(unreviewed(survey, entries), material.language)):
        text = _("The words of the questionnaires in {language} are a draft that no native speaker has reviewed yet.")
        yield text.format(language=name)


def _messages(analyses: Iterable[Analysis]) -> Iterator[Message]:
    """What can be said first, the first sentences of each analysis in turn; then the warnings, each once."""
    said: list[Message] = []
    warned: dict[str, Message] = {}
    for analysis in analyses:
        key = [message for message in analysis.messages if message.reach != "here"]
        said.extend([message for message in key if message.level == "say"][:FROM_EACH])
        warned.update({message.text: message for message in key if message.level == "warn"})
    yield from said[:MOST_MESSAGES]
    yield from list(warned.values())[: MOST_MESSAGES // 2]


def _level(public: Rules | None) -> str:
    if public is None:
        return _("For the team: do not pass on")
    return _("For the public: figures on fewer than {k} answers are hidden").format(k=whole(public.k))


def _done(made: Made) -> Notice:
    text = ngettext(
        "{name} was written, from {n} interview.", "{name} was written, from {n} interviews.", made.interviews
    )
    return Notice("report.done", text.format(name=made.path.name, n=whole(made.interviews)), where=str(made.path))
