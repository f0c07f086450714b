"""The conformance runner's interface, translated onto the engine's door."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from cami_survey.engine import api


def eval_xpath(expr, *, kind, instance_xml, context_ref, root_ref, namespaces, language, tz, now, odk):
    """A float, str, bool, or a list of (positional reference, text)."""
    zone = ZoneInfo(tz)
    default = {"": "http://www.w3.org/2002/xforms"} if root_ref else {}
    return api.evaluate(
        expr,
        instance_xml,
        context_ref or "/",
        {**default, **namespaces},
        root=root_ref,
        language=language or "",
        zone=zone,
        clock=lambda: now,
        odk=odk,
        kind=kind,
    )
