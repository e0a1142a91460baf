"""Configuration files of Safe Exam Browser (``.seb``): read and written.

A file is a property list in XML, bare, or gzip of four letters and what follows them: ``plnd`` gzip of the list;
``pswd`` (starts an exam) and ``pwcc`` (sets up a client) gzip of the list locked with a password; ``pkhs`` and
``phsk`` locked for a certificate. Source: safeexambrowser.org/developer/seb-file-format.html.
"""

from __future__ import annotations

import gzip
import plistlib
import zlib
from dataclasses import dataclass
from typing import Any, Literal
from xml.parsers.expat import ExpatError

from tancai.proctoring.lockdown import rncryptor
from tancai.proctoring.lockdown.keys import config_key

MEDIA_TYPE = "application/seb"
MOST = 8 * 1024 * 1024
"""Bytes a file may have once unpacked: real ones have some hundred thousand at most."""

Purpose = Literal["exam", "client"]
_PURPOSES: dict[bytes, Purpose] = {b"pswd": "exam", b"pwcc": "client"}
_CERTIFICATE = (b"pkhs", b"phsk")


class CannotRead(ValueError):
    """A file that cannot be read; ``code`` is stable.

    ``empty``, ``zip`` (an archive: unpack it first), ``not_seb``, ``broken``, ``too_large``, ``needs_password``,
    ``wrong_password``, ``needs_certificate``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SebFile:
    """What a file holds: settings, how it was packed, what it is for, its Config Key."""

    settings: dict[str, Any]
    form: Literal["xml", "gzip", "password"]
    purpose: Purpose = "exam"

    @property
    def config_key(self) -> str:
        return config_key(self.settings)


def read(data: bytes, *, password: str | None = None) -> SebFile:
    """Read a file; ``password`` for locked ones (``pwcc`` files often have the empty one). Raises CannotRead."""
    if not data.strip():
        raise CannotRead("empty")
    if data[:4] == b"PK\x03\x04":
        raise CannotRead("zip")
    packed = data[:2] == b"\x1f\x8b"
    data = _unpacked(data) if packed else data
    mark = data[:4]
    if mark in _CERTIFICATE:
        raise CannotRead("needs_certificate")
    if mark in _PURPOSES:
        return SebFile(_locked(data[4:], password, mark), "password", _PURPOSES[mark])
    if mark == b"plnd":
        return SebFile(_settings(_maybe_unpacked(data[4:])), "gzip")
    return SebFile(_settings(data), "gzip" if packed else "xml")


def _locked(message: bytes, password: str | None, mark: bytes) -> dict[str, Any]:
    if password is None and mark == b"pwcc":
        password = ""
    if password is None:
        raise CannotRead("needs_password")
    try:
        return _settings(_maybe_unpacked(rncryptor.unlock(message, password)))
    except rncryptor.NotOpened as error:
        raise CannotRead("broken" if error.code == "form" else "wrong_password") from error


def _maybe_unpacked(data: bytes) -> bytes:
    return _unpacked(data) if data[:2] == b"\x1f\x8b" else data


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, MOST + 1)
    except zlib.error as error:
        raise CannotRead("broken") from error
    if len(found) > MOST:
        raise CannotRead("too_large")
    if not unpacker.eof:
        raise CannotRead("broken")
    return found


def _settings(data: bytes) -> dict[str, Any]:
    if len(data) > MOST:
        raise CannotRead("too_large")
    if b"<plist" not in data[:4096]:
        raise CannotRead("not_seb")
    try:
        found = plistlib.loads(data, fmt=plistlib.FMT_XML)
    except (ExpatError, plistlib.InvalidFileException, ValueError, KeyError, TypeError, IndexError) as error:
        raise CannotRead("broken") from error
    if not isinstance(found, dict):
        raise CannotRead("not_seb")
    return found


def write_xml(settings: dict[str, Any]) -> bytes:
    """A bare file."""
    return plistlib.dumps(settings, fmt=plistlib.FMT_XML)


def write_gzip(settings: dict[str, Any]) -> bytes:
    """The compact form; the same settings give the same bytes."""
    return _packed(b"plnd" + _packed(write_xml(settings)))


def write_locked(settings: dict[str, Any], password: str, *, random: bytes) -> bytes:
    """Locked with a password that whoever opens it must type; ``random`` are 32 fresh random bytes."""
    return _packed(b"pswd" + rncryptor.lock(_packed(write_xml(settings)), password, random=random))


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
