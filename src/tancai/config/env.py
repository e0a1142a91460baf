"""Typed readers of environment variables that fail loudly, naming the variable and the remedy."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(SystemExit):
    """A setting that cannot be used; the process stops with one line."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(
            f"Setting {name}={value!r} cannot be used: give {wanted}, or unset it for the default."
        )


def text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise BadSetting(name, value, "yes or no")


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadSetting(name, value, f"a whole number from {least} to {most}")
    return int(value)


def folder(name: str, default: Path) -> Path:
    path = Path(os.environ.get(name) or default).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise BadSetting(name, str(path), "a folder")
    return path


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = os.environ.get(name, default)
    if value not in allowed:
        raise BadSetting(name, value, "one of " + ", ".join(allowed))
    return value


def origin(address: str) -> str:
    """Scheme, host and port of an address: what a browser names as the origin, whatever path the site is below."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def web_address(name: str, default: str) -> str:
    value = os.environ.get(name, default).rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise BadSetting(name, value, "an address that begins with http:// or https://")
    return value
