"""What the questionnaires must hold: one line per row of the survey sheet, `name | type | relevant | rule | required`.

The rule of a question is its constraint, of a repeat its repeat_count, of a calculate its calculation, and for a
choice from a file the choice filter.
"""

STAKEHOLDER_SURVEY = """
ident | begin group
resp_code | text |  | regex(., '^[A-Z]{2}-[0-9]{3,5}$') | yes
country | select_one country |  |  | yes
mode | select_one mode |  |  | yes
lang | select_one lang |  |  | yes
interviewer | text | ${mode}!='self'
| end group
consent_g | begin group
consent_note | note
consent | select_one consent |  |  | yes
store | select_one store | ${consent}='yes' |  | yes
list_ok | select_one yn | ${consent}='yes' |  | yes
| end group
org | begin group | ${consent}='yes'
org_name | text | ${store}!='anon' |  | yes
org_acr | text | ${store}!='anon'
org_type | select_one sh_type |  |  | yes
org_type_oth | text | ${org_type}='other' |  | yes
org_level | select_one level |  |  | yes
org_countries | select_multiple country |  |  | yes
org_places | text
org_staff | integer |  | . >= 0 and . <= 5000
resp_sex | select_one sex
resp_role | text
resp_years | integer |  | . >= 0 and . <= 70
mandate | text
| end group
spp | begin group | ${consent}='yes'
species | select_multiple species |  |  | yes
species_oth | text | selected(${species},'OTH') |  | yes
fields | select_multiple powsec |  |  | yes
activity | begin repeat | ${consent}='yes'
act_title | text |  |  | yes
act_theme | select_one powsec |  |  | yes
act_species | select_multiple species
act_country | select_multiple country
act_from | integer |  | . >= 1990 and . <= 2040
act_to | integer |  | . >= ${act_from}
act_status | select_one impl |  |  | yes
act_eff | select_one eff | ${act_status}='ong' or ${act_status}='done'
| end repeat
| end group
thr | begin group | ${consent}='yes'
threats | select_multiple threat |  |  | yes
thr_rate | begin repeat | ${consent}='yes'
thr_code | select_one threat |  |  | yes
thr_species | select_one species |  |  | yes
thr_scope | select_one rate4 |  |  | yes
thr_sev | select_one rate4 |  |  | yes
thr_irr | select_one rate4 |  |  | yes
thr_trend | select_one trend
thr_conf | select_one conf3 |  |  | yes
| end repeat
| end group
gaps | begin group | ${consent}='yes'
cap_fields | select_multiple capacity |  |  | yes
gap_note | note
gap | begin repeat |  | count-selected(${cap_fields})
gap_field | calculate |  | selected-at(${cap_fields}, position(..)-1)
gap_code | calculate |  | jr:choice-name(${gap_field}, '${cap_fields}')
gap_imp | select_one s5 |  |  | yes
gap_perf | select_one s5 |  |  | yes
gap_need | text | ${gap_imp} != 99 and ${gap_perf} != 99 and ${gap_imp} - ${gap_perf} >= 2
| end repeat
top_themes | rank powsec |  |  | yes
success | text
failure | text
| end group
infl | begin group | ${consent}='yes'
interest | select_one s5 |  |  | yes
influence | select_one s5 |  |  | yes
legit | select_one s5
urgency | select_one s5
attitude | select_one s5
partner | begin repeat
p_name | text |  |  | yes
p_type | select_one sh_type
p_tie | select_one tie |  |  | yes
p_dir | select_one dir |  |  | yes
p_freq | select_one freq
p_infl | select_one s5
| end repeat
| end group
close | begin group | ${consent}='yes'
invite | select_multiple powsec
review | select_one yn
remarks | text
| end group
"""

