"""Measures against the programme of work: which sections somebody works on, and which nobody."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable, Tone
from cami_survey.base.texts import _, ngettext

NAME = "programme"
UNDER_WAY, PLANNED, STOPPED = frozenset({"ong", "done"}), frozenset({"plan"}), frozenset({"ns", "stop"})
WORKING = frozenset({"2", "3"})
# `pow_2021_2026_1_3_2` is activity 1.3.2 of that programme, `pow_2021_2026_SAITAT` the species measures of section 2.
_ACTIVITY = re.compile(r"pow_\d+_\d+_(.*)")
_SECTION = re.compile(r"(1)_(\d+)(?:_.*)?|([2-9])(?:_.*)?")


def title() -> str:
    """What the analysis is called."""
    return _("Measures and the programme of work")


@dataclass(slots=True)
class _Section:
    """What is told of one section; lists hold the interview of each measure."""

    under_way: list[int] = field(default_factory=list)
    planned: list[int] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    working: list[int] = field(default_factory=list)
    judged: int = 0
    wanted: list[int] = field(default_factory=list)
    countries: set[str] = field(default_factory=set)

    @property
    def told(self) -> list[int]:
        return [*self.under_way, *self.planned, *self.stopped]


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
    told = [one for section in sections.values() for one in section.told]
    if not told:
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
    n = len(set(told))
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
    sections = {code: _Section() for code in material.codes("top_themes", "act_theme", "fields", "g_pow", "a_theme")}
    activities = material.rows("act_theme", "act_status", optional=("act_eff", "act_country"), main=("country",))
    reports = material.rows(*feeds.REPORTED, optional=("r_eff",), main=("country",))
    gaps = material.rows("g_pow")
    themes = [*activities["act_theme"], *map(section_of, reports["act"])]
    states = [*activities["act_status"], *reports["r_status"]]
    effects = [*activities["act_eff"], *reports["r_eff"]]
    where = [
        *(several or one for several, one in zip(activities["act_country"], activities["country"], strict=True)),
        *reports["country"],
    ]
    interviews = [*activities.interviews, *reports.interviews]
    for theme, state, effect, countries, interview in zip(themes, states, effects, where, interviews, strict=True):
        if theme:
            _put(sections.setdefault(theme, _Section()), state, effect, countries, interview)
    for theme, interview in zip(gaps["g_pow"], gaps.interviews, strict=True):
        if theme:
            sections.setdefault(theme, _Section()).wanted.append(interview)
    return sections, activities.asked or reports.asked


def _put(section: _Section, state: str, effect: str, countries: str, interview: int) -> None:
    for states, there in (
        (UNDER_WAY, section.under_way),
        (PLANNED, section.planned),
        (STOPPED, section.stopped),
    ):
        if state in states:
            there.append(interview)
    if state in UNDER_WAY:
        section.countries.update(countries.split())
        if effect.isdecimal():
            section.judged += 1
            section.working += [interview] * (effect in WORKING)


def _label(material: Material, code: str) -> str:
    said = material.label_among(("top_themes", "act_theme", "g_pow", "fields"), code)
    return said if said != code else code.removeprefix("o").replace("_", ".")


def _state(section: _Section) -> tuple[str, Tone]:
    if section.under_way:
        return _("measures"), "good"
    return (_("planned only"), "notable") if section.planned else (_("no measures"), "bad")


def _row(material: Material, code: str, section: _Section) -> tuple[Cell, ...]:
    words, tone = _state(section)
    n = len(section.told)
    return (
        cells.text(_label(material, code), records=material.behind(section.told)),
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
        cells.count(len(section.countries)),
        cells.count(len(section.wanted), records=material.behind(section.wanted)),
    )


def _activities(material: Material) -> list[ResultTable]:
    """Reported activities of the programme, one by one, where countries reported any."""
    rows = material.rows(*feeds.REPORTED, main=("country",))
    found: defaultdict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for act, status, country, interview in zip(
        rows["act"], rows["r_status"], rows["country"], rows.interviews, strict=True
    ):
        if act:
            found[act].append((status, country, interview))
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
    lines = []
    for code in order:
        behind = material.behind([interview for _status, _country, interview in found[code]])
        active = [one for one in found[code] if one[0] in UNDER_WAY]
        where = dict.fromkeys(material.country_label(country) for _status, country, _one in active if country)
        lines.append(
            (
                cells.text(material.label("act", code), records=behind),
                cells.count(len(found[code]), records=behind),
                cells.count(len(active), n=len(found[code]), records=material.behind([one[2] for one in active])),
                cells.text(cells.listed(where) or "–"),
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
    empty = [code for code, one in sections.items() if not one.under_way and not one.planned]
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
    wanted = [code for code in empty if sections[code].wanted]
    if wanted:
        text = _("Experts name gaps there: {names}.")
        said.append(Message(text.format(names=cells.listed(_label(material, code) for code in wanted))))
    told = {one for section in sections.values() for one in section.told}
    said += cells.few_warning(len(told))
    said.append(cells.warn(_("What nobody reported may still exist: this is what was told, not what there is.")))
    return tuple(said)
