"""Item nonresponse: the codes by which a question takes "does not know" and "does not want to say".

What a question says of itself counts first (`bind::cami:unknown`, `bind::cami:refused`), then the form's own list
(`attribute::cami:unknown`, `attribute::cami:refused` of its settings, codes with blanks between), then the words of
its choices, then the usual codes among its choices or named by its constraint. The numbers follow SurveyCTO and the
DHS (99 and 999 unknown, 98, 88, 998 and 888 refused, also negative); 77 means either in different surveys, so there
the words have to say which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cami_survey.analysis.feeds import SUBSTANTIVE

if TYPE_CHECKING:
    from cami_survey.engine.api import Choice, Form, Node, StaticFormNode

Kind = Literal["unknown", "refused"]
CODES: Mapping[Kind, frozenset[str]] = {
    "unknown": frozenset({"99", "-99", "999", "-999", "dk", "dnk", "dont_know", "do_not_know", "dontknow", "unknown"}),
    "refused": frozenset(
        {"98", "-98", "88", "-88", "998", "-998", "888", "-888", "refused", "refuse", "refusal", "ref", "rf"}
    ),
}
WORDS: Mapping[Kind, re.Pattern[str]] = {
    "unknown": re.compile(
        r"\b(do(es)?n[o’']?t know|do(es)? not know|don’t know|not sure|unknown|"
        r"(hard|difficult) to say|can(no|['’])t say|не зна|затрудня|билбей|білмей|bilmay)"
        r"|نمی ?‌?دان|不知道|мэдэхгүй|намедон",
        re.IGNORECASE,
    ),
    "refused": re.compile(
        r"\b(refuse|decline|prefer(s)? not|no answer|does not want|отказ|не хочет|не отвеч|баш тарт|бас тарт)"
        r"|بی ?‌?پاسخ|پاسخ نداد|拒绝|татгалз",
        re.IGNORECASE,
    ),
}
# `. = -99` in a constraint: a code let through beside the possible numbers.
_LET_THROUGH = re.compile(r"""\.\s*=\s*['"]?(-?\d+)['"]?""")
_NUMBERS = frozenset({"int", "integer", "long", "decimal", "float", "double"})


@dataclass(frozen=True, slots=True)
class _Defined:
    """A question of a form of which no interview runs."""

    kind: str
    readonly: bool
    control: str
    type: str
    attributes: Mapping[str, str]
    spoken: Mapping[str, Sequence[Choice]]

    @property
    def choices(self) -> Sequence[Choice]:
        """Its choices in the form's default language."""
        return next(iter(self.spoken.values()), ())

    def choices_in(self, language: str) -> Sequence[Choice]:
        """Its choices in another language."""
        return self.spoken.get(language, ())


def static_code(node: StaticFormNode, kind: Kind, marks: Mapping[str, str], languages: tuple[str, ...] = ("",)) -> str:
    """The same as `code_of` for a question of a form, without an interview; the default language comes first."""
    choosing = node.control in ("select1", "select")
    spoken = {language: node.choices(language) for language in languages} if choosing else {}
    defined = _Defined(node.kind, not node.asks, node.control, node.type, node.attributes, spoken)
    return code_of(defined, kind, marks, languages)


def code_of(node: Node | _Defined, kind: Kind, marks: Mapping[str, str], languages: tuple[str, ...] = ()) -> str:
    """The code of a question for this kind of nonresponse, empty if it has none.

    `marks` is what the form says of itself (`Form.marks`), `languages` in which the labels are read.
    """
    if node.kind != "question" or node.readonly:
        return ""
    attributes = {name.rpartition("}")[2]: text for name, text in node.attributes.items()}
    if attributes.get(kind):
        return attributes[kind].strip()
    own = marks.get(kind, "").split()
    if node.control in ("select1", "select"):
        return _chosen(node, kind, own, languages)
    if node.type in _NUMBERS:
        let_through = _LET_THROUGH.findall(attributes.get("constraint", ""))
        return next((code for code in let_through if code in own or (not own and code in CODES[kind])), "")
    return ""


def missing_codes(form: Form) -> dict[str, tuple[str, ...]]:
    """Path of a question -> its codes for "refused" and "does not know", for those that have any.

    Questions of which such words are answers (`feeds.SUBSTANTIVE`) have none.
    """
    languages = (form.default_language, *form.languages)
    found = {}
    for node in form.nodes:
        if node.path.rpartition("/")[2] in SUBSTANTIVE:
            continue
        if node.control in ("select1", "select") or node.type in _NUMBERS:
            codes = (static_code(node, kind, form.marks, languages) for kind in ("refused", "unknown"))
            if told := tuple(dict.fromkeys(filter(None, codes))):
                found[node.path] = told
    return found


def _says(kind: Kind, words: Mapping[str, str]) -> bool:
    """Whether a choice says so, by its words in each language.

    English ones decide where there are any: a claim that was refused (“Rejected”) is «Отказано» in Russian.
    """
    english = next((label for language, label in words.items() if language.endswith("(en)")), "")
    told = [english] if any(letter.isalpha() for letter in english) else words.values()
    return any(WORDS[kind].search(label) for label in told)


def _chosen(node: Node | _Defined, kind: Kind, own: list[str], languages: tuple[str, ...]) -> str:
    values = [choice.value for choice in node.choices]
    if own:
        return next((value for value in values if value in own), "")
    spoken: dict[str, dict[str, str]] = {value: {} for value in values}
    for language in languages:
        for choice in node.choices_in(language):
            spoken.setdefault(choice.value, {})[language] = choice.label
    if said := next((value for value, words in spoken.items() if _says(kind, words)), ""):
        return said
    other = WORDS["refused" if kind == "unknown" else "unknown"]
    labels = {choice.value: choice.label for choice in node.choices}
    return next((value for value in values if value in CODES[kind] and not other.search(labels[value])), "")
