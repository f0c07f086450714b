"""The door of the form engine."""

from cami_survey.engine.errors import FormError, FormProblem, UnknownNode, XPathError
from cami_survey.engine.evaluation import evaluate

__all__ = ["FormError", "FormProblem", "UnknownNode", "XPathError", "evaluate"]
