"""The admission ticket on A4: who, when, where, what to bring, made on demand and never stored.

In the language in force; its name stands on it in both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.enrolment import api as enrolment
from tancai.exams import queries, rules, standing
from tancai.exams.actions.sittings import may_print_ticket
from tancai.exams.errors import MayNot
from tancai.exams.models import Admission
from tancai.exams.words import in_chinese, in_other, named, titled
from tancai.lib import clock, documents
from tancai.lib.chinese_dates import long_date, long_moment
from tancai.people import api as people

TITLE = gettext_lazy("准考证")
TEMPLATE = Path(__file__).parent / "documents" / "ticket.typ"


def exam_address() -> str:
    return f"{settings.PUBLIC_ADDRESS}/exam/"


def ticket_pdf(admission: Admission, *, at: datetime) -> bytes:
    """The ticket as PDF, in the language in force; raises MayNot before it may be printed."""
    verdict = may_print_ticket(admission, at)
    if not verdict.ok:
        raise MayNot(verdict.reasons)
    portrait = enrolment.portrait(admission.application_id)
    data = _data(admission, at=at) | {"portrait": portrait is not None}
    images = {"qr.svg": documents.qr_svg(f"{exam_address()}?ticket={admission.ticket_number}")}
    if portrait is not None:
        images["portrait.jpg"] = portrait
    return documents.render(TEMPLATE, data, images, at=at)


def _data(admission: Admission, *, at: datetime) -> dict[str, Any]:
    definition = standing.definition_of(admission.session)
    body = people.organisation(definition.body)
    code = queries.live_code(admission)
    return {
        "language": "zh" if in_chinese() else "en",
        "title": str(TITLE),
        "subtitle": in_other(TITLE),
        "programme": titled(definition, admission.level, admission.speciality),
        "facts": _facts(admission, definition),
        "portrait_label": _("照片"),
        "portrait_note": _("照片须与本人一致"),
        "address_label": _("考试网址"),
        "address": exam_address(),
        "address_help": _("用报名账号登录进入；没有账号的考生用准考证号和入场码进入。也可扫描右侧二维码。"),
        "code": code.code if code else "",
        "code_label": _("入场码"),
        "code_help": _("入场码只能使用一次，请勿告诉他人。"),
        "notices_label": _("考生须知"),
        "notices": _notices(admission, definition),
        "issued": _("打印时间 {moment}").format(moment=long_moment(at)),
        "seal": _("印章"),
        "body": named(body) if body else "",
        "footer": f"{TITLE} {admission.ticket_number}",
    }


def _facts(admission: Admission, definition: Any) -> list[tuple[str, str, bool]]:
    session, person = admission.session, admission.person
    local = session.starts_at.astimezone(clock.SHANGHAI)
    minutes = session.minutes + admission.extra_minutes
    ends = local + timedelta(minutes=minutes)
    if session.own_time:
        until = session.entry_until.astimezone(clock.SHANGHAI)
        when = _("{start} 至 {end} 之间进入，进入后作答 {minutes} 分钟").format(
            start=f"{local:%m-%d %H:%M}", end=f"{until:%m-%d %H:%M}", minutes=minutes
        )
    else:
        when = _("{start}–{end}（{minutes} 分钟）").format(
            start=f"{local:%H:%M}", end=f"{ends:%H:%M}", minutes=minutes
        )
    level = definition.level(admission.level)
    speciality = definition.speciality(admission.speciality)
    rows = [
        (_("准考证号"), admission.ticket_number, True),
        (_("姓名"), person.name, True),
        (_("证件号码"), person.document_masked, False),
        (_("级别"), named(level) if level else "", False),
        (_("专业"), named(speciality) if speciality else "", False),
        (_("考试日期"), long_date(local.date()), True),
        (_("考试时间"), when, True),
        (_("考试次数"), _("补考") if admission.kind == Admission.RESIT else _("首次考试"), False),
    ]
    return [row for row in rows if row[1]]


def _notices(admission: Admission, definition: Any) -> list[str]:
    session, exam = admission.session, definition.exam
    lead = int(rules.ENTRY_LEAD.total_seconds() // 60)
    found = [_("请携带与报名一致的有效身份证件原件和本准考证，按时参加考试。")]
    if session.own_time:
        found.append(_("在规定时间内进入考场，作答时间自进入时起算。"))
    else:
        late = int((session.entry_until - session.starts_at).total_seconds() // 60)
        found.append(
            _("开考前 {lead} 分钟可以进入考场；开考 {late} 分钟后不得入场，迟到不补时间。").format(
                lead=lead, late=late
            )
        )
    found.append(_("考前请用考试当天的设备和网络打开考试网址，确认能正常使用。"))
    if exam.client_required:
        client = definition.catalogue.addresses.client
        found.append(
            _("考试须使用考试客户端，请提前下载安装：{address}").format(address=client or exam_address())
        )
    if exam.camera_required:
        found.append(_("考试须全程开启摄像头，请保证光线充足、画面中只有本人。"))
    found += [
        _("每次作答都会自动保存。网络中断时请继续作答，恢复后会自动补交；设备故障可更换设备重新进入。"),
        _("时间以服务器时钟为准，时间到自动交卷。交卷后请保存回执。"),
        _("独立作答，不得查阅资料、与他人交流或由他人代考，违者按规定处理。"),
    ]
    return found
