"""What the limits of spreadsheets did to an export, in sentences."""

from __future__ import annotations

from collections import Counter

from cami_survey.base.notices import Notice
from cami_survey.base.texts import ngettext


def said(met: Counter[str]) -> list[Notice]:
    """One notice for each kind of thing that was met, in an order that does not depend on where it was met first."""
    return [
        Notice(f"export.{kind}", text, "warning")
        for kind, number in sorted(met.items())
        if number and (text := _sentence(kind, number))
    ]


def _sentence(kind: str, number: int) -> str:
    sentences = {
        "long": ngettext(
            "{number} text is longer than the 32,767 characters of a cell and was cut; whole on sheet Long texts.",
            "{number} texts are longer than the 32,767 characters of a cell and were cut; whole on sheet Long texts.",
            number,
        ),
        "controls": ngettext(
            "{number} text holds control characters that a table cannot hold; they are shown as pictures such as ␀.",
            "{number} texts hold control characters that a table cannot hold; they are shown as pictures such as ␀.",
            number,
        ),
        "quoted": ngettext(
            "{number} text begins like a formula and has an apostrophe in front.",
            "{number} texts begin like a formula and have an apostrophe in front.",
            number,
        ),
        "digits": ngettext(
            "{number} number has more digits than Excel keeps (15) and stays text.",
            "{number} numbers have more digits than Excel keeps (15) and stay text.",
            number,
        ),
        "early": ngettext(
            "{number} date lies before 1900, which Excel does not know, and stays text.",
            "{number} dates lie before 1900, which Excel does not know, and stay text.",
            number,
        ),
        "tall": ngettext(
            "{number} table has more rows than a sheet holds (1,048,576) and goes on on a second sheet.",
            "{number} tables have more rows than a sheet holds (1,048,576) and go on on a second sheet.",
            number,
        ),
        "wide": ngettext(
            "{number} table has more columns than a sheet holds (16,384) and goes on on a second sheet.",
            "{number} tables have more columns than a sheet holds (16,384) and go on on a second sheet.",
            number,
        ),
        "misplaced": ngettext(
            "{number} answer is no place on the Earth and is not on the map.",
            "{number} answers are no places on the Earth and are not on the map.",
            number,
        ),
        "unplaced": ngettext(
            "{number} row has no place and is not in the file.",
            "{number} rows have no place and are not in the file.",
            number,
        ),
        "shortened": ngettext(
            "{number} text is longer than this format holds and was cut; a workbook or CSV has it whole.",
            "{number} texts are longer than this format holds and were cut; a workbook or CSV has them whole.",
            number,
        ),
        "undated": ngettext(
            "{number} column holds moments that this format cannot hold and is text.",
            "{number} columns hold moments that this format cannot hold and are text.",
            number,
        ),
        "variables": ngettext(
            "{number} variable is not called as its column; its label and the codebook say which it is.",
            "{number} variables are not called as their columns; their labels and the codebook say which they are.",
            number,
        ),
    }
    return sentences[kind].format(number=number)
