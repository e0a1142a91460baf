"""What a device must show in the test run, decided on plain values; no clock, no database."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GOOD, WARN, BAD, SKIPPED = "good", "warn", "bad", "skipped"
PARTS = ("browser", "storage", "log", "speed", "clock", "client", "camera")

CLOCK_SECONDS = 60
"""The exam keeps the server's time; a clock further off only confuses its owner."""
QUOTA_MB = 20
SLOW_MS, TOO_SLOW_MS = 800, 3_000
SLOW_KBIT, TOO_SLOW_KBIT = 128, 32
"""A paper of 45 answers with short texts is about 60 kB a sitting; 32 kbit/s would still save within seconds."""

OLDEST = {"Chrome": 103, "Firefox": 100, "Safari": 16}
"""First versions that have everything the exam page uses (time limits on requests, strict storage, dialogs)."""
_VERSIONS = (
    ("Firefox", re.compile(r"Firefox/(\d+)")),
    ("Chrome", re.compile(r"Chrom(?:e|ium)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/")),
)
CAMERA_STATES = ("ok", "denied", "none", "busy", "unsupported", "skipped")


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the page measured, cleaned of nonsense.

    ``missing`` names of page features that are not there; ``clock`` seconds ahead of the server; ``durable`` whether
    answers survive a closed page; ``quota`` MB; ``reached`` whether the log answers; ``delay`` median ms of a round
    trip; ``upload`` kbit/s; None where not measured.
    """

    missing: tuple[str, ...] = ()
    clock: float | None = None
    durable: bool = False
    quota: float | None = None
    reached: bool = False
    delay: float | None = None
    upload: float | None = None
    camera: str = "skipped"
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the exam asks of the device. ``client``: the code of the lock-down verdict, empty when it is proven."""

    camera: bool = False
    client_required: bool = False
    client: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the device: ``good``, ``warn``, ``bad`` or ``skipped``, with a code for its words."""

    part: str
    state: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


def clean(posted: Mapping[str, Any], user_agent: str) -> DeviceFacts:
    """Facts from what a page posted: wrong types and impossible numbers count as not measured."""
    missing = posted.get("missing")
    camera = posted.get("camera")
    return DeviceFacts(
        missing=tuple(str(each)[:30] for each in missing[:20]) if isinstance(missing, list) else (),
        clock=_number(posted.get("clock"), least=-1e9, most=1e9),
        durable=posted.get("durable") is True,
        quota=_number(posted.get("quota"), least=0, most=1e9),
        reached=posted.get("reached") is True,
        delay=_number(posted.get("delay"), least=0, most=1e6),
        upload=_number(posted.get("upload"), least=0, most=1e9),
        camera=camera if isinstance(camera, str) and camera in CAMERA_STATES else "skipped",
        user_agent=user_agent[:300],
    )


def _number(value: Any, *, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and least <= value <= most else None


def judge(facts: DeviceFacts, asked: Asked) -> tuple[Finding, ...]:
    """A finding for every part, in the order of ``PARTS``; the client's only where the exam asks for it."""
    found = [_browser(facts), _storage(facts), _log(facts), _speed(facts), _clock(facts)]
    if asked.client_required:
        found.append(Finding("client", BAD if asked.client else GOOD, asked.client or "client_ok"))
    return (*found, _camera(facts, asked))


def worst(findings: tuple[Finding, ...]) -> str:
    """The state of the whole device."""
    states = {finding.state for finding in findings}
    return next((state for state in (BAD, WARN) if state in states), GOOD)


def browser_of(user_agent: str) -> tuple[str, int] | None:
    """Engine family and main version; None when the browser does not tell."""
    for name, pattern in _VERSIONS:
        found = pattern.search(user_agent)
        if found:
            return name, int(found[1])
    return None


def _browser(facts: DeviceFacts) -> Finding:
    if facts.missing:
        return Finding("browser", BAD, "browser_lacks", {"missing": ", ".join(facts.missing)})
    known = browser_of(facts.user_agent)
    if known is None:
        return Finding("browser", WARN, "browser_unknown")
    name, version = known
    params = {"name": name, "version": version, "oldest": OLDEST[name]}
    if version < OLDEST[name]:
        return Finding("browser", BAD, "browser_old", params)
    return Finding("browser", GOOD, "browser_ok", params)


def _storage(facts: DeviceFacts) -> Finding:
    if not facts.durable:
        return Finding("storage", BAD, "storage_memory")
    if facts.quota is not None and facts.quota < QUOTA_MB:
        return Finding("storage", WARN, "storage_small", {"quota": round(facts.quota)})
    return Finding("storage", GOOD, "storage_ok")


def _log(facts: DeviceFacts) -> Finding:
    if not facts.reached:
        return Finding("log", BAD, "log_unreachable")
    if facts.delay is None:
        return Finding("log", WARN, "log_unmeasured")
    params = {"delay": round(facts.delay)}
    if facts.delay > TOO_SLOW_MS:
        return Finding("log", BAD, "log_too_slow", params)
    return (
        Finding("log", WARN, "log_slow", params)
        if facts.delay > SLOW_MS
        else Finding("log", GOOD, "log_ok", params)
    )


def _speed(facts: DeviceFacts) -> Finding:
    if not facts.reached:
        return Finding("speed", SKIPPED, "speed_skipped")
    if facts.upload is None:
        return Finding("speed", WARN, "speed_unmeasured")
    params = {"upload": round(facts.upload)}
    if facts.upload < TOO_SLOW_KBIT:
        return Finding("speed", BAD, "speed_too_slow", params)
    if facts.upload < SLOW_KBIT:
        return Finding("speed", WARN, "speed_slow", params)
    return Finding("speed", GOOD, "speed_ok", params)


def _clock(facts: DeviceFacts) -> Finding:
    if facts.clock is None:
        return Finding("clock", SKIPPED, "clock_skipped")
    params = {"seconds": round(abs(facts.clock))}
    if abs(facts.clock) <= CLOCK_SECONDS:
        return Finding("clock", GOOD, "clock_ok", params)
    return Finding("clock", WARN, "clock_fast" if facts.clock > 0 else "clock_slow", params)


def _camera(facts: DeviceFacts, asked: Asked) -> Finding:
    if facts.camera == "ok":
        return Finding("camera", GOOD, "camera_ok")
    if asked.camera:
        return Finding("camera", BAD, f"camera_{facts.camera}")
    return Finding("camera", SKIPPED, "camera_not_needed")


NOT_DONE, PROBLEMS, CHECKED, DONE = "not_done", "problems", "checked", "done"


def standing(newest: str | None, practised: bool) -> str:
    """Where a candidate is: ``not_done``, ``problems`` (newest check is bad), ``checked`` (practice left), ``done``."""
    if newest is None:
        return NOT_DONE
    if newest == BAD:
        return PROBLEMS
    return DONE if practised else CHECKED
