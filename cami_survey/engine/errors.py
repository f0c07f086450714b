"""What can be wrong with a form, an expression or a reference."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable


class XPathError(Exception):
    """An expression cannot be read or evaluated. The text says why, for people who write forms.

    `reason` is the text without the place, `character` the 1-based place in the expression, None where it is not known.
    """

    def __init__(self, reason: str, character: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.character = character

    def __str__(self) -> str:
        if self.character is None:
            return self.reason
        return _("At character {number}: {reason}").format(number=self.character, reason=self.reason)


class UnknownNode(KeyError):  # noqa: N818 - the door's name, fixed for tools outside
    """No node of this session has the given reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.ref = ref

    def __str__(self) -> str:
        return _("The form has no node {ref}.").format(ref=self.ref)


# What is said of a file beside the form: its place is the first use of a list of it.
OF_A_FILE = frozenset({"form.encoding", "form.missing-file"})


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing wrong with a form. Place is unknown where `sheet` is empty and `row` None; `column` is a header name.

    `path` names the node of the form where the problem lies in the XForm rather than in a sheet. `expression` is what
    is wrong, `character` the 1-based place in it, or in the cell where the row is known. `repair` says what a
    repaired copy would have instead; empty where only a person can know.
    """

    reason: str
    code: str = "form.invalid"
    sheet: str = ""
    row: int | None = None
    column: str = ""
    path: str = ""
    expression: str = ""
    character: int | None = None
    repair: str = ""

    @property
    def where(self) -> str:
        """Sheet, row, column and character, or the path of the node; an empty string where nothing is known."""
        return ", ".join([*self._places(), *self._character()])

    @property
    def spot(self) -> str:
        """The column, or the path of the node, and the character."""
        return ", ".join([*filter(None, [self.column or self.path]), *self._character()])

    def _character(self) -> list[str]:
        return [] if self.character is None else [_("character {number}").format(number=self.character)]

    def _places(self) -> list[str]:
        if not self.sheet:
            return [self.path] if self.path else []
        parts = [_("sheet “{sheet}”").format(sheet=self.sheet)]
        if self.row is not None:
            parts.append(_("row {row}").format(row=self.row))
        if self.column:
            parts.append(_("column “{column}”").format(column=self.column))
        return parts

    def as_dict(self) -> dict[str, str | int | None]:
        """The fields and `where`, for `--json`."""
        return {**asdict(self), "where": self.where}


def shortened(text: str) -> str:
    """A text for a sentence, cut where it is long."""
    return text if len(text) <= 80 else text[:77] + "…"


class FormError(UserError):
    """A form that cannot be used, with every problem found."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        self.problems = list(problems)
        first = self.problems[0]
        super().__init__(first.code, first.reason, where=first.where)


def refuse(reason: str, code: str = "form.invalid", path: str = "") -> FormError:
    """The error for one problem without a place in a sheet."""
    return FormError([FormProblem(reason, code=code, path=path)])
