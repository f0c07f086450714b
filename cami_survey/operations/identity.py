"""Who somebody is, kept apart from what they said: names and contacts are sealed for other people than the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.records import Answers
from cami_survey.base.sealed import KNOWN, is_sealed
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from cami_survey.engine.api import Form, StaticFormNode
    from cami_survey.store.api import SurveyFile

MARK = "identity"
CHOSEN, LEFT = "names.questions", "names.left"
TEXTS = frozenset({"", "string"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that asks who somebody is. `against` says why its answers cannot be sealed; empty if they are."""

    form_id: str
    form_version: str
    name: str
    path: str
    label: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """For whom names are sealed here (name, recipient), of which questions, and what is sealed in this survey:
    `opened` interviews can be read here, `closed` ones cannot."""

    recipients: tuple[tuple[str, str], ...]
    questions: tuple[Asked, ...]
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is sealed in interviews of a form: its questions, and what the form works out of them."""

    questions: tuple[Asked, ...]
    paths: frozenset[str]


_plans: WeakKeyDictionary[SurveyFile, dict[tuple[bytes, str, str], _Plan]] = WeakKeyDictionary()


def standing(survey: SurveyFile) -> Standing:
    """How names are kept apart in this copy of the survey."""
    from cami_survey.operations.forms import form_of

    found: list[Asked] = []
    for entry in survey.forms():
        try:
            form = form_of(survey, entry.form_id, entry.version)
        except UserError:
            continue
        found.extend(_plan(survey, form).questions)
    opened, closed = survey.sealed_answers()
    return Standing(tuple(survey.names_recipients()), tuple(found), opened, closed)


def seal(
    survey: SurveyFile, to: Sequence[str], *, also: Sequence[str] = (), leave: Sequence[str] = ()
) -> Outcome[Standing]:
    """Seal names for these (age recipients, known names, files with one) from the next saving on, and for this file.

    `also` and `leave` are names of questions beside those that forms mark (`cami:identity`) or that are known by name.
    UserError for a question that no form here has.
    """
    from cami_survey.exchange import recipients

    resolved = recipients.resolve(survey, to)
    if not resolved:
        raise UserError(
            "names.nobody",
            _("Nobody was named to seal names for."),
            advice=_("Name a recipient, which begins with age1, or somebody this survey knows."),
        )
    chosen = set(survey.recalled(CHOSEN).split()) - set(leave) | set(also)
    left = set(survey.recalled(LEFT).split()) - set(also) | set(leave)
    _check_known(survey, [*also, *leave])
    survey.remember(CHOSEN, " ".join(sorted(chosen)))
    survey.remember(LEFT, " ".join(sorted(left)))
    survey.set_names_recipients(resolved)
    now = standing(survey)
    return Outcome(now, frozenset({"devices"}), tuple(_said(survey, now)))


def stop(survey: SurveyFile) -> Outcome[None]:
    """Seal no new names. What is sealed stays so, also when it is corrected."""
    survey.set_names_recipients({})
    text = _("Names are written as they are given from now on. Those that are sealed stay sealed.")
    return Outcome(None, frozenset({"devices"}), (Notice("names.stopped", text),))


def share(survey: SurveyFile, to: Sequence[str]) -> Outcome[int]:
    """Let others open every sealed name that this file can open; the next package brings them what they need."""
    from cami_survey.exchange import recipients

    resolved = recipients.resolve(survey, to)
    handed = survey.share_names(list(resolved))
    if not handed:
        raise UserError(
            "names.no-key",
            _("This survey file can open no sealed names, so it cannot let anybody else."),
            advice=_("Ask whoever the names were sealed for."),
        )
    text = _("{names} can open the names of this survey once a package from here has arrived.")
    notice = Notice("names.shared", text.format(names=", ".join(sorted(resolved.values()))))
    return Outcome(handed, frozenset({"devices"}), (notice,))


def _said(survey: SurveyFile, now: Standing) -> Iterator[Notice]:
    names = ", ".join(name for name, _recipient in now.recipients)
    sealed = sorted({one.name for one in now.questions if not one.against})
    if sealed:
        text = _("From now on {questions} can be read by {names} and on this laptop alone.")
        yield Notice("names.sealed", text.format(questions=", ".join(sealed), names=names))
    else:
        text = _("No form here asks for a name, so nothing is sealed. Forms that come later are looked at again.")
        yield Notice("names.none", text, "warning")
    for one in now.questions:
        if one.against:
            text = _("{question} of {form} is not sealed: {reason}")
            said = text.format(question=one.name, form=one.form_id, reason=one.against)
            yield Notice("names.not-sealed", said, "warning", one.path)
    before = survey.counts()["all"]
    if before and sealed:
        text = ngettext(
            "{n} interview was kept before: what its history holds stays readable for everybody who gets it.",
            "{n} interviews were kept before: what their history holds stays readable for everybody who gets it.",
            before,
        )
        yield Notice("names.before", text.format(n=before), "warning")


def _check_known(survey: SurveyFile, names: Sequence[str]) -> None:
    from cami_survey.operations.forms import form_of

    asked: set[str] = set()
    for entry in survey.forms():
        asked.update(node.name for node in form_of(survey, entry.form_id, entry.version).nodes if node.asks)
    missing = next((name for name in names if name not in asked), None)
    if missing is not None:
        near = nearest(missing, sorted(asked))
        raise UserError(
            "names.unknown-question",
            _("No form of this survey has a question {name}.").format(name=missing),
            advice=_("Did you mean {name}?").format(name=near) if near else _("Add the form first."),
            where=missing,
        )


# ---- what is sealed


def paths(survey: SurveyFile, form: Form) -> frozenset[str]:
    """The paths whose answers are sealed when an interview of this form is saved: none where nobody is named."""
    return _plan(survey, form).paths if survey.names_recipients() else frozenset()


def tells_who(node: StaticFormNode) -> bool:
    """Whether a form marks the question (`bind::cami:identity`), or asks it under a name that everybody uses."""
    return _marked(node) or node.name in KNOWN


def _marked(node: StaticFormNode) -> bool:
    said = (text for name, text in node.attributes.items() if name.rpartition("}")[2].rpartition(":")[2] == MARK)
    return next(said, "") == "yes"


def _plan(survey: SurveyFile, form: Form) -> _Plan:
    chosen, left = survey.recalled(CHOSEN), survey.recalled(LEFT)
    plans = _plans.setdefault(survey, {})
    key = (form.xml, chosen, left)
    if key not in plans:
        plans[key] = _planned(form, frozenset(chosen.split()), frozenset(left.split()))
    return plans[key]


def _planned(form: Form, chosen: frozenset[str], left: frozenset[str]) -> _Plan:
    questions: list[Asked] = []
    sealed: set[str] = set()
    for node in form.nodes:
        if node.asks and node.name not in left and (tells_who(node) or node.name in chosen):
            against = _against(form, node)
            label = " ".join(node.label().split()) or node.name
            questions.append(Asked(form.id, form.version, node.name, node.path, label, against))
            sealed.update(() if against else (node.path,))
    made = {path for path, aspects in form.hanging_on(sealed).items() if "calculate" in aspects}
    return _Plan(tuple(questions), frozenset(sealed | made))


def _against(form: Form, node: StaticFormNode) -> str:
    """Why a question cannot be sealed: without its answer the interview could not be opened as it is."""
    if node.control != "input" or node.type not in TEXTS:
        return _("only answers that are written as text can be.")
    aspects = {aspect for found in form.hanging_on([node.path]).values() for aspect in found}
    if aspects & {"count", "choices"}:
        return _("choices or the number of entries depend on it.")
    return ""


def held(form: Form, whole: Answers, given: Answers, before: Mapping[str, str]) -> Answers:
    """`given`, with everything that hangs on an answer which is sealed here as it was: nobody here can judge it.

    `whole` are the answers with those that are hidden now, `before` what the form had worked out.
    """
    from cami_survey.operations.summaries import path_of

    closed = {path_of(field) for field, text in whole.fields.items() if is_sealed(text)}
    if not closed:
        return given
    hanging = form.hanging_on(closed)
    hidden = {path for path, aspects in hanging.items() if "relevant" in aspects} | closed
    made = {path for path, aspects in hanging.items() if "calculate" in aspects}
    fields = dict(given.fields)
    for field, text in sorted(whole.fields.items()):
        if field not in fields and path_of(field) in hidden and _has_place(field, fields):
            fields[field] = text
    computed = {field: text for field, text in given.computed.items() if path_of(field) not in made}
    computed |= {field: text for field, text in before.items() if path_of(field) in made}
    names = {*fields.values(), *computed.values()}
    files = {name: sha256 for name, sha256 in whole.files.items() if name in names}
    return replace(given, fields=fields, computed=computed, files={**files, **given.files})


def _has_place(field: str, fields: Mapping[str, str]) -> bool:
    """Whether every repeat instance around a field is there."""
    return all(field[: at + 1] in fields for at, letter in enumerate(field) if letter == "]" and at + 1 < len(field))
