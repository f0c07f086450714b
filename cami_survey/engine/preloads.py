"""Values the form asks the device for: who, when, which device, which interview."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from cami_survey.engine.definitions import Bind
from cami_survey.engine.xpath.context import device_text
from cami_survey.engine.xpath.dates import iso_text


def new_instance_id() -> str:
    """A name for an interview that no other has."""
    return f"uuid:{uuid.uuid4()}"


def preloaded(bind: Bind, now: datetime, device: Mapping[str, str]) -> str | None:
    """The text of a preload when an interview begins; None where nothing is to be written then."""
    kind, parameter = bind.preload, bind.preload_parameters
    if kind == "uid":
        return new_instance_id()
    if kind == "date":
        return now.date().isoformat() if parameter in ("today", "") else None
    if kind == "timestamp":
        return iso_text(now) if parameter == "start" else None
    if kind in ("property", "context", "patient", "user"):
        return device_text(device, parameter)
    return None


def is_end(bind: Bind) -> bool:
    """Whether the moment of completion is to be written."""
    return bind.preload == "timestamp" and bind.preload_parameters == "end"
