"""Forms of the sizes that the figures of the engine are about, and answers to give."""

from __future__ import annotations

NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"'
)


def xform(instance: str, binds: str, body: str, more: str = "") -> bytes:
    """An XForm around these parts."""
    return (
        f'<h:html {NAMESPACES}><h:head><h:title>Measured</h:title><model><instance><data id="measured">{instance}'
        f"<meta><instanceID/></meta></data></instance>{more}{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def flat(groups: int) -> bytes:
    """Groups of 50 questions; in each a third is shown for an answer before it, and a chain of 15 calculations."""
    instance, binds, body = [], [], []
    for group in range(groups):
        at = f"/data/g{group}"
        names = [f"q{place}" for place in range(50)] + [f"c{place}" for place in range(15)]
        instance.append(f"<g{group}>" + "".join(f"<{name}/>" for name in names) + f"</g{group}>")
        body.append(f'<group ref="{at}">')
        for place in range(50):
            relevant = f' relevant="../q{place - 35} &gt; 50"' if place >= 35 else ""
            binds.append(f'<bind nodeset="{at}/q{place}" type="int"{relevant}/>')
            body.append(f'<input ref="{at}/q{place}"><label>Question {group}.{place}</label></input>')
        for place in range(15):
            formula = "coalesce(../q0, 0)" if place == 0 else f"../c{place - 1} + coalesce(../q{place}, 0)"
            binds.append(f'<bind nodeset="{at}/c{place}" type="int" calculate="{formula}"/>')
        body.append("</group>")
    return xform("".join(instance), "".join(binds), "".join(body))


def chains() -> bytes:
    """1,000 questions and 300 calculations in 30 chains of ten, all of which begin with the first question."""
    instance = "".join(f"<q{place}/>" for place in range(1000))
    binds = "".join(f'<bind nodeset="/data/q{place}" type="int"/>' for place in range(1000))
    body = "".join(f'<input ref="/data/q{place}"/>' for place in range(1000))
    for chain in range(30):
        for link in range(10):
            start = (
                "coalesce(/data/q0, 0) + 1"
                if link == 0
                else f"/data/c{chain}_{link - 1} + coalesce(/data/q{link + 1}, 0)"
            )
            instance += f"<c{chain}_{link}/>"
            binds += f'<bind nodeset="/data/c{chain}_{link}" type="int" calculate="{start}"/>'
    return xform(instance, binds, body)


ROW_TOTAL = "coalesce(../price, 0) * coalesce(../qty, 0)"
SHARE = "../row div /data/sum"
INLINE_SHARE = "../row div sum(/data/rep/row)"
RUNNING = "coalesce(indexed-repeat(/data/rep/more, /data/rep, position(..) - 1), 0) + ../row"
RUNNING_SUM = "sum(/data/rep[position() &lt;= position(current()/..)]/row)"


def repeats(instances: int, more: str = "") -> bytes:
    """A repeat of ten questions with a row total, a sum over it, and one more calculation in each row."""
    row = "".join(f"<q{place}/>" for place in range(8)) + "<price/><qty/><row/><more/>"
    binds = f'<bind nodeset="/data/rep/row" calculate="{ROW_TOTAL}"/>'
    binds += '<bind nodeset="/data/sum" calculate="sum(/data/rep/row)"/>'
    if more:
        binds += f'<bind nodeset="/data/rep/more" calculate="{more}"/>'
    asked = [*(f"q{place}" for place in range(8)), "price", "qty"]
    body = "".join(f'<input ref="/data/rep/{name}"/>' for name in asked)
    instance = "<sum/>" + f'<rep jr:template="">{row}</rep>' + f"<rep>{row}</rep>" * instances
    return xform(instance, binds, f'<repeat nodeset="/data/rep">{body}</repeat>')


def listed(condition: str) -> bytes:
    """A choice filtered from a table beside the form, and a look-up in it."""
    return xform(
        "<grp/><place/><code/><name/>",
        '<bind nodeset="/data/name" calculate="instance(\'places\')/root/item[name = /data/code]/label"/>',
        '<input ref="/data/grp"/><select1 ref="/data/place"><itemset nodeset="instance(\'places\')/root/item'
        f'[{condition}]"><value ref="name"/><label ref="label"/></itemset></select1>',
        '<instance id="places" src="jr://file-csv/places.csv"/>',
    )


def table(rows: int) -> bytes:
    """The table: a code, a label and one of 300 groups."""
    return ("name,label,grp\n" + "".join(f"c{row},Place {row},g{row % 300}\n" for row in range(rows))).encode()
