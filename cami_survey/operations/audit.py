"""The event log of an interview, `audit.csv` as ODK Collect writes it, where the form has a question of type audit.

One line per event: its name, the node, when it began and ended (milliseconds since 1970), and as far as the form asks
for them the value before and after, who it was, and why a finished interview was changed. Question events are as long
as the person was at the question. Places are not logged: a laptop has no receiver.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.clock import to_millis
from cami_survey.base.sealed import MARK, shown

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.engine.api import Session

AUDIT = "@audit:"
_INDEX = re.compile(r"\[[^\]]*\]")
FILE_NAME = "audit.csv"
START, RESUME, SAVE, EXIT, FINALISE = "form start", "form resume", "form save", "form exit", "form finalize"
JUMP, QUESTION, GROUP, END = "jump", "question", "group questions", "end screen"
WRONG, ADD, DELETE, REASON = "constraint error", "add repeat", "delete repeat", "change reason"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks to be logged. `ref` is the node that names the file; at `silent` paths no value is told."""

    ref: str
    changes: bool = False
    user: bool = False
    reasons: bool = False
    silent: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[str]:
        """The head of the file."""
        parts = (
            (True, ["event", "node", "start", "end"]),
            (self.changes, ["old-value", "new-value"]),
            (self.user, ["user"]),
            (self.reasons, ["change-reason"]),
        )
        return [name for wanted, names in parts if wanted for name in names]


def asked_by(session: Session, silent: frozenset[str] = frozenset()) -> Asked | None:
    """What the form of a session asks to be logged; None if it has no audit. No value is told at `silent` paths."""
    from cami_survey.engine.api import UnknownNode

    try:
        node = session.node(f"{session.top.ref}/meta/audit")
    except UnknownNode:
        return None
    said = {name.rpartition("}")[2]: text for name, text in node.attributes.items()}
    return Asked(
        node.ref,
        changes=said.get("track-changes") == "true",
        user=said.get("identify-user") == "true",
        reasons=said.get("track-changes-reasons") == "on-form-edit",
        silent=silent,
    )


@dataclass(slots=True)
class _Stay:
    """A stay at a question or on a page that has not ended."""

    event: str
    node: str
    start: int
    value: str = ""


class Trail:
    """Collects events; `keep` takes each finished line with its name, to be journalled until the file is made.

    `lines` are those that no file holds yet."""

    def __init__(
        self, asked: Asked, clock: Clock, user: str, keep: Callable[[str, str], object], lines: Mapping[str, str]
    ) -> None:
        self.asked = asked
        self._clock, self._user, self._keep = clock, user, keep
        self.lines = {name: line for name, line in sorted(lines.items()) if name.startswith(AUDIT)}
        self._question: _Stay | None = None
        self._page: _Stay | None = None

    def event(self, name: str, node: str = "", *, reason: str = "") -> None:
        """Something happened at this moment."""
        self._write(_Stay(name, node, self._now()), 0, reason=reason)

    def come(self, node: str, value: str) -> None:
        """The person comes to a question that holds `value`."""
        self._question = _Stay(QUESTION, node, self._now(), value)

    def go(self, value: str) -> None:
        """The person leaves the question, which holds `value` now."""
        stay, self._question = self._question, None
        if stay is not None:
            self._write(stay, self._now(), value)

    def open_page(self, node: str) -> None:
        """Another page is shown; one without a group has no node and is not logged."""
        self.close_page()
        if node:
            self._page = _Stay(GROUP, node, self._now())

    def close_page(self) -> None:
        """The page is left."""
        stay, self._page = self._page, None
        if stay is not None:
            self._write(stay, self._now())

    def _now(self) -> int:
        return to_millis(self._clock())

    def _write(self, stay: _Stay, end: int, value: str = "", *, reason: str = "") -> None:
        asked = self.asked
        cells = [stay.event, stay.node, str(stay.start), str(end) if end else ""]
        if asked.changes:
            cells += self._told(stay, value)
        if asked.user:
            cells.append(self._user)
        if asked.reasons:
            cells.append(reason)
        name = f"{AUDIT}{len(self.lines):06d}"
        self.lines[name] = _line(cells)
        self._keep(name, self.lines[name])

    def _told(self, stay: _Stay, value: str) -> list[str]:
        if stay.value == value:
            return ["", ""]
        told = [shown(stay.value), shown(value)]
        return [text and MARK for text in told] if _INDEX.sub("", stay.node) in self.asked.silent else told

    def take(self, before: bytes) -> bytes:
        """The whole file: `before` is what was logged when it was last kept, possibly nothing. Begins anew after it."""
        head = before.decode("utf-8") if before else _line(self.asked.columns) + "\n"
        lines, self.lines = list(self.lines.values()), {}
        return (head + "".join(f"{line}\n" for line in lines)).encode()


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()
