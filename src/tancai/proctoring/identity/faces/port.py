"""What an adapter for faces must do; the room knows no more about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MEASURED, NO_FACE, SEVERAL, NO_MODEL, NO_REFERENCE, FAILED = (
    "measured",
    "no_face",
    "several_faces",
    "no_model",
    "no_reference",
    "failed",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One picture looked at, and compared where that was possible.

    ``state``: measured, no_face, several_faces (on the picture), no_model (presence only), no_reference (no usable
    face on the reference), failed. ``score`` is higher the more alike; compare with ``threshold``. ``faces`` is None
    when the adapter could not tell.
    """

    state: str
    faces: int | None
    covered: bool = False
    score: float | None = None
    threshold: float | None = None
    adapter: str = ""
    model: str = ""


class Faces(Protocol):
    """Counts faces on a picture and compares with a reference picture. Pictures are JPEG bytes."""

    name: str
    recognises: bool
    """Whether it compares at all; otherwise identity is for the invigilator's eyes."""

    def measure(self, picture: bytes, reference: bytes | None) -> Measured:
        """Look at ``picture``; compare with ``reference`` if there is one. Never raises for a bad picture."""
        ...
