"""Facts are written once; their bytes mean what their names say."""

from __future__ import annotations

import hashlib

import pytest
import sqlcipher3.dbapi2
from sqlalchemy.exc import DBAPIError

from cami_survey.store.api import SurveyFile
from tests.store.interviews import content, interview, merge

TABLES = [
    "revision",
    "parent",
    "revision_file",
    "form",
    "attachment",
    "device_card",
    "package_log",
    "audit",
    "statement",
]


def filled(survey: SurveyFile) -> sqlcipher3.dbapi2.Connection:
    """The survey with something in every table, seen by the bare driver."""
    survey.add_form(content())
    record = interview(survey, herd="1")
    survey.save(
        record=record,
        form_id="f",
        form_version="1",
        answers=survey.view(record).answers.__class__(
            {"/data/p": "a.jpg"}, {}, {"a.jpg": survey.attach(b"jpg", "a.jpg")}
        ),
        state="final",
        parents=survey.view(record).heads,
        summary=survey.rows()[0].summary,
    )
    survey.state("reference.dispute", "a", {"reason": "why"})
    merge(survey, survey)
    return sqlcipher3.dbapi2.connect(str(survey.path), isolation_level=None)


@pytest.mark.parametrize("table", TABLES)
def test_facts_cannot_be_changed_or_deleted(survey: SurveyFile, table: str) -> None:
    bare = filled(survey)
    name = bare.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchone()[0]
    try:
        assert bare.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {name} = {name}"):
            with pytest.raises(sqlcipher3.dbapi2.IntegrityError, match="written once"):
                bare.execute(change)
    finally:
        bare.close()


def test_only_body_and_salt_of_a_revision_can_be_dropped_and_only_both(survey: SurveyFile) -> None:
    bare = filled(survey)
    try:
        for change in ("body = NULL", "salt = NULL", "body = NULL, salt = NULL, record = 'x'"):
            with pytest.raises(sqlcipher3.dbapi2.IntegrityError, match="written once"):
                bare.execute(f"UPDATE revision SET {change}")
        bare.execute("UPDATE revision SET body = NULL, salt = NULL")
    finally:
        bare.close()


def test_the_id_of_a_revision_is_the_hash_of_its_head_and_the_head_names_salt_and_body(survey: SurveyFile) -> None:
    interview(survey, herd="1")
    (fact,) = [fact for fact in survey.facts() if fact.kind == "revision"]
    assert fact.body is not None
    assert fact.salt is not None
    assert hashlib.sha256(b"cami-survey/revision/1\0" + fact.head).hexdigest() == fact.id
    body = hashlib.sha256(b"cami-survey/body/1\0" + fact.salt + fact.body).hexdigest()
    assert f'"body":"{body}"'.encode() in fact.head
    assert fact.body == (
        b'{"computed":{},"fields":{"/data/herd":"1","@state":"final"},"files":{},"open":[],"reason":"","v":1}'
    )


def test_equal_answers_have_different_hashes(survey: SurveyFile) -> None:
    interview(survey, herd="1")
    interview(survey, herd="1")
    first, second = [fact for fact in survey.facts() if fact.kind == "revision"]
    assert first.body == second.body
    assert b'"body"' in first.head
    assert first.salt != second.salt


def test_errors_of_the_driver_do_not_carry_answers(survey: SurveyFile) -> None:
    with pytest.raises(DBAPIError) as failure, survey._db.write() as connection:
        connection.exec_driver_sql("INSERT INTO record (n, record) VALUES (?, ?)", (1, "secret answer"))
    assert "secret answer" not in str(failure.value)
