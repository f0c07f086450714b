"""Analyses: every one over 100,000 interviews that are in memory, and what the public may see of them.

`python benchmarks/analysis.py [interviews]`. The interviews are columns of random answers to our five questionnaires:
eight tenths herders, 15 in 100 organisations, the rest experts, reports and meetings. Each time is processor time of
the first call in a fresh scope, so that nothing is remembered. The floor is counting one column of answers.

For the public all analyses are computed and small figures hidden, with 2,000 and with 15,000 organisations: what hiding
takes, in ratio to the counting, and the longest time in which Cancel would not be heard.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from cami_survey.analysis.definitions import Definition, Question
from cami_survey.analysis.factor import Factor
from cami_survey.analysis.forms import definition_of
from cami_survey.analysis.material import FormColumns, Interviews, Material, Scope, Sheet
from cami_survey.analysis.subjects.catalogue import SUBJECTS
from cami_survey.engine.api import load_form
from cami_survey.operations.analyses import all_of, analyse, for_public
from cami_survey.operations.disclosure import PUBLIC_FIGURES

FORMS = Path(__file__).parents[1] / "forms"
PARTS = {
    "herder_interview": 0.8,
    "stakeholder_survey": 0.15,
    "expert_gap": 0.03,
    "measures_inventory": 0.015,
    "consultation_meeting": 0.005,
}
COUNTRIES = ["KG", "KZ", "MN", "TJ", "UZ"]
INSTANCES = 5
ORGANISATIONS, MANY_ORGANISATIONS, CAMPS = 2000, 15_000, 5000


def column(question: Question, number: int, chance: random.Random, organisations: int) -> list[str]:
    """Random answers to one question."""
    codes = [choice.code for choice in question.choices]
    if question.name in ("org_name", "p_name"):
        return chance.choices([f"Organisation {n}" for n in range(organisations)], k=number)
    if question.name == "country":
        return chance.choices(COUNTRIES, k=number)
    if question.name == "consent":
        return ["yes"] * number
    if question.shape == "ranking":
        return [" ".join(order) for order in (chance.sample(codes, len(codes)) for _ in range(number))]
    if question.shape == "choices" and codes:
        few = [" ".join(chance.sample(codes, min(3, len(codes)))) for _ in range(200)]
        return chance.choices(few, k=number)
    if codes:
        return chance.choices(codes, k=number)
    if question.kind == "integer":
        return chance.choices([str(n) for n in range(40)], k=number)
    return chance.choices(["word", "other"], k=number)


CALCULATED = {"gap_field": "cap_fields", "sp": "cards", "stock_sp": "livestock", "bar_type": "barriers"}


def columns(form: Definition, first: int, number: int, chance: random.Random, organisations: int) -> FormColumns:
    """One form with its main sheet and `INSTANCES` rows per interview in each repeat."""
    questions = {q.name: q for q in reversed(form.questions) if not q.quiet and not q.private}

    def sheet(path: str, interviews: list[int]) -> Sheet:
        here = [q for q in questions.values() if (q.repeats[-1] if q.repeats else "") == path]
        filled = {}
        for q in here:
            source = questions.get(CALCULATED.get(q.name, ""), q)
            codes = Question(q.path, shape="choice", choices=source.choices) if source is not q else q
            filled[q.name] = Factor.of(column(codes, len(interviews), chance, organisations))
        return Sheet(path, np.array(interviews, np.int32), filled)

    interviews = list(range(first, first + number))
    rows = [one for one in interviews for _ in range(INSTANCES)]
    repeats = tuple(sheet(repeat.path, rows) for repeat in form.repeats)
    return FormColumns(form.form_id, form.title, form.languages, questions, first, sheet("", interviews), repeats)


def material(number: int, organisations: int = ORGANISATIONS) -> Material:
    """So many interviews of the five forms."""
    chance = random.Random(1)
    forms: list[FormColumns] = []
    ids: list[str] = []
    for form_id, part in PARTS.items():
        definition = definition_of(load_form(FORMS / f"{form_id}.xlsx"))
        n = int(number * part)
        forms.append(columns(definition, len(ids), n, chance, organisations))
        ids += [form_id] * n
    n = len(ids)
    camps = chance.choices([f"camp {camp}" for camp in range(CAMPS)], k=n)
    about = Interviews(
        [f"record {one}" for one in range(n)],
        Factor.of(ids),
        Factor.of(chance.choices(COUNTRIES, k=n)),
        Factor.of(chance.choices([f"2026-{month:02}-15" for month in range(1, 13)], k=n)),
        Factor.of(chance.choices([f"F{one}" for one in range(40)], k=n)),
        Factor.of(camps),
        Factor.blank(n),
        Factor.blank(n),
        Factor.blank(n),
        np.zeros(n, np.int32),
    )
    return Material(about, tuple(forms))


def timed(whole: Material, name: str, scope: Scope) -> float:
    """Seconds for one analysis in a scope that was not looked at before."""
    fresh = Material(whole.interviews, whole.forms, scope)
    start = time.process_time()
    analyse(fresh, name)
    return time.process_time() - start


def for_everybody(whole: Material, scope: Scope) -> tuple[float, float, float, int]:
    """Seconds of all analyses and of hiding in a fresh scope, the longest of them without a word, and the cells."""
    fresh = Material(whole.interviews, whole.forms, scope)
    told: list[tuple[int, float]] = []
    start = time.process_time()
    for_public(fresh, PUBLIC_FIGURES, progress=lambda done, _total: told.append((done, time.process_time())))
    end = time.process_time()
    hiding = next(at for done, at in told if done == len(SUBJECTS))
    moments = [start, *(at for _done, at in told), end]
    silence = max(later - earlier for earlier, later in pairwise(moments))
    tables = (table for analysis in all_of(fresh).values() for table in analysis.tables)
    return hiding - start, end - hiding, silence, sum(len(table.rows) * len(table.columns) for table in tables)


def public_figures(whole: Material, floor: float) -> None:
    """Print what the first page for the public takes."""
    print(f"{'public':<16}{'computed':>9}{'hidden':>9}{'ratio':>7}{'floors':>8}{'no word':>9}{'cells':>9}")
    for words, scope in (("all", Scope()), ("one country", Scope(countries=("KG",)))):
        computed, hidden, silence, cells = for_everybody(whole, scope)
        print(
            f"{words:<16}{computed:>7.2f} s{hidden:>7.2f} s{hidden / computed:>7.2f}{(computed + hidden) / floor:>8.0f}"
            f"{silence:>7.2f} s{cells:>9,}"
        )


def main() -> None:
    """Print seconds per analysis, for everything and for one country."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    whole = material(number)
    answers = whole.forms[0].main.columns["country"]
    start = time.process_time()
    Counter(answers)
    floor = time.process_time() - start
    print(f"{number:,} interviews; counting one column of {len(answers):,}: {floor * 1000:.1f} ms")
    print(f"{'analysis':<16}{'all':>9}{'one country':>13}")
    for name in SUBJECTS:
        all_, part = timed(whole, name, Scope()), timed(whole, name, Scope(countries=("KG",)))
        print(f"{name:<16}{all_:>7.2f} s{part:>11.2f} s")
    public_figures(whole, floor)
    many = material(number, MANY_ORGANISATIONS)
    print(f"with {MANY_ORGANISATIONS:,} organisations in place of {ORGANISATIONS:,}")
    public_figures(many, floor)


if __name__ == "__main__":
    main()
