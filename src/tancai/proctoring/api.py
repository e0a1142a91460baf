"""The door of proctoring: identity at the exam, the lock-down client, the test run."""

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

__all__ = [
    "CLIENT_PLACES",
    "CLIENT_STATES",
    "EXCEPTION_REASONS",
    "EXCEPTION_WORDS",
    "SEB_MEDIA_TYPE",
    "SYSTEMS",
    "CannotRead",
    "LockdownError",
    "Refused",
    "RequestFacts",
    "SebFile",
    "add_browser_key",
    "allowed_addresses",
    "browser_key_story",
    "browser_keys",
    "config_by_leave_token",
    "config_by_token",
    "config_key",
    "configs",
    "configuration_of",
    "excepted_admissions",
    "exception_of",
    "exceptions_of_session",
    "failures_of",
    "file_of",
    "grant_exceptions",
    "is_client",
    "is_required",
    "leave_address",
    "lockdown_verdict",
    "note_failure",
    "proof_of",
    "read_seb",
    "refused",
    "remove_browser_key",
    "replace_configuration",
    "request_hash",
    "revoke_exception",
    "say_client",
    "system_of",
]
