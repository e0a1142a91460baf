"""The ways out: a channel is a class with ``send(address, words, language, reference, at)``.

``TANCAI_MESSAGE_CHANNELS`` names the class of each channel; without it both are written to files, which stand for
the e-mail and text-message services an operator connects.
"""

from __future__ import annotations

import functools
import json
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from tancai.messages.errors import NotDelivered
from tancai.messages.wording import Words

FILE = "tancai.messages.channels.FileChannel"


class Channel(Protocol):
    def __init__(self, name: str) -> None: ...

    def send(self, address: str, words: Words, *, language: str, reference: str, at: datetime) -> None:
        """Hand one message over; raises NotDelivered when it should be tried again."""


class FileChannel:
    """One JSON file a delivery in ``TANCAI_MESSAGE_FOLDER``, complete or not there at all."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, address: str, words: Words, *, language: str, reference: str, at: datetime) -> None:
        folder = Path(settings.TANCAI_MESSAGE_FOLDER)
        content = {
            "channel": self.name,
            "to": address,
            "subject": words.subject,
            "body": words.body,
            "language": language,
            "reference": reference,
            "at": at.isoformat(),
        }
        name = f"{at:%Y%m%dT%H%M%S%f}-{self.name}-{secrets.token_hex(4)}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            scratch = folder / f".{name}"
            scratch.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
            os.replace(scratch, folder / name)
        except OSError as error:
            raise NotDelivered(f"{type(error).__name__}: {error.strerror}") from error


class MailChannel:
    """E-mail by Django's mail settings."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, address: str, words: Words, *, language: str, reference: str, at: datetime) -> None:
        try:
            EmailMessage(words.subject, words.body, to=[address], headers={"X-Reference": reference}).send()
        except OSError as error:
            raise NotDelivered(type(error).__name__) from error


@functools.cache
def _made(name: str, path: str) -> Channel:
    channel: Channel = import_string(path)(name)
    return channel


def channel(name: str) -> Channel:
    """The channel ``email`` or ``sms`` of this installation."""
    chosen = getattr(settings, "TANCAI_MESSAGE_CHANNELS", {})
    return _made(name, chosen.get(name, FILE))