HERDER_INTERVIEW = """
ident | begin group
int_code | text |  | regex(., '^[A-Z]{2}-H[0-9]{3,5}$') | yes
interviewer | text |  |  | yes
country | select_one country |  |  | yes
adm1 | select_one_from_file admin1.csv |  | country=${country} | yes
adm2 | text |  |  | yes
loc_prec | select_one place_prec |  |  | yes
grid | text | ${loc_prec}='g25' or ${loc_prec}='g10' | regex(., '^[A-Z0-9-]{3,12}$')
lang | select_one lang |  |  | yes
interp | select_one yn |  |  | yes
others | integer |  | . >= 0 and . <= 50 | yes
| end group
cons | begin group
comm_consent | select_one yndk |  |  | yes
cons_note | note
adult | select_one yn |  |  | yes
consent | select_one consent | ${adult}='yes' |  | yes
audio_ok | select_one yn | ${consent}='yes' |  | yes
quote_ok | select_one yn | ${consent}='yes' |  | yes
| end group
who | begin group | ${consent}='yes'
sex | select_one sex |  |  | yes
age | select_one age |  |  | yes
role | select_one role |  |  | yes
years | integer |  | . >= 0 and . <= 90 | yes
presence | select_multiple season |  |  | yes
| end group
herd | begin group | ${consent}='yes'
livestock | select_multiple live |  |  | yes
stock | begin repeat |  | count-selected(${livestock})
stock_sp | calculate |  | selected-at(${livestock}, position(..)-1)
stock_name | calculate |  | jr:choice-name(${stock_sp}, '${livestock}')
stock_n | integer |  | . >= 0 and . <= 100000 | yes
stock_tr | select_one trend |  |  | yes
| end repeat
pasture | begin repeat |  | count-selected(${presence})
past_season | calculate |  | selected-at(${presence}, position(..)-1)
past_name | calculate |  | jr:choice-name(${past_season}, '${presence}')
past_type | select_one past |  |  | yes
past_km | integer |  | . >= 0 and . <= 1000
past_cond | select_one trend
past_wild | select_one yndk |  |  | yes
| end repeat
guard | select_multiple guard |  | not(selected(.,'none') and count-selected(.)>1) | yes
| end group
know | begin group | ${consent}='yes'
cards_note | note
cards | select_multiple species |  |  | yes
card | begin repeat |  | count-selected(${cards})
sp | calculate |  | selected-at(${cards}, position(..)-1)
sp_name | calculate |  | jr:choice-name(${sp}, '${cards}')
id_res | select_one idres |  |  | yes
local_name | text | ${id_res}='right' or ${id_res}='help'
last_seen | select_one seen | ${id_res}!='no' and ${id_res}!='wrong' |  | yes
grp | select_one grp | ${last_seen}='m1' or ${last_seen}='m12'
young | select_one yndk | ${last_seen}='m1' or ${last_seen}='m12'
tr10 | select_one trend | ${id_res}!='no' and ${id_res}!='wrong' |  | yes
tr_why | select_multiple threat_short | ${tr10}='dec' or ${tr10}='gone' | count-selected(.) <= 3
id_conf | select_one conf3 |  |  | yes
| end repeat
sight | begin repeat
s_sp | select_one species |  |  | yes
s_obs | select_one obs |  |  | yes
s_year | integer |  | . >= 1950 and . <= 2040 | yes
s_season | select_one season |  |  | yes
s_grid | text |  | regex(., '^[A-Z0-9-]{3,12}$')
s_n | integer | ${s_obs}='live' or ${s_obs}='dead' | . >= 1 and . <= 200000
s_conf | select_one conf3 |  |  | yes
| end repeat
move | select_one yndk |  |  | yes
move_txt | text | ${move}='yes'
| end group
barr | begin group | ${consent}='yes'
barriers | select_multiple barrier |  | not(selected(.,'none') and count-selected(.)>1) | yes
barrier_row | begin repeat |  | if(selected(${barriers},'none'),0,count-selected(${barriers}))
bar_type | calculate |  | selected-at(${barriers}, position(..)-1)
bar_name | calculate |  | jr:choice-name(${bar_type}, '${barriers}')
bar_sp | select_multiple species
bar_cross | select_one cross |  |  | yes
bar_year | integer |  | . >= 1900 and . <= 2040
| end repeat
| end group
loss | begin group | ${consent}='yes'
loss_any | select_one yndkr |  |  | yes
loss_row | begin repeat | ${loss_any}='yes'
l_agent | select_one agent |  |  | yes
l_animal | select_one live |  |  | yes
l_season | select_one season |  |  | yes
l_adult | integer |  | . >= 0 and . <= 5000 | yes
l_young | integer |  | . >= 0 and . <= 5000 and (. + ${l_adult}) > 0 | yes
l_where | select_one where | ${l_agent}!='dis' and ${l_agent}!='wea'
l_evid | select_one evid | ${l_agent}!='dis' and ${l_agent}!='wea' |  | yes
l_comp | select_one comp
| end repeat
loss_total | calculate |  | sum(${l_adult}) + sum(${l_young})
| end group
att | begin group | ${consent}='yes'
at1 | select_one agree5 |  |  | yes
at2 | select_one agree5 |  |  | yes
at3 | select_one agree5 |  |  | yes
at4 | select_one agree5 |  |  | yes
at5 | select_one agree5 |  |  | yes
at6 | select_one agree5 |  |  | yes
at7 | select_one agree5 |  |  | yes
benefit | select_multiple benefit |  | not(selected(.,'none') and count-selected(.)>1)
rule_k | select_one yndk |  |  | yes
rule_s | select_one yndk |  |  | yes
| end group
sens | begin group | ${consent}='yes'
sens_m | select_one sens |  |  | yes
ballot_n | note | ${sens_m}='ballot'
rrt_n | note | ${sens_m}='rrt'
rrt_a | select_one yn | ${sens_m}='rrt'
uct_g | select_one uctg | ${sens_m}='uct'
uct_n | integer | ${sens_m}='uct' | (. >= 0) and ((${uct_g}='a' and . <= 4) or (${uct_g}='b' and . <= 5))
proj_a | select_one s5 | ${sens_m}='proj'
| end group
prio | begin group | ${consent}='yes'
pile_n | note
pile | begin repeat | ${consent}='yes'
pl_threat | select_one threat_short |  |  | yes
pl_n | integer |  | . >= 0 and . <= 20 | yes
| end repeat
pile_sum | calculate |  | sum(${pl_n})
pile_ok | select_one yn | ${pile_sum} > 0 | . = 'no' or ${pile_sum} = 20
needs | select_multiple need |  | count-selected(.) <= 3 | yes
need_oth | text | selected(${needs},'oth') |  | yes
advice | text
| end group
close | begin group | ${consent}='yes'
feedback | select_one yn |  |  | yes
fb_how | text | ${feedback}='yes'
quality | select_one conf3 |  |  | yes
notes | text
| end group
"""

