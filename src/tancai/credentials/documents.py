"""The paper: rendered on demand from sealed facts, never stored."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tancai.credentials import queries
from tancai.credentials.queries import CertificateView

_TEMPLATES = Path(__file__).with_name("paper")


def check_address(seen: CertificateView) -> str:
    """The address in the QR code: what it opens shows what is printed, and the state."""
    return f"{settings.PUBLIC_ADDRESS}/verify/c/{seen.number}?k={seen.code}"


def certificate_pdf(certificate: Any, *, masked: bool = False, at: datetime) -> bytes:
    """The certificate as PDF: inner pages of a booklet where the programme prints notes for use, else one sheet.

    ``masked`` hides the middle of the document number, for copies that anybody may fetch. Raises MissingGlyph.
    """
    row = queries.row(certificate)
    raise NotImplementedError(row)
