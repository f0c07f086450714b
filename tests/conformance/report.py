"""Writes `docs/conformance.md`: what the form engine holds, from the cases that were run.

The part on the reference engines' cases needs them beside the project; without them it stays as it was written last.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT)]

from tests.conformance.cases import Case, own_cases  # noqa: E402
from tests.conformance.shared import FOLDER, Result, reason_for, run_all  # noqa: E402

TARGET = ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- cases of the reference engines -->", "<!-- end -->"
SHOWN = 3
NAMES = {
    "odk": "expressions with ODK's functions",
    "xpath10": "plain XPath 1.0 expressions",
    "disputed": "expressions on which the engines differ",
    "upstream-fails": "expressions that web-forms itself fails",
    "main": "scenarios",
    "scenario upstream-fails": "scenarios that web-forms itself fails, as JavaRosa has them",
}


@dataclass(slots=True)
class Group:
    """Features under one heading; `missing` says why one is not there yet."""

    name: str
    source: str = ""
    features: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def read_groups(text: str) -> list[Group]:
    """The catalogue of features."""
    groups = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name, source, *lines = [part.strip() for part in re.split(r"\n\n+", section.strip())]
        group = Group(name, " ".join(source.removeprefix("Source: ").split()))
        for line in "\n".join(lines).splitlines():
            written, colon, why = line.rpartition(": ") if ": " in line else (line, "", "")
            features = [feature.strip() for feature in written.split(" · ")]
            group.features.extend(features)
            group.missing.update(dict.fromkeys(features, why) if colon else {})
        groups.append(group)
    return groups


def failure(check: Callable[[], None]) -> str:
    """What is wrong; empty if the case holds."""
    try:
        check()
    except AssertionError as error:
        return str(error) or "fails"
    return ""


def own_part(cases: list[Case], groups: list[Group]) -> tuple[str, Counter[str]]:
    """The feature tables, and how many features hold."""
    wrong = {case.id: failure(case.check) for case in cases}
    by_feature: dict[str, list[Case]] = {}
    for case in cases:
        for feature in case.features:
            by_feature.setdefault(feature, []).append(case)
    parts, counts = [], Counter[str]()
    for group in groups:
        parts.append(f"### {group.name}\n\nSource: {group.source}\n\n| feature | holds | evidence |\n|---|---|---|")
        for feature in group.features:
            holds, evidence = _verdict(by_feature.get(feature, []), wrong, group.missing.get(feature, "no case yet"))
            counts[holds] += 1
            parts[-1] += f"\n| `{feature.replace('|', chr(92) + '|')}` | {holds} | {evidence} |"
    return "\n\n".join(parts), counts


def _verdict(cases: list[Case], wrong: Mapping[str, str], missing: str) -> tuple[str, str]:
    if not cases:
        return "not yet", missing
    failing = [case for case in cases if wrong[case.id]]
    if failing:
        return "fails", "; ".join(f"{case.id}: {case.reason or wrong[case.id]}" for case in failing).replace("|", "\\|")
    names = [case.id for case in cases]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return "yes", ", ".join(names[:SHOWN]) + more


def shared_part(results: list[Result]) -> str:
    """Figures, and every failing case with its reason."""
    lines = ["| cases | hold | of |", "|---|---|---|"]
    for name, (held, total) in tally(results).items():
        lines.append(f"| {NAMES[name]} | {held} | {total} |")
    lines += ["", "| function or kind of scenario | hold | of |", "|---|---|---|"]
    topics: dict[str, list[bool]] = {}
    for result in results:
        for topic in result.topics if result.counts else ():
            topics.setdefault(topic, []).append(not result.wrong)
    lines += [f"| {topic} | {sum(held)} | {len(held)} |" for topic, held in sorted(topics.items())]
    lines += ["", "Cases that do not hold:", "", "| case | what is asked | why it is let be |", "|---|---|---|"]
    lines += [
        f"| `{result.id}` | {_cell(result.wrong)} | {reason_for(result.id) or 'not looked at yet'} |"
        for result in results
        if result.wrong
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def tally(results: list[Result]) -> dict[str, tuple[int, int]]:
    """Class of cases -> how many hold, of how many."""
    held = Counter(result.kind for result in results if not result.wrong)
    return {kind: (held[kind], total) for kind, total in Counter(result.kind for result in results).items()}


def kept_part(text: str) -> str:
    """The part between the marks, as it is written."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def document(own: str, counts: Mapping[str, int], cases: int, shared: str) -> str:
    """The whole page."""
    total = sum(counts.values())
    return f"""# What the form engine holds

Written by `python3 make.py conformance` from the cases it runs; nothing here is claimed by hand.
{counts["yes"]} of {total} features hold, {counts["fails"]} fail, {counts["not yet"]} are not there yet
({cases} cases in `tests/conformance/cases`).

## Features

{own}

## Cases of the reference engines

Derived from getodk/web-forms, getodk/javarosa and the ODK XForms specification; decision 11 says where the two engines
differ and what is done here.

{BEGIN}

{shared}

{END}
"""


def made(previous: str, results: list[Result] | None) -> tuple[str, list[str]]:
    """The page, and what is to be printed."""
    groups = read_groups((HERE / "features.md").read_text("utf-8"))
    cases = own_cases()
    own, counts = own_part(cases, groups)
    shared = kept_part(previous) if results is None else shared_part(results)
    lines = [f"{counts[holds]:>5} features: {holds}" for holds in ("yes", "fails", "not yet")]
    lines.extend(_figures(results))
    return document(own, counts, len(cases), shared), lines


def _figures(results: list[Result] | None) -> Iterator[str]:
    if results is None:
        yield f"The reference engines' cases are not at {FOLDER}: their part of the page stays as it was."
        return
    for name, (held, total) in tally(results).items():
        yield f"{held:>5} of {total:>3}: {NAMES[name]}"


def main() -> int:
    """Write the page and print the figures; 1 where a feature fails."""
    previous = TARGET.read_text("utf-8") if TARGET.exists() else ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        page, lines = made(previous, run_all())
    TARGET.write_text(page, "utf-8", newline="\n")
    sys.stdout.write("\n".join([*lines, f"Written: {TARGET.relative_to(ROOT)}", ""]))
    return int("    0 features: fails" not in lines)


if __name__ == "__main__":
    sys.exit(main())
