"""The door of the laboratories: tasks, their cases, the marking of work.

``Case.public`` carries no key; ``mark`` is for marking, and for trainees while they practise.
"""

from tancai.labs.errors import BadWork, LabsError, NoSuchTask
from tancai.labs.queries import matrix, posts, unexamined
from tancai.labs.tasks.answers import normal
from tancai.labs.tasks.files import form, key, lines_of, papers, read_work, record_of, told, trees
from tancai.labs.tasks.marking import VERDICTS, FieldMark, Marked, StepMark, mark, shown_value
from tancai.labs.tasks.protocol import FAMILIES, LEVELS, Case, Document, Field, Step, Task, reference, said
from tancai.labs.tasks.registry import task, tasks

__all__ = [
    "FAMILIES",
    "LEVELS",
    "VERDICTS",
    "BadWork",
    "Case",
    "Document",
    "Field",
    "FieldMark",
    "LabsError",
    "Marked",
    "NoSuchTask",
    "Step",
    "StepMark",
    "Task",
    "form",
    "key",
    "lines_of",
    "mark",
    "matrix",
    "normal",
    "papers",
    "posts",
    "read_work",
    "record_of",
    "reference",
    "said",
    "shown_value",
    "task",
    "tasks",
    "told",
    "trees",
    "unexamined",
]
