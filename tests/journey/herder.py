"""One herder interview, question by question, as a facilitator types it."""

from __future__ import annotations

from tests.journey.script import Line

# The first page up to the mistake in the code, which the test corrects.
PLACE = [
    Line("interviewer", "F-07⏎", "F-07"),
    Line("country", "kyr⏎", "Kyrgyzstan", "KG"),
    Line("adm1", "nar⏎", "Naryn", "KG-N"),
    Line("adm2", "At-Bashy⏎", "At-Bashy"),
    Line("loc_prec", "3⏎", "Grid cell about 25 km", "g25"),
    Line("grid", "KG-25-0417⏎", "KG-25-0417"),
    Line("lang", "kyrg⏎", "Kyrgyz", "ky"),
    Line("interp", "2⏎", "No", "no"),
    Line("others", "2⏎", 2),
]
CONSENT = [
    Line("comm_consent", "9⏎", "Do not know", "dk"),
    Line("adult", "1⏎", "Yes", "yes"),
    Line("consent", "1⏎", "Yes", "yes"),
    Line("audio_ok", "2⏎", "No", "no"),
    Line("quote_ok", "1⏎", "Yes", "yes"),
]
# `years` is passed over: the list of what is missing leads back to it.
PERSON = [
    Line("sex", "1⏎", "Woman", "f"),
    Line("age", "3⏎", "45-59", "a45"),
    Line("role", "1⏎", "Herder or shepherd", "herd"),
    Line("years", "⏎"),
    Line("presence", "13⏎", "Winter; Summer", "winter summer"),
]
YEARS = Line("years", "25⏎", 25)
HERD = [
    Line("livestock", "14⏎", "Sheep; Yaks", "sheep yak"),
    Line("stock 1 stock_n", "120⏎", 120),
    Line("stock 1 stock_tr", "3⏎", "Decreasing", "dec"),
    Line("stock 2 stock_n", "15⏎", 15),
    Line("stock 2 stock_tr", "st⏎", "Stable", "stable"),
    Line("pasture 1 past_type", "1⏎", "Valley or plain", "valley"),
    Line("pasture 1 past_km", "0⏎", 0),
    Line("pasture 1 past_cond", "→→⏎", "Decreasing", "dec"),
    Line("pasture 1 past_wild", "2⏎", "No", "no"),
    Line("pasture 2 past_type", "high⏎", "High mountain", "alp"),
    Line("pasture 2 past_km", "35⏎", 35),
    Line("pasture 2 past_cond", "9⏎", "Do not know", "dk"),
    Line("pasture 2 past_wild", "1⏎", "Yes", "yes"),
]
# "No guarding" cannot stand beside another answer; the second time it is taken out again.
GUARD_WRONG = Line("guard", "17⏎")
GUARD = Line(
    "guard",
    "734⏎",
    "Herder with the flock all day; Guard dogs; Closed corral at night",
    "herder dog corral",
)
CARDS = [
    Line("cards", "4716⏎", "Snow leopard; Argali; Urial", "PANUNC OVIAMM OVIVIG"),
    Line("card 1 id_res", "1⏎", "Names it correctly without help", "right"),
    Line("card 1 local_name", "Илбирс⏎", "Илбирс"),
    Line("card 1 last_seen", "2⏎", "In the last 12 months", "m12"),
    Line("card 1 grp", "2⏎", "2-5", "g2"),
    Line("card 1 young", "1⏎", "Yes", "yes"),
    Line("card 1 tr10", "3⏎", "Decreasing", "dec"),
    Line(
        "card 1 tr_why",
        "3515⏎",
        "Illegal trade in live animals, parts and products; Competition with livestock for forage or water; Drought",
        "cami_2 cami_3a cami_12",
    ),
    Line("card 1 id_conf", "1⏎", "High", "high"),
    Line("card 2 id_res", "2⏎", "Recognises it after the name is given", "help"),
    Line("card 2 local_name", "⏎"),
    Line("card 2 last_seen", "3⏎", "1 to 5 years ago", "y5"),
    Line("card 2 tr10", "2⏎", "Stable", "stable"),
    Line("card 2 id_conf", "2⏎", "Medium", "medium"),
    Line("card 3 id_res", "4⏎", "Does not know it", "no"),
    Line("card 3 id_conf", "3⏎", "Low", "low"),
]
SIGHT_1 = [
    Line("sight 1 s_sp", "snow⏎", "Snow leopard", "PANUNC"),
    Line("sight 1 s_obs", "1⏎", "Live animal", "live"),
    Line("sight 1 s_year", "2025⏎", 2025),
    Line("sight 1 s_season", "1⏎", "Winter", "winter"),
    Line("sight 1 s_grid", "KG-25-0418⏎", "KG-25-0418"),
    Line("sight 1 s_n", "2⏎", 2),
    Line("sight 1 s_conf", "1⏎", "High", "high"),
]
SIGHT_2 = [
    Line("sight 2 s_sp", "arg⏎", "Argali", "OVIAMM"),
    Line("sight 2 s_obs", "3⏎", "Tracks, scat, hair", "sign"),
    Line("sight 2 s_year", "2024⏎", 2024),
    Line("sight 2 s_season", "3⏎", "Summer", "summer"),
    Line("sight 2 s_grid", "⏎"),
    Line("sight 2 s_conf", "2⏎", "Medium", "medium"),
]
MOVE_FIRST = [Line("move", "1⏎"), Line("move_txt", "From the Naryn valley to At-Bashy, October")]
MOVE = Line("move", "2⏎", "No", "no")
BARRIERS = [
    Line("barriers", "13⏎", "Border fence; Road", "bfence road"),
    Line("barrier_row 1 bar_sp", "arg⏎⏎", "Argali", "OVIAMM"),
    Line("barrier_row 1 bar_cross", "2⏎", "Cross at some places", "some"),
    Line("barrier_row 1 bar_year", "1998⏎", 1998),
    Line("barrier_row 2 bar_sp", "⏎"),
    Line("barrier_row 2 bar_cross", "1⏎", "Cross freely", "free"),
    Line("barrier_row 2 bar_year", "⏎"),
]
# In Russian: the first loss is found by Russian words.
LOSSES = [
    Line("loss_any", "1⏎", "Yes", "yes"),
    Line("loss_row 1 l_agent", "вол⏎", "Wolf", "wolf"),
    Line("loss_row 1 l_animal", "ов⏎", "Sheep", "sheep"),
]
LOSSES_2 = [
    Line("loss_row 1 l_season", "1⏎", "Winter", "winter"),
    Line("loss_row 1 l_adult", "2⏎", 2),
    Line("loss_row 1 l_young", "3⏎", 3),
    Line("loss_row 1 l_where", "1⏎", "In the corral", "corral"),
    Line("loss_row 1 l_evid", "2⏎", "Found carcass with signs", "carcass"),
    Line("loss_row 1 l_comp", "4⏎", "Not claimed", "noclaim"),
]
ATTITUDES = [
    Line("at1", "4⏎", "Agree", 4),
    Line("at2", "2⏎", "Disagree", 2),
    Line("at3", "5⏎", "Strongly agree", 5),
    Line("at4", "9⏎", "Do not know", 99),
    Line("at5", "8⏎", "Prefers not to answer", 98),
    Line("at6", "3⏎", "Neither agree nor disagree", 3),
    Line("at7", "1⏎", "Strongly disagree", 1),
    Line("benefit", "23⏎", "Tourism income; Paid job or ranger work", "tour job"),
    Line("rule_k", "1⏎", "Yes", "yes"),
    Line("rule_s", "9⏎", "Do not know", "dk"),
    Line("sens_m", "5⏎", "Indirect: about people in the area", "proj"),
    Line("proj_a", "3⏎", "3 – medium", 3),
]
PILE_1 = [Line("pile 1 pl_threat", "poach⏎", "Illegal hunting (poaching)", "cami_1"), Line("pile 1 pl_n", "12⏎", 12)]
PILE_2 = [Line("pile 2 pl_threat", "drou⏎", "Drought", "cami_12"), Line("pile 2 pl_n", "8⏎", 8)]
NEEDS = [
    Line("pile_ok", "1⏎", "Yes", "yes"),
    Line("needs", "3511⏎", "Veterinary service; Water points; Other", "vet water oth"),
    Line("need_oth", "A bridge over the river⏎", "A bridge over the river"),
    Line("advice", "=Come in autumn, not in spring⏎", "=Come in autumn, not in spring"),
    Line("feedback", "1⏎", "Yes", "yes"),
    Line("fb_how", "Radio, in Kyrgyz⏎", "Radio, in Kyrgyz"),
    Line("quality", "1⏎", "High", "high"),
]
# The facilitator's own remark: kept in the survey, in no workbook.
NOTES = Line("notes", "Windy, two dogs⏎")
CODE = "KG-H0123"
INSTANCES = {"stock": 2, "pasture": 2, "card": 3, "sight": 2, "barrier_row": 2, "loss_row": 1, "pile": 2}
# Questions of other methods, and values that the form works with.
NOT_ASKED = {"rrt_a", "uct_g", "uct_n", "stock_sp", "past_season", "sp", "bar_type"} | {
    f"{name}_count" for name in ("stock", "pasture", "card", "barrier_row")
}

ANSWERED = [
    Line("int_code", "", CODE),
    *PLACE,
    *CONSENT,
    *(line for line in PERSON if line.place != "years"),
    YEARS,
    *HERD,
    GUARD,
    *CARDS,
    *SIGHT_1,
    *SIGHT_2,
    MOVE,
    Line("move_txt", ""),
    *BARRIERS,
    *LOSSES,
    *LOSSES_2,
    *ATTITUDES,
    *PILE_1,
    *PILE_2,
    *NEEDS,
]
GIVEN = [
    Line("loss_total", "", 5),
    Line("pile_sum", "", 20),
    Line("stock 1 stock_name", "", "Sheep"),
    Line("stock 2 stock_name", "", "Yaks"),
    Line("pasture 2 past_name", "", "Summer"),
    Line("card 3 sp_name", "", "Urial"),
    Line("barrier_row 2 bar_name", "", "Road"),
    Line("card 3 local_name", ""),
    Line("card 2 grp", ""),
    Line("sight 2 s_n", ""),
]