EXPERT_GAP = """
ident | begin group
about_note | note
exp_code | text |  | regex(., '^[A-Z]{2}-E[0-9]{2,5}$') | yes
species | select_one species |  | . != 'OTH' | yes
country | select_one country |  |  | yes
ref_year | integer |  | . >= 2010 and . <= 2040 | yes
consent | select_one consent |  |  | yes
basis | select_multiple level
| end group
status | begin group
presence | select_one pres |  |  | yes
subpop | text
pop_min | integer |  | . >= 0
pop_max | integer |  | . >= ${pop_min}
pop_year | integer | ${pop_max} != '' | . >= 1980 and . <= ${ref_year} | yes
pop_method | select_one pop | ${pop_max} != '' |  | yes
trend | select_one trend |  |  | yes
range_trend | select_one trend
migr | select_one yndk |  |  | yes
migr_to | select_multiple country | ${migr}='yes' |  | yes
pa_pct | decimal |  | . >= 0 and . <= 100
status_conf | select_one conf3 |  |  | yes
| end group
threats_g | begin group
threat | begin repeat
t_code | select_one threat |  |  | yes
t_timing | select_one timing |  |  | yes
t_scope | select_one rate4 | ${t_timing}!='pastn' |  | yes
t_sev | select_one rate4 | ${t_timing}!='pastn' |  | yes
t_irr | select_one rate4 | ${t_timing}!='pastn' |  | yes
t_mag | calculate |  | if(${t_timing}='pastn' or ${t_scope}=99 or ${t_sev}=99,0,min(${t_scope},${t_sev}))
t_rating | calculate |  | if(${t_mag}=0 or ${t_irr}=99 or ${t_irr}=0,0,if(${t_irr}=4,min(${t_mag}+1,4),if(${t_irr}=1,max(${t_mag}-1,1),${t_mag})))
t_trend | select_one trend |  |  | yes
t_meas | select_one adeq |  |  | yes
t_eff | select_one eff | ${t_meas}!='0' and ${t_meas}!='99'
t_conf | select_one conf3 |  |  | yes
t_evid | text
| end repeat
n_threats | calculate |  | count(${threat})
| end group
meas | begin group
m_law | select_one adeq |  |  | yes
m_enf | select_one adeq |  |  | yes
m_pa | select_one adeq |  |  | yes
m_mon | select_one adeq |  |  | yes
m_plan | select_one adeq |  |  | yes
m_com | select_one adeq |  |  | yes
m_past | select_one adeq |  |  | yes
m_infra | select_one adeq |  |  | yes
m_tb | select_one adeq |  |  | yes
m_fund | select_one adeq |  |  | yes
m_data | select_one adeq |  |  | yes
m_known | calculate |  | {KNOWN}
m_pct | calculate |  | if(${m_known} = 0, '', round(100 * ({SUM}) div (3 * ${m_known})))
gap | begin repeat
g_field | select_one capacity |  |  | yes
g_text | text |  |  | yes
g_pow | select_one powsec
g_threat | select_multiple threat
g_imp | select_one s5 |  |  | yes
g_feas | select_one s5 |  |  | yes
g_tf | select_one tf
g_who | text
| end repeat
know_gap | text
sources | text
| end group
"""  # noqa: E501
MEASURES = ("law", "enf", "pa", "mon", "plan", "com", "past", "infra", "tb", "fund", "data")
EXPERT_GAP = EXPERT_GAP.replace("{KNOWN}", " + ".join(f"if(${{m_{name}}} <= 3, 1, 0)" for name in MEASURES)).replace(
    "{SUM}", " + ".join(f"if(${{m_{name}}} <= 3, ${{m_{name}}}, 0)" for name in MEASURES)
)

