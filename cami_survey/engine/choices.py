"""Choices as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """`media` maps image, audio, video, big-image to a file name. `name` is the same as `value`."""

    value: str
    label: str
    media: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.value
