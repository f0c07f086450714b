"""Picture and film files for the tests, made here: with the notes that cameras and telephones write."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

LATITUDE = (41.0, 12.0, 15.8)


def photograph(size: tuple[int, int] = (400, 300), *, orientation: int = 1) -> bytes:
    """A JPEG with everything a telephone writes: time, maker, orientation, the place three times over, a comment."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Aizada"
    exif[0x0112] = orientation
    exif[0x0132] = "2026:11:22 10:00:00"
    inner = exif.get_ifd(0x8769)
    inner[0x9003] = "2026:11:22 10:00:00"
    inner[0x927C] = b"maker notes with 41.2044"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", LATITUDE, "E", (74.0, 45.0, 58.0)
    target = BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>41,12.263N</exif:GPSLatitude></x:xmpmeta>"
    picture.save(target, "JPEG", exif=exif, xmp=xmp, comment=b"taken at 41.2044 74.7661", quality=90)
    return target.getvalue() + b"trailing film with 41.2044"


def drawing(size: tuple[int, int] = (60, 40)) -> bytes:
    """A PNG with a text in it."""
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "drawn at 41.2044 74.7661")
    target = BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 128)).save(target, "PNG", pnginfo=notes)
    return target.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    """A box of an ISO base media file."""
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def film() -> bytes:
    """A film of no pictures, with the place where telephones write it."""
    place = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7+41.2044+074.7661/"))
    keys = box(b"meta", b"com.apple.quicktime.location.ISO6709 +41.2044+074.7661/")
    track = box(b"trak", box(b"tkhd", b"head") + box(b"udta", b"+41.2044"))
    return (
        box(b"ftyp", b"mp42") + box(b"moov", box(b"mvhd", b"time") + track + place + keys) + box(b"mdat", b"pictures")
    )
