"""Figures of keys, backups and salvage: an encrypted file beside a plain one in the same run.

python benchmarks/keys.py [--mb 100]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cami_survey.base.records import Answers, Summary
from cami_survey.store.api import SurveyFile, change_key, new_recovery, salvage

FORM, VERSION, WORDS = "herder_interview", "1", "four dry words here"
ANSWERS = Answers({f"/data/g{n // 12}/q{n}": f"answer {n}" for n in range(100)})


def once(action: Callable[[], object]) -> float:
    """Seconds of one go."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def save(survey: SurveyFile, answers: Answers = ANSWERS) -> None:
    """One more interview."""
    survey.save(
        record=survey.new_record(), form_id=FORM, form_version=VERSION, answers=answers, state="final", parents=(),
        summary=Summary(code="H"),
    )  # fmt: skip


def writing(survey: SurveyFile) -> tuple[float, float]:
    """Median milliseconds of one answer to the journal, and of one interview saved."""
    draft = survey.start_draft(form_id=FORM, form_version=VERSION, record=survey.new_record(), values={})
    typed = [once(lambda n=n: survey.journal(draft, {"/data/q": "x" * (n % 30)}, place="/data/q")) for n in range(300)]
    survey.drop_draft(draft)
    saved = [once(lambda: save(survey)) for _n in range(200)]
    return statistics.median(typed) * 1000, statistics.median(saved) * 1000


def beside(what: str, plain: float, keyed: float, unit: str) -> None:
    """One line: both figures and their ratio."""
    print(f"{what:34} plain {plain:9.3f} {unit}  keyed {keyed:9.3f} {unit}  {keyed / plain:5.2f} x")


def fill(survey: SurveyFile, mb: int) -> None:
    """Interviews with attached files, until the file has about this size."""
    for _n in range(mb):
        survey.attach(os.urandom(900_000), "picture.jpg")
        for _m in range(20):
            save(survey, Answers({**ANSWERS.fields, "/data/note": os.urandom(1000).hex()}))


def rescue(path: Path, target: Path) -> None:
    """A salvage around a broken page in the middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 8192 * 8192)
        file.write(os.urandom(8192))
    found = salvage(path, target)
    print(f"{'':34} saved {found.kept['revision']}, lost {len(found.lost)}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=100)
    mb = parser.parse_args().mb
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["CAMI_SURVEY_HOME"] = str(folder / "home")
        plain = SurveyFile.create(folder / "plain.cami", title="")
        keyed = SurveyFile.create(folder / "keyed.cami", title="", key=WORDS)
        (typed, saved), (keyed_typed, keyed_saved) = writing(plain), writing(keyed)
        beside("journal one answer", typed, keyed_typed, "ms")
        beside("save an interview", saved, keyed_saved, "ms")
        code = new_recovery()
        keyed.add_recovery(code.recipient)
        fill(plain, mb)
        plain.close()
        keyed.close()
        for what, key in (("open by password", WORDS), ("open by recovery code", code.secret)):
            print(f"{what:34} {once(lambda key=key: SurveyFile.open(keyed.path, key=key).close()) * 1000:9.1f} ms")
        print(f"{'file':34} {plain.path.stat().st_size / 1e6:9.1f} MB")
        print(f"{'encrypt it':34} {once(lambda: change_key(plain.path, None, WORDS)):9.2f} s")
        with SurveyFile.open(plain.path, key=WORDS) as survey:
            keyed_backup = once(survey.backup)
        print(f"{'change its key':34} {once(lambda: change_key(plain.path, WORDS, 'other dry words')):9.2f} s")
        print(f"{'take its key away':34} {once(lambda: change_key(plain.path, 'other dry words', None)):9.2f} s")
        with SurveyFile.open(plain.path) as survey:
            beside("backup, verified", once(survey.backup), keyed_backup, "s")
        seconds = once(lambda: rescue(plain.path, folder / "saved.cami"))
        print(f"{'salvage around a broken page':34} {seconds:9.2f} s")


if __name__ == "__main__":
    main()
