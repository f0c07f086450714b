"""Survey files and interviews for tests, in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cami_survey.base.records import Answers, FormContent, State, Summary
from cami_survey.store.api import SurveyFile

FORM = "herder_interview"
VERSION = "2026-11"


class Wall:
    """A clock on the wall that goes one second further each time somebody looks."""

    def __init__(self, start: str = "2026-11-20T08:00:00") -> None:
        self.now = datetime.fromisoformat(start).replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def new_survey(folder: Path, name: str = "survey", *, key: bytes | str | None = None, start: str = "") -> SurveyFile:
    """A new survey file called after the laptop it stands for."""
    clock = Wall(start) if start else Wall()
    path = folder / f"{name}.cami"
    return SurveyFile.create(path, title="Winter camps", key=key, device_name=name, facilitator="Aigul", clock=clock)


def content(version: str = VERSION, xform: bytes = b"<h:html/>", form_id: str = FORM) -> FormContent:
    """A form as the engine would hand it over."""
    return FormContent(
        form_id=form_id,
        version=version,
        title="Herder interview",
        languages=("English (en)", "Русский (ru)"),
        questions=84,
        xform=xform,
        source_name="herder_interview.xlsx",
        source=b"PK\3\4 xlsx",
        media={"species.csv": b"name,label\nirbis,Snow leopard\n"},
    )


def interview(survey: SurveyFile, record: str = "", state: State = "final", code: str = "", **fields: str) -> str:
    """Save a new interview; keywords are questions of the group `data`. Returns its record id."""
    record = record or survey.new_record()
    save(survey, record, {f"/data/{name}": text for name, text in fields.items()}, state=state, code=code, parents=())
    return record


def save(
    survey: SurveyFile,
    record: str,
    fields: dict[str, str],
    *,
    state: State = "final",
    code: str = "",
    parents: tuple[str, ...] | None = None,
) -> str:
    """Save answers on top of the heads, or of `parents`. Returns the revision id."""
    return survey.save(
        record=record,
        form_id=FORM,
        form_version=VERSION,
        answers=Answers(fields),
        state=state,
        parents=survey.view(record).heads if parents is None else parents,
        summary=Summary(code=code, search=" ".join(fields.values())),
    )


def edit(survey: SurveyFile, record: str, **changes: str | None) -> str:
    """Change some answers of an interview, as a person does who sees the record as it stands."""
    fields = dict(survey.view(record).answers.fields)
    for name, text in changes.items():
        fields.pop(f"/data/{name}", None)
        fields |= {} if text is None else {f"/data/{name}": text}
    code = next(row.summary.code for row in survey.rows() if row.record == record)
    return save(survey, record, fields, code=code)


def merge(target: SurveyFile, *sources: SurveyFile) -> None:
    """Merge everything the sources have."""
    for source in sources:
        target.accept(list(source.facts()), package="all", source=source.path.name)


def values(survey: SurveyFile, record: str) -> dict[str, str]:
    """The answers as they stand, by question name."""
    return {name.removeprefix("/data/"): text for name, text in survey.view(record).answers.fields.items()}
