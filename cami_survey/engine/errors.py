"""What can be wrong with a form, an expression or a reference."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable


class XPathError(Exception):
    """An expression cannot be read or evaluated. The text says why, for people who write forms."""


class UnknownNode(KeyError):  # noqa: N818 - the door's name, fixed for tools outside
    """No node of this session has the given reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.ref = ref

    def __str__(self) -> str:
        return _("The form has no node {ref}.").format(ref=self.ref)


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing wrong with a form. Place is unknown where `sheet` is empty and `row` None; `column` is a header name.

    `path` names the node of the form where the problem lies in the XForm rather than in a sheet. `repair` says what a
    repaired copy would have instead; empty where only a person can know.
    """

    reason: str
    code: str = "form.invalid"
    sheet: str = ""
    row: int | None = None
    column: str = ""
    path: str = ""
    repair: str = ""

    @property
    def where(self) -> str:
        """Sheet, row and column, or the path of the node; an empty string where nothing is known."""
        if not self.sheet:
            return self.path
        parts = [_("sheet “{sheet}”").format(sheet=self.sheet)]
        if self.row is not None:
            parts.append(_("row {row}").format(row=self.row))
        if self.column:
            parts.append(_("column “{column}”").format(column=self.column))
        return ", ".join(parts)

    def as_dict(self) -> dict[str, str | int | None]:
        """The fields and `where`, for `--json`."""
        return {**asdict(self), "where": self.where}


class FormError(UserError):
    """A form that cannot be used, with every problem found."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        self.problems = list(problems)
        first = self.problems[0]
        super().__init__(first.code, first.reason, where=first.where)


def refuse(reason: str, code: str = "form.invalid", path: str = "") -> FormError:
    """The error for one problem without a place in a sheet."""
    return FormError([FormProblem(reason, code=code, path=path)])
