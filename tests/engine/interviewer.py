"""An interviewer who answers any form at random, validly wherever a valid answer can be found."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite

from cami_survey.engine.api import FormNode, Session

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
TRIES = 14
WORDS = ("", "a", "Ала-Тоо", "سلام", "x" * 40, " two  words ", "line\r\nline", "<&>'\"]]>", "\U0001f410", "é", "\t")
GENERAL = (*WORDS, "1", "12", "123456", "0771234567", "+996 555 123456", "a@b.kg", "AB1234", "2020", "http://a.kg/b")


@dataclass
class Interviewer:
    """Fills a session. `steps` are what was done, as scripts say it."""

    session: Session
    chance: random.Random
    most_instances: int = 3
    most_questions: int = 400
    steps: list[dict[str, object]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def fill(self) -> None:
        """Answer everything that is asked, in random order, and again what became invalid or asked by it."""
        languages = list(self.session.form.languages)
        for _turn in range(3):
            nodes = list(self._asked())[: self.most_questions]
            if _turn == 0:
                self.chance.shuffle(nodes)
            for node in nodes:
                if languages and self.chance.random() < 0.03:
                    self._language(self.chance.choice(languages))
                if node.exists and (_turn == 0 or not node.valid):
                    self._meet(node)
        self._complete()

    def _asked(self) -> Iterator[FormNode]:
        waiting = [self.session.top]
        while waiting:
            node = waiting.pop()
            if node.relevant and (node.kind == "repeat" or (node.kind == "question" and node.control)):
                yield node
            waiting.extend(reversed(node.children))

    def _meet(self, node: FormNode) -> None:
        if node.kind == "repeat":
            self._repeat(node)
        elif node.relevant and not node.readonly:
            self._answer(node)

    def _repeat(self, node: FormNode) -> None:
        if not node.can_add:
            return
        for _time in range(self.chance.randint(0, self.most_instances)):
            self._do("add_repeat", node.ref)
        if node.count and self.chance.random() < 0.3:
            self._do("remove_repeat", self.chance.choice(node.children).ref)

    def _language(self, name: str) -> None:
        self.session.set_language(name)
        self.steps.append({"language": name})

    def _do(self, verb: str, ref: str) -> None:
        getattr(self.session, verb)(ref)
        self.steps.append({verb: ref})

    def _answer(self, node: FormNode) -> None:
        ref = node.ref
        for text in self._candidates(node):
            self.session.set(ref, text)
            if not node.exists or (node.valid and (node.text_value or not node.required)):
                self.steps.append({"set": ref, "value": text})
                return
        self.session.set(ref, "")
        self.steps.append({"set": ref, "value": ""})

    def _candidates(self, node: FormNode) -> Iterator[str]:
        """Answers to try, likely ones first; the last is empty where that is allowed."""
        if not node.required and self.chance.random() < 0.15:
            yield ""
        for _time in range(TRIES):
            yield self._candidate(node)

    def _candidate(self, node: FormNode) -> str:
        chance = self.chance
        if node.control in ("select", "select1", "rank"):
            offered = [choice.value for choice in node.choices]
            if not offered:
                return ""
            several = chance.sample(offered, min(len(offered), chance.randint(1, 4)))
            return offered[chance.randrange(len(offered))] if node.control == "select1" else " ".join(several)
        written = str(node.attributes.get("constraint", ""))
        literals = list(filter(isfinite, map(float, NUMBER.findall(written))))
        match node.type:
            case "int" | "integer" | "long":
                return str(self._number(node, literals, 0))
            case "decimal":
                return str(self._number(node, literals, 2))
            case "date":
                return f"{chance.randint(1950, 2031)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            case "dateTime":
                day = f"20{chance.randint(10, 30)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
                return f"{day}T0{chance.randint(0, 9)}:30:00.000+06:00"
            case "time":
                return f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00.000+06:00"
            case "geopoint":
                return self._point()
            case "geotrace":
                return "; ".join(self._point() for _time in range(chance.randint(2, 5)))
            case "geoshape":
                points = [self._point() for _time in range(3)]
                return "; ".join([*points, points[0]])
            case "binary":
                return f"{chance.randrange(10**6)}.jpg"
        if node.control == "range":
            return str(self._number(node, literals, 0))
        if node.control == "trigger":
            return "OK"
        return self._text(written)

    def _number(self, node: FormNode, literals: list[float], places: int) -> float | int:
        chance = self.chance
        ends = [node.attributes[name] for name in ("start", "end") if name in node.attributes]
        if len(ends) == 2 and node.control == "range":
            steps = int(abs(float(ends[1]) - float(ends[0])) / abs(float(node.attributes.get("step", 1)) or 1))
            value = float(ends[0]) + chance.randint(0, max(steps, 0)) * float(node.attributes.get("step", 1))
        elif literals and chance.random() < 0.6:
            value = chance.choice(literals) + chance.choice((0, 1, -1, 0.5))
        else:
            value = chance.choice((0, 1, 2, 5, 17, 33, 60, 120, 999, 2026, 50_000, 123456789, -3))
        return int(value) if places == 0 else round(value, places)

    def _point(self) -> str:
        chance = self.chance
        return f"{chance.uniform(-90, 90):.6f} {chance.uniform(-180, 180):.6f} {chance.randint(0, 4000)} 5.0"

    def _text(self, constraint: str) -> str:
        chance = self.chance
        quoted = [one or two for one, two in QUOTED.findall(constraint)]
        if quoted and chance.random() < 0.7:
            return matching(chance.choice(quoted), chance)
        number = chance.randrange(10 ** chance.randint(1, 12))
        return chance.choice((chance.choice(GENERAL), str(number), f"word {number}"))

    def _complete(self) -> None:
        """What nothing was found for."""
        self.refused = [problem.ref for problem in self.session.problems()]


def matching(pattern: str, chance: random.Random) -> str:
    """A text that a regular expression (likely) matches; the pattern itself where it is none."""
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            tree = re._parser.parse(pattern)  # type: ignore[attr-defined]
    except (re.error, RecursionError, OverflowError):
        return pattern
    return "".join(_letters(part, chance) for part in tree)


def _letters(part: tuple[object, object], chance: random.Random) -> str:
    name, detail = str(part[0]), part[1]
    match name:
        case "LITERAL":
            return chr(detail)  # type: ignore[arg-type]
        case "ANY" | "NOT_LITERAL":
            return "a"
        case "IN":
            return _one_of(detail, chance)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = detail  # type: ignore[misc]
            times = chance.randint(int(least), min(int(most), int(least) + 3))
            return "".join(_letters(one, chance) for _time in range(times) for one in inner)
        case "SUBPATTERN":
            return "".join(_letters(one, chance) for one in detail[-1])  # type: ignore[index]
        case "BRANCH":
            return "".join(_letters(one, chance) for one in chance.choice(detail[1]))  # type: ignore[index]
        case "CATEGORY":
            return _category(str(detail))
    return ""


def _one_of(members: object, chance: random.Random) -> str:
    name, detail = chance.choice(list(members))  # type: ignore[call-overload]
    match str(name):
        case "LITERAL":
            return chr(detail)
        case "RANGE":
            return chr(chance.randint(*detail))
        case "CATEGORY":
            return _category(str(detail))
    return "~"


def _category(name: str) -> str:
    return {"CATEGORY_DIGIT": "7", "CATEGORY_WORD": "w", "CATEGORY_SPACE": " ", "CATEGORY_NOT_DIGIT": "n"}.get(
        name, "-"
    )
