"""Tables of the room, one file a part."""

from tancai.proctoring.models.identity import (
    CheckDecision,
    CheckIn,
    Flag,
    FlagReview,
    FlagSign,
    FlagStatement,
    HumanCheck,
    Picture,
    Reading,
    Watch,
    WayChoice,
)
from tancai.proctoring.models.lockdown import (
    BrowserKeyEvent,
    LockdownConfig,
    LockdownException,
    LockdownFailure,
)
from tancai.proctoring.models.trial import DeviceCheck, TrialReminder

__all__ = [
    "BrowserKeyEvent",
    "CheckDecision",
    "CheckIn",
    "DeviceCheck",
    "Flag",
    "FlagReview",
    "FlagSign",
    "FlagStatement",
    "HumanCheck",
    "LockdownConfig",
    "LockdownException",
    "LockdownFailure",
    "Picture",
    "Reading",
    "TrialReminder",
    "Watch",
    "WayChoice",
]
