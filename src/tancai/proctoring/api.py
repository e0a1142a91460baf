"""The door of proctoring: identity at the exam, the lock-down client, the test run."""

from tancai.proctoring.identity.actions.checking import decide as decide_check_in
from tancai.proctoring.identity.actions.checking import hand_in as hand_in_check
from tancai.proctoring.identity.actions.choosing import check_by_hand, choose_way, watch
from tancai.proctoring.identity.actions.choosing import withdraw as withdraw_camera
from tancai.proctoring.identity.actions.looking import look_at, picture_bytes, ticket_for, ticket_holds
from tancai.proctoring.identity.actions.reviewing import may_review, review
from tancai.proctoring.identity.actions.reviewing import state as state_on_flag
from tancai.proctoring.identity.actions.snapshots import analyse, call_analysis, camera_told
from tancai.proctoring.identity.actions.snapshots import receive as receive_picture
from tancai.proctoring.identity.consent import paragraphs as consent_paragraphs
from tancai.proctoring.identity.consent import version as consent_version
from tancai.proctoring.identity.errors import IdentityError
from tancai.proctoring.identity.faces import chosen as faces_adapter
from tancai.proctoring.identity.queries import (
    CheckLine,
    Pairs,
    check_in,
    check_lines,
    decided,
    doubted,
    flag,
    flags_of,
    flags_of_admission,
    picture,
    reviewed_pairs,
    snapshot_plan,
    stored_faces,
)
from tancai.proctoring.identity.rules import (
    CHECK_OUTCOMES,
    OUTCOMES,
    REVIEW_REASONS,
    Rate,
    Reason,
    Verdict,
    error_rates,
    may_agree,
)
from tancai.proctoring.identity.standing import (
    FlagView,
    check_in_of,
    check_state,
    demanded,
    human_check_of,
    may_start,
    newest_pictures,
    portrait_of,
    view_of,
    way_of,
)
from tancai.proctoring.identity.words import (
    AGAINST_WORDS,
    CHECK_STATES,
    FLAG_STATES,
    FLAG_WORDS,
    OUTCOME_WORDS,
    READING_STATES,
    REVIEW_WORDS,
    adapter_words,
    say_error,
    say_start,
)
from tancai.proctoring.lockdown.actions import (
    add_browser_key,
    configuration_of,
    file_of,
    grant_exceptions,
    note_failure,
    remove_browser_key,
    replace_configuration,
    revoke_exception,
)
from tancai.proctoring.lockdown.configuration import allowed as allowed_addresses
from tancai.proctoring.lockdown.errors import LockdownError
from tancai.proctoring.lockdown.keys import config_key, request_hash
from tancai.proctoring.lockdown.queries import (
    Refused,
    browser_key_story,
    browser_keys,
    config_by_leave_token,
    config_by_token,
    configs,
    excepted_admissions,
    exception_of,
    exceptions_of_session,
    failures_of,
    is_required,
    leave_address,
    refused,
)
from tancai.proctoring.lockdown.rules import EXCEPTION_REASONS, RequestFacts, is_client, system_of
from tancai.proctoring.lockdown.seb import MEDIA_TYPE as SEB_MEDIA_TYPE
from tancai.proctoring.lockdown.seb import CannotRead, SebFile
from tancai.proctoring.lockdown.seb import read as read_seb
from tancai.proctoring.lockdown.verdicts import lockdown_verdict, proof_of
from tancai.proctoring.lockdown.words import EXCEPTION_REASONS as EXCEPTION_WORDS
from tancai.proctoring.lockdown.words import PLACES as CLIENT_PLACES
from tancai.proctoring.lockdown.words import SHORT as CLIENT_STATES
from tancai.proctoring.lockdown.words import SYSTEMS, say_client
from tancai.proctoring.models import CheckDecision, CheckIn, Flag, Picture, Reading
from tancai.proctoring.trial.actions import asked_of, record_check, remind, remind_due
from tancai.proctoring.trial.queries import TrialLine, findings_of, trial_of, trials, trials_of
from tancai.proctoring.trial.words import PART_STATES, PART_WORDS, TRIAL_STATES, say_finding
from tancai.proctoring.waiting import WAITING, waiting_in

__all__ = [
    "AGAINST_WORDS",
    "CHECK_OUTCOMES",
    "CHECK_STATES",
    "CLIENT_PLACES",
    "CLIENT_STATES",
    "EXCEPTION_REASONS",
    "EXCEPTION_WORDS",
    "FLAG_STATES",
    "FLAG_WORDS",
    "OUTCOMES",
    "OUTCOME_WORDS",
    "PART_STATES",
    "PART_WORDS",
    "READING_STATES",
    "REVIEW_REASONS",
    "REVIEW_WORDS",
    "SEB_MEDIA_TYPE",
    "SYSTEMS",
    "TRIAL_STATES",
    "WAITING",
    "CannotRead",
    "CheckDecision",
    "CheckIn",
    "CheckLine",
    "Flag",
    "FlagView",
    "IdentityError",
    "LockdownError",
    "Pairs",
    "Picture",
    "Rate",
    "Reading",
    "Reason",
    "Refused",
    "RequestFacts",
    "SebFile",
    "TrialLine",
    "Verdict",
    "adapter_words",
    "add_browser_key",
    "allowed_addresses",
    "analyse",
    "asked_of",
    "browser_key_story",
    "browser_keys",
    "call_analysis",
    "camera_told",
    "check_by_hand",
    "check_in",
    "check_in_of",
    "check_lines",
    "check_state",
    "choose_way",
    "config_by_leave_token",
    "config_by_token",
    "config_key",
    "configs",
    "configuration_of",
    "consent_paragraphs",
    "consent_version",
    "decide_check_in",
    "decided",
    "demanded",
    "doubted",
    "error_rates",
    "excepted_admissions",
    "exception_of",
    "exceptions_of_session",
    "faces_adapter",
    "failures_of",
    "file_of",
    "findings_of",
    "flag",
    "flags_of",
    "flags_of_admission",
    "grant_exceptions",
    "hand_in_check",
    "human_check_of",
    "is_client",
    "is_required",
    "leave_address",
    "lockdown_verdict",
    "look_at",
    "may_agree",
    "may_review",
    "may_start",
    "newest_pictures",
    "note_failure",
    "picture",
    "picture_bytes",
    "portrait_of",
    "proof_of",
    "read_seb",
    "receive_picture",
    "record_check",
    "refused",
    "remind",
    "remind_due",
    "remove_browser_key",
    "replace_configuration",
    "request_hash",
    "review",
    "reviewed_pairs",
    "revoke_exception",
    "say_client",
    "say_error",
    "say_finding",
    "say_start",
    "snapshot_plan",
    "state_on_flag",
    "stored_faces",
    "system_of",
    "ticket_for",
    "ticket_holds",
    "trial_of",
    "trials",
    "trials_of",
    "view_of",
    "waiting_in",
    "watch",
    "way_of",
    "withdraw_camera",
]
