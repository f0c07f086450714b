"""Summaries: what the list shows of an interview and what searching finds in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Outcome
from cami_survey.base.records import INTERPRETER, REFUSED, WITHDRAWN, Answers, Summary
from cami_survey.base.remarks import ASIDE, COMMENT
from cami_survey.base.sealed import PREFIX
from cami_survey.operations import marks
from cami_survey.operations.progress import progress_of

if TYPE_CHECKING:
    from cami_survey.base.records import RecordView
    from cami_survey.engine.api import Form, Node, Session, StaticFormNode
    from cami_survey.store.api import SurveyFile

CODE_NAMES = ("int_code", "resp_code", "code", "id")
NAME_NAMES = ("resp_name", "respondent_name", "full_name", "name", "respondent", "head_name")
DAY_NAMES = ("int_date", "interview_date", "visit_date", "date", "today")
PLACE_NAMES = ("adm2", "org_name", "place", "adm1")
PLACE_DETAIL_NAMES = ("adm1", "grid")
SEARCH_BYTES = 8000
MOST_LEXICONS = 32
LONGEST = 120
_KEYS = re.compile(r"\[[^\]]*\]")
_SEVERAL = frozenset({"select", "rank", "odk:rank"})
_CHOSEN = _SEVERAL | {"select1"}
_PLACES = frozenset({"geopoint", "geotrace", "geoshape"})


Words = Mapping[str, tuple[str, ...]]
"""The labels of a chosen value in each language, the default one first."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a form says about its answers.

    `asked`: the paths of its questions and their order. `words`: path -> value -> its labels, read when the first
    answer there is looked up, for lists of ten thousand take seconds. `nameless`: the paths of places and files,
    which never name an interview.
    """

    asked: Mapping[str, int]
    words: Mapping[str, Callable[[], Words]]
    several: frozenset[str]
    questions: int
    nameless: frozenset[str] = frozenset()

    def label(self, path: str, value: str) -> str:
        """The label of a chosen value in the form's default language, or the value itself."""
        words = self.words.get(path)
        return next(iter(words().get(value, ())), value) if words is not None else value

    def labels(self, path: str, text: str) -> Iterator[str]:
        """The labels of all chosen values in all languages."""
        words = self.words.get(path)
        if words is not None:
            for value in text.split() if path in self.several else (text,):
                yield from words().get(value, ())


_lexicons: dict[bytes, Lexicon] = {}


def lexicon_of(form: Form) -> Lexicon:
    """The lexicon of a form, made once."""
    if form.xml not in _lexicons:
        if len(_lexicons) >= MOST_LEXICONS:
            _lexicons.pop(next(iter(_lexicons)), None)
        _lexicons[form.xml] = _lexicon(form)
    return _lexicons[form.xml]


def _lexicon(form: Form) -> Lexicon:
    asked: dict[str, int] = {}
    several, nameless = set(), set()
    words: dict[str, Callable[[], Words]] = {}
    for node in form.nodes:
        if not node.asks:
            continue
        asked.setdefault(node.path, len(asked))
        if node.control in _SEVERAL:
            several.add(node.path)
        if node.control == "upload" or node.type in _PLACES:
            nameless.add(node.path)
        if node.control in _CHOSEN:
            words[node.path] = cache(partial(_words, node, form.languages))
    return Lexicon(asked, words, frozenset(several), form.questions, frozenset(nameless))


def _words(node: StaticFormNode, languages: Sequence[str]) -> Words:
    found: dict[str, list[str]] = {}
    for language in languages or ("",):
        for choice in node.choices(language):
            found.setdefault(choice.value, []).append(choice.label)
    return {value: tuple(dict.fromkeys(labels)) for value, labels in found.items()}


