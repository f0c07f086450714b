"""Classes of stakeholders by power, legitimacy and urgency."""

from __future__ import annotations

from collections import Counter

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.stakeholders import salience_of
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.analysis.subjects.organisations import LEVELS, Organisation, levels, middle, organisations
from cami_survey.analysis.subjects.standing import some, stakeholder_rows
from cami_survey.base.texts import _, ngettext

NAME = "salience"
CLASSES = (
    "definitive",
    "dominant",
    "dangerous",
    "dependent",
    "dormant",
    "discretionary",
    "demanding",
    "non-stakeholder",
)


def title() -> str:
    """What the analysis is called."""
    return _("Salience")


def class_words(name: str) -> str:
    """A class as people read it, with what makes it."""
    return {
        "definitive": _("definitive (power, legitimacy, urgency)"),
        "dominant": _("dominant (power, legitimacy)"),
        "dangerous": _("dangerous (power, urgency)"),
        "dependent": _("dependent (legitimacy, urgency)"),
        "dormant": _("dormant (power)"),
        "discretionary": _("discretionary (legitimacy)"),
        "demanding": _("demanding (urgency)"),
        "non-stakeholder": _("none of the three"),
    }[name]


def classed(rows: Rows, organisation: Organisation) -> str | TooFew:
    """The class of an organisation by the medians of its respondents who rated all three."""
    columns = [rows[name] for name in feeds.SALIENCE]
    complete = [row for row in organisation.rows if all(column[row] in LEVELS for column in columns)]
    power, legitimacy, urgency = columns
    return salience_of([(LEVELS[power[row]], LEVELS[legitimacy[row]], LEVELS[urgency[row]]) for row in complete])


def salience(material: Material) -> Analysis:
    """Every organisation with its class."""
    question = _("Whose claims cannot be passed over?")
    rows = stakeholder_rows(material)
    found = {one: classed(rows, one) for one in organisations(material, rows) if _rated(rows, one)}
    classes = Counter(name for name in found.values() if isinstance(name, str))
    if not classes:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    table = ResultTable(
        "organisations",
        _("Organisations"),
        (
            cells.name_column(_("Organisation")),
            Column("power", _("Influence"), "number"),
            Column("legitimacy", _("Legitimacy"), "number"),
            Column("urgency", _("Urgency"), "number"),
            Column("class", _("Class")),
        ),
        tuple(_row(material, rows, one, name) for one, name in _ordered(found)),
    )
    method = _(
        "Classes of Mitchell, Agle and Wood (1997): an organisation has power, legitimacy or urgency where the median "
        "of its respondents is 4 or 5. Respondents who did not rate all three do not count."
    )
    n = sum(len(one.rows) for one, name in found.items() if isinstance(name, str))
    return Analysis(NAME, title(), question, n, (table,), (_figure(classes),), _messages(found, classes), method)


def _rated(rows: Rows, organisation: Organisation) -> bool:
    """Whether somebody rated anything."""
    return any(levels(rows[name][row] for row in organisation.rows) for name in feeds.SALIENCE)


def _ordered(found: dict[Organisation, str | TooFew]) -> list[tuple[Organisation, str | TooFew]]:
    def place(one: tuple[Organisation, str | TooFew]) -> tuple[int, str]:
        return (CLASSES.index(one[1]) if isinstance(one[1], str) else len(CLASSES), one[0].name)

    return sorted(found.items(), key=place)


def _row(material: Material, rows: Rows, one: Organisation, name: str | TooFew) -> tuple[Cell, ...]:
    behind = material.behind(rows.interviews[row] for row in one.rows)
    medians = [middle(rows[field][row] for row in one.rows) for field in feeds.SALIENCE]
    ns = [sum(rows[field][row] in LEVELS for row in one.rows) for field in feeds.SALIENCE]
    said = class_words(name) if isinstance(name, str) else name
    return (
        cells.text(one.name, records=behind),
        *(cells.figure(value, n, records=behind) for value, n in zip(medians, ns, strict=True)),
        Cell(said, len(one.rows), tone="notable" if name == "definitive" else "", records=behind),
    )


def _figure(classes: Counter[str]) -> Figure:
    names = [name for name in CLASSES if classes[name]]
    chart = BarChart(
        tuple(map(class_words, names)),
        (_("Organisations"),),
        tuple((float(classes[name]),) for name in names),
        tuple(classes[name] for name in names),
    )
    alt = "; ".join(f"{class_words(name)}: {cells.whole(classes[name])}" for name in names)
    n = classes.total()
    subtitle = ngettext("{n} organisation", "{n} organisations", n).format(n=cells.whole(n))
    name = _("Organisations by class")
    return Figure("classes", name, subtitle, chart, f"{name}. {alt}.")


def _messages(found: dict[Organisation, str | TooFew], classes: Counter[str]) -> tuple[Message, ...]:
    said = []
    definitive = [one.name for one, name in _ordered(found) if name == "definitive"]
    if definitive:
        text = _("Power, legitimacy and urgency together: {names}. Their claims come first.")
        said.append(Message(text.format(names=some(definitive))))
    dependent = [one.name for one, name in _ordered(found) if name == "dependent"]
    if dependent:
        text = _("Legitimate and urgent, but without power, so somebody has to speak with them: {names}.")
        said.append(Message(text.format(names=some(dependent))))
    if not said:
        common = next(name for name in CLASSES if classes[name] == max(classes.values()))
        text = _("Most often: {name}, {n} of {all}.")
        said.append(
            Message(
                text.format(name=class_words(common), n=cells.whole(classes[common]), all=cells.whole(classes.total()))
            )
        )
    said.append(cells.warn(_("Organisations rated themselves: power and legitimacy may look different to others.")))
    return tuple(said)
