"""Measures against the programme of work: which sections somebody works on, and which nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, Numbers, different, filled, joined
from cami_survey.analysis.material import Material, is_answer
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable, Tone
from cami_survey.base.heeding import heed
from cami_survey.base.texts import _, ngettext

NAME = "programme"
UNDER_WAY, PLANNED, STOPPED = frozenset({"ong", "done"}), frozenset({"plan"}), frozenset({"ns", "stop"})
WORKING = frozenset({"2", "3"})
NO_ROWS = np.empty(0, np.int64)
# `pow_2021_2026_1_3_2` is activity 1.3.2 of that programme, `pow_2021_2026_SAITAT` the species measures of section 2.
_ACTIVITY = re.compile(r"pow_\d+_\d+_(.*)")
_SECTION = re.compile(r"(1)_(\d+)(?:_.*)?|([2-9])(?:_.*)?")


def title() -> str:
    """What the analysis is called."""
    return _("Measures and the programme of work")


@dataclass(frozen=True, slots=True, eq=False)
class _Section:
    """What is told of one section: the interview of each measure, of each that has clear effect, and of each gap."""

    under_way: Numbers
    planned: Numbers
    stopped: Numbers
    working: Numbers
    judged: int
    countries: int
    wanted: Numbers

    @property
    def told(self) -> Numbers:
        """The interviews of all measures."""
        return np.concatenate([self.under_way, self.planned, self.stopped])


def section_of(activity: str) -> str:
    """The code of the section (`o1_3`, `o2`) that an activity of a programme belongs to; "" for none."""
    found = _ACTIVITY.fullmatch(activity)
    rest = found[1] if found else ""
    if rest.isalpha() and rest.isupper():
        return "o2"
    section = _SECTION.fullmatch(rest)
    if section is None:
        return ""
    return f"o1_{section[2]}" if section[1] else f"o{section[3]}"


def programme(material: Material) -> Analysis:
    """Every section with its measures; those without any first in the messages."""
    question = _("On which sections of the programme of work does nobody work?")
    sections, asked = _sections(material)
    n = _told(sections)
    if not n:
        return cells.nothing(NAME, title(), question, material, asked=asked)
    columns = (
        cells.name_column(_("Section")),
        Column("state", _("State"), "state"),
        Column("under_way", _("Under way or completed"), "count"),
        Column("planned", _("Planned"), "count"),
        Column("stopped", _("Not started or stopped"), "count"),
        Column("working", _("With clear effect"), "percent", additive=False),
        Column("countries", _("Countries"), "count", additive=False),
        Column("wanted", _("Gaps experts name"), "count", additive=False),
    )
    rows = tuple(_row(material, code, section) for code, section in sections.items())
    table = ResultTable("sections", _("Measures by section"), columns, rows)
    method = _(
        "Activities that organisations name and activities that countries report, by section of the programme of work. "
        "A section is without measures where nothing is under way, completed or planned. What nobody reported may "
        "still exist."
    )
    return Analysis(
        NAME,
        title(),
        question,
        n,
        (table, *_activities(material)),
        (_figure(material, sections, n),),
        _messages(material, sections),
        method,
    )


def _sections(material: Material) -> tuple[dict[str, _Section], bool]:
    """Every section that the forms know or that somebody named, and whether any form asks for measures."""
    activities = material.rows("act_theme", "act_status", optional=("act_eff", "act_country"), main=("country",))
    reports = material.rows(*feeds.REPORTED, optional=("r_eff",), main=("country",))
    gaps = material.rows("g_pow")
    themes = joined([activities["act_theme"], reports["act"].renamed(section_of)])
    states = joined([activities["act_status"], reports["r_status"]])
    effects = joined([activities["act_eff"], reports["r_eff"]])
    where = joined([filled(activities["act_country"], activities["country"]), reports["country"]])
    interviews = np.concatenate([activities.interviews, reports.interviews])
    under_way, planned, stopped = (states.among(codes) for codes in (UNDER_WAY, PLANNED, STOPPED))
    judged, working = effects.where(str.isdecimal), effects.among(WORKING)
    measures, wanted = _parts(themes), _parts(gaps["g_pow"])
    known = material.codes("top_themes", "act_theme", "fields", "g_pow", "a_theme")
    sections = {}
    for code in dict.fromkeys([*known, *measures, *wanted]):
        heed()
        rows = measures.get(code, NO_ROWS)
        active = rows[under_way[rows]]
        countries = {country for text in filter(is_answer, where.take(active).present()) for country in text.split()}
        sections[code] = _Section(
            interviews[active],
            interviews[rows[planned[rows]]],
            interviews[rows[stopped[rows]]],
            interviews[active[working[active]]],
            int(judged[active].sum()),
            len(countries),
            gaps.interviews[wanted.get(code, NO_ROWS)],
        )
    return sections, activities.asked or reports.asked


def _parts(column: Factor) -> dict[str, NDArray[np.int64]]:
    """The rows of each code that stands in any, in the order in which they turn up."""
    return {code: rows for code, rows in column.parts().items() if is_answer(code)}


def _told(sections: Mapping[str, _Section]) -> int:
    """How many interviews tell of any measure."""
    return len(different(np.concatenate([NO_ROWS, *(section.told for section in sections.values())])))


def _label(material: Material, code: str) -> str:
    said = material.label_among(("top_themes", "act_theme", "g_pow", "fields"), code)
    return said if said != code else code.removeprefix("o").replace("_", ".")


def _state(section: _Section) -> tuple[str, Tone]:
    if len(section.under_way):
        return _("measures"), "good"
    return (_("planned only"), "notable") if len(section.planned) else (_("no measures"), "bad")


def _row(material: Material, code: str, section: _Section) -> tuple[Cell, ...]:
    words, tone = _state(section)
    told = section.told
    n = len(told)
    return (
        cells.text(_label(material, code), records=material.behind(told)),
        Cell(words, n, tone=tone),
        cells.count(len(section.under_way), n=n, records=material.behind(section.under_way)),
        cells.count(len(section.planned), n=n, records=material.behind(section.planned)),
        cells.count(len(section.stopped), n=n, records=material.behind(section.stopped)),
        cells.figure(
            len(section.working) / section.judged if section.judged else None,
            section.judged,
            records=material.behind(section.working),
            least=cells.fewest(len(section.working), section.judged),
        ),
        cells.count(section.countries),
        cells.count(len(section.wanted), records=material.behind(section.wanted)),
    )


def _activities(material: Material) -> list[ResultTable]:
    """Reported activities of the programme, one by one, where countries reported any."""
    rows = material.rows(*feeds.REPORTED, main=("country",))
    found = _parts(rows["act"])
    if not found:
        return []
    columns = (
        cells.name_column(_("Activity")),
        cells.n_column(_("Reports")),
        Column("under_way", _("Under way or completed"), "count"),
        Column("where", _("In")),
    )
    order = [code for code in material.codes("act") if code in found]
    order += [code for code in sorted(found) if code not in order]
    under_way = rows["r_status"].among(UNDER_WAY)
    lines = []
    for code in order:
        these = found[code]
        active = these[under_way[these]]
        behind = material.behind(rows.interviews[these])
        where = dict.fromkeys(map(material.country_label, _parts(rows["country"].take(active))))
        lines.append(
            (
                cells.text(material.label("act", code), records=behind),
                cells.count(len(these), records=behind),
                cells.count(len(active), n=len(these), records=material.behind(rows.interviews[active])),
                cells.text(cells.listed(where) or cells.DASH),
            )
        )
    return [ResultTable("activities", _("Activities of the programme as reported"), columns, tuple(lines))]


def _figure(material: Material, sections: dict[str, _Section], n: int) -> Figure:
    lines = tuple(_label(material, code) for code in sections)
    values = tuple(
        (float(len(one.under_way)), float(len(one.planned)), float(len(one.stopped))) for one in sections.values()
    )
    chart = BarChart(
        lines,
        (_("under way or completed"), _("planned"), _("not started or stopped")),
        values,
        tuple(len(one.told) for one in sections.values()),
        tones=("good", "notable", "quiet"),
    )
    alt = "; ".join(f"{line}: {cells.whole(int(sum(value)))}" for line, value in zip(lines, values, strict=True))
    name = _("Measures by section of the programme of work")
    return Figure("sections", name, cells.interviews(n), chart, f"{name}. {alt}.")


def _messages(material: Material, sections: dict[str, _Section]) -> tuple[Message, ...]:
    empty = [code for code, one in sections.items() if not len(one.under_way) and not len(one.planned)]
    said = []
    if empty:
        text = ngettext(
            "{n} of {all} sections is without measures: {names}.",
            "{n} of {all} sections are without measures: {names}.",
            len(empty),
        )
        names = cells.listed(_label(material, code) for code in empty)
        said.append(Message(text.format(n=cells.whole(len(empty)), all=cells.whole(len(sections)), names=names)))
    else:
        said.append(Message(_("On every section somebody works or plans to.")))
    wanted = [code for code in empty if len(sections[code].wanted)]
    if wanted:
        text = _("Experts name gaps there: {names}.")
        said.append(Message(text.format(names=cells.listed(_label(material, code) for code in wanted))))
    said += cells.few_warning(_told(sections))
    said.append(cells.warn(_("What nobody reported may still exist: this is what was told, not what there is.")))
    return tuple(said)
