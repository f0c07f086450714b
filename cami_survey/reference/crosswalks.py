"""From the codes of one classification or version to those of another, so that old answers stay comparable.

A scheme is named by its table and, where a table has several, by the scheme: `threats:CMP-1.1`,
`programme:CAMI-2014-2020`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast

from cami_survey.reference.changes import Row

Relation = Literal["same", "narrower", "broader", "related", "none"]
REVERSED: dict[Relation, Relation] = {"narrower": "broader", "broader": "narrower"}


@dataclass(frozen=True, slots=True)
class Link:
    """`code` of one scheme is the same as, narrower or broader than, or related to `other`; "none" has no other.

    `confidence` begins with S (a source was read), G (general knowledge) or U (uncertain).
    """

    code: str
    other: str
    relation: Relation
    confidence: str
    source: str


class Crosswalk:
    """The links from one scheme to another, written in either direction in the table."""

    def __init__(self, rows: Iterable[Row], from_scheme: str, to_scheme: str) -> None:
        self._links: dict[str, list[Link]] = {}
        for row in rows:
            here = (row["from_scheme"], row["to_scheme"])
            relation = cast(Relation, row["relation"])
            if here == (from_scheme, to_scheme):
                self._add(Link(row["from_code"], row["to_code"], relation, row["confidence"], row["source"]))
            elif here == (to_scheme, from_scheme) and row["to_code"]:
                turned = REVERSED.get(relation, relation)
                self._add(Link(row["to_code"], row["from_code"], turned, row["confidence"], row["source"]))

    def _add(self, link: Link) -> None:
        self._links.setdefault(link.code, []).append(link)

    def __len__(self) -> int:
        return sum(map(len, self._links.values()))

    def __iter__(self) -> Iterator[str]:
        """The codes that have links."""
        return iter(self._links)

    def links(self, code: str) -> tuple[Link, ...]:
        """What a code corresponds to; empty where nobody has said."""
        return tuple(self._links.get(code, ()))

    def codes(self, code: str) -> tuple[str, ...]:
        """The codes an answer `code` counts under in the other scheme: its equal alone if there is one, else its
        broader ones, else the related ones; empty where there is none."""
        for wanted in (("same",), ("narrower",), ("related", "broader")):
            found = tuple(link.other for link in self.links(code) if link.relation in wanted)
            if found:
                return found
        return ()


def schemes(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """The pairs (from, to) that the table of crosswalks has."""
    return list(dict.fromkeys((row["from_scheme"], row["to_scheme"]) for row in rows))
