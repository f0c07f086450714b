"""Scripted interviews: a list of steps instead of a person at the window."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cami_survey.base import system_errors
from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Outcome
from cami_survey.base.records import State
from cami_survey.base.texts import _
from cami_survey.operations.attachments import attach
from cami_survey.operations.beginnings import Manner, begin, begin_from, language_of
from cami_survey.operations.forms import form_of
from cami_survey.operations.summaries import walk

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.engine.api import Problems
    from cami_survey.operations.running import Interview
    from cami_survey.store.api import SurveyFile

Step = Mapping[str, Any]
VERBS = ("set", "attach", "add_repeat", "remove_repeat", "language", "comment", "reason")
LARGEST_STEPS = 20_000_000


@dataclass(frozen=True, slots=True)
class ProblemText:
    """One reason why an interview cannot be final. `condition` is `required`, `constraint` or `soft`."""

    ref: str
    condition: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a script. With `problems` nothing was kept."""

    record: str
    revision: str
    state: State | None
    code: str
    problems: tuple[ProblemText, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the interview was kept."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        kept = asdict(self)
        return kept if self.ok else {**kept, "record": None, "revision": None}


def read_steps(source: Path | IO[bytes]) -> list[Step]:
    """The steps of a JSON file; UserError if it is not a list of steps."""
    name = str(source) if isinstance(source, Path) else "-"
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                content = file.read(LARGEST_STEPS + 1)
        else:
            content = source.read(LARGEST_STEPS + 1)
        steps = json.loads(content[:LARGEST_STEPS].decode("utf-8-sig"))
    except FileNotFoundError:
        raise UserError("file.not-found", _("There is no file {name}.").format(name=name), where=name) from None
    except OSError as error:
        raise _no_steps(name, system_errors.in_words(error)) from None
    except json.JSONDecodeError as error:
        raise _no_steps(name, _("it is no JSON from line {line} on").format(line=error.lineno)) from None
    except (ValueError, RecursionError):
        raise _no_steps(name, _("it is not JSON")) from None
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise _no_steps(name, _("it is not a list of objects"))
    return steps


def fill(
    survey: SurveyFile,
    form_id: str,
    steps: Sequence[Step],
    *,
    draft: bool = False,
    record: str | None = None,
    language: str | None = None,
    reason: str = "",
    clock: Clock = system_clock,
) -> Outcome[Filled]:
    """Fill a new interview, or change `record`, step by step; it becomes a draft, or final.

    If something stands in the way of that, every problem is in the value and nothing is kept.
    `reason` says why a finished interview is changed.
    """
    interview = _begin(survey, form_id, record, Manner(language, clock, kept=False))
    for number, step in enumerate(steps, 1):
        take(interview, step, number)
    if draft:
        left = interview.leave(reason=reason)
        value = Filled(left.value.record, left.value.revision, left.value.state, left.value.code)
        return Outcome(value, left.touched, (*interview.failures(), *left.notices))
    return _finalise(interview, reason)


def take(interview: Interview, step: Step, number: int) -> None:
    """Do one step; `number` is said if it cannot be done."""
    from cami_survey.engine.api import UnknownNode

    verb = next((name for name in VERBS if name in step), "")
    try:
        if verb == "set":
            interview.set(str(step["set"]), _value(step.get("value")))
        elif verb == "attach":
            attach(interview, str(step["attach"]), Path(str(step.get("file", ""))), system_clock())
        elif verb == "add_repeat":
            interview.add_repeat(str(step["add_repeat"]))
        elif verb == "remove_repeat":
            interview.remove_repeat(str(step["remove_repeat"]))
        elif verb == "language":
            interview.set_language(language_of(interview.form, str(step["language"])) or "")
        elif verb == "comment":
            interview.comment(interview.session.node(str(step["comment"])).field, str(step.get("text", "")))
        elif verb == "reason":
            interview.excuse(interview.session.node(str(step["reason"])).field, str(step.get("text", "")))
        else:
            raise _unknown_step(step, number)
    except UnknownNode as error:
        raise _unknown_node(interview, error.ref, number) from None


def _begin(survey: SurveyFile, form_id: str, record: str | None, manner: Manner) -> Interview:
    if record is None:
        return begin(survey, form_of(survey, form_id), manner)
    view = survey.view(record)
    if view.form_id != form_id:
        raise UserError(
            "record.other-form",
            _("This interview is of the form “{form}”.").format(form=view.form_id),
            advice=_("Name that form, or another interview."),
            where=record,
        )
    return begin_from(survey, view, manner)


def _finalise(interview: Interview, reason: str) -> Outcome[Filled]:
    from cami_survey.operations.running import Saved

    outcome = interview.finalise(reason=reason)
    result = outcome.value
    if isinstance(result, Saved):
        kept = Filled(result.record, result.revision, result.state, result.code)
        return Outcome(kept, outcome.touched, (*interview.failures(), *outcome.notices))
    problems = Filled(interview.record, "", None, interview.summary().code, _problems(result))
    return Outcome(problems, notices=interview.failures())


def _problems(problems: Problems) -> tuple[ProblemText, ...]:
    return tuple(
        ProblemText(problem.ref, problem.condition, problem.label, problem.message) for problem in problems.problems
    )


def _value(value: object) -> object:
    """JSON's values as an answer: a list is several choices, nothing is an empty answer."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _unknown_node(interview: Interview, ref: str, number: int) -> UserError:
    refs = [*(node.ref for node in walk(interview.session)), *(node.path for node in interview.form.nodes)]
    near = next((there for there in refs if there.endswith(f"/{ref}")), "") or nearest(ref, refs)
    return UserError(
        "node.unknown",
        _("Step {number}: the form has no node {ref}.").format(number=number, ref=ref),
        advice=_("Did you mean {name}?").format(name=near) if near else "",
        where=ref,
    )


def _unknown_step(step: Step, number: int) -> UserError:
    named = next(iter(step), "")
    near = nearest(named, VERBS)
    advice = (
        _("Did you mean “{name}”?").format(name=near)
        if near
        else _("Steps are: {names}.").format(names=", ".join(VERBS))
    )
    text = _("Step {number} says nothing that can be done.").format(number=number)
    return UserError("step.unknown", text, advice=advice, where=str(number))


def _no_steps(name: str, reason: str) -> UserError:
    return UserError(
        "steps.unreadable",
        _("{name} holds no steps: {reason}.").format(name=name, reason=reason),
        advice=_('Write a JSON list such as [{"set": "/data/name", "value": "Aizada"}].'),
        where=name,
    )
