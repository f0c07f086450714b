"""Regular expressions of forms, which may be written so that a search would never end."""

from __future__ import annotations

import math
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError

if TYPE_CHECKING:
    import regex

LONGEST_SEARCH = 0.25  # seconds
LONGEST_PATTERN = 20_000
MOST_REPETITIONS = 100_000
MOST_GIVEN_UP = 1000
COUNT = re.compile(r"\{(\d{1,9})")

# Searches that took too long: a page asks again and again whether an answer is allowed.
_GIVEN_UP: dict[tuple[str, int], None] = {}


def found(pattern: str, text: str) -> bool:
    """Whether the pattern is somewhere in the text; XPathError for a pattern that is none or takes too long."""
    readable = compiled(pattern)
    given_up = (pattern, hash(text))
    if given_up not in _GIVEN_UP:
        try:
            return readable.search(text, timeout=LONGEST_SEARCH) is not None
        except TimeoutError:
            _GIVEN_UP[given_up] = None
            if len(_GIVEN_UP) > MOST_GIVEN_UP:
                _GIVEN_UP.pop(next(iter(_GIVEN_UP)), None)
    raise _refused(pattern, _("searching for it takes too long"))


@lru_cache(maxsize=500)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The pattern; XPathError where it is none."""
    import regex

    counts = math.prod(max(int(count), 1) for count in COUNT.findall(pattern))
    if len(pattern) > LONGEST_PATTERN or counts > MOST_REPETITIONS:
        raise _refused(pattern, _("it is too long"))
    try:
        with warnings.catch_warnings():
            # What a later version may read otherwise it reads as Java does now.
            warnings.simplefilter("ignore", FutureWarning)
            return regex.compile(pattern)
    except regex.error as error:
        raise _refused(
            pattern, _("it cannot be read from character {number} on").format(number=error.pos + 1)
        ) from error
    except (RecursionError, OverflowError) as error:
        raise _refused(pattern, _("it is too long")) from error


def _refused(pattern: str, reason: str) -> XPathError:
    shown = pattern if len(pattern) <= 80 else pattern[:77] + "…"
    return XPathError(_("“{pattern}” is not a regular expression: {reason}.").format(pattern=shown, reason=reason))
