"""What an operation says besides its value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Level = Literal["done", "info", "warning", "error"]
Touched = Literal["records", "drafts", "forms", "devices", "survey", "settings"]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing said to the user once, in the user's language. `code` is stable."""

    code: str
    text: str
    level: Level = "done"
    where: str = ""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Value]):
    """The result of an operation: its value, the kinds of thing it changed, what to say, how to take it back."""

    value: Value
    touched: frozenset[Touched] = frozenset()
    notices: tuple[Notice, ...] = ()
    undo: Callable[[], Outcome[None]] | None = field(default=None, compare=False)
