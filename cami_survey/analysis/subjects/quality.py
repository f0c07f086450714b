"""How far the answers can be relied on: who was silent where, consent, doubles, durations, control cards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import REFUSED, UNKNOWN, FormColumns, Material
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.medians import median_of
from cami_survey.analysis.methods.recognition import control_rates
from cami_survey.analysis.methods.shares import Share
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.analysis.subjects.knowledge import KNOWN, card_rows, controls
from cami_survey.base.form_words import form_title
from cami_survey.base.heeding import heeded
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
    for form in material.forms:
        if any(material.interviews.forms[one] == form.form_id for one in material.indices):
            tables.append(_questions(material, form, silent))
            doubles += _codes_twice(material, form)
    method = _(
        "Answered is every question with an answer; empty ones were not asked, did not apply or were left out, which "
        "the answers alone do not tell. Refusals and don't-knows are those that the form offers."
    )
    said = (*_messages(material, silent, doubles), *_answered(material, tables), *_strange_codes(tables))
    return Analysis(NAME, title(), question, material.n, tuple(tables), (), said, method)


def _consent(material: Material) -> ResultTable:
    rows = material.rows(*feeds.CONSENT)
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    behind: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one, text in zip(rows.interviews, rows[feeds.CONSENT[0]], strict=True):
        form = material.interviews.forms[one]
        counted[form][text] += 1
        behind[form, text].append(one)
    codes = [code for code in ("yes", "no", "withdrawn", "") if any(counts[code] for counts in counted.values())]
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
            cells.count(counts.total()),
            *(
                cells.count(counts[code], n=counts.total(), records=material.behind(behind[form, code]))
                for code in codes
            ),
        )
        for form, counts in counted.items()
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
        distinct = set(column)
        refused, unknown, empty = (column.count(one) if one in distinct else 0 for one in (REFUSED, UNKNOWN, ""))
        answered = len(column) - refused - unknown - empty
        asked = answered + refused + unknown
        strange = _strange(question.shape, {choice.code for choice in question.choices}, distinct, column)
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


def _strange(shape: str, known: set[str], distinct: set[str], column: Sequence[str]) -> int:
    """Answers with codes that the question does not have."""
    if not known or shape not in ("choice", "choices", "ranking"):
        return 0
    ours = known | {REFUSED, UNKNOWN, ""}
    strange = {text for text in distinct if text not in ours and not ours.issuperset(text.split())}
    return sum(text in strange for text in column) if strange else 0


def _codes_twice(material: Material, form: FormColumns) -> list[str]:
    """Codes of interviews that more than one interview has."""
    for name in feeds.CODES:
        question = form.questions.get(name)
        if question is not None and not question.repeats:
            counts = Counter(text for text in material.column(form, question) if text)
            return sorted(code for code, n in counts.items() if n > 1)
    return []


def _facilitators(material: Material) -> ResultTable:
    interviews = material.interviews
    found: defaultdict[str, list[int]] = defaultdict(list)
    for one in material.indices:
        found[interviews.facilitators[one]].append(one)
    minutes = _minutes(material)
    columns = (
        Column("facilitator", _("Facilitator")),
        cells.n_column(_("Interviews")),
        Column("days", _("Days"), "number", 0),
        *((Column("minutes", _("Minutes (median)"), "number", 0),) if minutes else ()),
    )
    return ResultTable(
        "facilitators",
        _("Facilitators"),
        columns,
        tuple(
            (
                cells.text(name or _("not told"), records=(behind := material.behind(found[name]))),
                cells.count(len(found[name]), records=behind),
                cells.figure(len({interviews.days[one] for one in found[name]}), len(found[name])),
                *(
                    (cells.median_cell(median_of(minutes[one] for one in found[name] if one in minutes)),)
                    if minutes
                    else ()
                ),
            )
            for name in sorted(found)
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
    elif answered and any(text not in REFUSALS for text in material.rows(*feeds.CONSENT)[feeds.CONSENT[0]]):
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


def _minutes(material: Material) -> dict[int, float]:
    """How long each interview took, where its form notes beginning and end."""
    rows = material.rows(*feeds.DURATION)
    found = {}
    for one, start, end in zip(rows.interviews, *(rows[name] for name in feeds.DURATION), strict=True):
        try:
            took = datetime.fromisoformat(end) - datetime.fromisoformat(start)
        except (ValueError, TypeError):
            continue
        found[one] = took.total_seconds() / 60
    return {one: took for one, took in found.items() if took >= 0}


def _messages(material: Material, silent: list[_Silent], doubles: Sequence[str]) -> tuple[Message, ...]:
    said = []
    rows = material.rows(*feeds.CONSENT)
    refused = sum(text in REFUSALS for text in rows[feeds.CONSENT[0]])
    asked = sum(text != "" for text in rows[feeds.CONSENT[0]])
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
        said.append(cells.warn(text.format(n=cells.whole(len(doubles)), codes=cells.listed(doubles[:5]))))
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
        yield cells.warn(text.format(n=cells.whole(n)))


# -- control cards


def control_cards(material: Material) -> Analysis:
    """How often each facilitator's respondents recognised animals that cannot be there."""
    question = _("How often are animals recognised that do not live there?")
    rows = card_rows(material)
    shown: list[tuple[str, bool | None]] = []
    behind: defaultdict[str, list[int]] = defaultdict(list)
    cards = zip(rows.interviews, rows["sp"], rows["id_res"], rows["country"], strict=True)
    for one, species, result, country in heeded(cards):
        if species and species in controls(country):
            name = material.interviews.facilitators[one]
            shown.append((name, None if result in ("", REFUSED, UNKNOWN) else result in KNOWN))
            behind[name].append(one)
    if not any(answer is not None for _name, answer in shown):
        return cells.nothing(CONTROL, control_title(), question, material, asked=rows.asked)
    rates = control_rates(shown)
    whole = control_rates((_("All facilitators"), answer) for _name, answer in shown)
    columns = (
        Column("facilitator", _("Facilitator")),
        cells.n_column(_("Control cards")),
        Column("wrong", _("Recognised"), "count"),
        Column("rate", _("Rate"), "percent", additive=False),
    )
    lines = [_rate(material, name, found, behind[name]) for name, found in rates.items()]
    everyone = [one for ones in behind.values() for one in ones]
    lines += [_rate(material, name, found, everyone) for name, found in whole.items()]
    table = ResultTable("facilitators", control_title(), columns, tuple(lines))
    n = len(set(everyone))
    said = _control_messages(rates, next(iter(whole.values())))
    method = _(
        "Cards of species that the reference table holds to be absent from the country. A high rate tells that people "
        "guess or please, or that the cards were explained too much: animals of that facilitator's interviews are less "
        "certain. Intervals after Wilson."
    )
    figures = _control_figure(rates, n)
    return Analysis(CONTROL, control_title(), question, n, (table,), figures, said, method)


def _rate(material: Material, name: str, found: Share | TooFew, interviews: Sequence[int]) -> tuple[Cell, ...]:
    behind = material.behind(interviews)
    label = cells.text(name or _("not told"), records=behind)
    if not isinstance(found, Share):
        return (label, cells.count(0), cells.count(0), cells.figure(None, 0))
    few = cells.few(found.n)
    least = cells.fewest(found.count, found.n)
    share = Cell(found.share, found.n, found.interval, "", found.share, behind, least=least)
    rate = Cell(few, found.n) if few else share
    return (label, cells.count(found.n, records=behind), cells.count(found.count, n=found.n), rate)


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
