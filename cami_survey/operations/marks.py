"""Reviews and doubles of files of schema 2, which kept them as fields of the record: said once more, as statements.

The name of such a query is made from what it says, so that laptops that do this side by side say one query.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cami_survey.base.remarks import DISTINCT, QUERY, REPLY, REVIEW, SAME, carried_in, remarks_in
from cami_survey.base.reviews import COMMENT, STATE, STATES
from cami_survey.base.reviews import REPLY as REPLIED

if TYPE_CHECKING:
    from cami_survey.base.records import RecordView
    from cami_survey.base.reviews import Review
    from cami_survey.store.api import SurveyFile

# The reply of an answer that was changed without a word.
CHANGED = "="


def adopt(survey: SurveyFile, views: Iterable[RecordView]) -> None:
    """Say as statements what these records hold as fields and no statement says yet."""
    marked = [view for view in views if carried_in(view.answers.fields)]
    if not marked or survey.read_only:
        return
    reviews = survey.reviews([view.record for view in marked])
    for view in marked:
        _adopt_queries(survey, view, reviews[view.record])
        state = view.answers.fields.get(REVIEW, "")
        if state in STATES and not reviews[view.record].steps:
            survey.state(STATE, view.record, {"state": state, "heads": " ".join(view.heads)})
        _adopt_pairs(survey, view)


def _adopt_queries(survey: SurveyFile, view: RecordView, review: Review) -> None:
    fields = view.answers.fields
    replies, known = remarks_in(REPLY, fields), {query.id for query in review.queries}
    for field, text in sorted(remarks_in(QUERY, fields).items()):
        name = hashlib.sha256("\0".join((view.record, field, text)).encode()).hexdigest()
        if name in known:
            continue
        value = survey.kept_as(view.record, field)
        body = {"was": name, "text": text, "field": field, "value": value}
        said = survey.state(COMMENT, view.record, {key: words for key, words in body.items() if words})
        reply = replies.get(field)
        if reply is not None:
            body = {"query": name, "follows": said.id, "value": value, "text": "" if reply == CHANGED else reply}
            survey.state(REPLIED, view.record, {key: words for key, words in body.items() if words})


def _adopt_pairs(survey: SurveyFile, view: RecordView) -> None:
    from cami_survey.operations import doubles

    topics = {DISTINCT: doubles.DISTINCT, SAME: doubles.MERGED}
    for name in carried_in(view.answers.fields):
        kind, _colon, other = name.partition(":")
        topic = topics.get(kind + ":")
        if topic is None or not other:
            continue
        subject = doubles.subject_of(view.record, other)
        if not survey.statements(topic, [subject]):
            survey.state(topic, subject, {"kept": view.record, "gone": other} if topic == doubles.MERGED else {})