MEASURES_INVENTORY = """
ident | begin group
about_note | note
country | select_one country |  |  | yes
reporter | text |  |  | yes
pow | select_one_from_file pow_versions.csv |  |  | yes
yr_from | integer |  | . >= 2010 and . <= 2040 | yes
yr_to | integer |  | . >= ${yr_from} and . <= 2040 | yes
| end group
rep | begin repeat
act | select_one_from_file pow_activities.csv |  | pow=${pow} | yes
r_species | select_multiple species
r_status | select_one impl |  |  | yes
r_why | text | ${r_status}='ns' or ${r_status}='stop' |  | yes
r_pct | integer | ${r_status}='ong' | . >= 0 and . <= 100
r_what | text | ${r_status}='ong' or ${r_status}='done' |  | yes
r_lead | text | ${r_status}!='ns' and ${r_status}!='na'
r_partners | text
r_start | integer | ${r_status}='ong' or ${r_status}='done' or ${r_status}='stop' | . >= 1990 and . <= 2040
r_end | integer | ${r_status}='done' or ${r_status}='stop' | . >= ${r_start}
r_level | select_one level
r_area | text
r_tb | select_multiple country
r_threat | select_multiple threat
r_action | select_one action1 |  |  | yes
r_eff | select_one eff | ${r_status}='ong' or ${r_status}='done' |  | yes
r_evid | select_multiple evid2 | ${r_eff}='1' or ${r_eff}='2' or ${r_eff}='3' |  | yes
r_cost | decimal |  | . >= 0
r_cur | select_one cur | ${r_cost} > 0 |  | yes
r_donor | text | ${r_cost} > 0
r_need | decimal |  | . >= 0
r_obst | select_multiple obst
r_lesson | text
r_keep | select_one keep |  |  | yes
r_new | text | ${r_keep}='amend' or ${r_keep}='merge' or ${r_keep}='new' |  | yes
r_pub | select_one yn |  |  | yes
| end repeat
n_rep | calculate |  | count(${rep})
extra | begin group
other_m | begin repeat
o_title | text |  |  | yes
o_action | select_one action1 |  |  | yes
o_species | select_multiple species
o_status | select_one impl |  |  | yes
o_lead | text
| end repeat
gen_need | text
nat_ok | select_one yn |  |  | yes
nat_date | date | ${nat_ok}='yes' | . <= today() | yes
| end group
"""

