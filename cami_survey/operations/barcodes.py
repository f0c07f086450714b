"""Bar codes and QR codes read from a picture."""

from __future__ import annotations

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

MOST_NAMED = 3


def code_in(content: bytes, name: str) -> str:
    """The text of the one code on the picture; UserError where there is none, or more than one."""
    import zxingcpp

    from cami_survey.operations import pictures

    try:
        with pictures.opened(content, name) as picture:
            found = zxingcpp.read_barcodes(picture.convert("L"))
    except (OSError, SyntaxError, EOFError) as error:
        raise _none(name) from error
    texts = list(dict.fromkeys(code.text for code in found if code.text))
    if not texts:
        raise _none(name)
    if len(texts) > 1:
        shown = ", ".join(texts[:MOST_NAMED])
        raise UserError(
            "barcode.several",
            _("“{file}” shows {n} different codes: {codes}.").format(file=name, n=len(texts), codes=shown),
            advice=_("Cut the picture to the one that is meant, or type it."),
            where=name,
        )
    return texts[0]


def _none(name: str) -> UserError:
    return UserError(
        "barcode.none",
        _("No code can be read from “{file}”.").format(file=name),
        advice=_("Take it from nearer and straight above, or type the code."),
        where=name,
    )
