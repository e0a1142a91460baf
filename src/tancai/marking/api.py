"""The door of marking."""

from tancai.marking.errors import BadMarks, MarkingError, MayNot, NotReady, NotThere
from tancai.marking.models import Result
from tancai.marking.queries import (
    ResultView,
    passed,
    released_passes,
    result,
    result_of,
    results_of,
    results_of_admissions,
)

__all__ = [
    "BadMarks",
    "MarkingError",
    "MayNot",
    "NotReady",
    "NotThere",
    "Result",
    "ResultView",
    "passed",
    "released_passes",
    "result",
    "result_of",
    "results_of",
    "results_of_admissions",
]
