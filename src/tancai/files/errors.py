from __future__ import annotations


class FileError(Exception):
    """Base of this room's refusals; ``code`` is stable."""

    code = "file"

    def __init__(self, code: str = "", **params: object) -> None:
        self.code = code or type(self).code
        self.params = params
        super().__init__(self.code)


class BadFile(FileError):
    """The bytes cannot be stored: ``empty``, ``too_large`` (``most`` bytes), ``type`` (``mime``), ``not_an_image``."""


class FileGone(FileError):
    """The file was discarded, or its bytes are missing or cannot be opened."""

    code = "gone"