CONSULTATION_MEETING = """
ident | begin group
about_note | note
mt_code | text |  | regex(., '^[A-Z]{2,3}-M[0-9]{2,4}$') | yes
mt_type | select_one mtype |  |  | yes
mt_country | select_multiple country |  |  | yes
mt_place | text |  |  | yes
mt_from | date |  |  | yes
mt_to | date |  | . >= ${mt_from} | yes
mt_lang | select_multiple lang |  |  | yes
mt_org | text
mt_chair | text
mt_aim | text |  |  | yes
part | begin repeat
pt_group | select_one group |  |  | yes
pt_type | select_one sh_type
pt_w | integer |  | . >= 0 and . <= 500 | yes
pt_m | integer |  | . >= 0 and . <= 500 | yes
| end repeat
pt_total | calculate |  | sum(${pt_w}) + sum(${pt_m})
pt_list | select_one yn |  |  | yes
| end group
ses | begin group
session | begin repeat
ss_no | integer |  | . >= 1 and . <= 60 | yes
ss_title | text |  |  | yes
ss_sum | text
ss_dec | text
| end repeat
| end group
rnk | begin group
rk_method | select_one rankm |  |  | yes
rk_question | text | ${rk_method}!='none' |  | yes
rk_items | select_multiple item | ${rk_method}!='none' | count-selected(.) >= 2 and count-selected(.) <= 12 | yes
vote | begin repeat | ${rk_method}='order'
v_group | select_one group |  |  | yes
v_n | integer |  | . >= 1 and . <= 200 | yes
v_rank | rank item |  |  | yes
| end repeat
dot | begin repeat | ${rk_method}='dots' or ${rk_method}='pile'
d_group | select_one group |  |  | yes
d_item | select_one item |  |  | yes
d_n | integer |  | . >= 0 and . <= 1000 | yes
| end repeat
pair | begin repeat | ${rk_method}='pair'
pc_group | select_one group |  |  | yes
pc_a | select_one item |  |  | yes
pc_b | select_one item |  | . != ${pc_a} | yes
pc_win | select_one pcw |  |  | yes
pc_why | text
| end repeat
| end group
act | begin group
prop | begin repeat
a_title | text |  |  | yes
a_theme | select_one powsec |  |  | yes
a_ref | text
a_species | select_multiple species
a_threat | select_multiple threat
a_country | select_multiple country
a_kind | select_one action1
a_prio | select_one prio |  |  | yes
a_tf | select_one tf |  |  | yes
a_lead | text
a_with | text
a_cost | decimal |  | . >= 0
a_ind | text
a_sup | select_one support |  |  | yes
a_diss | text | ${a_sup}='maj' or ${a_sup}='split' |  | yes
| end repeat
n_prop | calculate |  | count(${prop})
| end group
close | begin group
min_read | select_one yn |  |  | yes
min_adopt | select_one support | ${min_read}='yes' |  | yes
open_pts | text
next | date
remarks | text
| end group
"""

