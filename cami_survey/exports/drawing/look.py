"""How figures look: colours, sizes, direction. The window gives its own; papers use `PAPER`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cami_survey.analysis.results import Tone

DARK_INK = "#1C2326"


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as #rrggbb. `text` is the size of words in pixels, `ramp` runs from nothing to the most.

    The tones of paper differ in their lightness too: many meetings print in black and white. Right-to-left figures are
    mirrored.
    """

    ink: str = "#1C2326"
    muted: str = "#5B666B"
    line: str = "#DAD8D0"
    ground: str = "#FFFFFF"
    soft: str = "#DDEFED"
    accent: str = "#0B6E69"
    series: tuple[str, ...] = ("#D55E00", "#0072B2", "#0B6E69", "#9A5B00", "#56487A", "#868D91", "#2E6B34", "#B3261E")
    ramp: tuple[str, str] = ("#FDF0E4", "#E06C14")
    good: str = "#9CCBA0"
    notable: str = "#F3D28E"
    bad: str = "#D9714E"
    quiet: str = "#F1F0EC"
    text: float = 12.0
    right_to_left: bool = False
    family: str = "Noto Sans, Noto Sans Arabic"

    def tone(self, tone: Tone) -> str | None:
        """The ground of a cell of this tone, None where it has no ground of its own."""
        grounds = {"good": self.good, "notable": self.notable, "bad": self.bad, "quiet": self.quiet}
        return grounds.get(tone)


PAPER = Look()


@lru_cache(maxsize=4096)
def mixed(low: str, high: str, part: float) -> str:
    """The colour that lies at `part` (0 to 1) between two."""
    pairs = ((int(low[at : at + 2], 16), int(high[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(first + (second - first) * min(1.0, max(0.0, part))):02X}" for first, second in pairs)


@lru_cache(maxsize=4096)
def ink_on(ground: str) -> str:
    """Dark or white ink, whichever has more contrast on this ground (WCAG 2.2)."""
    light = luminance(ground) + 0.05
    return DARK_INK if light / (luminance(DARK_INK) + 0.05) >= 1.05 / light else "#FFFFFF"


def luminance(colour: str) -> float:
    """The relative luminance of a colour, 0 black to 1 white (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
