from cami_survey.base.errors import UserError, nearest
from cami_survey.base.texts import is_right_to_left


def test_an_error_reads_as_what_happened_and_what_to_do() -> None:
    error = UserError("record.unknown", "No interview KG-H9.", advice="Did you mean KG-H0009?", where="a.cami")
    assert str(error) == "No interview KG-H9. Did you mean KG-H0009?"
    assert error.as_dict() == {
        "code": "record.unknown",
        "sentence": "No interview KG-H9.",
        "where": "a.cami",
        "advice": "Did you mean KG-H0009?",
    }


def test_the_nearest_name_ignores_case_and_gives_up_on_strangers() -> None:
    assert nearest("HERDER_interveiw", ["stakeholder_survey", "herder_interview"]) == "herder_interview"
    assert nearest("qqq", ["herder_interview"]) == ""


def test_right_to_left_is_a_matter_of_script() -> None:
    assert is_right_to_left("fa")
    assert is_right_to_left("fa-AF")
    assert is_right_to_left("uz-Arab")
    assert not is_right_to_left("uz")
    assert not is_right_to_left("ru")
