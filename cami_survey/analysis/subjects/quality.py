"""How far the answers can be relied on: who was silent where, consent, doubles, durations, control cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.definitions import Question
from cami_survey.analysis.factor import Factor, Mask, Numbers, crossed, parted
from cami_survey.analysis.material import REFUSED, UNKNOWN, FormColumns, Material, Rows, is_answer
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.medians import median_of
from cami_survey.analysis.methods.recognition import control_rates
from cami_survey.analysis.methods.shares import Share
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.analysis.subjects.knowledge import KNOWN, card_rows, controls
from cami_survey.base.form_words import form_title
from cami_survey.base.heeding import heed, heeded
from cami_survey.base.texts import _, ngettext

NAME, CONTROL, STRANGE = "quality", "control_cards", "strange"
# A question that so many of those asked did not answer is said aloud.
SILENT = 0.2
WRONG = 0.1
# What those who do not take part say to the question for consent.
REFUSALS = ("no", "withdrawn")
# A smaller share is not said in whole percent.
LEAST = 0.01
# So many questions of a form are printed.
MOST_PRINTED = 15
# What the names of the tables begin with that have a line for each question.
QUESTIONS = "questions_"
# The share of those asked who did not answer a question, its words, how many did not, and how many were asked.
_Silent = tuple[float, str, int, int]


def title() -> str:
    """What the analysis of data quality is called."""
    return _("Data quality")


def control_title() -> str:
    """What the analysis of control cards is called."""
    return _("Control cards")


def quality(material: Material) -> Analysis:
    """Consent and facilitators; question by question who answered, refused, did not know; doubles and durations."""
    question = _("How far can the answers be relied on?")
    if material.n == 0:
        return cells.nothing(NAME, title(), question, material, asked=True)
    silent: list[_Silent] = []
    doubles: list[str] = []
    tables = [_consent(material), _facilitators(material)]
    there = material.of(material.interviews.forms).present()
    for form in material.forms:
        if form.form_id in there:
            tables.append(_questions(material, form, silent))
            doubles += _codes_twice(material, form)
    method = _(
        "Answered is every question with an answer; empty ones were not asked, did not apply or were left out, which "
        "the answers alone do not tell. Refusals and don't-knows are those that the form offers."
    )
    said = (*_messages(material, silent, doubles), *_answered(material, tables), *_strange_codes(tables))
    return Analysis(NAME, title(), question, material.n, tuple(tables), (), said, method)


def _consent(material: Material) -> ResultTable:
    rows = material.consents()
    numbers, answers = crossed(material.interviews.forms.take(rows.interviews), rows[feeds.CONSENT[0]])
    found = {answer: rows.interviews[part] for answer, part in zip(answers, parted(numbers, len(answers)), strict=True)}
    asked: dict[str, int] = {}
    for (form, _text), interviews in found.items():
        asked[form] = asked.get(form, 0) + len(interviews)
    said = {text for _form, text in found}
    codes = [code for code in ("yes", "no", "withdrawn", "") if code in said]
    nobody = rows.interviews[:0]
    titles = {form.form_id: form_title(form.title) for form in material.forms}
    columns = (
        cells.name_column(_("Form")),
        cells.n_column(_("Interviews")),
        *(
            Column(code or "none", material.label(feeds.CONSENT[0], code) if code else _("not asked"), "count")
            for code in codes
        ),
    )
    rows_said = tuple(
        (
            cells.text(titles[form]),
            # Those who agreed are the n of every other figure: the difference tells how many did not.
            cells.count(n, least=cells.fewest(len(found.get((form, "yes"), nobody)), n)),
            *(
                cells.count(len(ones), n=n, records=material.behind(ones))
                for ones in (found.get((form, code), nobody) for code in codes)
            ),
        )
        for form, n in asked.items()
    )
    return ResultTable("consent", _("Consent"), columns, rows_said)


def _questions(material: Material, form: FormColumns, silent: list[_Silent]) -> ResultTable:
    """One line per question that is asked, those first that most did not answer; `silent` takes those that many did
    not."""
    columns = (
        cells.name_column(_("Question")),
        Column("field", _("Field")),
        cells.n_column(_("Answered")),
        Column("refused", _("Refused"), "count"),
        Column("unknown", _("Did not know"), "count"),
        Column("empty", _("Empty"), "count"),
        Column(STRANGE, _("Unknown codes"), "count"),
        Column("share", _("Refused or did not know"), "percent"),
    )
    lines: list[tuple[int, tuple[Cell, ...]]] = []
    for name, question in form.questions.items():
        if question.shape == "computed" or question.type == "note":
            continue
        column = material.column(form, question)
        refused, unknown, empty = (column.count(one) for one in (REFUSED, UNKNOWN, ""))
        answered = len(column) - refused - unknown - empty
        asked = answered + refused + unknown
        strange = _strange(question, column)
        part = (refused + unknown) / asked if asked else 0.0
        label = material.question(name)
        if asked >= cells.FEW and part >= SILENT:
            silent.append((part, label, refused + unknown, asked))
        line = (
            cells.text(label),
            cells.text(name),
            cells.count(answered, n=len(column)),
            cells.count(refused, n=asked),
            cells.count(unknown, n=asked),
            cells.count(empty, n=len(column)),
            cells.count(strange, n=answered, tone="bad" if strange else ""),
            cells.figure(part if asked else None, asked),
        )
        lines.append((refused + unknown + strange, line))
    lines.sort(key=lambda line: -line[0])
    told = sum(count > 0 for count, _line in lines)
    rows = tuple(line for _count, line in lines)
    name = f"{QUESTIONS}{form.form_id}"
    return ResultTable(name, form_title(form.title), columns, rows, reach="team", printed=min(told, MOST_PRINTED))


def _strange(question: Question, column: Factor) -> int:
    """Answers with codes that the question does not have."""
    known = {choice.code for choice in question.choices}
    if not known or question.shape not in ("choice", "choices", "ranking"):
        return 0
    ours = known | {REFUSED, UNKNOWN, ""}
    if ours.issuperset(" ".join(column.levels).split()):
        return 0
    return int(np.count_nonzero(column.where(lambda text: text not in ours and not ours.issuperset(text.split()))))


def _codes_twice(material: Material, form: FormColumns) -> list[str]:
    """Codes of interviews that more than one interview has."""
    for name in feeds.CODES:
        question = form.questions.get(name)
        if question is not None and not question.repeats:
            column = material.column(form, question)
            return sorted(filter(None, (column.levels[code] for code in np.flatnonzero(column.tally() > 1).tolist())))
    return []


def _facilitators(material: Material) -> ResultTable:
    names = material.of(material.interviews.facilitators)
    parts = names.parts()
    days = material.of(material.interviews.days)
    minutes = _minutes(material)
    columns = (
        Column("facilitator", _("Facilitator")),
        cells.n_column(_("Interviews")),
        Column("days", _("Days"), "number", 0),
        *((Column("minutes", _("Minutes (median)"), "number", 0),) if minutes is not None else ()),
    )
    return ResultTable(
        "facilitators",
        _("Facilitators"),
        columns,
        tuple(
            (
                cells.text(name or _("not told"), records=(behind := material.behind(ones))),
                cells.count(len(ones), records=behind),
                cells.figure(len(days.take(part).present()), len(ones)),
                *((cells.median_cell(median_of(_taken(minutes, ones))),) if minutes is not None else ()),
            )
            for name, part in sorted(parts.items())
            for ones in (material.indices[part],)
        ),
    )


def _answered(material: Material, tables: Sequence[ResultTable]) -> Iterator[Message]:
    """How much of what was asked was answered, over all questions."""
    answered, silent = _total(tables, "n"), _total(tables, "refused") + _total(tables, "unknown")
    if silent:
        text = _("Of everything that was asked, {share} was refused or answered with “does not know”.")
        part = silent / (answered + silent)
        said = cells.percent(part) if part >= LEAST else _("less than {share}").format(share=cells.percent(LEAST))
        yield Message(text.format(share=said), n=silent, reach="here")
    elif answered and any(text not in REFUSALS for text in material.consents()[feeds.CONSENT[0]].present()):
        yield Message(_("Nobody refused an answer or did not know one."), n=answered, reach="here")


def _total(tables: Sequence[ResultTable], column: str) -> int:
    """What the tables of questions count in a column."""
    found = (
        row[at].said
        for table in tables
        for at, one in enumerate(table.columns)
        if one.name == column and table.name.startswith(QUESTIONS)
        for row in table.rows
    )
    return sum(said for said in found if isinstance(said, int))


def _minutes(material: Material) -> NDArray[np.float64] | None:
    """How long each interview of the survey took, nan where its form does not note beginning and end; None where none
    does."""
    rows = material.rows(*feeds.DURATION)
    found = np.full(len(material.interviews.records), np.nan)
    starts, ends = (list(map(_moment, rows[name].levels)) for name in feeds.DURATION)
    codes = (rows[name].codes.tolist() for name in feeds.DURATION)
    for one, start, end in heeded(zip(rows.interviews.tolist(), *codes, strict=True)):
        began, ended = starts[start], ends[end]
        # Of two moments only one of which says its time zone nobody knows how far they are apart.
        if began is not None and ended is not None and (began.tzinfo is None) == (ended.tzinfo is None):
            found[one] = (ended - began).total_seconds() / 60
    found[found < 0] = np.nan
    return None if np.isnan(found).all() else found


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _taken(minutes: NDArray[np.float64], interviews: Numbers) -> NDArray[np.float64]:
    """The minutes of those interviews of which they are known."""
    taken = minutes[interviews]
    return taken[~np.isnan(taken)]


def _messages(material: Material, silent: list[_Silent], doubles: Sequence[str]) -> tuple[Message, ...]:
    said = []
    rows = material.consents()
    consent = rows[feeds.CONSENT[0]]
    refused = sum(map(consent.count, REFUSALS))
    asked = len(consent) - consent.count("")
    if asked:
        text = ngettext(
            "{n} of {all} person asked did not agree or withdrew.",
            "{n} of {all} people asked did not agree or withdrew.",
            asked,
        )
        said.append(
            Message(text.format(n=cells.whole(refused), all=cells.whole(asked)), n=cells.fewest(refused, asked))
        )
    for part, label, count, n in sorted(silent, reverse=True)[:3]:
        text = ngettext(
            "{count} of {n} answers ({share}) is a refusal or “does not know”: {question}",
            "{count} of {n} answers ({share}) are a refusal or “does not know”: {question}",
            count,
        )
        words = text.format(count=cells.whole(count), n=cells.whole(n), share=cells.percent(part), question=label)
        said.append(cells.warn(words, cells.fewest(count, n)))
    if asked and refused == asked:
        text = _("Nobody who was asked agreed to take part, so there are no answers to analyse.")
        said.append(cells.warn(text, asked))
    if doubles:
        text = ngettext(
            "{n} code stands on more than one interview: {codes}. Look at the double interviews.",
            "{n} codes stand on more than one interview: {codes}. Look at the double interviews.",
            len(doubles),
        )
        words = text.format(n=cells.whole(len(doubles)), codes=cells.listed(doubles[:5]))
        said.append(Message(words, "warn", reach="team"))
    if not material.rows(*feeds.DURATION).asked:
        said.append(cells.warn(_("No form notes beginning and end, so how long interviews took is not known.")))
    said += cells.few_warning(material.n)
    return tuple(said)


def _strange_codes(tables: Sequence[ResultTable]) -> Iterator[Message]:
    """That answers have codes which their questions do not offer: no analysis counts them."""
    if n := _total(tables, STRANGE):
        text = ngettext(
            "{n} answer has a code that its question does not offer.",
            "{n} answers have codes that their questions do not offer.",
            n,
        )
        yield cells.warn(text.format(n=cells.whole(n)), n)


# -- control cards


def control_cards(material: Material) -> Analysis:
    """How often each facilitator's respondents recognised animals that cannot be there."""
    question = _("How often are animals recognised that do not live there?")
    rows = card_rows(material)
    cards = _controls(rows)
    everyone = rows.interviews[cards]
    facilitators = material.interviews.facilitators.take(everyone)
    answers = rows["id_res"].take(cards)
    answered = facilitators.take(answers.where(is_answer)).counted()
    wrong = facilitators.take(answers.among(KNOWN)).counted()
    if not answered:
        return cells.nothing(CONTROL, control_title(), question, material, asked=rows.asked)
    behind = {name: everyone[part] for name, part in facilitators.parts().items()}
    rates = control_rates({name: (wrong.get(name, 0), answered.get(name, 0)) for name in behind})
    whole = control_rates({_("All facilitators"): (sum(wrong.values()), sum(answered.values()))})
    columns = (
        Column("facilitator", _("Facilitator")),
        cells.n_column(_("Control cards")),
        Column("wrong", _("Recognised"), "count"),
        Column("rate", _("Rate"), "percent", additive=False),
    )
    lines = [_rate(material, name, found, behind[name]) for name, found in rates.items()]
    lines += [_rate(material, name, found, everyone) for name, found in whole.items()]
    table = ResultTable("facilitators", control_title(), columns, tuple(lines))
    n = int(np.count_nonzero(material.among(everyone)))
    said = _control_messages(rates, next(iter(whole.values())))
    method = _(
        "Cards of species that the reference table holds to be absent from the country. A high rate tells that people "
        "guess or please, or that the cards were explained too much: animals of that facilitator's interviews are less "
        "certain. Intervals after Wilson."
    )
    figures = _control_figure(rates, n)
    return Analysis(CONTROL, control_title(), question, n, (table,), figures, said, method)


