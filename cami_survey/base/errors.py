"""The world's errors: what a person can read and act on.

Whatever else is raised is our own mistake and ends in the crash dialog or a traceback.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class UserError(Exception):
    """Something outside the program stands in the way.

    `code` is stable ("file.not-a-survey"), `sentence` says what happened, `where` names the file, sheet or field,
    `advice` says what to do. All of these are already in the user's language. `detail` is for who looks into the
    program, in English, and is shown to nobody else.
    """

    def __init__(self, code: str, sentence: str, *, advice: str = "", where: str = "", detail: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.advice = advice
        self.where = where
        self.detail = detail

    def __str__(self) -> str:
        return " ".join(part for part in (self.sentence, self.advice) if part)

    def as_dict(self) -> dict[str, str]:
        """`code`, `sentence`, `where`, `advice`, and `detail` where there is one, for `--json`."""
        said = {"code": self.code, "sentence": self.sentence, "where": self.where, "advice": self.advice}
        return said | {"detail": self.detail} if self.detail else said


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, or an empty string if none is near."""
    names = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), names, n=1, cutoff=0.5)
    return names[found[0]] if found else ""
