"""Figures as PNG for Word and Excel, several at a time; those that were made lately are kept."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from cami_survey.exports.papers.setter import Setter, quoted

PPI = 192.0
# Half of the figures beside the other half: typst packs one picture after the other.
BESIDE = 2
# So many are some six megabytes.
MOST_KEPT = 100
_kept: dict[str, bytes] = {}


def pictures(svgs: Sequence[str]) -> list[bytes]:
    """Each SVG as PNG at 192 dots per inch."""
    found = {svg: _kept[svg] for svg in svgs if svg in _kept}
    missing = [svg for svg in dict.fromkeys(svgs) if svg not in found]
    parts = [part for at in range(BESIDE) if (part := missing[at::BESIDE])]
    with ThreadPoolExecutor(BESIDE) as threads:
        for part, made in zip(parts, threads.map(rendered, _setters(), parts), strict=True):
            found.update(zip(part, made, strict=True))
    _keep(found)
    return [found[svg] for svg in svgs]


def _keep(made: dict[str, bytes]) -> None:
    """Remember what was made, and no more than the newest."""
    for svg, png in made.items():
        _kept.pop(svg, None)
        _kept[svg] = png
    for svg in list(_kept)[:-MOST_KEPT]:
        _kept.pop(svg, None)


@lru_cache(maxsize=1)
def _setters() -> tuple[Setter, ...]:
    return tuple(Setter() for _one in range(BESIDE))


def rendered(setter: Setter, svgs: Sequence[str]) -> list[bytes]:
    """Each SVG as PNG, by this setter and whether or not it is kept."""
    pages = "\n#pagebreak()\n".join(f'#image(bytes({quoted(svg)}), format: "svg")' for svg in svgs)
    made = setter.set(f"#set page(width: auto, height: auto, margin: 0pt)\n{pages}", format="png", ppi=PPI)
    return list(made) if isinstance(made, list) else [made]
