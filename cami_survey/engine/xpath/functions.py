"""The whole table of functions."""

from cami_survey.engine.xpath import (
    core_functions,
    date_functions,
    form_functions,
    further_functions,
    odk_functions,
    repeat_functions,
)
from cami_survey.engine.xpath.registry import FUNCTIONS, Function

MODULES = (core_functions, date_functions, form_functions, further_functions, odk_functions, repeat_functions)

__all__ = ["FUNCTIONS", "Function"]
