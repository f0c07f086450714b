"""The door of the form engine."""

from cami_survey.engine.choices import Choice
from cami_survey.engine.errors import FormError, FormProblem, UnknownNode, XPathError
from cami_survey.engine.evaluation import evaluate
from cami_survey.engine.examination import Examined, examine_form
from cami_survey.engine.form import Form
from cami_survey.engine.lexical import LARGEST_INTEGER
from cami_survey.engine.listing import Listed, read_lists, write_lists
from cami_survey.engine.loading import load_form
from cami_survey.engine.migration import Carried, Migration
from cami_survey.engine.nodes import FormNode
from cami_survey.engine.nodes import FormNode as Node
from cami_survey.engine.results import Changed, Failure, Finalised, Problem, Problems
from cami_survey.engine.reviews import Review, reviews_of
from cami_survey.engine.session import Session
from cami_survey.engine.static_nodes import StaticFormNode
from cami_survey.engine.workbook import Workbook, read_all_sheets, read_workbook

__all__ = [
    "LARGEST_INTEGER",
    "Carried",
    "Changed",
    "Choice",
    "Examined",
    "Failure",
    "Finalised",
    "Form",
    "FormError",
    "FormNode",
    "FormProblem",
    "Listed",
    "Migration",
    "Node",
    "Problem",
    "Problems",
    "Review",
    "Session",
    "StaticFormNode",
    "UnknownNode",
    "Workbook",
    "XPathError",
    "evaluate",
    "examine_form",
    "load_form",
    "read_all_sheets",
    "read_lists",
    "read_workbook",
    "reviews_of",
    "write_lists",
]
