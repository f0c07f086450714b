"""Survey files with a few interviews, for tests of what passes between them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cami_survey.base.records import Answers, State, Summary
from cami_survey.store.api import SurveyFile

FORM, VERSION = "herder", "2026-11"


def survey(folder: Path, name: str, facilitator: str = "") -> SurveyFile:
    """A new, empty survey file."""
    folder.mkdir(parents=True, exist_ok=True)
    return SurveyFile.create(folder / f"{name}.cami", title="Pamir 2026", device_name=name, facilitator=facilitator)


def interview(
    file: SurveyFile, answers: Mapping[str, str], *, code: str = "", record: str = "", state: State = "final"
) -> str:
    """Save an interview, or a correction of one that is there; returns its record."""
    parents = file.view(record).heads if record else ()
    record = record or file.new_record()
    file.save(
        record=record,
        form_id=FORM,
        form_version=VERSION,
        answers=Answers({f"/data/{name}": text for name, text in answers.items()}),
        state=state,
        parents=parents,
        summary=Summary(code=code),
    )
    return record


def contents(file: SurveyFile) -> dict[str, tuple[dict[str, str], list[str]]]:
    """Every record with its answers and the fields in conflict."""
    return {
        view.record: (dict(view.answers.fields), [conflict.field for conflict in view.conflicts])
        for view in file.views(FORM)
    }
