"""Who has read the languages of a form: a sheet beside the form, kept in the XForm where other tools pass it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from cami_survey.engine.xml import parse_xml

SHEET = "languages"
LANGUAGE, REVIEWER, DAY = "language", "reviewed by", "reviewed on"
NAMESPACE = "urn:cami-survey:xforms"
XFORMS = "http://www.w3.org/2002/xforms"
REVIEWER_MARK, DAY_MARK = f"{{{NAMESPACE}}}reviewer", f"{{{NAMESPACE}}}reviewed"
etree.register_namespace("cami", NAMESPACE)


@dataclass(frozen=True, slots=True)
class Review:
    """Who has read a language, and on which day. Without a name it is a draft."""

    reviewer: str = ""
    day: str = ""

    @property
    def draft(self) -> bool:
        """Whether no native speaker has reviewed the language yet."""
        return not self.reviewer


def mark_reviews(xml: bytes, rows: Sequence[Mapping[str, str]]) -> bytes:
    """The XForm with what the sheet says of its languages; the default language is the source and has no mark.

    A language that the sheet does not name is a draft.
    """
    root = parse_xml(xml)
    named = {row.get(LANGUAGE, ""): row for row in rows}
    for translation in _translations(root):
        if translation.get("default") is None:
            row = named.get(translation.get("lang", ""), {})
            translation.set(REVIEWER_MARK, row.get(REVIEWER, ""))
            if row.get(DAY):
                translation.set(DAY_MARK, row[DAY].removesuffix(" 00:00:00"))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def read_reviews(root: etree._Element) -> dict[str, Review]:
    """Language -> review, for the languages of which the form says something."""
    return {
        translation.get("lang", ""): Review(translation.get(REVIEWER_MARK, ""), translation.get(DAY_MARK, ""))
        for translation in _translations(root)
        if translation.get(REVIEWER_MARK) is not None
    }


def reviews_of(xml: bytes) -> dict[str, Review]:
    """What the XML of a form says of its languages, without reading the whole form. FormError if it is no XML."""
    return read_reviews(parse_xml(xml))


def _translations(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter(f"{{{XFORMS}}}translation")
