"""The score statement on A4, and the code by which anybody who holds it can check that it is true and still stands."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.lib import chinese_dates, crypto, documents
from tancai.marking.errors import NotThere
from tancai.marking.models import Result
from tancai.marking.queries.office import total_text
from tancai.marking.queries.results import ResultView, newest_results, result, result_of
from tancai.people import api as people
from tancai.programmes import api as programmes

TEMPLATE = Path(__file__).with_name("documents") / "score_statement.typ"


def statement_token(result_id: int) -> str:
    """``123-ABCDE-FGHIJ``: the number of the result and ten characters only this installation can make."""
    digest = bytes.fromhex(crypto.blind_index(f"result:{result_id}", "marking.statement"))
    text = base64.b32encode(digest).decode()[:10]
    return f"{result_id}-{text[:5]}-{text[5:]}"


@dataclass(frozen=True)
class StatementCheck:
    """What a statement says, and ``current``: no newer result has taken its place."""

    result: ResultView
    name: str
    programme: str
    programme_en: str
    current: bool


def check_statement(token: str) -> StatementCheck | None:
    """The statement a check code belongs to; None for a code that this installation did not make."""
    number = token.strip().upper().partition("-")[0]
    if not token.isascii() or not number.isdigit() or len(number) > 18:
        return None
    if not hmac.compare_digest(statement_token(int(number)), token.strip().upper()):
        return None
    found = result(int(number))
    if found is None:
        return None
    person = people.person(found.person_id)
    definition = programmes.definition_of(found.edition_id)
    return StatementCheck(
        result=found,
        name=person.name if person else "",
        programme=definition.name,
        programme_en=definition.name_en,
        current=newest_results().filter(pk=found.id).exists(),
    )


def score_statement_pdf(admission_id: int, *, check_address: str, at: datetime) -> bytes:
    """The statement of a released result in the language in force; raises NotThere before release.

    ``check_address`` is the full address of the page where the check code can be tried; the QR code leads there.
    """
    found = result_of(admission_id)
    if found is None:
        raise NotThere()
    token = statement_token(found.id)
    address = f"{check_address.rstrip('/')}/{token}/"
    data = _data(found, token=token, check_address=check_address, at=at)
    return documents.render(TEMPLATE, data, {"qr.svg": documents.qr_svg(address)}, at=at)


def _data(found: ResultView, *, token: str, check_address: str, at: datetime) -> dict[str, Any]:
    definition = programmes.definition_of(found.edition_id)
    body = people.organisation(definition.body)
    chinese = _chinese()
    return {
        "language": "zh" if chinese else "en",
        "title": _("成绩单"),
        "subtitle": "SCORE STATEMENT" if chinese else "",
        "programme": definition.name if chinese else definition.name_en,
        "facts": _facts(found, definition),
        "score_label": _("总成绩"),
        "score": total_text(found.total) if found.total is not None else _("缺考"),
        "score_note": ""
        if found.total is None
        else _("满分 {out_of} 分，{pass_mark} 分合格").format(
            out_of=total_text(found.out_of), pass_mark=total_text(found.pass_mark)
        ),
        "verdict": _verdict(found),
        "passed": found.passed,
        "table_heads": [_("题型"), _("题数"), _("得分"), _("满分")],
        "table": _table(found, definition),
        "check_label": _("查验"),
        "check_help": _("扫描二维码，或在以下网址输入查验码，可核对本成绩单是否真实、是否为最新成绩。"),
        "check_address": check_address,
        "check_code_label": _("查验码"),
        "check_code": token,
        "notes": [
            _("本成绩单只说明一次考试的成绩，不是证书；考试合格者由发证机构另行颁发证书。"),
            _("对成绩有疑问的，可在成绩公布后规定的工作日内申请复核。成绩更正后，原成绩单不再有效。"),
        ],
        "issued": _("生成时间 {moment}").format(moment=chinese_dates.long_moment(at)),
        "seal": _("印章"),
        "body": (body.name if chinese else body.name_en or body.name) if body else "",
        "footer": f"{_('成绩单')} {found.ticket_number}",
    }


def _chinese() -> bool:
    return (get_language() or settings.LANGUAGE_CODE).startswith("zh")


def _verdict(found: ResultView) -> str:
    if found.outcome == Result.ABSENT:
        return _("缺考")
    return _("合格") if found.passed else _("未合格")


def _facts(found: ResultView, definition: Any) -> list[tuple[str, str]]:
    person = people.person(found.person_id)
    level, speciality = definition.level(found.level), definition.speciality(found.speciality)

    def named(part: Any) -> str:
        return "" if part is None else (part.name if _chinese() else part.name_en)

    rows = [
        (_("姓名"), person.name if person else ""),
        (_("证件号码"), person.document_masked if person else ""),
        (_("准考证号"), found.ticket_number),
        (_("级别"), named(level)),
        (_("专业"), named(speciality)),
        (_("考试日期"), chinese_dates.long_date(found.exam_date)),
        (_("考试次数"), _("补考") if found.attempt == "resit" else _("首次考试")),
        (_("公布日期"), chinese_dates.long_date(found.released_at)),
        (_("更正日期"), chinese_dates.long_date(found.at) if found.corrected else ""),
    ]
    return [row for row in rows if row[1]]


def _table(found: ResultView, definition: Any) -> list[tuple[str, str, str, str]]:
    parts = {part.code: part.name if _chinese() else part.name_en for part in definition.paper.parts}
    several = len({row["part"] for row in found.breakdown}) > 1
    return [
        (
            f"{parts.get(row['part'], row['part'])} · {items.kind_name(row['kind'])}"
            if several
            else items.kind_name(row["kind"]),
            str(row["count"]),
            f"{row['marks']:g}",
            f"{row['out_of']:g}",
        )
        for row in found.breakdown
    ]
