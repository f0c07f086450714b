"""What pyxform says, in plain words: refusals and warnings, each with a code of our own."""

from __future__ import annotations

import re
from functools import lru_cache

from cami_survey.base.texts import _

FREE = {
    "unknown-type": r"Unknown question type '(?P<type>[^']*)'",
    "external-list": r"List name not in external choices sheet: (?P<list>\S+)",
    "missing-list": r"List name not in (?:choices|columns) sheet: (?P<list>\S+)",
    "no-choices": r"There should be a choices sheet",
    "no-external": r"There should be an external_choices sheet",
    "no-element": r"There is no survey element named '(?P<q>[^']*)'",
    "many-elements": r"There are multiple survey elements named '(?P<q>[^']*)'",
    "no-calculation": r"Missing calculation",
    "no-name": r"Question or group with no name",
    "no-type": r"Question with no type",
    "no-label": r"survey element named '(?P<name>[^']*)' has no label or hint",
    "big-image": r"To use big-image, you must also specify an image for the survey element named (?P<name>\S+)\.",
    "include": r"This section has not been included",
    "spaces": r"Choice names with spaces cannot be added.*See \[(?P<choice>.*)\] in \[(?P<list>.*)\]",
    "audit-name": r"Audits must always be named",
    "other-filter": r"Choice filter not supported with or_other",
    "other-choices": r"Please specify choices for this 'or other'",
    "loop-list": r"Repeat loop without list name",
    "hidden-trigger": r"The question \$\{(?P<q>[^}]*)\} is not user-visible so it can't be used",
    "randomize": r"randomize must be set to true or false",
    "seed": r"seed value must be a number|Parameters must include randomize=true",
    "integer": r"Parameter (?P<name>\S+) must (?:have an integer value|be greater)",
    "quality": r"Invalid value for quality",
    "encryption": r"Cannot omit instanceID",
    "instance-clash": r"The same instance id will be generated.*?Instance name: '(?P<name>[^']*)'",
    "crash": r"^crash: (?P<kind>\w+): (?P<reason>.*)$",
    # warnings
    "skipped": r"Row without name, text, or label is being skipped",
    "device": r"\] (?P<type>\S+) is no longer supported on most devices",
    "group-label": r"(?P<kind>Group|Repeat|Loop) has no label",
    "disabled": r"The 'disabled' column header is not part of the current spec",
    "external-unfiltered": r"select one external is only meant for filtered selects",
    "max-pixels": r"Use the max-pixels parameter",
    "languages-codes": r"language declarations do not contain valid machine-readable codes: (?P<names>.*?)\. Learn",
    "columns-missing": r"^Language '[^']*' is missing the ",
    "or-other-languages": r"specify_other|or_other.*translat",
    "two-ids": r"The form_id and id_string column headers are both",
    "no-itemsets": r"Could not export itemsets.csv",
}


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The messages of pyxform as patterns, the ones it names itself first."""
    from pyxform.errors import ErrorCode

    named = [(code.name, _pattern(code.value.msg)) for code in ErrorCode]
    return (*named, *((kind, re.compile(text, re.DOTALL)) for kind, text in FREE.items()))


def _pattern(template: str) -> re.Pattern[str]:
    words = re.sub(r"^\[row : \{row\}\] ", "", template).replace("{{", "\0").replace("}}", "\1")
    parts = re.split(r"\{(\w+)\}", words)
    made, seen = "", set()
    for place, part in enumerate(parts):
        text = part.replace("\0", "{").replace("\1", "}")
        if place % 2 == 0:
            made += re.escape(text)
        elif part in seen:
            made += ".*?"
        else:
            seen.add(part)
            made += f"(?P<{part}>.*?)"
    return re.compile(made, re.DOTALL)


def recognised(message: str) -> tuple[str, dict[str, str]]:
    """Which of pyxform's messages this is, and the words in it; an empty kind for one not known."""
    for kind, pattern in _patterns():
        found = pattern.search(message)
        if found is not None:
            return kind, {key: text or "" for key, text in found.groupdict().items()}
    return "", {}


def in_words(message: str) -> tuple[str, str]:
    """Code and sentence of a refusal."""
    kind, words = recognised(message)
    if kind == "crash" and words["kind"] == "RecursionError":
        return "form.too-deep", _("The groups lie too deep inside one another.")
    entry = _refusals().get(kind)
    if entry is None:
        return "form.invalid", _foreign(message)
    code, sentence = entry
    return code, sentence.format_map({**_known(kind, words)})


def warning_in_words(message: str) -> tuple[str, str]:
    """Code and sentence of a warning."""
    kind, words = recognised(message)
    entry = _warnings().get(kind)
    if entry is None:
        return "form.noticed", _("The converter of forms notes “{words}”.").format(words=_bare(message))
    code, sentence = entry
    return code, sentence.format_map(words)


def _foreign(message: str) -> str:
    """pyxform's own words where there are none of ours: as what they are, words of another."""
    return _("The form cannot be converted. The converter of forms says “{words}”.").format(words=_bare(message))


