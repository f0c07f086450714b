"""The lists of choices inside an XForm: read, and written back with other choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from cami_survey.engine.xml import parse_xml

XFORMS = "{http://www.w3.org/2002/xforms}"
RETIRED = "retired"
PLAIN = frozenset({"name", "label", "itextId", RETIRED})


@dataclass(frozen=True, slots=True)
class Listed:
    """A choice with its label by language; the language is "" where the form has no languages.

    `retired`: it stays for the sake of answers given with it, and should not be chosen any more.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    retired: bool = False


def read_lists(xml: bytes) -> dict[str, tuple[Listed, ...]]:
    """List -> its choices. Lists with columns of their own, for filters or places, are left out."""
    root = parse_xml(xml)
    texts = _texts(root)
    return {name: tuple(_listed(item, texts) for item in items) for name, items in _plain_lists(root)}


def write_lists(xml: bytes, lists: Mapping[str, Sequence[Listed]]) -> bytes:
    """The XForm with these choices in the lists named, in their order; everything else is as it was."""
    root = parse_xml(xml)
    texts = _texts(root)
    for name, items in list(_plain_lists(root)):
        if name in lists:
            _write(name, items, lists[name], texts)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


Texts = dict[str, tuple[etree._Element, dict[str, etree._Element]]]


def _texts(root: etree._Element) -> Texts:
    """Language -> its translation and what stands in it by id."""
    return {
        translation.get("lang", ""): (translation, {text.get("id", ""): text for text in translation})
        for translation in root.iter(f"{XFORMS}translation")
    }


def _plain_lists(root: etree._Element) -> Iterator[tuple[str, list[etree._Element]]]:
    for instance in root.iter(f"{XFORMS}instance"):
        items = instance.findall(f"{XFORMS}root/{XFORMS}item")
        if items and all(_is_plain(item) for item in items):
            yield instance.get("id", ""), items


def _is_plain(item: etree._Element) -> bool:
    return bool(_text(item, "name")) and {etree.QName(child).localname for child in item} <= PLAIN


def _text(item: etree._Element, name: str) -> str:
    return item.findtext(f"{XFORMS}{name}") or ""


def _value(text: etree._Element | None) -> etree._Element | None:
    """The words of a text: its value that is no picture or sound."""
    values = text.findall(f"{XFORMS}value") if text is not None else []
    return next((value for value in values if value.get("form") is None), None)


def _listed(item: etree._Element, texts: Texts) -> Listed:
    label, key = item.find(f"{XFORMS}label"), _text(item, "itextId")
    if label is not None:
        labels = {"": label.text or ""}
    else:
        values = {language: _value(by_id.get(key)) for language, (_translation, by_id) in texts.items()}
        labels = {
            language: "".join(map(str, value.itertext())) for language, value in values.items() if value is not None
        }
    return Listed(_text(item, "name"), labels, bool(_text(item, RETIRED)))


def _write(name: str, items: list[etree._Element], choices: Sequence[Listed], texts: Texts) -> None:
    there = {_text(item, "name"): item for item in items}
    root = items[0].getparent()
    assert root is not None
    for item in items:
        root.remove(item)
    translated = items[0].find(f"{XFORMS}itextId") is not None
    for choice in choices:
        if choice.name not in there:
            there[choice.name] = _new(choice.name, f"{name}-{choice.name}" if translated else "")
        item = there[choice.name]
        root.append(item)
        if choice.retired != bool(_text(item, RETIRED)):
            _retire(item, choice.retired)
        _say(item, choice, texts)


def _new(name: str, key: str) -> etree._Element:
    item = etree.Element(f"{XFORMS}item")
    etree.SubElement(item, f"{XFORMS}itextId" if key else f"{XFORMS}label").text = key
    etree.SubElement(item, f"{XFORMS}name").text = name
    return item


def _retire(item: etree._Element, retired: bool) -> None:
    if retired:
        etree.SubElement(item, f"{XFORMS}{RETIRED}").text = "yes"
    else:
        etree.strip_elements(item, f"{XFORMS}{RETIRED}")


def _say(item: etree._Element, choice: Listed, texts: Texts) -> None:
    """Write the labels that differ; a text with a value inserted or a picture keeps what is not words."""
    before, label = _listed(item, texts).labels, item.find(f"{XFORMS}label")
    for language, words in choice.labels.items():
        if before.get(language) == words:
            continue
        value = label if label is not None else _value_to_fill(_text(item, "itextId"), language, texts)
        if value is not None:
            del value[:]
            value.text = words


def _value_to_fill(key: str, language: str, texts: Texts) -> etree._Element | None:
    if language not in texts:
        return None
    translation, by_id = texts[language]
    if key not in by_id:
        by_id[key] = etree.SubElement(translation, f"{XFORMS}text", id=key)
    found = _value(by_id[key])
    return etree.SubElement(by_id[key], f"{XFORMS}value") if found is None else found
