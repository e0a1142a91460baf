"""The paper: rendered on demand from sealed facts, never stored."""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tancai.audit import api as audit
from tancai.credentials import queries, rules
from tancai.credentials.queries import CertificateView
from tancai.enrolment import api as enrolment
from tancai.lib import clock, documents
from tancai.people import api as people
from tancai.programmes import api as programmes

_PAPER = Path(__file__).with_name("paper")
_SEXES = {"male": "男 Male", "female": "女 Female"}
_WATERMARKS = {rules.REVOKED: "已撤销 REVOKED", rules.REPLACED: "已换发 REPLACED"}
_DOCUMENT_LABELS = {"resident_id": ("身份证号", "ID Number")}
_OTHER_DOCUMENT = ("证件号码", "Document Number")
_CLOSE = "特发此证。"


def check_address(seen: CertificateView) -> str:
    """The address in the QR code: what it opens shows what is printed, and the state."""
    return f"{settings.PUBLIC_ADDRESS}/verify/c/{seen.number}?k={seen.code}"


def check_site() -> str:
    """The address of the look-up, as people read and type it."""
    return re.sub(r"^https?://", "", settings.PUBLIC_ADDRESS) + "/verify/"


def certificate_pdf(
    certificate: Any, *, masked: bool = False, at: datetime, by: people.User | None = None
) -> bytes:
    """The certificate as PDF: inner pages of a booklet where the programme prints notes for use, else one sheet.

    ``masked`` hides the middle of the document number, for copies that anybody may fetch; a copy that prints it in
    full is audited with ``by``. Raises MissingGlyph.
    """
    seen = queries.view(queries.row(certificate), clock.local_date(at))
    if not masked:
        audit.record("credentials.print", by=by, at=at, target=("certificate", seen.id))
    definition = queries.definition_for(seen)
    portrait = enrolment.portrait(seen.application_id)
    images = {"check.svg": documents.qr_svg(check_address(seen))}
    if portrait is not None:
        images["portrait.jpg"] = portrait
    form = "booklet" if definition.certificate.use_notes else "sheet"
    data = _data(seen, definition, masked=masked, portrait=portrait is not None)
    return documents.render(_PAPER / f"{form}.typ", data, images, at=seen.issued_at)


def _data(
    seen: CertificateView, definition: programmes.Definition, *, masked: bool, portrait: bool
) -> dict[str, Any]:
    rule, facts = definition.certificate, seen.facts
    body = people.organisation(definition.body)
    label, label_en = _DOCUMENT_LABELS.get(facts.document_kind, _OTHER_DOCUMENT)
    year, _, month = facts.exam_month.partition("-")
    return {
        "title": rule.title,
        "title_en": rule.title_en,
        "title_size": 30 if len(rule.title) <= 16 else 24,
        "body": body.name if body else "",
        "body_en": body.name_en if body else "",
        "name": facts.name,
        "sex": _SEXES.get(facts.sex, ""),
        "post": facts.post,
        "post_en": facts.post_en,
        "document_label": label,
        "document_label_en": label_en,
        "document": facts.document_masked if masked else facts.document,
        "number": seen.number,
        "issued": _long(seen.issued_on),
        "valid_until": _long(seen.valid_until) if seen.valid_until else "长期有效",
        "exam": {"year": year, "month": str(int(month))},
        "statement": _statement(rule, facts.course),
        "periods": _lines(seen, max(rule.registrations, len(seen.periods))),
        "notes": list(rule.use_notes),
        "notes_en": list(rule.use_notes_en),
        "query": definition.catalogue.addresses.query,
        "check_site": check_site(),
        "embossed": rule.embossed_seal,
        "portrait": portrait,
        "masked": masked,
        "specimen": bool(settings.TANCAI_DEMO),
        "watermark": _WATERMARKS.get(seen.state, ""),
        "ornament": _ornament(rule.number_prefix),
    }


def _statement(rule: programmes.CertificateRule, course: str) -> dict[str, str]:
    """The printed statement in parts: before the course, the course, after it, the closing line."""
    text, close = rule.statement, ""
    if text.endswith(_CLOSE):
        text, close = text[: -len(_CLOSE)], _CLOSE
    lead, colon, rest = text.partition("：")
    if not colon:
        lead, comma, rest = text.partition("，")
        return {"lead": lead + comma, "course": "", "rest": rest, "close": close, "en": rule.statement_en}
    return {"lead": lead + colon, "course": course, "rest": rest, "close": close, "en": rule.statement_en}


def _lines(seen: CertificateView, count: int) -> list[dict[str, list[str] | None]]:
    """The lines of the registration record, the empty ones too."""
    filled: list[dict[str, list[str] | None]] = [
        {"from": _parts(each.valid_from), "until": _parts(each.valid_until)} for each in seen.periods
    ]
    return filled + [{"from": None, "until": None}] * (count - len(filled))


def _parts(day: date | None) -> list[str] | None:
    return [str(day.year), str(day.month), str(day.day)] if day else None


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _ornament(prefix: str) -> dict[str, Any]:
    """The engraving of a programme: the same for every certificate under its prefix."""
    seed = zlib.crc32(prefix.encode())
    return {"petals": 12 + seed % 9, "strands": 6, "depth": 0.62 + (seed >> 8) % 5 * 0.04}
