"""Figures of the form engine, each beside a floor measured in the same run: plain lxml on the same document.

python benchmarks/engine.py [--rows 100000] [--instances 1000]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from cami_survey.engine.api import Form, Session, load_form

NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"'
)
HERDER = Path(__file__).parents[1] / "forms" / "herder_interview.xlsx"


def xform(instance: str, binds: str, body: str, more: str = "") -> bytes:
    """An XForm around these parts."""
    return (
        f'<h:html {NAMESPACES}><h:head><h:title>Measured</h:title><model><instance><data id="measured">{instance}'
        f"<meta><instanceID/></meta></data></instance>{more}{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def flat(groups: int) -> bytes:
    """Groups of 50 questions with 15 relevants and chained calculates each, and a grand total."""
    instance, binds, body = [], [], []
    for group in range(groups):
        names = [f"q{place}" for place in range(50)]
        chain = [f"c{place}" for place in range(14)]
        instance.append(f"<g{group}>" + "".join(f"<{name}/>" for name in names + chain) + f"</g{group}>")
        body.append(f'<group ref="/data/g{group}">')
        for place, name in enumerate(names):
            relevant = f' relevant="../q{place - 35} &gt; 50"' if place >= 35 else ""
            binds.append(f'<bind nodeset="/data/g{group}/{name}" type="int"{relevant}/>')
            body.append(f'<input ref="/data/g{group}/{name}"><label>Question {group}.{place}</label></input>')
        for place, name in enumerate(chain):
            formula = "coalesce(../q0, 0)" if place == 0 else f"../c{place - 1} + coalesce(../q{place}, 0)"
            binds.append(f'<bind nodeset="/data/g{group}/{name}" type="int" calculate="{formula}"/>')
        body.append("</group>")
    total = " + ".join(f"/data/g{group}/c13" for group in range(groups))
    binds.append(f'<bind nodeset="/data/total" type="int" calculate="{total}"/>')
    return xform("".join(instance) + "<total/>", "".join(binds), "".join(body))


def repeats(instances: int) -> bytes:
    """A repeat with a row total, a position and a running total, and sums over it."""
    row = "<price/><qty/><row/><pos/><share/><running/>"
    path = "/data/rep"
    before = f"coalesce(indexed-repeat({path}/running, {path}, position(..) - 1), 0)"
    binds = (
        f'<bind nodeset="{path}/row" calculate="coalesce(../price, 0) * coalesce(../qty, 0)"/>'
        f'<bind nodeset="{path}/pos" calculate="position(..)"/>'
        f'<bind nodeset="{path}/share" calculate="../row div /data/sum"/>'
        f'<bind nodeset="{path}/running" calculate="{before} + ../row"/>'
        f'<bind nodeset="/data/sum" calculate="sum({path}/row)"/>'
    )
    body = f'<repeat nodeset="{path}"><input ref="{path}/price"/><input ref="{path}/qty"/></repeat>'
    return xform("<sum/>" + f'<rep jr:template="">{row}</rep>' + f"<rep>{row}</rep>" * instances, binds, body)


LIST = xform(
    "<grp/><place/><code/><name/>",
    '<bind nodeset="/data/name" calculate="instance(\'places\')/root/item[name = /data/code]/label"/>',
    '<input ref="/data/grp"/><select1 ref="/data/place"><itemset nodeset="instance(\'places\')/root/item'
    '[grp = /data/grp]"><value ref="name"/><label ref="label"/></itemset></select1>',
    '<instance id="places" src="jr://file-csv/places.csv"/>',
)


def took(act: Callable[[], object], times: int = 1) -> float:
    """The median seconds of `times` runs."""
    spent = []
    for _run in range(times):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def say(what: str, seconds: float, floor: float, beside: str) -> None:
    print(f"{what:<58} {seconds * 1000:10.3f} ms   {seconds / floor:8.1f} x {beside}")


def answering(session: Session, refs: list[str]) -> float:
    """The median seconds of one answer with its recalculation."""
    spent = []
    for place in range(200):
        start = time.perf_counter()
        session.set(refs[place % len(refs)], str(place * 7 % 120))
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def flat_forms() -> None:
    for groups in (20, 200):
        source = flat(groups)
        floor = took(lambda source=source: etree.fromstring(source), 5)
        say(
            f"load {groups * 50:,} questions",
            took(lambda source=source: load_form(source), 3),
            floor,
            "parsing the XML",
        )
        form = load_form(source)
        say(f"open {groups * 50:,} questions", took(form.open, 3), floor, "parsing the XML")
        refs = [f"/data/g{group}/q{place}" for group in range(groups) for place in (0, 3, 7)]
        document = etree.fromstring(form.open().to_xml())
        count = took(lambda document=document: document.xpath("count(//*)"), 50)
        say(f"one answer of {groups * 50:,}", answering(form.open(), refs), count, "counting the nodes in lxml")


def repeat_forms(instances: int) -> None:
    source = repeats(instances)
    form = load_form(source)
    session = form.open()
    document = etree.fromstring(session.to_xml())
    space = document.nsmap[None]
    floor = took(lambda: document.xpath("sum(//x:qty)", namespaces={"x": space}), 50)
    refs = [f"/data/rep[{place}]/price" for place in range(1, instances + 1, 7)]
    for ref in refs:
        session.set(ref.replace("price", "qty"), "3")
    say(f"one price of {instances:,}: shares and running totals", answering(session, refs), floor, "one sum in lxml")
    say("add an instance", took(lambda: session.add_repeat("/data/rep"), 10), floor, "one sum in lxml")
    say("remove the first instance", took(lambda: session.remove_repeat("/data/rep[1]"), 3), floor, "one sum in lxml")


def lists(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "places.csv"
        lines = (f"c{row},Place {row},g{row % 300}\n" for row in range(rows))
        table.write_text("name,label,grp\n" + "".join(lines), "utf-8")
        floor = took(lambda: table.read_text("utf-8").splitlines(), 3)
        say(
            f"load a list of {rows:,}", took(lambda: load_form(LIST, media=Path(folder)), 2), floor, "reading its lines"
        )
        session = load_form(LIST, media=Path(folder)).open()
    lookups = [session.set("/data/code", f"c{row}") and f"c{row}" for row in range(0, rows, max(rows // 200, 1))]
    say(
        "look one up",
        took(lambda: [session.set("/data/code", code) for code in lookups]) / len(lookups),
        floor,
        "reading",
    )
    groups = [f"g{group}" for group in range(200)]
    start = time.perf_counter()
    shown = sum(_filtered(session, group) for group in groups)
    say(f"filter it ({shown // 200} choices)", (time.perf_counter() - start) / 200, floor, "reading its lines")


def _filtered(session: Session, group: str) -> int:
    session.set("/data/grp", group)
    return len(session.node("/data/place").choices)


def herder() -> None:
    form: Form = load_form(HERDER)
    floor = took(lambda: etree.fromstring(form.xml), 5)
    say(
        "herder interview from its XForm",
        took(lambda: load_form(form.xml, media=HERDER.parent), 5),
        floor,
        "parsing the XML",
    )
    say("herder interview from its workbook", took(lambda: load_form(HERDER), 3), floor, "parsing the XML")
    say("open the herder interview", took(form.open, 5), floor, "parsing the XML")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--instances", type=int, default=1_000)
    options = parser.parse_args()
    herder()
    flat_forms()
    repeat_forms(options.instances)
    lists(options.rows)


if __name__ == "__main__":
    main()
