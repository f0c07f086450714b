"""Which questions feed which analysis: the names of fields in our questionnaires.

A form of others with questions of the same names is analysed as ours are; paths and groups do not matter. Questions of
one line have to stand in the same repeat, or outside of all.
"""

from __future__ import annotations

# -- who, where, what: read once per interview; the first name that a form has counts
COUNTRY = ("country", "mt_country")
FACILITATOR = ("interviewer", "exp_code", "reporter")
ORGANISATION = ("org_name",)
AROUND, CAMP = ("country", "adm1"), ("adm2", "grid")
GROUP = ("org_type", "role", "mt_type")
SPECIES = ("species",)
CONSENT = ("consent",)
# Whoever has such a code is asked for consent to be listed, not to take part: after a "no" the ratings count.
EXPERT = "exp_code"
CODES = ("int_code", "resp_code", "mt_code", "code")
DURATION = ("start", "end")
# Questions of which "no", "does not know it" (an animal) and "refused" (a claim) are answers, not silence.
SUBSTANTIVE = ("consent", "adult", "id_res", "l_comp")

# -- stakeholder_survey: one respondent of an organisation
STANDING = ("influence", "interest")
SALIENCE = ("influence", "legit", "urgency")
SUPPORT = "attitude"
ORGANISATION_TYPE = "org_type"
THEMES_INVITED = "invite"
PARTNERS = ("p_name", "p_tie")
RANKED_THEMES = ("top_themes",)
IMPORTANCE = ("gap_field", "gap_imp", "gap_perf")
STAKEHOLDER_THREATS = ("thr_code", "thr_species", "thr_scope", "thr_sev", "thr_irr")

# -- expert_gap: one expert on one species in one country
EXPERT_THREATS = ("t_code", "t_scope", "t_sev", "t_irr")
EXPERT_COVER = ("t_meas", "t_eff")
EXPERT_MEASURES = (
    "m_law",
    "m_enf",
    "m_pa",
    "m_mon",
    "m_plan",
    "m_com",
    "m_past",
    "m_infra",
    "m_tb",
    "m_fund",
    "m_data",
)
EXPERT_GAPS = ("g_field", "g_imp", "g_feas")

# -- measures_inventory: one activity of the programme of work in one country
REPORTED = ("act", "r_status")

# -- herder_interview: one herder
CARDS = ("sp", "id_res")
BARRIERS = ("bar_type", "bar_cross")
LOSSES = ("l_agent", "l_animal", "l_adult", "l_young")
LOST_ANY = "loss_any"
STOCK = ("stock_sp", "stock_n")
ATTITUDES = ("at1", "at2", "at3", "at4", "at5", "at6", "at7")
DICE = "rrt_a"
LISTS = ("uct_g", "uct_n")
PROJECTIVE = "proj_a"
PILES = ("pl_threat", "pl_n")
NEEDS = "needs"
SEX = "sex"

# -- consultation_meeting: one meeting
ORDERS = ("v_rank", "v_n")
DOTS = ("d_group", "d_item", "d_n")
PAIRS = ("pc_a", "pc_b", "pc_win")
RANKING = ("rk_method", "rk_items")

# -- freely named, in the order of naming: the repeats in which threats are named
FREE_LISTS = (("t_code",), ("thr_code",))
