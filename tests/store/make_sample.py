"""Make the sample files of the current schema: run once when a schema is released, never again for that schema.

python -m tests.store.make_sample
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cami_survey.base.records import Answers, Summary
from cami_survey.store.api import SurveyFile, schema_version
from tests.store.interviews import FORM, VERSION, content, edit, interview, merge, new_survey
from tests.store.test_schema import SAMPLE_KEY, SAMPLES


def season(ours: SurveyFile, theirs: SurveyFile) -> None:
    """A form, a conflict, a photograph, a deleted interview and an open draft."""
    ours.rename("Зимовки 2026")
    ours.add_form(content())
    first = interview(ours, code="H0001", herd="40", note="снежный барс")
    merge(theirs, ours)
    edit(ours, first, herd="41")
    edit(theirs, first, herd="42")
    merge(ours, theirs)
    ours.set_summary(first, Summary(code="H0001", search="снежный барс"))
    photo = ours.attach(b"\xff\xd8 camp", "camp.jpg")
    ours.save(
        record=ours.new_record(),
        form_id=FORM,
        form_version=VERSION,
        answers=Answers({"/data/photo": "camp.jpg"}, {"/data/units": "12.5"}, {"camp.jpg": photo}),
        state="final",
        parents=(),
        summary=Summary(code="H0002"),
    )
    ours.set_deleted(interview(ours, code="H0003", herd="1"), True)
    draft = ours.start_draft(form_id=FORM, form_version=VERSION, record=ours.new_record(), values={"/data/herd": "6"})
    ours.journal(draft, {"/data/herd": "7", "/data/name": "Гүлнара"})


def main() -> None:
    for key, suffix in ((None, ""), (SAMPLE_KEY, "-keyed")):
        target = SAMPLES / f"schema{schema_version()}{suffix}.cami"
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            os.environ["CAMI_SURVEY_HOME"] = str(folder / "home")
            with new_survey(folder, "ours", key=key) as ours, new_survey(folder, "theirs") as theirs:
                season(ours, theirs)
            if target.exists():
                raise SystemExit(f"{target} was released already")
            target.write_bytes(ours.path.read_bytes())


if __name__ == "__main__":
    main()
