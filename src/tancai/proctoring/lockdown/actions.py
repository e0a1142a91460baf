from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.proctoring.lockdown import configuration, keys, queries, rules, seb
from tancai.proctoring.lockdown.errors import LockdownError
from tancai.proctoring.models import BrowserKeyEvent, LockdownConfig, LockdownException, LockdownFailure
from tancai.programmes import api as programmes

LEAST_PASSWORD = 6
QUIET = timedelta(minutes=1)


def configuration_of(session: exams.Session, *, by: Any, at: datetime) -> LockdownConfig:
    """The configuration that counts for the session; made on first need, then always the same."""
    return queries.newest_config(session.pk) or _make(session, "", "", by=by, at=at)


def replace_configuration(
    session: exams.Session, *, quit_password: str = "", reason: str, by: Any, at: datetime
) -> LockdownConfig:
    """Make a new configuration; files of the earlier one no longer open this exam.

    ``quit_password`` lets an invigilator close the client by hand. Raises LockdownError ``no_reason``,
    ``short_password``.
    """
    if not reason.strip():
        raise LockdownError("no_reason")
    if quit_password and len(quit_password) < LEAST_PASSWORD:
        raise LockdownError("short_password")
    return _make(session, quit_password, reason.strip(), by=by, at=at)


@transaction.atomic
def _make(
    session: exams.Session, quit_password: str, reason: str, *, by: Any, at: datetime
) -> LockdownConfig:
    # two first requests at once must not make two configurations
    exams.Session.objects.select_for_update().get(pk=session.pk)
    found = queries.newest_config(session.pk)
    if found is not None and not reason:
        return found
    leave, salt = secrets.token_urlsafe(18), secrets.token_bytes(32)
    exam = programmes.definition_of(session.edition_id).exam
    made = configuration.settings_for(
        configuration.Wanted(
            site=settings.PUBLIC_ADDRESS,
            log=settings.LOG_ADDRESS,
            leave=queries.leave_address(leave),
            salt=salt,
            mark=f"Tancai/{session.pk}",
            quit_password=quit_password,
            camera=exam.camera_required or exam.identity_check == "face_local",
        )
    )
    row = LockdownConfig.objects.create(
        session=session,
        config_key=keys.config_key(made),
        salt=base64.b64encode(salt).decode(),
        token=secrets.token_urlsafe(18),
        leave_token=leave,
        settings={name: value for name, value in made.items() if name != "examKeySalt"},
        reason=reason,
        at=at,
        by=by,
    )
    audit.record(
        "proctoring.lockdown_configured",
        by=by,
        at=at,
        target=("session", session.pk),
        detail={"config_key": row.config_key},
    )
    return row


def file_of(config: LockdownConfig, form: str = "xml", *, password: str = "") -> bytes:
    """The ``.seb`` file: ``xml``, ``gzip`` or ``locked`` with a password. Raises LockdownError ``short_password``."""
    made = queries.settings_of(config)
    if form == "gzip":
        return seb.write_gzip(made)
    if form == "locked":
        if len(password) < LEAST_PASSWORD:
            raise LockdownError("short_password")
        return seb.write_locked(made, password, random=secrets.token_bytes(32))
    return seb.write_xml(made)


@transaction.atomic
def add_browser_key(
    session: exams.Session, key: str, *, label: str, reason: str, by: Any, at: datetime
) -> BrowserKeyEvent:
    """Put a Browser Exam Key on the session's list. Raises LockdownError ``bad_key``, ``known_key``, ``no_reason``."""
    normal = keys.normal_key(key)
    if normal is None:
        raise LockdownError("bad_key")
    if normal in {row.key for row in queries.browser_keys(session.pk)}:
        raise LockdownError("known_key")
    return _key_event(session, BrowserKeyEvent.ADDED, normal, label, reason, by=by, at=at)


@transaction.atomic
def remove_browser_key(
    session: exams.Session, key: str, *, reason: str, by: Any, at: datetime
) -> BrowserKeyEvent:
    """Take a key off the list; with no key left every build may sit. Raises LockdownError ``unknown_key``."""
    found = {row.key: row for row in queries.browser_keys(session.pk)}
    row = found.get(keys.normal_key(key) or "")
    if row is None:
        raise LockdownError("unknown_key")
    return _key_event(session, BrowserKeyEvent.REMOVED, row.key, row.label, reason, by=by, at=at)


def _key_event(
    session: exams.Session, kind: str, key: str, label: str, reason: str, *, by: Any, at: datetime
) -> BrowserKeyEvent:
    if not reason.strip():
        raise LockdownError("no_reason")
    row = BrowserKeyEvent.objects.create(
        session=session,
        kind=kind,
        key=key,
        label=label.strip()[:80],
        reason=reason.strip()[:300],
        at=at,
        by=by,
    )
    audit.record(
        f"proctoring.browser_key_{kind}", by=by, at=at, target=("session", session.pk), detail={"key": key}
    )
    return row


@transaction.atomic
def grant_exceptions(
    admissions: Iterable[exams.Admission], *, reason: str, text: str = "", by: Any, at: datetime
) -> list[LockdownException]:
    """Let candidates sit without the client; those who may already are passed over.

    Raises LockdownError ``bad_reason``, or ``no_reason`` when reason ``other`` has no text.
    """
    if reason not in rules.EXCEPTION_REASONS:
        raise LockdownError("bad_reason")
    if reason == "other" and not text.strip():
        raise LockdownError("no_reason")
    wanted = list(admissions)
    there = queries.excepted_admissions(admission.pk for admission in wanted)
    new = [admission for admission in wanted if admission.pk not in there]
    return [_exception(admission, LockdownException.GRANTED, reason, text, by=by, at=at) for admission in new]


@transaction.atomic
def revoke_exception(admission: exams.Admission, *, text: str, by: Any, at: datetime) -> LockdownException:
    """Ask for the client again. Raises LockdownError ``no_reason``, ``not_needed`` when there is no exception."""
    if not text.strip():
        raise LockdownError("no_reason")
    if not queries.excepted_admissions([admission.pk]):
        raise LockdownError("not_needed")
    return _exception(admission, LockdownException.REVOKED, "other", text, by=by, at=at)


def _exception(
    admission: exams.Admission, kind: str, reason: str, text: str, *, by: Any, at: datetime
) -> LockdownException:
    row = LockdownException.objects.create(
        admission=admission, kind=kind, reason=reason, text=text.strip()[:300], at=at, by=by
    )
    audit.record(
        f"proctoring.lockdown_exception_{kind}",
        by=by,
        at=at,
        target=("admission", admission.pk),
        detail={"reason": reason},
    )
    return row


def note_failure(
    admission: exams.Admission, code: str, *, place: str, user_agent: str, at: datetime
) -> LockdownFailure | None:
    """Write down a failed check for the invigilator, unless the same one was written within the last minute."""
    last = LockdownFailure.objects.filter(admission=admission).order_by("-id").first()
    if last is not None and (last.code, last.place) == (code, place) and at - last.at < QUIET:
        return None
    return LockdownFailure.objects.create(
        admission=admission, code=code, place=place, user_agent=user_agent[:300], at=at
    )
