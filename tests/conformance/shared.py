"""The reference engines' cases, where they lie beside the project, run by their own runner through our adapter."""

from __future__ import annotations

import importlib.util
import json
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parents[2].parent / "shared" / "conformance"
EVERYTHING = Namespace(k="", v=0)


REASONS = Path(__file__).with_name("reasons.md")


def reasons() -> dict[str, list[str]]:
    """Why a case that does not hold is let be -> the ends of the ids of its cases."""
    sections = REASONS.read_text("utf-8").split("\n## ")[1:]
    pairs = (section.split("\n\n", 1) for section in sections)
    return {reason.strip(): ends.split() for reason, ends in pairs}


def reason_for(case: str) -> str:
    """The reason of a case that does not hold; empty where none is written down."""
    return next((reason for reason, ends in reasons().items() if case.endswith(tuple(ends))), "")


@dataclass(frozen=True, slots=True)
class Result:
    """`wrong` is empty where a case holds. `counts`: neither disputed nor failed by the engine it comes from."""

    id: str
    kind: str
    topics: tuple[str, ...]
    wrong: str

    @property
    def counts(self) -> bool:
        return self.kind in ("odk", "xpath10", "main")


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def run_all() -> list[Result] | None:
    """Every case with what is wrong with it; None where there are no cases."""
    if not (FOLDER / "runner.py").is_file():
        return None
    runner = _module("conformance_runner", FOLDER / "runner.py")
    adapter = _module("adapter", Path(__file__).with_name("adapter.py"))
    return [*_expressions(runner, adapter), *_scenarios(runner, adapter)]


def _cases(name: str) -> list[dict[str, object]]:
    cases: list[dict[str, object]] = json.loads((FOLDER / name).read_text("utf-8"))["cases"]
    return cases


def _expressions(runner: ModuleType, adapter: ModuleType) -> list[Result]:
    _counts, fails = runner.run_xpath(adapter, EVERYTHING)
    wrong = {fail[0]: f"`{fail[1]}`: {fail[3]}, here {fail[4]}" for fail in fails}
    found = []
    for case in _cases("xpath.json"):
        passes = case["status"] == "upstream-pass"
        kind = "disputed" if "disputed" in case else str(case["mode"]) if passes else "upstream-fails"
        topics = tuple(f"`{name}`" for name in case.get("functions") or ())  # type: ignore[attr-defined]
        found.append(Result(str(case["id"]), kind, topics, wrong.get(str(case["id"]), "")))
    return found


def _scenarios(runner: ModuleType, adapter: ModuleType) -> list[Result]:
    _counts, fails, _tags = runner.run_scenario(adapter, EVERYTHING)
    wrong = {fail[0]: fail[2] for fail in fails}
    found = []
    for case in _cases("scenario.json"):
        expected_to_fail = str(case["status"]).startswith("upstream-expected-fail")
        kind = "scenario upstream-fails" if expected_to_fail else "main"
        topics = tuple(case["tags"] or ("untagged",))  # type: ignore[arg-type]
        found.append(Result(str(case["id"]), kind, topics, wrong.get(str(case["id"]), "")))
    return found
