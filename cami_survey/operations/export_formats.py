"""The formats an export can have, named by the ending of the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.base.notices import Notice
    from cami_survey.exports.book import Book

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. `coded` ones have choices as codes whatever is wished, `split` ones a column per choice unless
    it is wished otherwise, `single` ones hold the interviews of one form.
    """

    ending: str
    module: str
    function: str = "write"
    coded: bool = False
    split: bool | None = None
    single: bool = False

    def load(self) -> Any:
        """Load the module that writes it, which for some takes a fifth of a second."""
        return import_module(f"cami_survey.exports.{self.module}")

    def write(self, target: Path, book: Book, progress: Progress) -> list[Notice]:
        """Write `book` to `target`."""
        function: Any = getattr(self.load(), self.function)
        notices: list[Notice] = function(target, book, progress=progress)
        return notices


# The longer ending before the shorter that it ends with.
KNOWN = (
    Format(".xlsx", "workbook"),
    Format(".csv.zip", "csvzip"),
    Format(".odk.zip", "odkcsv", coded=True, split=False),
    Format(".sav.zip", "statistics", "write_sav", coded=True, split=True),
    Format(".dta.zip", "statistics", "write_dta", coded=True, split=True),
    Format(".sav", "statistics", "write_sav", coded=True, split=True, single=True),
    Format(".dta", "statistics", "write_dta", coded=True, split=True, single=True),
    Format(".geojson", "geojson"),
    Format(".kml", "kml"),
    Format(".gpkg", "geopackage"),
    Format(".zip", "everything"),
)
ENDINGS = tuple(known.ending for known in KNOWN)


def titles() -> dict[str, str]:
    """Ending -> what a person calls such a file, in the order in which they are offered."""
    return {
        ".xlsx": _("Excel workbook"),
        ".csv.zip": _("CSV files in a zip"),
        ".zip": _("Everything with attached files"),
        ".sav": _("SPSS, interviews"),
        ".sav.zip": _("SPSS, all tables"),
        ".dta": _("Stata, interviews"),
        ".dta.zip": _("Stata, all tables"),
        ".odk.zip": _("CSV as ODK writes it"),
        ".geojson": _("GeoJSON"),
        ".kml": _("KML for Google Earth"),
        ".gpkg": _("GeoPackage for QGIS"),
    }


def format_of(target: Path) -> Format:
    """The format that the name asks for; UserError when there is none."""
    name = target.name.casefold()
    for known in KNOWN:
        if name.endswith(known.ending):
            return known
    advice = _("Formats that exist: {formats}.").format(formats=", ".join(titles()))
    if name.endswith(".csv"):
        other = f"{target.name}.zip"
        advice = _("Write {name}: a CSV file for each table, with the codebook and the provenance.").format(name=other)
    raise UserError(
        "export.unknown-format",
        _("The ending of {name} names no format that can be written.").format(name=target.name),
        advice=advice,
        where=str(target),
    )
