"""The report of a session on A4: facts, counts, who watched, what was ordered and why, every candidate, signatures.

In the language in force; what people wrote stands as they wrote it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.exams import standing, words
from tancai.exams.journal import Entry, journal
from tancai.exams.live import session_state
from tancai.exams.models import AnswerSheet, Session, Sitting
from tancai.lib import clock, documents
from tancai.lib.chinese_dates import long_date, long_moment
from tancai.people import api as people

TITLE = gettext_lazy("考场情况记录")
TEMPLATE = Path(__file__).parent / "documents" / "session_report.typ"

LEFT_OUT = frozenset({"started", "entered", "handed_in", "expired"})
"""What the table of candidates says already, and an ordinary end."""


def session_report_pdf(
    session: Session, *, printed_by: str, at: datetime, flags: Iterable[Entry] = ()
) -> bytes:
    """The report as PDF, in the language in force; before the end of the exam it says that it is not final.

    ``flags`` are entries of rooms above this one.
    """
    data = _data(session, [*journal(session), *flags], printed_by, at)
    return documents.render(TEMPLATE, data, at=at)


def _data(session: Session, entries: list[Entry], printed_by: str, at: datetime) -> dict[str, Any]:
    definition = standing.definition_of(session)
    body = people.organisation(definition.body)
    rows = _candidates(session, at)
    final = session_state(session, at) in ("over", "closed", "cancelled") and not any(
        row["open"] for row in rows
    )
    title, programme = str(TITLE), words.named(definition)
    told = [entry for entry in sorted(entries, key=lambda one: one.at) if entry.kind not in LEFT_OUT]
    return {
        "language": "zh" if words.in_chinese() else "en",
        "title": title,
        "subtitle": words.in_other(TITLE),
        "programme": programme,
        "interim": "" if final else _("考试尚未全部结束，本页为阶段情况，不作最终记录。"),
        "facts": _facts(session, words.named(body) if body else ""),
        "figures_label": _("人数"),
        "figures": _figures(rows),
        "absent_label": _("缺考考生"),
        "absent": _("、").join(
            _("{name}（{ticket}）").format(name=row["name"], ticket=row["ticket"])
            for row in rows
            if row["absent"]
        ),
        "nobody": _("无"),
        "duty_label": _("监考人员"),
        "duty": _duty(entries),
        "duty_heads": [_("姓名"), _("到岗"), _("离岗"), _("经办事项")],
        "orders_label": _("处置与情况"),
        "orders_heads": [_("时间"), _("考生"), _("情况与原因"), _("经办人")],
        "orders": [_order(entry) for entry in told],
        "orders_none": _("本场没有需要记录的情况。"),
        "people_label": _("考生情况"),
        "people_heads": [
            _("准考证号"),
            _("姓名"),
            _("证件号码"),
            _("入场"),
            _("结束"),
            _("结果"),
            _("作答"),
            _("补时"),
            _("回执码前 12 位"),
        ],
        "people": [row["cells"] for row in rows],
        "sign_label": _("签名"),
        "signs": [_("监考人员"), _("监考人员"), _("考务负责人")],
        "sign_date": _("日期"),
        "remarks_label": _("补充说明（手写）"),
        "printed": _("{moment} 由 {name} 打印").format(moment=long_moment(at), name=printed_by),
        "footer": f"{title} · {programme} · {session.date.isoformat()}",
    }


def _facts(session: Session, body: str) -> list[tuple[str, str]]:
    local = session.starts_at.astimezone(clock.SHANGHAI)
    until = session.entry_until.astimezone(clock.SHANGHAI)
    ends = local + timedelta(minutes=session.minutes)
    when = (
        _("{start} 至 {until} 之间入场，入场后作答 {n} 分钟")
        if session.own_time
        else _("{start}–{end}（{n} 分钟），{until} 后不得入场")
    )
    return [
        (_("发证机构"), body),
        (_("考试日期"), long_date(local.date())),
        (
            _("考试时间"),
            when.format(
                start=f"{local:%H:%M}", end=f"{ends:%H:%M}", until=f"{until:%H:%M}", n=session.minutes
            ),
        ),
        (_("场次"), f"{words.SESSION_KINDS.get(session.kind, session.kind)} · {session.exam_day}"),
    ]


def _candidates(session: Session, at: datetime) -> list[dict[str, Any]]:
    admissions = (
        session.admissions.exclude(events__kind="withdrawn")
        .select_related("person")
        .order_by("ticket_number")
    )
    found = Sitting.objects.filter(session=session).prefetch_related("events")
    sittings = {sitting.admission_id: sitting for sitting in found}
    sheets = {
        sheet.sitting_id: sheet
        for sheet in AnswerSheet.objects.filter(sitting__session=session).defer("answers")
    }
    rows = []
    for admission in admissions:
        sitting = sittings.get(admission.pk)
        events = list(sitting.events.all()) if sitting else []
        rows.append(_candidate(admission, events, sheets.get(sitting.pk) if sitting else None, at))
    return rows


def _candidate(admission: Any, events: list[Any], sheet: AnswerSheet | None, at: datetime) -> dict[str, Any]:
    start = standing.started(events)
    absent = start is None and at > admission.session.entry_until
    done = next((event for event in events if sheet is not None and event.kind == sheet.how), None)
    extra = admission.extra_minutes + sum(
        int(event.detail.get("seconds", 0)) // 60 for event in events if event.kind == "extra"
    )
    if sheet is not None:
        result = {"handed_in": _("交卷"), "expired": _("到时收卷"), "ended": _("强制结束")}[sheet.how]
    elif start is not None:
        result = _("未收卷")
    else:
        result = _("缺考") if absent else _("未入场")
    return {
        "name": admission.person.name,
        "ticket": admission.ticket_number,
        "absent": absent,
        "open": sheet is None and not absent,
        "how": sheet.how if sheet else "",
        "late": start is not None and start.at > admission.session.entry_until,
        "extra": extra,
        "cells": [
            admission.ticket_number,
            admission.person.name,
            admission.person.document_masked,
            _clock(start.at) if start else "",
            _clock(sheet.ended_at) if sheet else "",
            result,
            str(done.detail.get("answered", "")) if done else "",
            _("{n} 分").format(n=extra) if extra else "",
            sheet.receipt[:12] if sheet else "",
        ],
    }


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(clock.SHANGHAI):%H:%M:%S}"


def _figures(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    hows = Counter(row["how"] for row in rows)
    return [
        (_("应考"), str(len(rows))),
        (_("实考"), str(sum(bool(row["cells"][3]) for row in rows))),
        (_("缺考"), str(sum(row["absent"] for row in rows))),
        (_("准许迟到"), str(sum(row["late"] for row in rows))),
        (_("交卷"), str(hows["handed_in"])),
        (_("到时收卷"), str(hows["expired"])),
        (_("强制结束"), str(hows["ended"])),
        (_("补时"), str(sum(row["extra"] > 0 for row in rows))),
    ]


def _duty(entries: list[Entry]) -> list[list[str]]:
    """Everybody who reported for duty or gave an order: when they came and went, and how much they did."""
    names: dict[str, list[str]] = {}
    done = Counter(entry.by for entry in entries if entry.by and entry.kind not in ("on_duty", "off_duty"))
    for name in done:
        names[name] = ["", ""]
    for entry in entries:
        if entry.kind in ("on_duty", "off_duty"):
            times = names.setdefault(entry.by, ["", ""])
            if entry.kind == "on_duty":
                times[0] = times[0] or _clock(entry.at)
            else:
                times[1] = _clock(entry.at)
    return [[name, came, left, str(done[name])] for name, (came, left) in sorted(names.items())]


def _order(entry: Entry) -> list[str]:
    reason = "" if entry.reason == "notice" else words.ORDER_REASONS.get(entry.reason, "")
    parts = [words.say_entry(entry), str(reason), words.say_remark(entry)]
    text = _("；").join(part for part in parts if part)
    if not entry.delivered:
        text += _("（待送达）")
    who = f"{entry.name}\n{entry.ticket}" if entry.ticket else words.say_who(entry)
    return [_clock(entry.at), who, text, entry.by]
