"""No file does harm when it is loaded as a form: it opens and runs, or is refused with a sentence, soon."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from cami_survey.engine.api import FormError, load_form
from tests.engine.interviewer import Interviewer

from .good import FORMS, MARKDOWN, MORNING
from .mutations import mutated


def run(content: bytes, name: str, chance: random.Random, promptly, about: str) -> None:
    """Loads a form and, where it opens, holds an interview in it; an interview is some ten acts."""
    try:
        form = promptly(lambda: load_form(content, name=name, media={}), about)
        session = promptly(lambda: form.open(clock=lambda: MORNING), about)
    except FormError as error:
        refused = error.problems
    else:
        refused = []
    if refused:
        assert all(problem.reason for problem in refused)
        return
    for node in form.nodes:
        assert isinstance(node.label(), str)
    promptly(Interviewer(session, chance, most_instances=2, most_questions=25).fill, about, times=10)
    for node in session.top.children:
        assert isinstance(node.label, str)
        assert isinstance(node.problem, str)
    promptly(session.finalise, about)
    xml, values = session.to_xml(draft=True), session.values()
    promptly(lambda: form.open(xml, clock=lambda: MORNING), about)
    promptly(lambda: form.open(values, clock=lambda: MORNING), about)


def attempt(content: bytes, name: str, seed: int, promptly) -> None:
    about = f"seed {seed}: {content!r}"
    promptly(lambda: run(content, name, random.Random(seed), promptly, about), about, times=20)


@pytest.mark.parametrize("good", sorted(FORMS))
def test_a_damaged_xform_runs_or_is_refused(good, seeds, promptly):
    for seed in seeds:
        attempt(mutated(FORMS[good], random.Random(seed)), "", seed, promptly)


def test_a_damaged_table_runs_or_is_refused(seeds, promptly):
    for seed in seeds[: len(seeds) // 4]:
        attempt(mutated(MARKDOWN, random.Random(seed)), "form.md", seed, promptly)


def workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for line in MARKDOWN.decode().strip().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0]:
            sheet = book.create_sheet(cells[0])
        else:
            sheet.append(cells[1:])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(content: bytes, chance: random.Random) -> bytes:
    """The workbook with damage inside of its parts, or in its zip."""
    if chance.random() < 0.3:
        return mutated(content, chance)
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    hurt = chance.choice(source.namelist())
    with zipfile.ZipFile(target, "w") as packed:
        for name in source.namelist():
            part = source.read(name)
            packed.writestr(name, mutated(part, chance) if name == hurt else part)
    return target.getvalue()


def test_a_damaged_workbook_runs_or_is_refused(seeds, promptly):
    good = workbook()
    for seed in seeds[: len(seeds) // 4]:
        attempt(repacked(good, random.Random(seed)), "form.xlsx", seed, promptly)
