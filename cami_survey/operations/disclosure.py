"""What leaves for the public: the key of pseudonyms, what would leave and how, and what left before."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cami_survey.base.errors import UserError
from cami_survey.base.form_words import form_title
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.places import home
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.export_filters import Filter

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question
    from cami_survey.analysis.disclosure.microdata import Places, Rules, Shield
    from cami_survey.analysis.disclosure.treatment import Treatment
    from cami_survey.base.records import RecordView
    from cami_survey.store.api import SurveyFile

Level = Literal["internal", "public"]
TOPIC = "export"
KEY_FILE = "pseudonyms.key"
PUBLIC = 10
# A figure is a count, which says less than rows do.
PUBLIC_FIGURES = 5
LEAST = 3
EVERYTHING = Filter()
# Statements of earlier versions did not say what limited the export.
KIND, LIMIT = "kind", "limit-"
Kind = Literal["answers", "paper"]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What becomes of one question in an export for the public. `lost` answers are too rare to leave as they are."""

    form_id: str
    name: str
    label: str
    treatment: Treatment
    lost: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would leave: `interviews` of each form, its questions, and how many answers stay here."""

    interviews: dict[str, int]
    questions: tuple[Leaving, ...]
    without_consent: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was written. `threshold` is k for the public, 0 inside the team; `sha256` names the file.

    `limits` say what limited it (`side_by_side`), None where nobody noted it.
    """

    name: str
    sha256: str
    level: Level
    threshold: int
    forms: tuple[str, ...]
    interviews: int
    made: datetime
    device: str
    limits: Mapping[str, str] | None = None


def secret(path: Path | None = None) -> tuple[bytes, bool]:
    """The key of pseudonyms on this machine and whether it was made just now. UserError if its file is broken.

    It lies apart from every survey file. Another machine makes other pseudonyms unless the file is brought there.
    """
    file = path or home() / KEY_FILE
    if not file.exists():
        _write(file, secrets.token_hex(32))
        return _read(file), True
    return _read(file), False


def check_k(k: int) -> int:
    """How many answers are shown together; UserError for fewer than three."""
    if k < LEAST:
        raise UserError(
            "disclosure.k",
            _("Fewer than {n} answers together protect nobody.").format(n=LEAST),
            advice=_("Ask for {n} or more; {usual} is usual for what is published.").format(n=LEAST, usual=PUBLIC),
            where=str(k),
        )
    return k


def rules(
    *,
    k: int = PUBLIC,
    places: Places = "grid",
    kilometres: float = 25.0,
    keep: Sequence[str] = (),
    key_file: Path | None = None,
) -> Rules:
    """The rules of an export for the public. UserError for fewer than three and for cells under 5 km."""
    from cami_survey.analysis.disclosure.microdata import Rules

    check_k(k)
    if not 5 <= kilometres <= 500:
        raise UserError(
            "disclosure.cells",
            _("Grid cells can be 5 to 500 km wide, not {n}.").format(n=kilometres),
            advice=_("25 km is usual where rare animals are hunted."),
            where=str(kilometres),
        )
    key, _made = secret(key_file)
    return Rules(key, k, places, kilometres, frozenset(keep), _towns() if places == "shift" else ())


def enough(
    survey: SurveyFile, forms: Sequence[str], wanted: Rules, *, asked: bool, only: Filter = EVERYTHING
) -> tuple[list[str], tuple[Notice, ...]]:
    """The forms of which at least k finished interviews pass `only` (or none at all), and what is left out for that.

    UserError where a form was `asked` for by name and has too few, and where no form is left.
    """
    few = {form_id: n for form_id in forms if 0 < (n := _finished(survey, form_id, only)) < wanted.k}
    if few and (asked or len(few) == len(forms)):
        form_id, n = next(iter(few.items()))
        raise UserError("disclosure.few", _few(survey, form_id, n, wanted.k), advice=_advice(only), where=form_id)
    notices = (
        Notice("disclosure.few", _few(survey, form_id, n, wanted.k), "warning", form_id) for form_id, n in few.items()
    )
    return [form_id for form_id in forms if form_id not in few], tuple(notices)


def shield(survey: SurveyFile, form_id: str, wanted: Rules, only: Filter = EVERYTHING) -> Shield:
    """What the finished interviews of a form that pass `only` go through on their way out, ready after one reading.

    What is rare is rare among those that leave: a limit that readers know would give others away.
    """
    from cami_survey.analysis.disclosure.microdata import Shield
    from cami_survey.operations.exports import definitions_of

    made = Shield(definitions_of(survey, form_id), wanted)
    for view in _passing(survey, form_id, only):
        made.learn(view)
    return made


def _passing(survey: SurveyFile, form_id: str, only: Filter) -> Iterator[RecordView]:
    from cami_survey.operations.exports import definitions_of

    views = survey.views(form_id, state="final")
    return views if only.is_open else filter(only.passing(definitions_of(survey, form_id)), views)


