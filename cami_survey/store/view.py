"""The view of a record: pure functions from a set of revisions to the record as it stands.

Per field, the causally latest revisions that wrote it. One distinct value among them is settled, more are a conflict.
A revision writes a field if its value differs from what its parents together say, or if they were in conflict
there, unless it lists the field as left open. No clock decides anything: stamps only choose among equals for show.

Two things are more than their own value. Whoever writes anything in a record says that the record is there, and
whoever writes anything in a repeat instance says that the instance is there; so deletion against an edit is a
conflict. And removing an instance writes the instance alone: what is inside comes back whole if it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cami_survey.base.records import DELETED

Token = str | tuple[str, str]
Writers = dict[str, frozenset[int]]

PRESENT = "1"
ORDER = "/@order"


@dataclass(frozen=True, slots=True)
class Revision:
    """What the view needs to know of a revision. Ids are hex; `stamp` is a hybrid logical time as text."""

    id: str
    parents: tuple[str, ...]
    stamp: str
    device: str
    form: str
    form_version: str
    fields: Mapping[str, str]
    computed: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A field in conflict: each distinct value with the revisions that say it, and the value from before."""

    field: str
    before: str | None
    claims: tuple[tuple[str | None, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """A record as it stands. In a conflict `fields` holds the value from before, if there was one."""

    fields: dict[str, str]
    computed: Mapping[str, str]
    files: dict[str, str]
    heads: tuple[str, ...]
    conflicts: tuple[Standing, ...]
    incomplete: tuple[str, ...]
    stale: bool
    form: str
    form_version: str
    stamp: str
    device: str


def fold(revisions: Iterable[Revision]) -> Folded | None:
    """The view of one record's revisions, in any order; None while no revision has its whole past here."""
    return _Past(list(revisions)).folded()


def enclosing(name: str) -> Iterator[str]:
    """The repeat instances around `name`, outermost first. A field of the record lies in none."""
    if name.startswith("@"):
        return
    at = name.find("]/")
    while at >= 0:
        yield name[: at + 1]
        at = name.find("]/", at + 1)


def is_instance(name: str) -> bool:
    """Whether the field is that of a repeat instance."""
    return name.endswith("]") and not name.startswith("@")


def _tokens(revision: Revision) -> dict[str, Token]:
    """The revision's values as compared: a file by name and content, an instance by presence and order."""
    tokens: dict[str, Token] = {}
    for name, text in revision.fields.items():
        if is_instance(name):
            tokens[name] = PRESENT
            tokens[name + ORDER] = text
        else:
            tokens[name] = (text, revision.files[text]) if text in revision.files else text
        if "]/" in name:
            tokens.update(dict.fromkeys(enclosing(name), PRESENT))
    return tokens


def writes(tokens: Mapping[str, Token], said: Mapping[str, set[Token | None]], left_open: frozenset[str]) -> set[str]:
    """The names a revision of `tokens` writes, where `said` gives what its parents together say of each name."""
    written = {
        name
        for name in tokens.keys() | said.keys()
        if name not in left_open
        and said.get(name, {None}) != {tokens.get(name)}
        and ("]/" not in name or all(instance in tokens for instance in enclosing(name)))
    }
    if written:
        touched = {instance for name in written if "]/" in name for instance in enclosing(name)}
        written |= (touched | {DELETED}) - left_open
    return written


def settle(claims: Mapping[int, Token | None], past: _Past) -> set[Token | None]:
    """The distinct values among the latest writers; one means settled."""
    del past
    return set(claims.values())


class _Past:
    """The revisions whose whole past is here, in causal order, each with its ancestors as a bit set."""

    def __init__(self, revisions: Sequence[Revision]) -> None:
        self.revisions, self.incomplete = _in_causal_order(revisions)
        self.index = {revision.id: at for at, revision in enumerate(self.revisions)}
        self.tokens = [_tokens(revision) for revision in self.revisions]
        self.ancestors: list[int] = []
        self.written: list[set[str]] = []
        self.writers: list[Writers] = []
        for at, revision in enumerate(self.revisions):
            self._add(at, revision)

    def _add(self, at: int, revision: Revision) -> None:
        parents = [self.index[parent] for parent in revision.parents]
        past = 0
        for parent in parents:
            past |= self.ancestors[parent] | 1 << parent
        self.ancestors.append(past)
        merged = self.merge(parents)
        left_open = frozenset(revision.open) | {name + ORDER for name in revision.open}
        said = {name: self.values(name, writers) for name, writers in merged.items()}
        written = writes(self.tokens[at], said, left_open)
        self.written.append(written)
        self.writers.append(merged | dict.fromkeys(written, frozenset((at,))))

    def merge(self, parts: Sequence[int]) -> Writers:
        """Per name the causally latest writers in the pasts of `parts`."""
        if not parts:
            return {}
        merged = dict(self.writers[parts[0]])
        for part in parts[1:]:
            for name, writers in self.writers[part].items():
                known = merged.get(name)
                if known is None:
                    merged[name] = writers
                elif known != writers:
                    merged[name] = self.latest(known | writers)
        return merged

    def latest(self, among: frozenset[int]) -> frozenset[int]:
        """Those that are nobody else's past."""
        past = 0
        for at in among:
            past |= self.ancestors[at]
        return frozenset(at for at in among if not past >> at & 1)

    def values(self, name: str, writers: frozenset[int]) -> set[Token | None]:
        return settle({at: self.tokens[at].get(name) for at in writers}, self)

    def before(self, name: str, writers: frozenset[int]) -> Token | None:
        """The value in the last common past where it was settled; None if there is none."""
        while writers:
            common = -1
            for at in writers:
                common &= self.ancestors[at]
            past = (at for at, written in enumerate(self.written) if common >> at & 1 and name in written)
            writers = self.latest(frozenset(past))
            values = self.values(name, writers)
            if len(values) == 1:
                return values.pop()
        return None

    def folded(self) -> Folded | None:
        if not self.revisions:
            return None
        parents = {parent for revision in self.revisions for parent in revision.parents}
        heads = sorted((revision for revision in self.revisions if revision.id not in parents), key=lambda r: r.id)
        merged = self.merge([self.index[head.id] for head in heads])
        values = {name: self.values(name, writers) for name, writers in merged.items()}
        shown = {
            name: next(iter(found)) if len(found) == 1 else self.before(name, merged[name])
            for name, found in values.items()
        }
        open_names = [name for name, found in values.items() if len(found) > 1]
        conflicts = self._conflicts(open_names, merged, shown)
        return self._result(heads, shown, conflicts)

    def _conflicts(self, names: list[str], merged: Writers, shown: Mapping[str, Token | None]) -> tuple[Standing, ...]:
        found: dict[str, Standing] = {}
        for name in sorted(names, reverse=True):
            gone = (i for i in enclosing(name) if shown.get(i) is None and i not in names)
            if next(gone, None) is None:
                # An instance's presence sorts before its order and so has the last word here.
                standing = self._standing(name, merged[name], shown)
                found[standing.field] = standing
        return tuple(sorted(found.values(), key=lambda standing: standing.field))

    def _standing(self, name: str, writers: frozenset[int], shown: Mapping[str, Token | None]) -> Standing:
        public = name.removesuffix(ORDER)
        said: dict[Token | None, list[int]] = {}
        for at in writers:
            said.setdefault(self.tokens[at].get(name), []).append(at)
        claims = []
        for token, sayers in said.items():
            ids = tuple(sorted(self.revisions[at].id for at in sayers))
            text = token
            if is_instance(public):
                text = min(self.revisions[at].fields.get(public, "") for at in sayers) if token is not None else None
            claims.append((_text(text), ids))
        order = shown.get(public + ORDER) if is_instance(public) and shown.get(public) else shown.get(name)
        return Standing(public, _text(order), tuple(sorted(claims, key=lambda claim: claim[1])))

    def _result(
        self, heads: list[Revision], shown: Mapping[str, Token | None], conflicts: tuple[Standing, ...]
    ) -> Folded:
        fields, files = _public(shown)
        for head in heads:
            for name, content in head.files.items():
                if name not in head.fields.values():
                    files.setdefault(name, content)
        newest = max(heads, key=lambda head: (head.stamp, head.id))
        formed = max(heads, key=lambda head: (head.form_version, head.id))
        same = [head for head in heads if head.fields == fields]
        source = max(same, key=lambda head: (head.stamp, head.id)) if same else newest
        return Folded(
            fields=fields,
            computed=source.computed,
            files=files,
            heads=tuple(head.id for head in heads),
            conflicts=conflicts,
            incomplete=self.incomplete,
            stale=source.stale or not same,
            form=formed.form,
            form_version=formed.form_version,
            stamp=newest.stamp,
            device=newest.device,
        )


def _text(token: Token | None) -> str | None:
    return token[0] if isinstance(token, tuple) else token


def _public(shown: Mapping[str, Token | None]) -> tuple[dict[str, str], dict[str, str]]:
    """Fields and files from tokens, without what lies in instances that are gone."""
    fields: dict[str, str] = {}
    files: dict[str, str] = {}
    for name, token in shown.items():
        text = _text(token)
        if text is None or is_instance(name) or ("]/" in name and any(shown.get(i) is None for i in enclosing(name))):
            continue
        fields[name.removesuffix(ORDER)] = text
        if isinstance(token, tuple):
            files[token[0]] = token[1]
    return fields, files


def _in_causal_order(revisions: Sequence[Revision]) -> tuple[list[Revision], tuple[str, ...]]:
    """Parents before children, and the ids of those whose past is not whole."""
    waiting = {revision.id: revision for revision in revisions}
    children: dict[str, list[str]] = {}
    missing: dict[str, int] = {}
    for revision in waiting.values():
        missing[revision.id] = len(revision.parents)
        for parent in revision.parents:
            children.setdefault(parent, []).append(revision.id)
    ready = sorted((name for name, count in missing.items() if not count), reverse=True)
    ordered = []
    while ready:
        name = ready.pop()
        ordered.append(waiting.pop(name))
        for child in children.get(name, ()):
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)
    return ordered, tuple(sorted(waiting))