def _known(kind: str, words: dict[str, str]) -> dict[str, str]:
    return {key: text.strip().strip("'\"") for key, text in words.items()} if kind != "crash" else words


def _bare(message: str) -> str:
    return " ".join(re.sub(r"^\[\s*row\s*:\s*\d+\s*\]", "", message).split())


def _refusals() -> dict[str, tuple[str, str]]:
    return {**_about_headers(), **_about_names(), **_about_questions(), **_about_parameters(), **_about_entities()}


def _about_headers() -> dict[str, tuple[str, str]]:
    return {
        "HEADER_001": ("form.header", _("The sheet has a cell without a header above it: “{header}”.")),
        "HEADER_002": (
            "form.header",
            _("The columns “{other}” and “{header}” have the same meaning. Only one of them can stay."),
        ),
        "HEADER_003": ("form.header", _("The column {missing} is missing.")),
        "HEADER_005": ("form.header", _("The sheet has columns that have no meaning there: {columns}.")),
        "crash": (
            "form.header",
            _("The form cannot be converted, often because of a column header. The converter says “{kind}: {reason}”."),
        ),
    }


def _about_names() -> dict[str, tuple[str, str]]:
    illegal = _("The name begins with a letter or _, and has only letters, digits, “_”, “-” and “.” after that.")
    return {
        "NAMES_001": ("form.duplicate-name", _("The name “{value}” is there twice in the same group.")),
        "NAMES_003": ("form.duplicate-name", _("The repeat “{value}” has the name of the form's root.")),
        "NAMES_004": ("form.duplicate-name", _("There are two repeats of the name “{value}”.")),
        "NAMES_005": ("form.reserved-name", _("The name “meta” belongs to the form itself.")),
        "NAMES_006": ("form.missing-name", _("The choice has no name.")),
        "NAMES_007": ("form.duplicate-choice", _("The list has this choice name twice.")),
        "NAMES_008": ("form.illegal-name", illegal),
        "NAMES_009": ("form.illegal-name", illegal),
        "NAMES_010": ("form.illegal-name", _("The name must not begin with two underscores.")),
        "NAMES_011": ("form.illegal-name", _("The name must not have a point in it.")),
        "NAMES_012": ("form.illegal-name", _("The name must not be “name” or “label”.")),
        "NAMES_014": ("form.duplicate-name", _("The entity list is there twice.")),
        "NAMES_015": ("form.missing-name", _("The entity list has no name.")),
        "no-name": ("form.missing-name", _("The question has no name.")),
        "many-elements": ("form.ambiguous-reference", _("${{{q}}} could be several questions of that name.")),
        "PYREF_001": ("form.broken-reference", _("A reference is ${{ and the name of a question and }}.")),
        "PYREF_002": ("form.broken-reference", _("References stand with a comma between them here.")),
        "PYREF_003": ("form.unknown-reference", _("There is no question “{q}”.")),
        "PYREF_004": ("form.ambiguous-reference", _("${{{q}}} could be several questions of that name.")),
        "no-element": ("form.unknown-reference", _("There is no question “{q}”.")),
    }


def _about_questions() -> dict[str, tuple[str, str]]:
    return {
        "unknown-type": ("form.unknown-type", _("There is no question type “{type}”.")),
        "include": ("form.unknown-type", _("Questions cannot be taken in from another file (type “include”).")),
        "missing-list": ("form.missing-list", _("There is no list “{list}” in the sheet “choices”.")),
        "external-list": ("form.missing-list", _("There is no list “{list}” in the sheet “external_choices”.")),
        "no-choices": ("form.missing-list", _("The question chooses from a list, but there is no sheet “choices”.")),
        "no-external": (
            "form.missing-list",
            _("The question chooses from a list, but there is no sheet “external_choices”."),
        ),
        "no-calculation": ("form.missing-calculation", _("There is nothing to calculate.")),
        "no-type": ("form.missing-type", _("The question has no type.")),
        "no-label": ("form.missing-label", _("The question “{name}” has neither a label nor a hint.")),
        "big-image": ("form.missing-image", _("The question “{name}” has a big-image but no image.")),
        "spaces": (
            "form.choice-with-space",
            _("The name of the choice “{choice}” in the list “{list}” has a space; selections of several need none."),
        ),
        "audit-name": ("form.audit-name", _("An audit has no other name than “audit”. Leave its name empty.")),
        "other-filter": ("form.or-other", _("A question with “or_other” cannot have a choice filter.")),
        "other-choices": ("form.or-other", _("A question with “or_other” needs choices.")),
        "loop-list": ("form.missing-list", _("The loop does not say over which list it goes.")),
        "hidden-trigger": ("form.trigger", _("The question “{q}” is never shown, so it cannot trigger another.")),
        "SURVEY_001": (
            "form.unmatched-group",
            _("This row ends a {type}, but the one that is open here is another, or none is open."),
        ),
        "SURVEY_002": ("form.unmatched-group", _("The {type} “{name}” begins here and never ends.")),
        "encryption": ("form.encryption", _("An encrypted form needs its instanceID.")),
        "instance-clash": (
            "form.instance-clash",
            _("Two lists would be called “{name}”: files are called by their names without the ending."),
        ),
    }


