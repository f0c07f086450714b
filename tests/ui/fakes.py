"""A survey of plain lists, for tests of the pages alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from cami_survey.base.records import DeviceInfo, FormEntry, RecordFilter, RecordRow, Summary

NOW = datetime.now(UTC)
HERDER, STAKEHOLDER = "herder_interview", "stakeholder_survey"
TITLES = {HERDER: "Herder interview", STAKEHOLDER: "Stakeholder survey"}
DEVICE = DeviceInfo(
    id="3f" * 32,
    number=7,
    name="KG-07",
    facilitator="Aizada",
    public_key=b"\1" * 32,
    recipient="age1me",
    this_file=True,
)


def row(number: int, **changes: object) -> RecordRow:
    """An interview of the herder form, final, changed `number` hours ago."""
    made = RecordRow(
        record=f"{number:032x}",
        form_id=HERDER,
        form_version="3",
        form_title=TITLES[HERDER],
        state="final",
        summary=Summary(
            code=f"KG-H{number:04}",
            place="At-Bashy",
            place_detail="Naryn · cell KG-25-0417",
            language="Kyrgyz",
            language_detail="facilitator: English",
            answered=84,
            total=84,
        ),
        conflicts=0,
        changed=NOW - timedelta(hours=number),
        device=DEVICE.id,
        this_device=True,
        deleted=False,
    )
    return replace(made, **changes)


def draft(number: int, answered: int = 18) -> RecordRow:
    """An interview that is not final."""
    made = row(number, state="draft")
    return replace(made, summary=replace(made.summary, answered=answered))


def sample() -> list[RecordRow]:
    """A list with everything a list can show."""
    rows = [draft(0), row(1, conflicts=1, this_device=False, device_name="KG-03"), row(2), row(25), row(27), row(30)]
    rows[4] = replace(rows[4], summary=replace(rows[4].summary, note="No consent", place="Kara-Suu"))
    rows += [row(hours) for hours in (49, 60, 80, 120, 800, 850, 1500)]
    rows[7] = draft(60, 51)
    rows[8] = row(80, form_id=STAKEHOLDER, form_title=TITLES[STAKEHOLDER])
    return rows


def form(form_id: str = HERDER, records: int = 0) -> FormEntry:
    """A form of the survey."""
    return FormEntry(
        form_id, "3", TITLES[form_id], ("English (en)", "Русский (ru)"), 84, f"{form_id}.xlsx", NOW, records
    )


@dataclass
class FakeSurvey:
    """Answers like a survey file, from lists."""

    records: Sequence[RecordRow] = field(default_factory=sample)
    entries: Sequence[FormEntry] = (form(HERDER), form(STAKEHOLDER))
    title: str = "Ala-Too 2026"
    path: Path = Path("/surveys/ala-too.cami")
    device: DeviceInfo = DEVICE
    last_backup: datetime | None = NOW
    read_only: bool = False
    encrypted: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)

    def _found(self, filter: RecordFilter, search: str, form_id: str) -> list[RecordRow]:
        kept = {
            "all": lambda row: not row.deleted,
            "drafts": lambda row: not row.deleted and row.state == "draft",
            "final": lambda row: not row.deleted and row.state == "final",
            "conflicts": lambda row: not row.deleted and row.conflicts > 0,
            "deleted": lambda row: row.deleted,
        }[filter]
        return [
            row
            for row in self.records
            if kept(row)
            and (not form_id or row.form_id == form_id)
            and search.casefold() in f"{row.summary.code} {row.summary.place}".casefold()
        ]

    def rows(
        self, filter: RecordFilter = "all", search: str = "", form_id: str = "", offset: int = 0, limit: int = 100
    ) -> list[RecordRow]:
        self.asked.append((offset, limit))
        return self._found(filter, search, form_id)[offset : offset + limit]

    def counts(self, search: str = "") -> Mapping[RecordFilter, int]:
        names: tuple[RecordFilter, ...] = ("all", "drafts", "final", "conflicts", "deleted")
        return {name: len(self._found(name, search, "")) for name in names}

    def day_counts(self, filter: RecordFilter = "all", search: str = "", form_id: str = "") -> list[tuple[date, int]]:
        found = self._found(filter, search, form_id)
        return [(day, len(list(rows))) for day, rows in groupby(found, lambda row: row.changed.astimezone().date())]

    def forms(self) -> list[FormEntry]:
        return list(self.entries)

    def devices(self) -> list[DeviceInfo]:
        return [DEVICE]

    def recipients(self) -> list[tuple[str, str]]:
        return [("Cholpon, KG-HUB", "age1cholpon")]

    def conflicts(self, record: str | None = None) -> list[object]:
        return []

    def close(self) -> None:
        return None
