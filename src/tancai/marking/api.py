"""The door of marking.

Released results are safe to show to the candidate they belong to; everything named ``tally``, ``score_table``, ``desk``
or ``case`` is for staff.
"""

from tancai.marking.actions.desk import Given, claim_next, give_back, give_marks, undo
from tancai.marking.actions.rechecks import decide_recheck, request_recheck
from tancai.marking.actions.release import release
from tancai.marking.actions.scoring import ScoreReport, score_finished, score_session
from tancai.marking.errors import BadMarks, MarkingError, MayNot, NotReady, NotThere
from tancai.marking.models import HumanMark, OpenAnswer, RecheckDecision, RecheckRequest, Release, Result
from tancai.marking.policy import policy
from tancai.marking.queries.desk import (
    DeskView,
    OwnSession,
    QueueRow,
    answers_to_mark,
    available,
    desk,
    last_mark,
    marker_programmes,
    marking_queue,
    maxima_of,
    may_mark,
    own_marks,
    own_statistics,
    waiting_for,
)
from tancai.marking.queries.office import (
    Progress,
    open_rechecks,
    overdue,
    progress,
    release_of,
    released_results,
    score_table,
    session_rows,
    statistics,
    total_text,
)
from tancai.marking.queries.rechecks import (
    CaseLine,
    RecheckVerdict,
    decision_refused,
    may_request_recheck,
    recheck,
    recheck_case,
    recheck_of,
    recheck_queue,
)
from tancai.marking.queries.results import (
    ResultView,
    passed,
    released_passes,
    result,
    result_of,
    results_of,
    results_of_admissions,
)
from tancai.marking.rules import Band, Policy, Reason, Statistics
from tancai.marking.rules import statistics as figures
from tancai.marking.statements import (
    StatementCheck,
    check_statement,
    kind_name,
    score_statement_pdf,
    statement_token,
)
from tancai.marking.tally import Tally

__all__ = [
    "BadMarks",
    "Band",
    "CaseLine",
    "DeskView",
    "Given",
    "HumanMark",
    "MarkingError",
    "MayNot",
    "NotReady",
    "NotThere",
    "OpenAnswer",
    "OwnSession",
    "Policy",
    "Progress",
    "QueueRow",
    "Reason",
    "RecheckDecision",
    "RecheckRequest",
    "RecheckVerdict",
    "Release",
    "Result",
    "ResultView",
    "ScoreReport",
    "StatementCheck",
    "Statistics",
    "Tally",
    "answers_to_mark",
    "available",
    "check_statement",
    "claim_next",
    "decide_recheck",
    "decision_refused",
    "desk",
    "figures",
    "give_back",
    "give_marks",
    "kind_name",
    "last_mark",
    "marker_programmes",
    "marking_queue",
    "maxima_of",
    "may_mark",
    "may_request_recheck",
    "open_rechecks",
    "overdue",
    "own_marks",
    "own_statistics",
    "passed",
    "policy",
    "progress",
    "recheck",
    "recheck_case",
    "recheck_of",
    "recheck_queue",
    "release",
    "release_of",
    "released_passes",
    "released_results",
    "request_recheck",
    "result",
    "result_of",
    "results_of",
    "results_of_admissions",
    "score_finished",
    "score_session",
    "score_statement_pdf",
    "score_table",
    "session_rows",
    "statement_token",
    "statistics",
    "total_text",
    "undo",
    "waiting_for",
]
