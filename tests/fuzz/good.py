"""Forms and submissions that are good, to be damaged."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from tests.engine.conftest import xform
from tests.engine.test_restoring import NESTED

MORNING = datetime(2026, 3, 2, 10, 11, 12, 345000, tzinfo=timezone(timedelta(hours=6)))
TYPED = xform(
    "<camp orx:a='1'/><when/><at/><t/><where/><line/><ok/><n>3</n><share>0.5</share><list>a</list><one/>"
    "<order/><photo/>"
    "<range>5</range><g><h><deep>d</deep></h></g><row jr:template=''><kind/><n/></row><calc/><stamp/>"
    "<orx:meta><orx:instanceID/><orx:instanceName/><orx:audit/>"
    "<entity dataset='trees' id='' create='' update='' baseVersion=''><label/></entity></orx:meta>",
    "<bind nodeset='/data/when' type='date'/><bind nodeset='/data/at' type='dateTime'/>"
    "<bind nodeset='/data/t' type='time'/>"
    "<bind nodeset='/data/where' type='geopoint'/><bind nodeset='/data/line' type='geotrace'/>"
    "<bind nodeset='/data/ok' type='boolean' relevant=\"/data/n &gt; 1 and regex(/data/camp, '^[a-zа-я]*$')\"/>"
    "<bind nodeset='/data/n' type='int' required='true()' constraint='. &gt;= 0 and . &lt; 50' jr:constraintMsg='No.'/>"
    "<bind nodeset='/data/share' type='decimal'/><bind nodeset='/data/photo' type='binary'/>"
    "<bind nodeset='/data/range' type='int'/><bind nodeset='/data/row' relevant=\"/data/list != ''\"/>"
    "<bind nodeset='/data/row/kind' calculate=\"selected-at(/data/list, position(..) - 1)\"/>"
    "<bind nodeset='/data/calc' calculate=\"sum(/data/row/n) + coalesce(/data/n, 0) + count(/data/row)\"/>"
    "<bind nodeset='/data/stamp' type='dateTime' jr:preload='timestamp' jr:preloadParams='end'/>"
    "<bind nodeset='/data/meta/instanceID' jr:preload='uid'/><bind nodeset='/data/meta/entity/@id' calculate='uuid()'/>"
    "<bind nodeset='/data/meta/entity/label' calculate='/data/camp'/>",
    "<input ref='/data/camp'><label ref=\"jr:itext('q')\"/><hint>H <output value='/data/n'/></hint></input>"
    "<input ref='/data/when'><label>W</label></input><input ref='/data/at'><label>A</label></input>"
    "<input ref='/data/t'><label>T</label></input><input ref='/data/where'><label>P</label></input>"
    "<input ref='/data/line'><label>L</label></input><trigger ref='/data/ok'><label>O</label></trigger>"
    "<input ref='/data/n'><label>N</label>"
    "<setvalue event='xforms-value-changed' ref='/data/share' value='. div 2'/></input>"
    "<input ref='/data/share'><label>S</label></input>"
    "<select ref='/data/list'><label>L</label><itemset nodeset=\"instance('l')/root/item[n &lt; 9]\"><value ref='v'/>"
    "<label ref='t'/></itemset></select>"
    "<select1 ref='/data/one' appearance='minimal'><label>1</label><item><label>A</label><value>a</value></item>"
    "<item><label>B</label><value>b</value></item></select1>"
    "<odk:rank ref='/data/order'><label>O</label><itemset nodeset=\"randomize(instance('l')/root/item, 3)\">"
    "<value ref='v'/>"
    "<label ref='t'/></itemset></odk:rank><upload ref='/data/photo' mediatype='image/*'><label>P</label></upload>"
    "<range ref='/data/range' start='1' end='10' step='1'><label>R</label></range>"
    "<group ref='/data/g'><label>G</label><group ref='/data/g/h'><input ref='/data/g/h/deep'><label>D</label>"
    "</input></group>"
    "</group><group ref='/data/row'><label>Row</label>"
    "<repeat nodeset='/data/row' jr:count='count-selected(/data/list)'>"
    "<input ref='/data/row/n'><label>N</label></input></repeat></group>",
    more="<instance id='l'><root><item><v>a</v><t>A</t><n>1</n></item><item><v>b</v><t>B</t><n>2</n></item>"
    "</root></instance>",
    head="<itext><translation lang='en' default='true()'><text id='q'><value>Camp</value>"
    "<value form='image'>jr://images/a.png"
    "</value></text></translation><translation lang='ru'><text id='q'><value>Лагерь</value></text>"
    "</translation></itext>",
)
MARKDOWN = b"""
| survey | | | | | | | | | |
| | type | name | label::en (en) | label::ru (ru) | relevant | constraint | calculation | required | appearance |
| | text | camp | Camp | A | | . != '' | | yes | |
| | begin_group | g | Group | B | ${camp} != 'x' | | | | field-list |
| | select_one yn | ok | Ok ${camp}? | C | | | | | minimal |
| | select_multiple yn | several | Which? | C | | count-selected(.) < 2 | | | |
| | end_group | | | | | | | | |
| | begin_repeat | r | Rows | D | ${ok} = 'y' | | | | |
| | integer | n | N | E | | . < 10 | | | |
| | calculate | c | | | | | sum(${n}) | | |
| | end_repeat | | | | | | | | |
| choices | | | | |
| | list_name | name | label::en (en) | label::ru (ru) |
| | yn | y | Yes | D |
| | yn | n | No | N |
| settings | | | |
| | form_id | version | default_language |
| | f1 | 1 | en (en) |
"""
FORMS = {"typed": TYPED, "nested": NESTED}
