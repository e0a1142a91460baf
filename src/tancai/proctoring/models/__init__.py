"""Tables of the room, one file a part."""

from tancai.proctoring.models.lockdown import (
    BrowserKeyEvent,
    LockdownConfig,
    LockdownException,
    LockdownFailure,
)
from tancai.proctoring.models.trial import DeviceCheck, TrialReminder

__all__ = [
    "BrowserKeyEvent",
    "DeviceCheck",
    "LockdownConfig",
    "LockdownException",
    "LockdownFailure",
    "TrialReminder",
]