def summarise(form: Form, answers: Answers, *, session: Session | None = None) -> Summary:
    """What the list shows. With a `session` the figures are those of its page, else the total counts all."""
    lexicon = lexicon_of(form)
    answered, total = _counted(answers, lexicon) if session is None else _running(session, answers, lexicon)
    answers = replace(
        answers, fields=_in_order(_readable(answers.fields), lexicon), computed=_readable(answers.computed)
    )
    named = _by_name(answers.fields)
    return Summary(
        code=_code(answers, named, lexicon),
        place=_first(named, PLACE_NAMES, lexicon)[:LONGEST],
        place_detail=_place_detail(named, lexicon),
        language=_labelled(named, "lang", lexicon),
        language_detail=_language_detail(named, lexicon),
        answered=answered,
        total=total,
        note=_note(named),
        search=_search(answers, lexicon),
        name=_first(named, NAME_NAMES, lexicon)[:LONGEST],
        day=_day(named, answers.computed),
    )


def _counted(answers: Answers, lexicon: Lexicon) -> tuple[int, int]:
    """The answers there are, and the questions of the form."""
    answered = sum(1 for field, text in answers.fields.items() if text and path_of(field) in lexicon.asked)
    return answered, max(answered, lexicon.questions)


def _running(session: Session, answers: Answers, lexicon: Lexicon) -> tuple[int, int]:
    """As the page of the interview counts."""
    answered, total = progress_of(session)
    closed = _closed(answers, lexicon, answered)
    return answered + closed, total + closed


def closed_to(form: Form, answers: Answers, answered: int) -> int:
    """How many answers are there besides the `answered` ones that a session asks: sealed, or hanging on what is."""
    return _closed(answers, lexicon_of(form), answered)


def _closed(answers: Answers, lexicon: Lexicon, answered: int) -> int:
    if not any(text.startswith(PREFIX) for text in answers.fields.values()):
        return 0
    return max(_counted(answers, lexicon)[0] - answered, 0)


