"""XLSForm to XForm XML."""

from __future__ import annotations

from dataclasses import dataclass

from cami_survey.base.texts import _
from cami_survey.engine.errors import refuse
from cami_survey.engine.secondary import Media


@dataclass(frozen=True, slots=True)
class Converted:
    """XForm XML and what the conversion noticed."""

    xml: bytes
    warnings: tuple[str, ...]


def convert(content: bytes, ending: str, name: str, media: Media) -> Converted:
    """The XForm of an XLSForm."""
    import io

    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as pyxform_convert

    try:
        result = pyxform_convert(io.BytesIO(content), file_type=ending, validate=False, pretty_print=False)
    except PyXFormError as error:
        raise refuse(str(error)) from error
    return Converted(result.xform.encode(), tuple(result.warnings))