def preview(
    survey: SurveyFile,
    forms: Sequence[str] | None,
    wanted: Rules,
    *,
    language: str | None = None,
    columns: Sequence[str] = (),
    only: Filter = EVERYTHING,
) -> Outcome[Preview]:
    """What an export of these forms (all if None) for the public would hold, question by question; nothing is written.

    `columns` and `only` limit it as they limit the export. The notices name earlier exports for the public with other
    limits. UserError for an unknown form or language and for a named form with too few interviews.
    """
    from cami_survey.operations.exports import asked_of
    from cami_survey.operations.side_by_side import limits_of_answers, warnings

    asked, spoken = asked_of(survey, forms, language)
    chosen, notices = enough(survey, asked, wanted, asked=forms is not None, only=only)
    interviews: dict[str, int] = {}
    questions: list[Leaving] = []
    without_consent = left_out = 0
    for form_id in chosen:
        made = shield(survey, form_id, wanted, only)
        interviews[form_id] = len([made.shield(view).record for view in _passing(survey, form_id, only)])
        questions.extend(_leaving(form_id, made, spoken or _own_language(made), columns))
        without_consent += made.suppressed.without_consent
        left_out += made.suppressed.left_out
    beside = warnings(survey, chosen, limits_of_answers(only, columns), sum(interviews.values()))
    return Outcome(Preview(interviews, tuple(questions), without_consent, left_out), notices=(*notices, *beside))


def said(treatment: Treatment) -> str:
    """What becomes of the answers, in words."""
    return {
        "kept": _("leaves as it is"),
        "class": _("empty where too few people share it"),
        "ends": _("the highest and lowest numbers are made equal"),
        "month": _("only the month"),
        "place": _("made coarse"),
        "consent": _("only rows with a yes leave"),
        "precision": _("leaves as it is and decides about places"),
        "out": _("stays here"),
    }[treatment]


def note_down(
    survey: SurveyFile,
    target: Path,
    *,
    kind: Kind,
    public: Rules | None,
    forms: Sequence[str],
    interviews: int,
    limits: Mapping[str, str],
) -> None:
    """Write into the survey that this file was exported: a signed statement, which travels with packages.

    Where the survey cannot be written, as in a read-only folder, nothing is noted.
    """
    from hashlib import file_digest

    if survey.read_only:
        return
    with target.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    body = {
        "name": target.name,
        "level": "public" if public else "internal",
        "threshold": str(public.k if public else 0),
        "forms": " ".join(forms),
        "interviews": str(interviews),
        KIND: kind,
        **{f"{LIMIT}{name}": text for name, text in limits.items()},
    }
    survey.state(TOPIC, digest, body)


def exports(survey: SurveyFile) -> list[Export]:
    """What left this survey, here and on other laptops as far as it is known here, the oldest first."""
    return [
        Export(
            statement.body.get("name", ""),
            statement.subject,
            "public" if statement.body.get("level") == "public" else "internal",
            _count(statement.body.get("threshold", "")),
            tuple(statement.body.get("forms", "").split()),
            _count(statement.body.get("interviews", "")),
            statement.at,
            statement.device_name,
            _limits(statement.body),
        )
        for statement in survey.statements(TOPIC)
    ]


def _limits(body: Mapping[str, str]) -> dict[str, str] | None:
    if KIND not in body:
        return None
    return {name.removeprefix(LIMIT): text for name, text in body.items() if name.startswith(LIMIT)}


def _finished(survey: SurveyFile, form_id: str, only: Filter) -> int:
    if not only.is_open:
        return sum(1 for _view in _passing(survey, form_id, only))
    return sum(number for _day, number in survey.day_counts("final", form_id=form_id))


def _few(survey: SurveyFile, form_id: str, n: int, k: int) -> str:
    title = next((form_title(entry.title) for entry in survey.forms() if entry.form_id == form_id), "")
    text = ngettext(
        "Of the form {form} {n} interview would leave, too few for the public: {k} are needed.",
        "Of the form {form} {n} interviews would leave, too few for the public: {k} are needed.",
        n,
    )
    return text.format(form=title or form_id, n=n, k=k)


def _advice(only: Filter) -> str:
    return _("Wait for more interviews.") if only.is_open else _("Take more countries or a longer period.")


def _own_language(made: Shield) -> str:
    """The program's language as the form names it, where it speaks it."""
    from cami_survey.base.texts import language
    from cami_survey.operations.beginnings import language_in

    return language_in([name for name in made.definitions[0].languages if name], language())


def _leaving(form_id: str, made: Shield, language: str, columns: Sequence[str]) -> list[Leaving]:
    from cami_survey.analysis.tables import Options

    chosen = Options(only=frozenset(columns))
    newest: dict[str, Question] = {q.path: q for form in reversed(made.definitions) for q in form.questions}
    lost = made.suppressed.classes + made.suppressed.ends
    return [
        Leaving(form_id, question.name, _label(question, language), made.treatments[path], lost[path])
        for path, question in newest.items()
        if not question.quiet and chosen.wants(question.path)
    ]


def _label(question: Question, language: str) -> str:
    return question.labels.get(language) or next(iter(question.labels.values()), "") or question.name


def _towns() -> tuple[tuple[float, float], ...]:
    import json

    from cami_survey.reference.places import basemap

    features = json.loads(basemap("towns").read_text(encoding="utf-8"))["features"]
    return tuple((point[1], point[0]) for point in (feature["geometry"]["coordinates"] for feature in features))


def _read(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise UserError(
            "disclosure.key",
            _("The key of pseudonyms in {path} cannot be read.").format(path=file),
            advice=_("Bring the file back from a copy. With a new key every pseudonym would change."),
            where=str(file),
        )
    return key


def _write(file: Path, text: str) -> None:
    from cami_survey.exports.target import replacing

    with replacing(file) as partial:
        partial.touch(mode=0o600)
        partial.write_text(text, encoding="ascii")


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else 0
