"""Papers part by part against what they were when somebody last looked at them.

After a change that is meant, `python -m tests.exports.papers.test_golden` writes the parts anew.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from cami_survey.exports.papers import consultation, document, typeset
from tests.exports.papers.test_papers import PAPER, RTL

GOLDEN = Path(__file__).parent / "golden"
PARTS = {
    "docx": re.compile(r"word/(document|footer\d+)\.xml"),
    "xlsx": re.compile(r"xl/(workbook|styles|worksheets/sheet\d+|charts/chart\d+|tables/table\d+|sharedStrings)\.xml"),
}


def made(folder: Path) -> dict[str, str]:
    """Every part of every paper, laid out line by line."""
    found = {"paper.typ": _cut(typeset.source(PAPER)), "rtl.typ": _cut(typeset.source(RTL))}
    for name, paper in (("paper", PAPER), ("rtl", RTL)):
        document.write(folder / f"{name}.docx", paper)
        consultation.write(folder / f"{name}.xlsx", paper)
        for kind, wanted in PARTS.items():
            with zipfile.ZipFile(folder / f"{name}.{kind}") as archive:
                for part in archive.namelist():
                    if wanted.fullmatch(part):
                        found[f"{name}.{kind}/{part.replace('/', '-')}"] = _laid_out(archive.read(part))
    return found


def _laid_out(content: bytes) -> str:
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.fromstring(content, parser), pretty_print=True).decode()


def _cut(source: str) -> str:
    """Without the drawings, which have tests of their own."""
    return re.sub(r'bytes\("<svg.*?</svg>"\)', 'bytes("<svg/>")', source, flags=re.S)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made(tmp_path_factory.mktemp("golden"))


def test_no_part_came_or_went(parts: dict[str, str]) -> None:
    there = {str(path.relative_to(GOLDEN)) for path in GOLDEN.rglob("*") if path.is_file()}
    assert there == set(parts)


@pytest.mark.parametrize("name", sorted(str(path.relative_to(GOLDEN)) for path in GOLDEN.rglob("*") if path.is_file()))
def test_a_part_is_as_it_was(parts: dict[str, str], name: str) -> None:
    assert parts[name] == (GOLDEN / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for part, text in made(Path(scratch)).items():
            target = GOLDEN / part
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
