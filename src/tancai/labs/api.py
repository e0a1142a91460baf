"""The door of the laboratories: tasks, their cases, the marking of work, and work kept outside exams.

``Case.public`` carries no key; ``mark`` is for marking, and for trainees while they practise.
"""

from tancai.labs.actions import begin, fill, finish, hand_in, put_away, rename, take_back, write
from tancai.labs.benches import accounting as accounting_bench
from tancai.labs.benches import footprint as footprint_bench
from tancai.labs.benches import sink as sink_bench
from tancai.labs.benches import verification as verification_bench
from tancai.labs.errors import BadWork, Closed, LabsError, NoName, NoSuchTask, NoSuchWork, OtherVersion
from tancai.labs.folding import Entry, Misfit, State
from tancai.labs.models import Work
from tancai.labs.queries import (
    Result,
    case_of,
    marked,
    matrix,
    outcomes,
    posts,
    results,
    state_of,
    unexamined,
    work_of,
    works,
)
from tancai.labs.tasks.answers import normal, tidy
from tancai.labs.tasks.files import form, key, lines_of, papers, read_work, record_of, told, trees
from tancai.labs.tasks.leaning import leaning
from tancai.labs.tasks.marking import VERDICTS, FieldMark, Marked, StepMark, mark, shown_value
from tancai.labs.tasks.protocol import (
    FAMILIES,
    LEVELS,
    Case,
    Document,
    Field,
    Step,
    Task,
    reference,
    said,
    unit_said,
)
from tancai.labs.tasks.registry import task, tasks
from tancai.labs.tasks.surface import surface

__all__ = [
    "FAMILIES",
    "LEVELS",
    "VERDICTS",
    "BadWork",
    "Case",
    "Closed",
    "Document",
    "Entry",
    "Field",
    "FieldMark",
    "LabsError",
    "Marked",
    "Misfit",
    "NoName",
    "NoSuchTask",
    "NoSuchWork",
    "OtherVersion",
    "Result",
    "State",
    "Step",
    "StepMark",
    "Task",
    "Work",
    "accounting_bench",
    "begin",
    "case_of",
    "fill",
    "finish",
    "footprint_bench",
    "form",
    "hand_in",
    "key",
    "leaning",
    "lines_of",
    "mark",
    "marked",
    "matrix",
    "normal",
    "outcomes",
    "papers",
    "posts",
    "put_away",
    "read_work",
    "record_of",
    "reference",
    "rename",
    "results",
    "said",
    "shown_value",
    "sink_bench",
    "state_of",
    "surface",
    "take_back",
    "task",
    "tasks",
    "tidy",
    "told",
    "trees",
    "unexamined",
    "unit_said",
    "verification_bench",
    "work_of",
    "works",
    "write",
]
