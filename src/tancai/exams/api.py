"""The door of exams: sessions, admissions and tickets, sittings and their answer sheets.

Answers are saved by the log process (``tancai.exams.log``), not here; ``SittingClient`` speaks its protocol.
"""

from tancai.exams.actions.admissions import (
    AdmitReport,
    Waiting,
    accommodate,
    admit,
    book_resit,
    issue_entry_code,
    use_entry_code,
    withdraw_admission,
)
from tancai.exams.actions.orders import order, order_all, queue_hand_in
from tancai.exams.actions.papers import PaperReport, prepare_papers
from tancai.exams.actions.sessions import cancel_session, close_session, open_session
from tancai.exams.actions.sittings import Entry, enter, entry_of, may_enter, may_print_ticket, pull_sheet
from tancai.exams.actions.sweeping import SweepReport, keep_sessions, sweep, tell_tickets, warn_of_hours
from tancai.exams.errors import ExamError, LogUnreachable, MayNot
from tancai.exams.live import LiveSitting, Room, check_receipt, history, live, live_of, session_state
from tancai.exams.log.client import ControlClient, LogDown, SittingClient
from tancai.exams.logbook import control
from tancai.exams.models import Admission, AnswerSheet, Session, SessionForm, Sitting, SittingEvent
from tancai.exams.paper import Question, Section, paper, sections, shown_order
from tancai.exams.queries import (
    absent,
    admission,
    admission_by_ticket,
    admissions,
    admissions_of,
    admissions_of_application,
    answer_sheet,
    finished_sittings,
    forms_of,
    session,
    session_of_day,
    sessions,
    sessions_around,
    sheet,
    sitting,
    sittings,
)
from tancai.exams.rules import GRACE, ORDERS, REASONS, Reason, Verdict
from tancai.exams.tickets import ticket_pdf

__all__ = [
    "GRACE",
    "ORDERS",
    "REASONS",
    "Admission",
    "AdmitReport",
    "AnswerSheet",
    "ControlClient",
    "Entry",
    "ExamError",
    "LiveSitting",
    "LogDown",
    "LogUnreachable",
    "MayNot",
    "PaperReport",
    "Question",
    "Reason",
    "Room",
    "Section",
    "Session",
    "SessionForm",
    "Sitting",
    "SittingClient",
    "SittingEvent",
    "SweepReport",
    "Verdict",
    "Waiting",
    "absent",
    "accommodate",
    "admission",
    "admission_by_ticket",
    "admissions",
    "admissions_of",
    "admissions_of_application",
    "admit",
    "answer_sheet",
    "book_resit",
    "cancel_session",
    "check_receipt",
    "close_session",
    "control",
    "enter",
    "entry_of",
    "finished_sittings",
    "forms_of",
    "history",
    "issue_entry_code",
    "keep_sessions",
    "live",
    "live_of",
    "may_enter",
    "may_print_ticket",
    "open_session",
    "order",
    "order_all",
    "paper",
    "prepare_papers",
    "pull_sheet",
    "queue_hand_in",
    "sections",
    "session",
    "session_of_day",
    "session_state",
    "sessions",
    "sessions_around",
    "sheet",
    "shown_order",
    "sitting",
    "sittings",
    "sweep",
    "tell_tickets",
    "ticket_pdf",
    "use_entry_code",
    "warn_of_hours",
    "withdraw_admission",
]
