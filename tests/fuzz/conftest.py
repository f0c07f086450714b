"""How long the harnesses run: a handful of seeds each time, thousands in a soak."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from cami_survey.engine.api import FormError

SOAK = bool(os.environ.get("CAMI_SURVEY_SOAK"))
ROUNDS = int(os.environ.get("CAMI_SURVEY_FUZZ") or (20_000 if SOAK else 25))
FIRST = int(os.environ.get("CAMI_SURVEY_FUZZ_FROM") or 0)
# In the suite this only tells what hangs from what is slow: a busy machine, and a heap that a thousand other tests
# have filled, make the same expression three times slower. How long it may take is a matter of the soak, run alone.
SECONDS = 2.0 if SOAK else 30.0


@pytest.fixture
def seeds() -> range:
    """The seeds to try; a failure names its own."""
    return range(FIRST, FIRST + ROUNDS)


Promptly = Callable[..., Any]


@pytest.fixture
def promptly() -> Promptly:
    """Calls, gives what comes back, and fails if that took more than `SECONDS` of the processor, times the acts that it
    consists of; every failure tells what it was about.
    """

    def call(act: Callable[[], object], about: object, times: int = 1) -> object:
        began = time.process_time()
        try:
            result = act()
        except FormError:
            raise
        except BaseException as error:
            error.add_note(str(about)[:100_000])
            raise
        taken = time.process_time() - began
        assert taken < SECONDS * times, f"{about} took {taken:.1f} s"
        return result

    return call