def _controls(rows: Rows) -> Mask:
    """Which cards show a species that does not live in the country."""
    heed()
    found = np.zeros(len(rows), np.bool_)
    for country in rows["country"].present():
        if absent := controls(country):
            found |= rows["country"].among((country,)) & rows["sp"].among(absent)
    return found


def _rate(material: Material, name: str, found: Share | TooFew, interviews: Numbers) -> tuple[Cell, ...]:
    behind = material.behind(interviews)
    label = cells.text(name or _("not told"), records=behind)
    if not isinstance(found, Share):
        return (label, cells.count(0), cells.count(0), cells.figure(None, 0))
    few = cells.few(found.n)
    # Each interview shows as many cards: their number tells how many interviews there were.
    people = int(np.count_nonzero(material.among(interviews)))
    least = min(cells.fewest(found.count, found.n), people)
    share = Cell(found.share, found.n, found.interval, "", found.share, behind, least=least)
    rate = Cell(few, found.n) if few else share
    shown = cells.count(found.n, records=behind, least=people)
    return (label, shown, cells.count(found.count, n=found.n, least=least), rate)


def _control_figure(rates: Mapping[str, Share | TooFew], n: int) -> tuple[Figure, ...]:
    there = {name: found for name, found in rates.items() if isinstance(found, Share) and found.n >= cells.FEW}
    if not there:
        return ()
    chart = BarChart(
        tuple(name or _("not told") for name in there),
        (_("recognised"),),
        tuple((found.share,) for found in there.values()),
        tuple(found.n for found in there.values()),
        "percent",
    )
    alt = "; ".join(f"{line}: {cells.percent(v[0])}" for line, v in zip(chart.lines, chart.values, strict=True))
    name = _("Control cards recognised, by facilitator")
    return (Figure("facilitators", name, cells.interviews(n), chart, f"{name}. {alt}."),)


def _control_messages(rates: Mapping[str, Share | TooFew], whole: Share | TooFew) -> tuple[Message, ...]:
    said = []
    if isinstance(whole, Share):
        text = _("{count} of {n} control cards were recognised ({share}; {interval}).")
        said.append(
            Message(
                text.format(
                    count=cells.whole(whole.count),
                    n=cells.whole(whole.n),
                    share=cells.percent(whole.share),
                    interval=cells.span(whole.interval, shares=True),
                ),
                n=cells.fewest(whole.count, whole.n),
            )
        )
    high = [
        name or _("not told")
        for name, found in rates.items()
        if isinstance(found, Share) and found.n >= cells.FEW and found.interval.low > WRONG
    ]
    if high:
        text = _("Certainly above {limit}: {names}. Talk with them before these interviews are used.")
        said.append(cells.warn(text.format(limit=cells.percent(WRONG), names=cells.listed(high))))
    return tuple(said)
