"""Interviews become tables: every answer has its place, nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.analysis.definitions import Question
from cami_survey.analysis.rows import BATCH

from .makers import CHANGED, SCALE, SPECIES, STARTED, cells, disagreement, form, record, tabulated, text


def test_a_row_says_which_record_it_is_and_where_it_comes_from() -> None:
    with tabulated(form(text("/data/a")), [record({"/data/a": "x"})]) as tables:
        assert cells(tables) == [
            {
                "_record": "r1",
                "_code": "KG-H001",
                "_state": "final",
                "_conflicts": False,
                "_device": "Osh laptop",
                "_facilitator": "Aizada",
                "_form_version": "1",
                "_started": STARTED,
                "_changed": CHANGED,
                "a": "x",
            }
        ]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("integer", "-5", -5),
        ("integer", "+7", 7),
        ("integer", "90071992547409931", 90071992547409931),
        ("integer", "five", "five"),
        ("decimal", "3.10", 3.1),
        ("decimal", ".5", 0.5),
        ("decimal", "0.3333333333333333", 0.3333333333333333),
        ("decimal", "3.14159265358979323846", Decimal("3.14159265358979323846")),
        ("decimal", "NaN", "NaN"),
        ("decimal", "1e400", "1e400"),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("date", "2026-02-30", "2026-02-30"),
        (
            "datetime",
            "2026-02-28T08:00:00.000+05:30",
            datetime(2026, 2, 28, 8, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        ),
        ("datetime", "2026-02-28", "2026-02-28"),
        ("time", "08:05:00.000", time(8, 5)),
        ("time", "25:00", "25:00"),
        ("text", "0012", "0012"),
    ],
)
def test_answers_get_the_type_of_their_question_or_stay_as_they_are(kind: str, given: str, expected: object) -> None:
    with tabulated(form(text("/data/q", kind=kind)), [record({"/data/q": given})]) as tables:
        found = cells(tables)[0]["q"]
        assert (found, type(found)) == (expected, type(expected))


def test_a_value_that_does_not_fit_its_question_is_counted() -> None:
    with tabulated(form(text("/data/n", kind="integer")), [record({"/data/n": "many"})]) as tables:
        assert cells(tables)[0]["n"] == "many"
        assert tables.tally.misfits == {"/data/n": {"many"}}


def test_unanswered_questions_are_empty_cells() -> None:
    with tabulated(form(text("/data/a"), text("/data/b", kind="integer")), [record({"/data/a": ""})]) as tables:
        assert (cells(tables)[0]["a"], cells(tables)[0]["b"]) == (None, None)


def select(path: str, shape: str, choices: object = SPECIES, *repeats: str) -> Question:
    return text(path, *repeats, shape=shape, kind="choice", choices=choices)


@pytest.mark.parametrize(
    ("shape", "given", "options", "expected"),
    [
        ("choice", "SAITAT", {"language": "ru"}, "Сайгак"),
        ("choice", "SAITAT", {"language": ""}, "Saiga"),
        ("choice", "SAITAT", {"codes": True}, "SAITAT"),
        ("choices", "SAITAT PANUNC", {"language": "en"}, "Saiga; Snow leopard"),
        ("choices", "SAITAT PANUNC", {"codes": True}, "SAITAT PANUNC"),
        ("ranking", "EQUHEM PANUNC SAITAT", {"language": "en"}, "Kulan; Snow leopard; Saiga"),
    ],
)
def test_choices_are_labels_in_the_asked_language_or_codes(
    shape: str, given: str, options: dict[str, object], expected: str
) -> None:
    with tabulated(form(select("/data/s", shape)), [record({"/data/s": given})], **options) as tables:
        assert cells(tables)[0]["s"] == expected


def test_codes_that_are_all_numbers_are_numbers() -> None:
    with tabulated(form(select("/data/s", "choice", SCALE)), [record({"/data/s": "99"})], codes=True) as tables:
        assert cells(tables)[0]["s"] == 99


def test_a_code_without_a_label_stays_and_is_counted() -> None:
    with tabulated(form(select("/data/s", "choices")), [record({"/data/s": "SAITAT YETI"})]) as tables:
        assert cells(tables)[0]["s"] == "Saiga; YETI"
        assert tables.tally.unlabelled == {"/data/s": {"YETI"}}


def test_a_code_that_stands_for_two_things_stays_a_code() -> None:
    from cami_survey.analysis.definitions import Choice

    twice = (Choice("centre", {"en": "Centre (Osh)"}), Choice("centre", {"en": "Centre (Naryn)"}))
    with tabulated(form(select("/data/s", "choice", twice)), [record({"/data/s": "centre"})]) as tables:
        assert cells(tables)[0]["s"] == "centre"
        assert tables.tally.unlabelled == {"/data/s": {"centre"}}


def test_a_select_multiple_can_be_one_column_per_choice() -> None:
    views = [record({"/data/s": "SAITAT YETI"}, "r1"), record({}, "r2"), record({"/data/s": "PANUNC"}, "r3")]
    with tabulated(form(select("/data/s", "choices")), views, split_multiple=True) as tables:
        columns = {column.name: column.label for column in tables.tables[0].columns if column.name.startswith("s/")}
        assert columns == {
            "s/PANUNC": "Snow leopard",
            "s/SAITAT": "Saiga",
            "s/EQUHEM": "Kulan",
            "s/YETI": "YETI",
        }
        assert [[row[name] for name in columns] for row in cells(tables)] == [[0, 1, 0, 1], [None] * 4, [1, 0, 0, 0]]


def test_a_ranking_split_gives_each_choice_its_rank() -> None:
    with tabulated(
        form(select("/data/s", "ranking")), [record({"/data/s": "EQUHEM PANUNC"})], split_multiple=True
    ) as tables:
        row = cells(tables)[0]
        assert (row["s/EQUHEM"], row["s/PANUNC"], row["s/SAITAT"]) == (1, 2, None)


def test_a_calculation_whose_results_are_all_numbers_is_a_number() -> None:
    definition = form(text("/data/total", shape="computed"), text("/data/code", shape="computed"))
    views = [
        record({}, "r1", computed={"/data/total": "12", "/data/code": "007"}),
        record({}, "r2", computed={"/data/total": "2.5", "/data/code": "8"}),
        record({}, "r3"),
    ]
    with tabulated(definition, views) as tables:
        assert [row["total"] for row in cells(tables)] == [12, 2.5, None]
        assert [row["code"] for row in cells(tables)] == ["007", "8", None]


HERD = "/data/herd"
CALF = "/data/herd/g/calf"


def nested() -> list[Question]:
    return [text("/data/a"), text(f"{HERD}/name", HERD), text(f"{CALF}/age", HERD, CALF, kind="integer")]


def test_repeats_are_tables_joined_by_record_and_keys() -> None:
    fields = {
        "/data/herd[kb]": "1",
        "/data/herd[ka]": "2",
        "/data/herd[ka]/name": "goats",
        "/data/herd[kb]/name": "sheep",
        "/data/herd[kb]/g/calf[1]/age": "3",
        "/data/herd[kb]/g/calf[2]/age": "4",
        "/data/herd[ka]/g/calf[1]/age": "5",
    }
    with tabulated(form(*nested()), [record(fields)]) as tables:
        assert [table.name for table in tables.tables] == ["herders", "herders-herd", "herders-calf"]
        assert [table.keys for table in tables.tables] == [1, 2, 3]
        assert cells(tables, 1) == [
            {"_record": "r1", "_herd_key": "kb", "_code": "KG-H001", "name": "sheep"},
            {"_record": "r1", "_herd_key": "ka", "_code": "KG-H001", "name": "goats"},
        ]
        assert [(row["_herd_key"], row["_calf_key"], row["age"]) for row in cells(tables, 2)] == [
            ("kb", "1", 3),
            ("kb", "2", 4),
            ("ka", "1", 5),
        ]


def test_an_instance_without_answers_is_a_row_and_a_counted_repeat_is_in_order() -> None:
    fields = {f"{HERD}[{key}]/name": "x" for key in ("10", "9", "2")} | {f"{HERD}[11]": "11"}
    with tabulated(form(*nested()), [record(fields)]) as tables:
        assert [row["_herd_key"] for row in cells(tables, 1)] == ["2", "9", "10", "11"]


def test_what_the_form_does_not_know_gets_columns_and_is_said() -> None:
    fields = {
        "/data/a": "x",
        "/data/old/colour": "red",
        f"{HERD}[1]/breed": "merino",
        "/data/lost[k1]/word": "here",
    }
    with tabulated(form(*nested()), [record({}, "r0"), record(fields)]) as tables:
        assert [row["colour"] for row in cells(tables)] == [None, "red"]
        assert cells(tables, 1)[0]["breed"] == "merino"
        lost = next(index for index, table in enumerate(tables.tables) if table.name == "herders-lost")
        assert cells(tables, lost) == [{"_record": "r1", "_lost_key": "k1", "_code": "KG-H001", "word": "here"}]
        assert tables.tally.unknown == {"/data/old/colour", "/data/herd/breed", "/data/lost/word"}


def test_a_note_has_a_column_only_where_it_holds_something() -> None:
    note = select(f"{HERD}/shown", "choices", SPECIES, HERD)
    definition = form(*nested(), replace(note, quiet=True), text("/data/thanks", quiet=True))
    fields = {f"{HERD}[1]/name": "sheep", f"{HERD}[2]/shown": "SAITAT"}
    with tabulated(definition, [record(fields)]) as tables:
        assert [row["shown"] for row in cells(tables, 1)] == [None, "Saiga"]
        assert "thanks" not in cells(tables)[0]
        assert not tables.tally.unknown


def test_names_that_collide_are_made_distinct_and_said() -> None:
    definition = form(text("/data/g1/age"), text("/data/g2/Age"), text("/data/_code"), text("/data/g1/other"))
    fields = {"/data/g1/age": "a", "/data/g2/Age": "b", "/data/_code": "c", "/data/g1/other": "d"}
    with tabulated(definition, [record(fields)]) as tables:
        row = cells(tables)[0]
        assert (row["g1/age"], row["g2/Age"], row["_code"], row["_code (2)"], row["other"]) == (
            "a",
            "b",
            "KG-H001",
            "c",
            "d",
        )
        assert [new for _table, new in tables.tally.renamed] == ["g1/age", "g2/Age", "_code (2)"]


def test_versions_of_a_form_share_a_table_in_the_order_of_the_newest() -> None:
    newest = form(text("/data/b"), text("/data/new"), text("/data/a"), version="2")
    oldest = form(text("/data/a"), text("/data/gone"), text("/data/b"), version="1")
    views = [
        record({"/data/gone": "g", "/data/a": "1"}, "r1", version="1"),
        record({"/data/new": "n"}, "r2", version="2"),
    ]
    with tabulated([newest, oldest], views) as tables:
        names = [column.name for column in tables.tables[0].columns if not column.name.startswith("_")]
        assert names == ["b", "new", "a", "gone"]
        assert [(row["gone"], row["new"]) for row in cells(tables)] == [("g", None), (None, "n")]
        assert not tables.tally.unknown


def test_private_answers_stay_on_the_laptop_and_are_counted() -> None:
    definition = form(text("/data/a"), text("/data/notes", private=True), text(f"{HERD}/secret", HERD, private=True))
    remark = f"@comment:{HERD}[1]/secret"
    view = record(
        {"/data/a": "x", "/data/notes": "for me", f"{HERD}[1]/secret": "for me too", remark: "for me as well"},
        conflicts=(
            disagreement("/data/notes", "mine", "theirs"),
            disagreement(f"{HERD}[1]/secret", "u", "v"),
            disagreement(remark, "u", "v"),
        ),
    )
    with tabulated(definition, [view]) as tables:
        assert (tables.tally.private, tables.tally.remarks) == (2, 1)
        everything = [value for table in (*tables.tables, tables.conflicts) for row in table.rows for value in row]
        assert not {"for me", "for me too", "for me as well", "mine", "theirs", "u", "v"} & set(map(str, everything))
        assert [row[2] for row in tables.codebook.rows if row[1] == "notes"] == [
            "text, kept on the laptop and not exported"
        ]


def test_unsettled_conflicts_are_flagged_counted_and_listed_claim_by_claim() -> None:
    view = record({"/data/a": "was"}, conflicts=(disagreement("/data/a", "mine", None, before="was"),))
    with tabulated(form(text("/data/a")), [view, record({}, "r2")]) as tables:
        assert [row["_conflicts"] for row in cells(tables)] == [True, False]
        assert (tables.tally.in_conflict, tables.tally.conflicts) == (1, 1)
        assert list(tables.conflicts.rows) == [
            ["r1", "KG-H001", "herders", "/data/a", None, "was", "mine", False, "A", CHANGED],
            ["r1", "KG-H001", "herders", "/data/a", None, "was", None, True, "B", CHANGED],
        ]


@pytest.mark.parametrize(
    ("wanted", "question", "said"),
    [
        ({"language": "ru"}, "Видели", ["Сайгак", "Снежный барс; Кулан", "unknown_code"]),
        ({"codes": True}, "Seen", ["SAITAT", "PANUNC EQUHEM", "unknown_code"]),
    ],
)
def test_a_conflict_is_in_the_words_of_the_answers(wanted: dict[str, object], question: str, said: list[str]) -> None:
    path = "/data/herd[k1]/seen"
    seen = Question(
        "/data/herd/seen",
        kind="choice",
        shape="choices",
        labels={"en": "Seen", "ru": "Видели"},
        repeats=("/data/herd",),
        choices=SPECIES,
    )
    view = record({path: "SAITAT"}, conflicts=(disagreement(path, "PANUNC EQUHEM", "unknown_code", before="SAITAT"),))
    with tabulated(form(seen), [view], **wanted) as tables:
        names = [column.name for column in tables.conflicts.columns]
        rows = [dict(zip(names, row, strict=True)) for row in tables.conflicts.rows]
        assert [row["question"] for row in rows] == [question, question]
        assert [rows[0]["before"], *(row["claim"] for row in rows)] == said


def test_rows_beyond_memory_come_back_in_order_again_and_again() -> None:
    count = 3 * BATCH + 7
    views = (record({"/data/a": f"a{number}"}, f"r{number}") for number in range(count))
    with tabulated(form(text("/data/a")), views) as tables:
        rows = tables.tables[0].rows
        assert len(rows) == count
        for _again in range(2):
            assert [row[-1] for row in rows] == [f"a{number}" for number in range(count)]
        first, second = iter(rows), iter(rows)
        assert [next(first)[-1], next(second)[-1], next(first)[-1]] == ["a0", "a0", "a1"]


def test_a_form_without_questions_and_a_survey_without_records_are_tables_too() -> None:
    with tabulated(form(), [record({})]) as tables:
        assert [row["_record"] for row in cells(tables)] == ["r1"]
    with tabulated(form(*nested()), []) as tables:
        assert [len(table.rows) for table in tables.tables] == [0, 0, 0]
        assert [column.name for column in tables.tables[2].columns] == [
            "_record",
            "_herd_key",
            "_calf_key",
            "_code",
            "age",
        ]


def test_the_codebook_names_every_column_with_its_choices_in_all_languages() -> None:
    question = Question(
        "/data/s", "select_multiple", "choice", "choices", {"en": "Which?", "ru": "Какие?"}, choices=SPECIES
    )
    with tabulated([form(question, version="2"), form(question)], []) as tables:
        names = [column.name for column in tables.codebook.columns]
        assert names == ["table", "name", "type", "code", "label::en", "label::ru", "group", "versions", "path"]
        rows = [row for row in tables.codebook.rows if row[1] == "s"]
        assert rows[0] == ["herders", "s", "select_multiple", None, "Which?", "Какие?", None, "2, 1", "/data/s"]
        assert rows[1] == ["herders", "s", "choice", "PANUNC", "Snow leopard", "Снежный барс", None, None, None]
        assert len(rows) == 4


PLACES = (
    "/data/a",
    "/data/gone",
    "/data/notes",
    "/data/herd[%s]/name",
    "/data/herd[%s]/lost",
    "/data/herd[%s]/g/calf[%s]/age",
    "/data/new[%s]/x",
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from("123"), st.sampled_from(["1", "kb"])), max_size=30))
def test_no_answer_is_lost_and_none_is_doubled(chosen: list[tuple[str, str, str]]) -> None:
    places = {place % (first, second)[: place.count("%s")] for place, first, second in chosen}
    fields = {place: f"answer {number}" for number, place in enumerate(sorted(places))}
    private = fields.get("/data/notes")
    with tabulated(form(*nested(), text("/data/notes", private=True)), [record(fields)]) as tables:
        found = Counter(str(value) for table in tables.tables for row in table.rows for value in row)
        assert {text: found[text] for text in fields.values()} == {
            text: int(text != private) for text in fields.values()
        }
        assert tables.tally.private == (private is not None)