CHOICES = """
yn: yes no
yndk: yes no dk
yndkr: yes no dk refused
s5: 1 2 3 4 5 99
agree5: 1 2 3 4 5 98 99
rate4: 4 3 2 1 0 99
conf3: high medium low
trend: inc stable dec fluct gone new dk
season: winter spring summer autumn
country: AF BT CN IN IR KZ KG MN NP PK RU TJ TM UZ
species: CERYAR CAMFER BOSMUT PANUNC ACIJUB SAITAT OVIAMM PROGUT GAZSUB EQUHEM EQUKIA PANHOD EQUPRZ PROPIC GAZBEN
  OVIVIG PANPAR URSARC OTOMAN LYNLYN OTH
threat: cami_1 cami_1a cami_1b cami_1c cami_1d cami_1e cami_2 cami_3 cami_3a cami_3b cami_3c cami_3d cami_3e cami_4
  cami_4a cami_4b cami_4c cami_4d cami_4e cami_5 cami_6 cami_6a cami_7 cami_8 cami_8a cami_9 cami_10 cami_11 cami_12
  cami_12a cami_12b cami_13 cami_14 cami_15 cami_16 cami_17 cami_18 cami_99
threat_short: cami_1 cami_1c cami_2 cami_3 cami_3a cami_3c cami_3d cami_4 cami_4a cami_5 cami_6 cami_8 cami_9 cami_10
  cami_12 cami_12a cami_12b cami_15 cami_99
sh_type: gov_env gov_local gov_other border enf pa sci ngo_nat ngo_int igo cbo herd hunt priv_inf priv_tour fin media
  other
level: local prov nat reg glob
tie: info joint fund cmd train conflict
dir: out in both
freq: week month year less
capacity: leg enf pa mon res hab inf com awa tra fin dat tb pol
powsec: o1_1 o1_2 o1_3 o1_4 o1_5 o1_6 o1_7 o2 o3 o4
mode: self face phone
consent: yes no withdrawn
store: anon org full
sex: f m o
age: a18 a30 a45 a60
lang: ru kk ky tg uz tk mn fa ps ur zh bo ne dz hi sgh wbl kaa other
role: herd hh hire farm rang hunt lead oth
live: sheep goat cattle yak horse camel donkey dog
past: valley steppe desert foothill alp forest
guard: herder part dog corral pp light none
agent: wolf snowl leop lynx bear dog eagle fox unk dis wea acc theft
where: corral camp pasture free
evid: saw carcass track miss told
comp: full part pend noclaim none rej
idres: right help wrong no
seen: m1 m12 y5 y10 older never dk
obs: live dead sign cam told
grp: g1 g2 g6 g21 g101 g1000 dk
barrier: bfence rail road pipe canal pfence mine power none
cross: free some never die dk
sens: skip ballot rrt uct proj
uctg: a b
benefit: none tour job hunt ins comm spirit oth
need: corral ins vet pasture water patrol dogs info income fence oth
place_prec: none adm g25 g10
impl: ns plan ong done stop na dk
eff: 0 1 2 3 99
adeq: 0 1 2 3 99
timing: ong fut pastr pastn
pres: present reintro poss vag ext
pop: count sample index exp none
prio: high medium low
tf: imm short mid long ong
keep: keep amend merge drop new
cur: USD EUR loc
mtype: nat reg site exp
rankm: pair dots pile order none
support: cons maj split later
group: herders women gov sci ngo hunt priv mix
item: cami_1 cami_1c cami_2 cami_3 cami_3a cami_3c cami_3d cami_4 cami_4a cami_5 cami_6 cami_8
evid2: survey mon case report expert anec
obst: money staff law will border security data comm coord oth
pcw: a b eq
action1: a1_1 a1_2 a2_1 a2_2 a2_3 a3_1 a3_2 a4_1 a4_2 a4_3 a5_1 a5_2 a5_3 a5_4 a5_5 a6_1 a6_2
  a6_3 a6_4 a6_5 a7_1 a7_2 a8_1 a8_2 a9_1 a9_2 a10_1 a10_2 a10_3 a10_4
"""
