"""Saved sets of wishes for exports. They are statements of the survey, so they travel with packages."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _
from cami_survey.operations.export_filters import Filter, day_of

if TYPE_CHECKING:
    from cami_survey.analysis.disclosure.microdata import Places, Rules
    from cami_survey.store.api import SurveyFile

TOPIC = "export-profile"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Profile:
    """What is wished of an export, as texts. Lists have a line break between their items.

    `choices`: labels, codes or both. `multiple`: one, split, both, or empty for what suits the format. `headers`: names
    or labels. `drafts`: yes or empty. `reader`: public, or empty for the team; the last four are the rules for the
    public (`disclosure.rules`), empty for the usual ones.
    """

    ending: str = ".xlsx"
    forms: str = ""
    languages: str = ""
    choices: str = "labels"
    multiple: str = ""
    headers: str = "names"
    drafts: str = ""
    columns: str = ""
    countries: str = ""
    since: str = ""
    until: str = ""
    reader: str = ""
    threshold: str = ""
    places: str = ""
    kilometres: str = ""
    keep: str = ""


def profiles(survey: SurveyFile) -> dict[str, Profile]:
    """Name -> profile, in the order of the alphabet; the last that was said under a name holds."""
    known = {field.name for field in fields(Profile)}
    found: dict[str, Profile | None] = {}
    for statement in survey.statements(TOPIC):
        body = {name: text for name, text in statement.body.items() if name in known}
        found[statement.subject] = None if GONE in statement.body else Profile(**body)
    return {name: profile for name in sorted(found) if (profile := found[name]) is not None}


def profile(survey: SurveyFile, name: str) -> Profile:
    """The profile of this name. UserError when there is none."""
    known = profiles(survey)
    if name in known:
        return known[name]
    near = nearest(name, list(known))
    there_are = _("There are: {names}.").format(names=", ".join(known)) if known else _("None has been saved yet.")
    raise UserError(
        "export.no-profile",
        _("This survey has no export profile “{name}”.").format(name=name),
        advice=_("Did you mean “{name}”?").format(name=near) if near else there_are,
        where=name,
    )


def save(survey: SurveyFile, name: str, wished: Profile) -> Outcome[Profile]:
    """Keep these wishes under a name. UserError for an empty name."""
    name = " ".join(name.split())
    if not name:
        raise UserError("export.nameless", _("A profile needs a name."), advice=_("Say what it is for."))
    survey.state(TOPIC, name, {key: text for key, text in asdict(wished).items() if text})
    return Outcome(wished, notices=(Notice("export.profile", _("Profile “{name}” is saved.").format(name=name)),))


def forget(survey: SurveyFile, name: str) -> Outcome[Profile]:
    """Take a profile away, here and wherever packages go. UserError when there is none."""
    gone = profile(survey, name)
    survey.state(TOPIC, name, {GONE: "yes"})
    return Outcome(gone, notices=(Notice("export.profile", _("Profile “{name}” is gone.").format(name=name)),))


def wishes(wished: Profile) -> dict[str, Any]:
    """The wishes as `exports.export` takes them. UserError for what is no day and for rules that protect nobody."""
    first, *further = wished.languages.split("\n")
    forms = wished.forms.split("\n") if wished.forms else None
    countries = frozenset(word.casefold() for word in wished.countries.split())
    return {
        "forms": forms,
        "language": first or None,
        "languages": further,
        "codes": wished.choices in ("codes", "both"),
        "labels_too": wished.choices == "both",
        "multiple": wished.multiple,
        "headers": wished.headers,
        "include_drafts": bool(wished.drafts),
        "columns": wished.columns.split("\n") if wished.columns else (),
        "only": Filter(countries, day_of(wished.since), day_of(wished.until)),
        "public": rules_of(wished),
    }


def rules_of(wished: Profile) -> Rules | None:
    """The rules by which answers leave for the public, None inside the team."""
    from cami_survey.operations.disclosure import PUBLIC, rules

    if wished.reader != "public":
        return None
    places = wished.places if wished.places in ("grid", "shift", "out") else "grid"
    return rules(
        k=int(wished.threshold) if wished.threshold.isdecimal() else PUBLIC,
        places=cast("Places", places),
        kilometres=_number(wished.kilometres, 25.0),
        keep=wished.keep.split("\n") if wished.keep else (),
    )


def _number(text: str, usual: float) -> float:
    try:
        return float(text)
    except ValueError:
        return usual
