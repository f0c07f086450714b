"""One stakeholder survey, question by question, as it is typed in the walk one by one."""

from __future__ import annotations

from tests.journey.script import Line

# A note alone on the screen has nothing to answer: the keys are on the button that goes on.
NOTE = Line("Next", "⏎")
ORGANISATION = [
    Line("resp_code", "KG-0012⏎", "KG-0012"),
    Line("country", "kyr⏎", "Kyrgyzstan", "KG"),
    Line("mode", "2⏎", "Face to face", "face"),
    Line("lang", "rus⏎", "Russian", "ru"),
    Line("interviewer", "F-07⏎", "F-07"),
    NOTE,
    Line("consent", "1⏎", "Yes", "yes"),
    Line("store", "2⏎", "With organisation, without name", "org"),
    Line("list_ok", "1⏎", "Yes", "yes"),
    Line("org_name", "Ilbirs Foundation⏎", "Ilbirs Foundation"),
    Line("org_acr", "IF⏎", "IF"),
    Line("org_type", "national ngo⏎", "National NGO", "ngo_nat"),
    Line("org_level", "3⏎", "National", "nat"),
    Line("org_countries", "712⏎", "Kyrgyzstan; Tajikistan", "KG TJ"),
    Line("org_places", "Naryn, At-Bashy⏎", "Naryn, At-Bashy"),
    Line("org_staff", "6⏎", 6),
    Line("resp_sex", "⏎"),
    Line("resp_role", "Project manager⏎", "Project manager"),
    Line("resp_years", "9⏎", 9),
    Line("mandate", "⏎"),
]
SPECIES = [
    Line("species", "47⏎", "Snow leopard; Argali", "PANUNC OVIAMM"),
    Line("fields", "56⏎", "1.5 Community engagement; 1.6 Scientific knowledge", "o1_5 o1_6"),
    Line("activity 1 act_title", "Corrals that keep leopards out⏎", "Corrals that keep leopards out"),
    Line("activity 1 act_theme", "comm⏎", "1.5 Community engagement", "o1_5"),
    Line("activity 1 act_species", "snow⏎arg⏎⏎", "Snow leopard; Argali", "PANUNC OVIAMM"),
    Line("activity 1 act_country", "kyr⏎⏎", "Kyrgyzstan", "KG"),
    Line("activity 1 act_from", "2021⏎", 2021),
    Line("activity 1 act_to", "⏎"),
    Line("activity 1 act_status", "3⏎", "Under way", "ong"),
    Line("activity 1 act_eff", "2⏎", "2 – clear", 2),
]
THREATS = [
    Line("threats", "dzud⏎⏎", "Severe winters (dzud / jut)", "cami_12a"),
    Line("thr_rate 1 thr_code", "dzud⏎", "Severe winters (dzud / jut)", "cami_12a"),
    Line("thr_rate 1 thr_species", "arg⏎", "Argali", "OVIAMM"),
    Line("thr_rate 1 thr_scope", "2⏎", "High", 3),
    Line("thr_rate 1 thr_sev", "3⏎", "Medium", 2),
    Line("thr_rate 1 thr_irr", "9⏎", "Do not know", 99),
    Line("thr_rate 1 thr_trend", "1⏎", "Increasing", "inc"),
    Line("thr_rate 1 thr_conf", "2⏎", "Medium", "medium"),
]
GAPS = [
    Line("cap_fields", "26⏎", "Law enforcement; Habitat and pasture management", "enf hab"),
    NOTE,
    Line("gap 1 gap_imp", "5⏎", "5 – very high", 5),
    Line("gap 1 gap_perf", "2⏎", "2 – low", 2),
    Line("gap 1 gap_need", "Fuel for the rangers⏎", "Fuel for the rangers"),
    Line("gap 2 gap_imp", "4⏎", "4 – high", 4),
    Line("gap 2 gap_perf", "3⏎", "3 – medium", 3),
]
# The third theme comes to the top; the fifth is picked up and put in the fourth place.
RANKED = Line(
    "top_themes",
    "",
    "1.3 Infrastructure and industry; 1.1 Illegal hunting and trade; 1.2 Overgrazing, livestock competition; "
    "1.5 Community engagement; 1.4 Governance and policy; 1.6 Scientific knowledge; 1.7 Transboundary cooperation; "
    "2 Species and regional planning; 3 Knowledge exchange and communication; 4 Coordination and resourcing",
    "o1_3 o1_1 o1_2 o1_5 o1_4 o1_6 o1_7 o2 o3 o4",
)
NETWORK = [
    Line("success", "Herders guard the corrals themselves⏎", "Herders guard the corrals themselves"),
    Line("failure", "⏎"),
    Line("interest", "5⏎", "5 – very high", 5),
    Line("influence", "3⏎", "3 – medium", 3),
    Line("legit", "4⏎", "4 – high", 4),
    Line("urgency", "⏎"),
    Line("attitude", "5⏎", "5 – very high", 5),
    Line("partner 1 p_name", "State agency⏎", "State agency"),
    Line("partner 1 p_type", "envir⏎", "Environment or wildlife authority (national)", "gov_env"),
    Line("partner 1 p_tie", "4⏎", "Formal authority or permit", "cmd"),
    Line("partner 1 p_dir", "2⏎", "From them to us", "in"),
    Line("partner 1 p_freq", "3⏎", "A few times a year", "year"),
    Line("partner 1 p_infl", "5⏎", "5 – very high", 5),
]
CLOSING = [
    Line("invite", "5⏎", "1.5 Community engagement", "o1_5"),
    Line("review", "1⏎", "Yes", "yes"),
    Line("remarks", "+996 is not our number⏎", "+996 is not our number"),
]
WALKED = [*ORGANISATION, *SPECIES, *THREATS, *GAPS, *NETWORK, *CLOSING]
# Questions that other answers open, and values that the form works with.
NOT_ASKED = {"org_type_oth", "species_oth", "gap_field", "gap_code", "gap_count"}
ANSWERED = [line for line in [*WALKED, RANKED] if line is not NOTE]
