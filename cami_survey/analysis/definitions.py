"""What tables need to know of a form version: its questions, repeats and choices, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cami_survey.analysis.model import Kind

Shape = Literal["single", "choice", "choices", "ranking", "computed"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be picked. `labels`: language -> text."""

    code: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A place in the form that holds an answer.

    `path` is the field without keys, `repeats` the paths of the enclosing repeats, outermost first, `groups` the
    labels of the enclosing groups by language. `shape` says how the text is read: one value, one code, codes, codes
    in order, or a text the form worked out. Private answers stay on the laptop and never enter a table. A quiet one
    (a note or another that is never answered, the submission's own data) has a column only where it holds something.
    `disclosure` is what the form says of answers that leave for the public. `identity`: it asks who somebody is.
    """

    path: str
    type: str = "text"
    kind: Kind = "text"
    shape: Shape = "single"
    labels: Mapping[str, str] = field(default_factory=dict)
    group: Mapping[str, str] = field(default_factory=dict)
    repeats: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    private: bool = False
    known: bool = True
    quiet: bool = False
    disclosure: str = ""
    identity: bool = False

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeat. `repeats` are the paths of the enclosing repeats with its own as the last."""

    path: str
    repeats: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Definition:
    """A form version. `languages` has the default first; a form without translations has one language, `""`."""

    form_id: str
    version: str
    title: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    repeats: tuple[Repeat, ...] = ()

    def language(self, asked: str) -> str:
        """`asked` if the form has it, else its default."""
        return asked if asked in self.languages else self.languages[0]
