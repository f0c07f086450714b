"""What runs in processes that get killed. Each reports over a pipe what is acknowledged."""

from __future__ import annotations

import multiprocessing
import shutil
import time
from collections.abc import Callable
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.base.records import Answers, Fact, Summary
from cami_survey.store import schema
from cami_survey.store.api import SurveyFile

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = "herder_interview"
STEP = """
from alembic import op
revision = "{number:04}"
down_revision = "{before:04}"
def upgrade():
    op.execute("CREATE TABLE step{number}a (n)")
    from tests.faults import store_children
    store_children.at_step({number})
    op.execute("CREATE TABLE step{number}b (n)")
    op.execute("PRAGMA user_version = {number}")
"""


def at_step(number: int) -> None:
    """What a schema step does in the middle; replaced in the child that is to be killed there."""


def context() -> Any:
    """Processes that begin with the store imported already, where the system can do that."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.faults.store_children"])
    return found


@contextmanager
def child(work: Callable[..., None], *args: object) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process at work, with the pipe it reports to; it is dead when the context ends."""
    ours, theirs = context().Pipe(duplex=False)
    process = context().Process(target=work, args=(*args, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join()
        ours.close()


def kill(process: BaseProcess, pipe: Connection) -> list[Any]:
    """Kill without warning; returns what was acknowledged and not read yet."""
    process.kill()
    process.join()
    left = []
    while True:
        try:
            left.append(pipe.recv())
        except EOFError:
            return left


def type_answers(path: Path, key: str | None, pipe: Connection) -> None:
    """Type into a new draft for ever, and save another interview after every fifth answer."""
    survey = SurveyFile.open(path, key=key)
    draft = survey.start_draft(form_id=FORM, form_version="1", record=survey.new_record(), values={})
    pipe.send(("draft", draft))
    for number in count():
        survey.journal(draft, {f"/data/q{number}": f"answer {number}"}, place=f"/data/q{number}")
        pipe.send(("typed", number))
        if number % 5 == 4:
            record = survey.new_record()
            survey.save(
                record=record,
                form_id=FORM,
                form_version="1",
                answers=Answers({"/data/q": str(number)}),
                state="final",
                parents=(),
                summary=Summary(code=f"H{number}"),
            )
            pipe.send(("saved", record))


def merge(path: Path, facts: list[Fact], pipe: Connection) -> None:
    """Merge slowly, telling how far it is."""
    survey = SurveyFile.open(path)

    def progress(done: int) -> None:
        pipe.send(done)
        time.sleep(0.02)

    survey.accept(facts, package="p", source="stick", progress=progress)
    pipe.send("merged")
    time.sleep(60)


def with_steps(folder: Path, numbers: list[int]) -> None:
    """Let this process know schema steps beyond the released ones."""
    steps = folder / "steps"
    if not steps.exists():
        shutil.copytree(schema.STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
        for number in numbers:
            text = STEP.format(number=number, before=number - 1)
            (steps / "versions" / f"{number:04}_step.py").write_text(text)
    schema.STEPS = steps
    schema.SCHEMA = numbers[-1]


def migrate(path: Path, numbers: list[int], stop: int, pipe: Connection) -> None:
    """Open a file with further steps, and stand still in the middle of one."""
    with_steps(path.parent, numbers)

    def wait(number: int) -> None:
        if number == stop:
            pipe.send(number)
            time.sleep(60)

    globals()["at_step"] = wait
    SurveyFile.open(path).close()
    pipe.send("done")
    time.sleep(60)
