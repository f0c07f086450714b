"""The programmes of work as files that the measures inventory chooses from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cami_survey.reference import programme

VERSIONS, ACTIVITIES = "pow_versions.csv", "pow_activities.csv"
OTHER = "Another activity, not in this list (write number and text below)"
MARKS = {"sourced": "", "uncertain": " (not confirmed)"}


def files(items: Sequence[programme.ProgrammeItem], species: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """`pow_versions.csv` and `pow_activities.csv`; `species` gives the English name of a code.

    Rows whose text is missing or only an illustration are left out, what is not confirmed says so, and each programme
    ends with a choice for what is not in the list.
    """
    versions = {item.programme: _version(item.programme) for item in items}
    activities = [
        {"name": _activity_name(item), "label": _activity_label(item, species), "pow": versions[item.programme]}
        for item in items
        if item.standing in MARKS and item.objective
    ]
    others = [{"name": f"{name}_other", "label": OTHER, "pow": name} for name in versions.values()]
    return {
        VERSIONS: [
            {"name": name, "label": f"Programme of work {title.removeprefix('CAMI-').replace('?', ' (proposed)')}"}
            for title, name in versions.items()
        ],
        ACTIVITIES: sorted([*activities, *others], key=lambda row: list(versions.values()).index(row["pow"])),
    }


def _version(title: str) -> str:
    return "pow_" + title.removeprefix("CAMI-").rstrip("?").replace("-", "_")


def _kind(item: programme.ProgrammeItem) -> str:
    """The code of the species a section is about, or ""."""
    return item.section.rpartition(": ")[2] if item.section_no.endswith(".x") else ""


def _activity_name(item: programme.ProgrammeItem) -> str:
    number = _kind(item) or item.activity_no or item.section_no or item.objective_no
    return f"{_version(item.programme)}_{number.replace('.', '_')}"


def _activity_label(item: programme.ProgrammeItem, species: Mapping[str, str]) -> str:
    mark = MARKS[item.standing]
    if kind := _kind(item):
        return f"{item.objective_no} Species measures: {species.get(kind, kind)}{mark}"
    if item.activity:
        return f"{item.activity_no} {item.activity}{mark}"
    if item.section:
        return f"Theme: {item.section}{mark}"
    return f"Objective {item.objective_no} {item.objective}{mark}"
