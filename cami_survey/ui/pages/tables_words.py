"""Reference tables in words: what each is called, and what stands for a row in a list."""

from __future__ import annotations

from cami_survey.base.texts import _
from cami_survey.reference.changes import Key, Row, key_of
from cami_survey.reference.schemas import PROGRAMME, PROGRAMME_PREFIX, Schema

MAIN = (
    "name_en",
    "name",
    "activity_text",
    "section_title",
    "objective_title",
    "label",
    "name_cms",
    "presence",
    "relation",
)


def title_of(name: str) -> str:
    """What a table is called."""
    titles = {
        "species": _("Species"),
        "species_names": _("Names of species"),
        "species_range": _("Species by country"),
        "range_states": _("Range states"),
        "admin1": _("Provinces"),
        "languages": _("Languages"),
        "threats": _("Threats"),
        "conservation_actions": _("Conservation actions"),
        "crosswalks": _("Correspondence of codes"),
    }
    if name.startswith(PROGRAMME_PREFIX):
        years = name.removeprefix(PROGRAMME_PREFIX).replace("_", "–")
        return _("Programme of work {years}").format(years=years)
    return titles.get(name, name)


def column_title(column: str) -> str:
    """What a column is called; what has no words of its own keeps its name in the workbook."""
    titles = {
        "activity_no": _("Activity"),
        "activity_text": _("Text"),
        "cms_appendix_current": _("CMS appendix"),
        "code": _("Code"),
        "confidence": _("Confidence"),
        "from_code": _("From code"),
        "from_scheme": _("From list"),
        "group": _("Group"),
        "iso_a2": _("Country"),
        "iucn": _("IUCN category"),
        "label": _("Label"),
        "lang": _("Language"),
        "level": _("Level"),
        "name": _("Name"),
        "name_en": _("Name"),
        "name_cms": _("Name"),
        "note": _("Note"),
        "objective_no": _("Objective"),
        "objective_title": _("Title of the objective"),
        "parent": _("Part of"),
        "pow": _("Programme of work"),
        "presence": _("Presence"),
        "priority": _("Priority"),
        "relation": _("Relation"),
        "responsible": _("Responsible"),
        "scheme": _("List"),
        "sci_name_current": _("Scientific name"),
        "section_no": _("Section"),
        "section_title": _("Title of the section"),
        "source": _("Source"),
        "species_code": _("Species"),
        "text_status": _("Standing"),
        "timeframe": _("Time frame"),
        "to_code": _("To code"),
        "to_scheme": _("To list"),
        "type": _("Type"),
    }
    return titles.get(column, column)


def said_by(row: Row) -> str:
    """The text that stands for a row."""
    return next((row[column] for column in MAIN if row.get(column)), "")


def spoken(key: Key, schema: Schema) -> str:
    """A row's name; of a programme of work its number alone, as everybody quotes it."""
    if schema is PROGRAMME:
        _programme, objective, section, title, activity = key
        return activity or (title if section.endswith(".x") else "") or section or objective or "–"
    return " · ".join(part for part in key if part)


def name_of(row: Row, schema: Schema) -> str:
    """A row's name, from the row."""
    return spoken(key_of(row, schema), schema)
