"""Pictures that are attached: read with care, no larger than the form wants, without what a camera wrote into them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from PIL.Image import Image

Keep = Literal["nothing", "camera", "place"]
"""What stays of a camera's notes: nothing, all but the place and the maker's own notes, or everything."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
# The brands of HEIC files (ISO/IEC 23008-12).
HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
LARGEST_PIXELS = 120_000_000
QUALITY = 92
ORIENTATION, GPS, CAMERA, MAKER_NOTE = 0x0112, 0x8825, 0x8769, 0x927C
_MARKED = ("comment", "xmp", "exif")


class Picture(NamedTuple):
    """A picture file: its bytes and the ending of its name."""

    content: bytes
    suffix: str


def cleaned(content: bytes, name: str, *, keep: Keep = "nothing", most: int = 0) -> Picture:
    """The picture written anew: upright, its longer side at most `most` px (0: as it is), with what `keep` says.

    Photographs stay or become JPEG, everything else PNG. UserError for what is no picture, broken or too large.
    """
    try:
        with opened(content, name) as picture:
            return _written(picture, keep, most)
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise _broken(name) from error


def opened(content: bytes, name: str) -> Image:
    """The picture in `content`; its pixels are read when they are needed. UserError for what is none of FORMATS.

    A photograph of several pictures has the format MPO.
    """
    from PIL import Image, UnidentifiedImageError

    # The limit below is ours; Pillow's own only warns.
    Image.MAX_IMAGE_PIXELS = None
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        if content[4:8] == b"ftyp" and content[8:12] in HEIC:
            raise _heic(name) from error
        raise UserError(
            "picture.unknown",
            _("“{file}” is not a picture that can be read.").format(file=name),
            advice=_("Save it as JPEG or PNG first."),
            where=name,
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _broken(name) from error
    if picture.width * picture.height > LARGEST_PIXELS:
        raise UserError(
            "picture.too-large",
            _("“{file}” has more than {limit} million pixels.").format(file=name, limit=LARGEST_PIXELS // 1_000_000),
            advice=_("Make it smaller first."),
            where=name,
        )
    return picture


def _broken(name: str) -> UserError:
    return UserError(
        "picture.broken",
        _("The picture “{file}” is damaged.").format(file=name),
        advice=_("Copy it again from the camera, or choose another one."),
        where=name,
    )


def _heic(name: str) -> UserError:
    return UserError(
        "picture.heic",
        _("“{file}” is a HEIC picture, as iPhones take them; it cannot be read here.").format(file=name),
        advice=_(
            "Save it as JPEG on this laptop or on the iPhone first. "
            "For the next ones: Settings, Camera, Formats, Most Compatible."
        ),
        where=name,
    )


def _written(picture: Image, keep: Keep, most: int) -> Picture:
    from PIL import ImageOps

    photograph = picture.format in ("JPEG", "MPO") or (picture.format == "WEBP" and picture.mode == "RGB")
    if photograph and picture.format != "WEBP" and most:
        # A JPEG is decoded at a fraction of its size where that is enough.
        picture.draft("RGB", (most, most))
    made = ImageOps.exif_transpose(picture) if picture.getexif().get(ORIENTATION, 1) != 1 else picture
    notes = _notes(picture, keep)
    if most and max(made.size) > most:
        made = ImageOps.contain(made, (most, most))
    for mark in _MARKED:
        made.info.pop(mark, None)
    target = BytesIO()
    if photograph:
        made.save(target, "JPEG", **_as_it_was(made, picture), **notes)
        return Picture(target.getvalue(), ".jpg")
    made.save(target, "PNG", **notes)
    return Picture(target.getvalue(), ".png")


def _as_it_was(made: Image, picture: Image) -> dict[str, Any]:
    """How to write a JPEG: with the tables it was read with where its pixels are the same, so that nothing is lost."""
    if made is picture and picture.format == "JPEG":
        return {"quality": "keep"}
    return {"quality": QUALITY, "subsampling": 0 if min(made.size) < 800 else 2}


def _notes(picture: Image, keep: Keep) -> dict[str, Any]:
    """What is written beside the pixels: the colours' profile always, the camera's notes as far as they are kept."""
    kept: dict[str, Any] = {}
    if profile := picture.info.get("icc_profile"):
        kept["icc_profile"] = profile
    exif = picture.getexif()
    if keep == "nothing" or not exif:
        return kept
    # The pixels are turned upright.
    exif.pop(ORIENTATION, None)
    inner = exif.get_ifd(CAMERA)
    if keep == "camera":
        exif.pop(GPS, None)
        inner.pop(MAKER_NOTE, None)
    elif xmp := picture.info.get("xmp"):
        kept["xmp"] = xmp
    return {**kept, "exif": exif}
