"""Choices as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """`media` maps image, audio, video, big-image to a file name. `name` is the same as `value`.

    `geometry` is where it lies, in ODK's notation (one point, or several with semicolons), for a selection on a map.
    """

    value: str
    label: str
    media: Mapping[str, str] = field(default_factory=dict)
    geometry: str = ""

    @property
    def name(self) -> str:
        return self.value
