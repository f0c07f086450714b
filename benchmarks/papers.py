"""Papers: a PDF, a Word document and figures, each warm; the floor is twenty pages of bare words set by typst."""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cami_survey.analysis.material import Scope
from cami_survey.exports.drawing.figures import draw
from cami_survey.exports.papers import document, typeset
from cami_survey.exports.papers.paper import Paper
from cami_survey.exports.papers.pictures import rendered
from cami_survey.exports.papers.setter import Setter
from cami_survey.operations import papers, surveys
from cami_survey.operations.analyses import load
from cami_survey.operations.demo import demonstration_survey

RUNS = 5
COUNTRIES = ("KG", "KZ", "MN", "TJ", "UZ")


def warm(work: Callable[[], object]) -> float:
    """Seconds, the median of some runs after one that does not count."""
    work()
    found = []
    for _run in range(RUNS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def per_pages(folder: Path, paper: Paper) -> tuple[int, float, float]:
    """Pages of a paper as PDF, the seconds of writing it, and those of writing it for Word."""
    started = time.perf_counter()
    document.write(folder / "country.docx", paper)
    between = time.perf_counter()
    typeset.write(folder / "country.pdf", paper)
    seconds = time.perf_counter() - between
    return document_pages((folder / "country.pdf").read_bytes()), seconds, between - started


def document_pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    import re

    return max(map(int, re.findall(rb"/Count (\d+)", pdf)), default=0)


def main() -> None:
    """Print the figures."""
    more = itertools.count()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with surveys.open_survey(demonstration_survey(folder / "demo").value).value as survey:
            material = load(survey)
            paper = papers.paper_of(survey, material)
            others = [papers.paper_of(survey, material.within(Scope(countries=(one,)))) for one in COUNTRIES]
        # Other words each time: what was set before is remembered.
        floor = warm(lambda: typeset.typeset(f"#lorem({9000 + next(more)})"))
        started = time.perf_counter()
        typeset.write(folder / "paper.pdf", paper)
        cold = time.perf_counter() - started
        pdf = warm(lambda: typeset.write(folder / "paper.pdf", paper))
        fresh = [per_pages(folder, other) for other in others]
        word = warm(lambda: document.write(folder / "paper.docx", paper))
        pages = document_pages((folder / "paper.pdf").read_bytes())
        print(f"pages {pages}, figures {sum(len(analysis.figures) for analysis in paper.analyses())}")
        print(f"PDF, the first of all {cold:.3f} s, again {pdf:.3f} s, {pdf / floor:.1f} x the floor ({floor:.3f} s)")
        print("PDF of a country, never set before: " + ", ".join(f"{n} pages {pdf:.3f} s" for n, pdf, _word in fresh))
        print("Word, never written before: " + ", ".join(f"{n} pages {word:.3f} s" for n, _p, word in fresh))
        print(f"Word, again {word:.3f} s, {word / floor:.1f} x the floor")
        setter = Setter()
        for analysis in paper.analyses():
            for figure in analysis.figures:
                taken = warm(lambda: rendered(setter, [draw(figure, analysis.tables).svg]))  # noqa: B023
                kind = type(figure.chart).__name__
                print(f"figure {analysis.name}/{figure.name} ({kind}) as PNG {taken * 1000:.0f} ms")


if __name__ == "__main__":
    main()
