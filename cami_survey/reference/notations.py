"""Places as people write them: degrees in all their forms, grids, links to maps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.reference.coordinates import Place

LONGEST = 20_000

# Letters and words of the four quarters in the languages of the region; longer words first.
_QUARTERS: dict[str, tuple[str, ...]] = {
    "N": (
        "северной широты",
        "северная широта",
        "сев. широты",
        "с. ш.",
        "с.ш.",
        "с.ш",
        "сш",
        "north",
        "شمالی",
        "شمال",
        "с",
    ),
    "S": ("южной широты", "южная широта", "ю. ш.", "ю.ш.", "ю.ш", "юш", "south", "جنوبی", "جنوب", "ю"),
    "E": ("восточной долготы", "восточная долгота", "в. д.", "в.д.", "в.д", "вд", "east", "شرقی", "شرق", "в"),
    "W": ("западной долготы", "западная долгота", "з. д.", "з.д.", "з.д", "зд", "west", "غربی", "غرب", "з"),
}
_WORDS = {word: letter for letter, words in _QUARTERS.items() for word in words}
_WORD = re.compile(
    r"(?<![^\W\d_])(" + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True)) + r")(?![^\W\d_])"
)
_NAMES = re.compile(r"\b(?:latitude|longitude|lat|lon|lng|long|широта|долгота)\b\.?\s*[:=]?", re.IGNORECASE)
_MARKS = str.maketrans(
    {
        "º": "°",
        "˚": "°",
        "’": "'",
        "‘": "'",
        "′": "'",
        "´": "'",
        "`": "'",
        "″": '"',
        "”": '"',
        "“": '"',
        "–": "-",
        "−": "-",
    }
    | {"\u066b": ".", "\u066c": ",", "\u060c": ",", "؛": ";", "\u00a0": " ", "\u202f": " ", "\u200e": "", "\u200f": ""}
)
_NUMBER = r"\d+(?:\.\d+)?"
_PART = re.compile(rf"[-+]?{_NUMBER}")
_PLAIN = re.compile(rf"[\s,;]*[-+]?{_NUMBER}(?:[\s,;]+[-+]?{_NUMBER})*[\s,;]*")
_ANGLE = re.compile(
    rf"([NSEW])?\s*([-+]?{_NUMBER})\s*°?\s*(?:({_NUMBER})\s*'?\s*(?:({_NUMBER})\s*(?:\"|'')?)?)?\s*([NSEW])?"
)
_COMMAS = re.compile(r"\s*[-+]?\d+,\d+\s*°?\s*[NSEW]?[\s;,]+[NSEW]?\s*[-+]?\d+,\d+\s*°?\s*[NSEW]?\s*")
_COMMA_FRACTION = re.compile(r"(\d),(\d+\s*[°'\"])")
_PAIR = re.compile(rf"([-+]?{_NUMBER})\s*[,/ ]\s*([-+]?{_NUMBER})")
_UTM = re.compile(
    r"(\d{1,2})\s*([C-HJ-NP-X])\s*[,;]?\s*(\d{5,6}(?:\.\d+)?)\s*M?\s*E?\s*[,;]?\s*(\d{1,8}(?:\.\d+)?)\s*M?\s*N?"
)
_MGRS = re.compile(r"(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])([A-HJ-NP-V])\s*(\d+)\s*(\d*)")
_ROWS, _BANDS = "ABCDEFGHJKLMNPQRSTUV", "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")


def read_places(words: str) -> list[Place]:
    """Several places, one on each line or with semicolons between; UserError at the first that cannot be read."""
    parts = [part for part in re.split(r"[\n\r;؛]+", words) if part.strip(" ,\t")]
    return [read_place(part) for part in parts]


def read_place(words: str) -> Place:
    """The place that is written: degrees, with minutes and seconds or not, UTM, MGRS, or a link to a map.

    UserError with a sentence where there is none, or where it does not lie on the earth.
    """
    text = _tidied(words)
    place = _linked(words.strip()) or _gridded(text) or _angles(text)
    if place is None:
        raise _unreadable(words)
    return place


def _tidied(words: str) -> str:
    text = "".join(_latin(letter) for letter in words[:LONGEST]).translate(_MARKS).strip()
    text = _NAMES.sub(" ", text)
    return _WORD.sub(lambda found: f" {_WORDS[found[0]]} ", text.casefold()).upper()


def _latin(letter: str) -> str:
    return str(unicodedata.digit(letter)) if letter.isdigit() and not letter.isascii() else letter


def _unreadable(words: str) -> UserError:
    return UserError(
        "place.unreadable",
        _("“{text}” cannot be read as a place.").format(text=" ".join(words.split())[:60]),
        advice=_("Write it like 41.2044, 74.7661 or 41°12'16\"N 74°45'58\"E."),
    )


def _checked(latitude: float, longitude: float, altitude: float = 0.0, accuracy: float = 0.0) -> Place:
    if abs(latitude) > 90:
        sentence = _("No place has a latitude of {number}°: it lies between -90 and 90.")
        raise UserError("place.latitude", sentence.format(number=_short(latitude)))
    if abs(longitude) > 180:
        sentence = _("No place has a longitude of {number}°: it lies between -180 and 180.")
        raise UserError("place.longitude", sentence.format(number=_short(longitude)))
    return Place(latitude, longitude, altitude, max(accuracy, 0.0))


# Degrees


def _angles(text: str) -> Place | None:
    if "." not in text and _COMMAS.fullmatch(text):
        text = re.sub(r"(\d),(\d)", r"\1.\2", text)
    else:
        text = _COMMA_FRACTION.sub(r"\1.\2", text) if "." not in text else text
    if _PLAIN.fullmatch(text):
        return _plain([float(part) for part in _PART.findall(text)])
    return _marked(re.sub(r"\s*[,;]\s*", " ", text))


def _plain(numbers: Sequence[float]) -> Place | None:
    """Bare numbers: degrees (with altitude and accuracy), or degrees, minutes and seconds twice."""
    if 2 <= len(numbers) <= 4:
        return _checked(*numbers)
    if len(numbers) == 6 and all(0 <= part < 60 for part in (*numbers[1:3], *numbers[4:6])):
        return _checked(_degrees(*numbers[:3]), _degrees(*numbers[3:]))
    return None


def _degrees(whole: float, minutes: float = 0.0, seconds: float = 0.0) -> float:
    size = abs(whole) + minutes / 60 + seconds / 3600
    return -size if whole < 0 else size


def _marked(text: str) -> Place | None:
    """Two angles, told apart by marks or by the letters of their quarters."""
    found = _two_angles(text)
    if found is None:
        return None
    (first, one), (second, other) = found
    if one and other and (one in "EW") == (other in "EW"):
        return None
    if one in tuple("EW") or other in tuple("NS"):
        return _checked(second, first)
    return _checked(first, second)


def _two_angles(text: str) -> tuple[tuple[float, str], tuple[float, str]] | None:
    """Two signed angles with the letters of their quarters, empty where there is none."""
    halves = _halves(text)
    angles = [_angle(half) for half in halves]
    if len(angles) != 2 or angles[0] is None or angles[1] is None:
        return None
    return angles[0], angles[1]


def _halves(text: str) -> list[str]:
    """The text in two, each half with one angle."""
    letters = [at for at, letter in enumerate(text) if letter in "NSEW"]
    if len(letters) == 2:
        first_leads = not any(letter.isdigit() for letter in text[: letters[0]])
        cut = letters[1] if first_leads else letters[0] + 1
        return [text[:cut], text[cut:]]
    degrees = [found.start() for found in re.finditer(rf"[-+]?{_NUMBER}\s*°", text)]
    if not letters and len(degrees) == 2:
        return [text[: degrees[1]], text[degrees[1] :]]
    return []


def _angle(text: str) -> tuple[float, str] | None:
    found = _ANGLE.fullmatch(text.strip())
    if found is None:
        return None
    before, whole, minutes, seconds, after = found.groups()
    letter = before or after or ""
    rest = (float(minutes or 0), float(seconds or 0))
    if (before and after) or max(rest) >= 60 or (letter and whole.startswith("-")):
        return None
    size = _degrees(float(whole), *rest)
    if whole.startswith("-") and size > 0:
        size = -size
    return (-size if letter in tuple("SW") else size), letter


# Grids


def _gridded(text: str) -> Place | None:
    squeezed = text.strip()
    if found := _MGRS.fullmatch(squeezed):
        return _from_mgrs(*found.groups())
    if found := _UTM.fullmatch(squeezed):
        zone, band, easting, northing = found.groups()
        return _from_utm(int(zone), band, float(easting), float(northing))
    return None


def _from_utm(zone: int, band: str, easting: float, northing: float) -> Place | None:
    import utm

    try:
        latitude, longitude = utm.to_latlon(easting, northing, zone, band)
    except utm.OutOfRangeError:
        return None
    return _checked(float(latitude), float(longitude))


def _from_mgrs(zone_text: str, band: str, column: str, row: str, digits: str, more: str) -> Place | None:
    zone = int(zone_text)
    east, north = (digits, more) if more else (digits[: len(digits) // 2], digits[len(digits) // 2 :])
    columns = _COLUMNS[zone % 3]
    if not 1 <= zone <= 60 or len(east) != len(north) or not 1 <= len(east) <= 5 or column not in columns:
        return None
    size = 10 ** (5 - len(east))
    # The middle of the square that is named.
    easting = (columns.index(column) + 1) * 100_000 + int(east) * size + size / 2
    start = (_ROWS.index(row) - (0 if zone % 2 else 5)) % 20 * 100_000 + int(north) * size + size / 2
    south = _BANDS.index(band) * 8 - 80
    for lap in range(5):
        place = (
            _from_utm(zone, band, easting, start + lap * 2_000_000) if start + lap * 2_000_000 <= 10_000_000 else None
        )
        if place is not None and south - 1 <= place.latitude <= south + (13 if band == "X" else 9):
            return place
    return None


# Links


def _linked(words: str) -> Place | None:
    """The place that a link of Google, OpenStreetMap, Yandex or a telephone (geo:) means."""
    if not re.match(r"(https?://|geo:|www\.)", words, re.IGNORECASE):
        return None
    parts = urlsplit(words if "://" in words or words.lower().startswith("geo:") else f"https://{words}")
    path, fragment = unquote(parts.path), unquote(parts.fragment)
    query = dict(parse_qsl(parts.query))
    if parts.scheme == "geo":
        return _pair(path.split(";")[0])
    host = parts.netloc.casefold()
    if "yandex" in host or "2gis" in host:
        return _turned(_pair(query.get("pt", "") or query.get("ll", "") or query.get("m", "")))
    if "mlat" in query and "mlon" in query:
        return _pair(f"{query['mlat']},{query['mlon']}")
    pinned = re.search(rf"!3d([-+]?{_NUMBER})!4d([-+]?{_NUMBER})", path)
    seen = re.search(rf"@([-+]?{_NUMBER},[-+]?{_NUMBER})", path)
    mapped = re.search(rf"map={_NUMBER}/([-+]?{_NUMBER}/[-+]?{_NUMBER})", fragment)
    named = [query.get(name, "") for name in ("q", "query", "ll", "sll", "center", "destination", "daddr")]
    texts = [",".join(pinned.groups()) if pinned else "", *named, seen[1] if seen else "", mapped[1] if mapped else ""]
    searched = re.search(rf"/(?:place|search|dir)/+([-+]?{_NUMBER},\s*[-+]?{_NUMBER})", path.replace("+", " "))
    texts.append(searched[1] if searched else "")
    return next((place for text in texts if text and (place := _pair(text)) is not None), None)


def _pair(text: str) -> Place | None:
    found = _PAIR.match(text.removeprefix("loc:").strip())
    return _checked(float(found[1]), float(found[2])) if found else None


def _turned(place: Place | None) -> Place | None:
    return None if place is None else _checked(place.longitude, place.latitude)


def _short(number: float) -> str:
    return f"{number:.7f}".rstrip("0").rstrip(".")
