"""Paragraphs, fields, pictures and tables of a Word document as XML, in the order of elements that Word insists on.

They are written as text: through the objects of python-docx each would be searched for its place one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from cami_survey.exports.cells import visible

TABLE_STYLE = "CAMI Table"
# Half points, and the width of the text of a page in twentieths of a point.
LETTERS, PAGE = 17, 9638
_BREAKS = re.compile("(\t|\r\n|\r|\n)")
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_PICTURE = (
    "<w:p><w:pPr><w:keepNext/></w:pPr><w:r><w:drawing><wp:inline>"
    '<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="Picture {number}" descr={alt} title={title}/>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="0" name="image.png"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{part}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
    '<a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
)


@dataclass(frozen=True, slots=True)
class Words:
    """A cell of a table: what it says, at the end of its column or at the start, and whether it is a head."""

    text: str
    at_end: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class WordML:
    """Writes XML for a document that runs from the left, or from the right."""

    right_to_left: bool

    def run(self, text: str, *, colour: str = "", size: float = 0, italic: bool = False) -> str:
        """Words; `size` in points."""
        looks = "<w:i/>" if italic else ""
        looks += f'<w:color w:val="{colour}"/>' if colour else ""
        looks += f'<w:sz w:val="{round(2 * size)}"/>' if size else ""
        looks += "<w:rtl/>" if self.right_to_left else ""
        return f"<w:r>{f'<w:rPr>{looks}</w:rPr>' if looks else ''}{_words(text)}</w:r>"

    def paragraph(self, *runs: str, style: str = "", keep_next: bool = False) -> str:
        """Runs in a paragraph of a style (its id), which may have to stay on the page of the next one."""
        looks = f'<w:pStyle w:val="{style}"/>' if style else ""
        looks += "<w:keepNext/>" if keep_next else ""
        looks += "<w:bidi/>" if self.right_to_left else ""
        return f"<w:p>{f'<w:pPr>{looks}</w:pPr>' if looks else ''}{''.join(runs)}</w:p>"

    def table(self, widths: Sequence[int], rows: Iterable[str], title: str = "", *, keep_next: bool = False) -> str:
        """A table and the gap below it, which may have to stay with what follows; `widths` are parts of the page."""
        keep = "<w:keepNext/>" if keep_next else ""
        whole = sum(widths)
        columns = "".join(f'<w:gridCol w:w="{round(PAGE * width / whole)}"/>' for width in widths)
        bidi = "<w:bidiVisual/>" if self.right_to_left else ""
        caption = f"<w:tblCaption w:val={quoteattr(visible(title))}/>" if title else ""
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="CAMITable"/>{bidi}'
            '<w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0420" w:firstRow="1" w:noHBand="0"/>{caption}</w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
            f'<w:p><w:pPr>{keep}<w:spacing w:after="80"/></w:pPr></w:p>'
        )

    def row(self, cells: Iterable[Words], *, head: bool = False, scale: float = 1, keep_next: bool = False) -> str:
        """A row that no page tears; a head stands on every page. Letters are `scale` times the usual.

        It may have to stay on the page of the row that follows.
        """
        size = round(LETTERS * scale)
        made = "".join(self._cell(cell, size, keep_next) for cell in cells)
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"

    def _cell(self, cell: Words, size: int, keep_next: bool) -> str:
        keep = "<w:keepNext/>" if keep_next else ""
        bidi, rtl = ("<w:bidi/>", "<w:rtl/>") if self.right_to_left else ("", "")
        side = f'<w:jc w:val="{"left" if self.right_to_left else "right"}"/>' if cell.at_end else ""
        return (
            f'<w:tc><w:tcPr/><w:p><w:pPr>{keep}{bidi}<w:spacing w:before="30" w:after="30"/>{side}</w:pPr><w:r><w:rPr>'
            f'{"<w:b/><w:bCs/>" if cell.bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>{rtl}</w:rPr>'
            f"{_words(cell.text)}</w:r></w:p></w:tc>"
        )


def field(code: str, shown: str) -> str:
    """A field that Word computes, and what stands there until it does."""
    return _FIELD.format(code=code, shown=escape(shown))


def picture(part: str, number: int, size: tuple[int, int], *, title: str, alt: str) -> str:
    """A paragraph with the picture of a related part; its caption stays below it. `size` in English metric units."""
    told = {"title": quoteattr(visible(title)), "alt": quoteattr(visible(alt))}
    return _PICTURE.format(part=part, number=number, wide=size[0], high=size[1], **told)


def elements(xml: str) -> list[object]:
    """The elements of a document's body that `xml` is the text of."""
    return list(parse_xml(f"<w:body {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{xml}</w:body>"))


def table_style() -> str:
    """The style of all tables: lines between rows and a tinted head."""
    border = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    lines = (("top", 8, "0B6E69"), ("bottom", 4, "DAD8D0"), ("insideH", 4, "DAD8D0"))
    borders = "".join(border.format(side=side, size=size, colour=colour) for side, size, colour in lines)
    margins = '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="CAMITable">'
        f'<w:name w:val="{TABLE_STYLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>'
        '<w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>'
        '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="DDEFED"/></w:tcPr></w:tblStylePr></w:style>'
    )


def _words(text: str) -> str:
    """The text of a run; what a person typed over several lines stands on several lines."""
    parts = _BREAKS.split(visible(text))
    made = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in parts[::2])
    if len(parts) == 1:
        return next(made)
    breaks = ("<w:tab/>" if one == "\t" else "<w:br/>" for one in parts[1::2])
    return next(made) + "".join(one + said for one, said in zip(breaks, made, strict=True))