def _about_parameters() -> dict[str, tuple[str, str]]:
    code = "form.parameters"
    return {
        "RANGE_001": (code, _("“{name}” of a range is a number.")),
        "RANGE_002": (code, _("“{name}” of a range must not be 0.")),
        "RANGE_003": (code, _("“{name}” must not be larger than the range from start to end.")),
        "RANGE_004": (code, _("“{name}” must be a multiple of step.")),
        "RANGE_005": (code, _("“{name}” must lie between start and end.")),
        "RANGE_006": (code, _("tick_labelset must be the name of a list in the sheet “choices”.")),
        "RANGE_007": (code, _("With no-ticks, the list of tick_labelset has two choices.")),
        "RANGE_008": (code, _("Ticks and placeholders do not go with this appearance.")),
        "RANGE_009": (code, _("The choices of tick_labelset must be numbers.")),
        "RANGE_010": (code, _("The choices of tick_labelset must lie between start and end.")),
        "RANGE_011": (code, _("The choices of tick_labelset must be reached by steps of {name} from start.")),
        "RANGE_012": (code, _("With no-ticks, the choices of tick_labelset are start and end.")),
        "SURVEY_003": (code, _("The parameter “incremental” can only be true.")),
        "SURVEY_004": (code, _("Parameters look like this: key1=value1 key2=value2.")),
        "SURVEY_005": (code, _("This question type has no parameter “{rejected}”, only: {accepted}.")),
        "SURVEY_006": (code, _("reference-geometry must be the name of a list, of a file or of a repeat.")),
        "SURVEY_007": (code, _("capture-accuracy must be a number.")),
        "SURVEY_008": (code, _("warning-accuracy must be a number.")),
        "SURVEY_009": (code, _("allow-mock-accuracy must be true or false.")),
        "randomize": (code, _("randomize must be true or false.")),
        "seed": (code, _("A seed goes with randomize=true and is a number or a question.")),
        "integer": (code, _("“{name}” must be a whole number, not below zero.")),
        "quality": (code, _("This value of quality does not exist.")),
    }


def _about_entities() -> dict[str, tuple[str, str]]:
    code = "form.entities"
    return {
        "ENTITY_001": (code, _("save_to needs a sheet “entities” with a list.")),
        "ENTITY_002": (code, _("The entity property “{saveto}” is saved from row {other_row} already.")),
        "ENTITY_003": (code, _("Groups and repeats cannot be saved to an entity.")),
        "ENTITY_004": (code, _("The entity list “{dataset}” is not in the sheet “entities”.")),
        "ENTITY_005": (code, _("The entity list “{dataset}” needs a label to create entities.")),
        "ENTITY_006": (code, _("The entity list “{dataset}” needs update_if beside create_if and entity_id.")),
        "ENTITY_007": (code, _("The entity list “{dataset}” needs entity_id to update entities.")),
        "ENTITY_008": (code, _("With several entity lists, save_to says which: list#property.")),
        "ENTITY_009": (code, _("The place of this entity is taken by the one of row {other_row}.")),
        "ENTITY_011": (code, _("The entity list “{dataset}” is used inside and outside of the same repeat.")),
        "ENTITY_012": (code, _("The entity list “{dataset}” refers to “{question}”, which is in another repeat.")),
        "ENTITY_013": (code, _("save_to has at most one “#”.")),
    }


def _warnings() -> dict[str, tuple[str, str]]:
    return {
        "NAMES_002": ("form.similar-name", _("The name “{value}” differs from another only in capitals.")),
        "NAMES_013": ("form.sheet-name", _("There is no sheet “{sheet}”, but one of nearly that name: {candidates}.")),
        "LABEL_001": ("form.missing-label", _("The choice has no label.")),
        "HEADER_004": ("form.header", _("The header “{column}” is empty or has a space in it.")),
        "skipped": ("form.skipped-row", _("The row has neither type nor name nor label and is left out.")),
        "device": ("form.device", _("Most devices no longer tell “{type}”: it stays empty.")),
        "group-label": ("form.missing-label", _("The group has no label.")),
        "disabled": ("form.disabled", _("“disabled” is no longer in use: “relevant” says when a row counts.")),
        "external-unfiltered": ("form.external", _("select_one_external is meant for filtered lists only.")),
        "max-pixels": (
            "form.max-pixels",
            _("Pictures are kept at full size. The parameter max-pixels=1024 saves room."),
        ),
        "languages-codes": (
            "form.language-code",
            _("Not all programs know languages without a code: {names}. Write them like this: English (en)."),
        ),
        "columns-missing": ("form.missing-texts", _("Not every language has every column of texts.")),
        "or-other-languages": ("form.or-other", _("The choice that “or_other” adds is not translated.")),
        "two-ids": ("form.header", _("The sheet “settings” has form_id and id_string; one is enough.")),
        "no-itemsets": ("form.missing-list", _("There is no sheet “external_choices”.")),
    }
