"""An interview as it is typed: question after question, and what each of them has to be in the workbook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One question: where it stands, the keys pressed on it, what the workbook shows as label and as code.

    `place` is the question's name, after that of its repeat and the number of its instance (`sight 2 s_sp`).
    """

    place: str
    keys: str
    label: object = None
    code: object = None
