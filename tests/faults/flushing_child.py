"""A survey that saves interviews and merges packages, and says on its standard error when it begins and ends what."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cami_survey.operations.merges import merge
from cami_survey.operations.packages import pack
from cami_survey.store import connection
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import interview, survey

SAVES, PACKAGES = 3, 3


@contextmanager
def said(what: str) -> Iterator[None]:
    os.write(2, f"BEGIN {what}\n".encode())
    yield
    os.write(2, f"END {what}\n".encode())


def main(folder: Path) -> None:
    # So that the log is folded between these few packages too.
    connection.WORTH_FOLDING = 1
    packages = []
    for number in range(PACKAGES):
        with survey(folder / "laptops", f"KG-{number}") as laptop:
            interview(laptop, {"yaks": str(number)}, code=f"H{number}")
            packages.append(pack(laptop, folder / "stick", plain=True).value.path)
    with survey(folder, "watched"):
        pass
    with SurveyFile.open(folder / "watched.cami") as hub:
        for number in range(SAVES):
            with said("save"):
                interview(hub, {"yaks": str(number)}, code=f"S{number}")
        with said("merge"):
            merge(hub, packages, enrol=True)
        with survey(folder / "laptops", "late") as laptop:
            interview(laptop, {"yaks": "1"}, code="L1")
            hub.accept(laptop.facts(), package="late", source="late", durable=False)
        with said("flush"):
            hub.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
