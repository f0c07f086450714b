"""What happened to the answers on their way into tables: counted, so that it can be said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts of one tabulation. What is found while reading cells is complete once the rows were read.

    `private`: answers left out because they stay on the laptop; `remarks`: facilitators' remarks left out for the same
    reason; `aside`: answers kept aside, to questions of earlier versions. `files`: attached files, which tables only
    name. `unknown`: paths the form does not have.
    `renamed`: columns whose name was taken, as (table, new name).
    `unlabelled`: path -> codes without one clear label.
    `misfits`: path -> values that do not fit the type of their question and stay text.
    """

    interviews: int = 0
    in_conflict: int = 0
    conflicts: int = 0
    private: int = 0
    remarks: int = 0
    aside: int = 0
    files: int = 0
    unknown: set[str] = field(default_factory=set)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    unlabelled: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    misfits: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, other: Tally) -> None:
        """Count in what was found among other interviews of the same form; how columns are called is known here."""
        self.interviews += other.interviews
        self.in_conflict += other.in_conflict
        self.conflicts += other.conflicts
        self.private += other.private
        self.remarks += other.remarks
        self.aside += other.aside
        self.files += other.files
        self.unknown |= other.unknown
        self.learn(other.unlabelled, other.misfits)

    def learn(self, unlabelled: Mapping[str, set[str]], misfits: Mapping[str, set[str]]) -> None:
        """What was found while cells were read elsewhere."""
        for here, there in ((self.unlabelled, unlabelled), (self.misfits, misfits)):
            for path, texts in there.items():
                here[path] |= texts
