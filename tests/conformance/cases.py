"""The project's own conformance cases: Markdown files of expressions and of forms with steps and expectations.

A file of expressions is headings (the feature) and tables of expression and result. A file of forms is headings (what
is claimed), a line `features:`, blocks of the form and one block `steps`: its lines do something or, after `?`, expect.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cami_survey.engine.api import FormError, Session, UnknownNode, XPathError, evaluate, load_form

FOLDER = Path(__file__).with_name("cases")
BISHKEK = timezone(timedelta(hours=6))
NOW = datetime(2026, 3, 2, 10, 11, 12, 345000, tzinfo=BISHKEK)
NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"'
    ' xmlns:odk="http://www.opendatakit.org/xforms" xmlns:ev="http://www.w3.org/2001/xml-events"'
    ' xmlns:entities="http://www.opendatakit.org/xforms/entities"'
)
BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DEVICE = {
    "deviceid": "imei:7",
    "username": "aida",
    "phonenumber": "+996 700",
    "email": "aida@example.org",
    "simserial": "8996",
    "subscriberid": "imsi:437",
}


@dataclass(frozen=True, slots=True)
class Case:
    """`check` raises AssertionError with what is wrong. `reason` says why a case that fails is let be."""

    id: str
    features: tuple[str, ...]
    check: Callable[[], None]
    reason: str = ""


def own_cases() -> list[Case]:
    """All cases, in the order of the files."""
    return [*_expressions(FOLDER / "functions.md"), *_all_forms()]


def _all_forms() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.md")):
        if path.name != "functions.md":
            yield from _forms(path)


# -- expressions -------------------------------------------------------------------------------------------------------


def _expressions(path: Path) -> Iterator[Case]:
    document = next(match[3] for match in BLOCK.finditer(path.read_text("utf-8")))
    feature, number = "", 0
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            feature, number = line[3:].strip(), 0
        elif line.startswith("| `"):
            number += 1
            expression, result = (cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:3])
            check = _expression_check(expression.strip("`"), result, document)
            yield Case(f"{feature.replace(' ', '-')}-{number}", (feature,), check)


def _expression_check(expression: str, result: str, document: str) -> Callable[[], None]:
    def check() -> None:
        value: Any = "error"
        try:
            value = evaluate(expression, document, "/data", zone=BISHKEK, clock=lambda: NOW, language="Русский (ru)")
        except XPathError:
            if result == "error":
                return
        assert _is_result(value, result), f"{expression} gives {value!r}, not {result}"

    return check


def _is_result(value: Any, result: str) -> bool:
    if result == "error":
        return False
    kind, _blank, wanted = result.partition(" ")
    if kind == "nodes":
        return isinstance(value, list) and [text for _path, text in value] == json.loads(wanted or "[]")
    if kind == "like":
        return isinstance(value, str) and re.fullmatch(wanted, value) is not None
    if kind == "date":
        return isinstance(value, float) and not isinstance(value, bool) and value == float(wanted)
    if kind == "NaN":
        return isinstance(value, float) and math.isnan(value)
    expected = {"Infinity": math.inf, "-Infinity": -math.inf}.get(kind)
    expected = json.loads(result) if expected is None else expected
    if isinstance(expected, bool) or isinstance(value, bool):
        return value is expected
    if isinstance(expected, str):
        return value == expected
    return isinstance(value, float) and math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-12)


# -- forms -------------------------------------------------------------------------------------------------------------


def _forms(path: Path) -> Iterator[Case]:
    text = path.read_text("utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _newline, rest = section.partition("\n")
        words = dict(re.findall(r"^(features|reason): (.+)$", rest, re.MULTILINE))
        features = tuple(feature.strip() for feature in words["features"].split(" · "))
        blocks = [(match[1], match[2] or "", match[3]) for match in BLOCK.finditer(rest)]
        name = f"{path.stem}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}"
        yield Case(name, features, _Run(blocks).check, words.get("reason", ""))


@dataclass(slots=True)
class _Run:
    blocks: list[tuple[str, str, str]]
    session: Any = None
    form: Any = None
    place: str = ""
    saved: bytes | None = None
    recorded: list[str] = field(default_factory=list)

    def record(self, ref: str, quality: str) -> None:
        self.recorded.append(f"{ref} {quality}".strip())

    def part(self, kind: str) -> str:
        return "".join(text for found, _name, text in self.blocks if found == kind)

    def check(self) -> None:
        lines = [line.strip() for line in self.part("steps").splitlines() if line.strip()]
        refused = [line.partition(" ")[2] for line in lines if line.startswith("refused ")]
        try:
            self.open()
        except FormError as error:
            said = [f"{problem.where}: {problem.reason}" for problem in error.problems]
            assert refused, said
            assert all(any(words in text for text in said) for words in refused), said
            return
        assert not refused, "the form was read, though it is to be refused"
        for line in lines:
            self.line(line)

    def open(self) -> None:
        media = {name: text.encode() for kind, name, text in self.blocks if kind == "file"}
        source = self.part("sheet").encode() if self.part("sheet") else self.xform()
        last = self.part("saved").encode() or None
        name = "form.md" if self.part("sheet") else "form.xml"
        self.form = load_form(source, media=media, name=name)
        self.session = self.start(None, last_saved=last)

    def start(self, answers: Any, **options: Any) -> Session:
        return self.form.open(
            answers, clock=lambda: NOW, device=DEVICE, locate=lambda: self.place, record=self.record, **options
        )

    def xform(self) -> bytes:
        return (
            f"<h:html {NAMESPACES}><h:head><h:title>Case</h:title><model {self.part('modelattributes').strip()}>"
            f"{self.part('itext')}<instance><data id='case' version='1'>{self.part('data')}</data></instance>"
            f"{self.part('model')}</model></h:head><h:body>{self.part('body')}</h:body></h:html>"
        ).encode()

    def line(self, line: str) -> None:
        if line.startswith("? "):
            self.expect(line[2:])
            return
        verb, _blank, rest = line.partition(" ")
        ref, _equals, value = rest.partition(" = ")
        actions: dict[str, Callable[[], Any]] = {
            "set": lambda: self.session.set(ref.removesuffix(" ="), json.loads(value) if value[:1] == '"' else value),
            "add": lambda: self.session.add_repeat(rest),
            "remove": lambda: self.session.remove_repeat(rest),
            "language": lambda: self.session.set_language(rest),
            "place": lambda: setattr(self, "place", rest),
            "resume": lambda: setattr(self, "session", self.start(self.session.values())),
            "restore": lambda: setattr(self, "session", self.start(self.session.to_xml())),
            "edit": lambda: setattr(self, "session", self.start(self.session.to_xml(), edit=True)),
            "finalise": lambda: self.session.finalise(),
            "new": lambda: setattr(self, "session", self.start(None)),
        }
        actions[verb]()

    def expect(self, line: str) -> None:
        match = re.fullmatch(r"(\S+) (?:((?:attribute|media) \S+|\w+) )?(=|like|has|lacks) ?(.*)", line)
        assert match is not None, f"cannot read the expectation {line!r}"
        ref, prop, sign, wanted = match[1], match[2] or "value", match[3], match[4]
        found = self.look(ref, prop)
        wanted = json.loads(wanted) if wanted[:1] == '"' else wanted
        holds = {
            "=": lambda: found == wanted,
            "like": lambda: re.fullmatch(wanted, found) is not None,
            "has": lambda: wanted in found,
            "lacks": lambda: wanted not in found,
        }[sign]()
        assert holds, f"{line}: found {found!r}"

    def look(self, ref: str, prop: str) -> str:
        if ref == "xml":
            return self.session.to_xml().decode()
        if ref == "problems":
            return " ".join(f"{problem.ref}:{problem.condition}" for problem in self.session.problems())
        if ref == "warnings":
            return " ".join(self.form.warnings)
        if ref == "recorded":
            return " ".join(self.recorded)
        if ref == "form":
            return _text(getattr(self.form, prop))
        if prop == "exists":
            return _text(self.exists(ref))
        node = self.session.node(ref)
        if prop.startswith("attribute "):
            return str(node.attributes.get(prop.partition(" ")[2], ""))
        if prop.startswith("media "):
            return str(node.media.get(prop.partition(" ")[2], ""))
        if prop == "labels":
            return ", ".join(choice.label for choice in node.choices)
        if prop == "choices":
            return " ".join(choice.value for choice in node.choices)
        return _text(getattr(node, {"value": "text_value"}.get(prop, prop)))

    def exists(self, ref: str) -> bool:
        try:
            return bool(self.session.node(ref).exists)
        except UnknownNode:
            return False


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (tuple, list)):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
