"""Laptops that edit one record and hand revisions to each other, in memory: what the view is tested with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cami_survey.store.view import Folded, Revision, fold

FORM = "herder_interview"


@dataclass
class Laptop:
    """One device with the revisions it has. `clock` counts seconds and may be as wrong as it likes."""

    name: str
    clock: int = 0
    has: dict[str, Revision] = field(default_factory=dict)

    def view(self) -> Folded:
        """The record as this laptop sees it."""
        folded = fold(self.has.values())
        assert folded is not None
        return folded

    def write(
        self, fields: dict[str, str], open_fields: tuple[str, ...] = (), files: dict[str, str] | None = None
    ) -> str:
        """Mint a revision on all heads that says `fields` in full."""
        folded = fold(self.has.values())
        parents = folded.heads if folded else ()
        self.clock += 1
        stamp = f"{self.clock:012x}-0000"
        said = repr((self.name, parents, sorted(fields.items()), sorted(open_fields), stamp, files))
        name = hashlib.sha256(said.encode()).hexdigest()
        self.has[name] = Revision(
            id=name,
            parents=parents,
            stamp=stamp,
            device=self.name,
            form=FORM,
            form_version="1",
            fields=dict(fields),
            open=open_fields,
            files=files or {},
        )
        return name

    def edit(self, **changes: str | None) -> str:
        """Change fields as a person does who leaves conflicts alone; None takes a field away."""
        folded = fold(self.has.values())
        fields = dict(folded.fields) if folded else {}
        conflicts = {standing.field for standing in folded.conflicts} if folded else set()
        for name, value in changes.items():
            key = name if name.startswith(("/", "@")) else f"/data/{name}"
            fields.pop(key, None)
            fields |= {} if value is None else {key: value}
            conflicts.discard(key)
        return self.write(fields, tuple(sorted(conflicts)))

    def take(self, *others: Laptop) -> None:
        """Merge everything the others have."""
        for other in others:
            self.has |= other.has

    def value(self, name: str) -> str | None:
        """The value that stands, or stood before a conflict."""
        return self.view().fields.get(f"/data/{name}")

    def claims(self, name: str) -> set[str | None]:
        """The values in conflict for a field; empty if it is settled."""
        key = name if name.startswith(("/", "@")) else f"/data/{name}"
        return {value for s in self.view().conflicts if s.field == key for value, _said in s.claims}


def two_laptops(**fields: str) -> tuple[Laptop, Laptop]:
    """Two laptops with the same first revision."""
    a, b = Laptop("a"), Laptop("b")
    a.edit(**fields)
    b.take(a)
    b.clock = a.clock
    return a, b