def refresh(
    survey: SurveyFile,
    *,
    at_once: int = 200,
    most: int = -1,
    conflicts: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Fill the list's cache of records that came in; returns how many. Without their form it stays empty until then.

    `most` ends it early, `conflicts` takes only those in conflict; `progress` is told how many of how many are done.
    """
    total = len(survey.stale_summaries(most, conflicts=conflicts)) if progress is not None and most else 0
    done = 0
    most = most if most >= 0 else sys.maxsize
    while stale := survey.stale_summaries(min(at_once, most - done), conflicts=conflicts):
        views = list(survey.views(records=stale, deleted=True))
        marks.adopt(survey, views)
        survey.set_summaries(
            dict.fromkeys(stale, Summary()) | {view.record: _summary_of(survey, view) for view in views}
        )
        done += len(stale)
        if progress is not None:
            progress(done, max(done, total))
    return done


def catch_up(survey: SurveyFile, most: int = -1) -> Outcome[int]:
    """Fill the list's cache after a merge, of about `most` interviews; returns for how many it was missing."""
    filled = refresh(survey, most=most)
    return Outcome(filled, frozenset({"records", "forms", "devices"} if filled else ()))


def recall_unsaved(survey: SurveyFile) -> None:
    """What the list shows of interviews that are open, from what was typed before the program ended."""
    from cami_survey.operations.beginnings import of_form
    from cami_survey.operations.forms import form_of

    # Of two journals of one interview the one begun last is gone on with.
    for draft in {draft.record: draft for draft in reversed(survey.drafts())}.values():
        # Without the form, or on a full disk, the list shows less; the survey opens all the same.
        with suppress(UserError):
            form = form_of(survey, draft.form_id, draft.form_version)
            session = form.open(of_form(draft.values))
            survey.set_summary(draft.record, summarise(form, session.answers(), session=session))


def show_saved(survey: SurveyFile, record: str) -> None:
    """What the list shows of an interview again, from its last revision: what was typed since is given up."""
    with suppress(UserError):
        survey.set_summary(record, _summary_of(survey, survey.view(record)))


def _summary_of(survey: SurveyFile, view: RecordView) -> Summary:
    from cami_survey.operations.forms import form_of

    try:
        form = form_of(survey, view.form_id, view.form_version)
    except UserError:
        return Summary()
    if view.state == "final":
        # What was left unanswered is known only by running the form, too slow for thousands; nothing is left to do.
        summary = summarise(form, view.answers)
        return replace(summary, total=summary.answered)
    values = {**view.answers.fields, **view.answers.computed}
    session = form.open({field: text for field, text in values.items() if not field.startswith("@")})
    return summarise(form, view.answers, session=session)


def _readable(texts: Mapping[str, str]) -> dict[str, str]:
    """Without what is sealed: a list names, finds and compares nobody by it."""
    return {field: text for field, text in texts.items() if not text.startswith(PREFIX)}


def _in_order(fields: Mapping[str, str], lexicon: Lexicon) -> dict[str, str]:
    """The answers as the form asks for them, so that every laptop shows and finds the same."""
    last = len(lexicon.asked)
    return dict(sorted(fields.items(), key=lambda item: (lexicon.asked.get(path_of(item[0]), last), item[0])))


def path_of(field: str) -> str:
    """A field without the keys of its repeat instances."""
    return _KEYS.sub("", field) if "[" in field else field


def last_name(field: str) -> str:
    """The name of a field's question."""
    return path_of(field).rpartition("/")[2]


def walk(session: Session) -> Iterator[Node]:
    """The relevant nodes below the root, as they are asked."""
    waiting = list(reversed(session.top.children))
    while waiting:
        node = waiting.pop()
        if node.relevant:
            yield node
            waiting.extend(reversed(node.children))


Named = Mapping[str, tuple[str, str]]


def _by_name(fields: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Name -> path and text of questions outside of repeats."""
    named: dict[str, tuple[str, str]] = {}
    for field, text in fields.items():
        if text and "[" not in field and not field.startswith("@"):
            named.setdefault(field.rpartition("/")[2], (field, text))
    return named


def _labelled(named: Named, name: str, lexicon: Lexicon) -> str:
    found = named.get(name)
    return lexicon.label(*found)[:LONGEST] if found else ""


def _first(named: Named, names: tuple[str, ...], lexicon: Lexicon) -> str:
    return next((label for name in names if (label := _labelled(named, name, lexicon))), "")


def _code(answers: Answers, named: Named, lexicon: Lexicon) -> str:
    """The code, else what the form calls the instance, else the first text a person typed."""
    code = _first(named, CODE_NAMES, lexicon)
    if code:
        return code
    for field, text in answers.computed.items():
        if text and field.endswith("/meta/instanceName"):
            return text[:LONGEST]
    silent = {*lexicon.words, *lexicon.nameless}
    typed = (text for field, text in answers.fields.items() if field in lexicon.asked and field not in silent)
    return next((text[:LONGEST] for text in typed if text and not text.replace(".", "").isdigit()), "")


def _day(named: Named, computed: Mapping[str, str]) -> str:
    """The day of the interview, as asked or as the form notes it."""
    noted = _by_name(computed)
    found = next((held[name][1] for held in (named, noted) for name in DAY_NAMES if name in held), "")
    return found[:10]


def _place_detail(named: Named, lexicon: Lexicon) -> str:
    """The province and the cell of the map, or else the country."""
    place = _first(named, PLACE_NAMES, lexicon)
    details = [_labelled(named, name, lexicon) for name in PLACE_DETAIL_NAMES]
    return " · ".join(detail for detail in details if detail and detail != place) or _labelled(
        named, "country", lexicon
    )


def _language_detail(named: Named, lexicon: Lexicon) -> str:
    mode = _labelled(named, "mode", lexicon)
    if mode:
        return mode
    return INTERPRETER if named.get("interp", ("", ""))[1] == "yes" else ""


def _note(named: Named) -> str:
    """Who does not take part. Experts are asked whether they may be listed; after a "no" their ratings stay."""
    if named.get("exp_code", ("", ""))[1]:
        return ""
    consent = named.get("consent", ("", ""))[1]
    if consent == "withdrawn":
        return WITHDRAWN
    return REFUSED if consent == "no" else ""


def _search(answers: Answers, lexicon: Lexicon) -> str:
    """Every answer and every label of a chosen one, each once, up to 8,000 bytes."""
    found: dict[str, None] = {}
    for field, text in answers.fields.items():
        if not text or field.endswith("]") or (field.startswith("@") and not field.startswith((COMMENT, ASIDE))):
            continue
        found[text] = None
        found.update(dict.fromkeys(lexicon.labels(path_of(field), text)))
    return "\n".join(found).encode()[:SEARCH_BYTES].decode("utf-8", "ignore")
