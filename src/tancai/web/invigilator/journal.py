"""The journal of a session: what happened in the room in order of time, free entries, and the same as a workbook."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.web.invigilator import words
from tancai.web.invigilator.access import (
    READERS,
    invigilators_only,
    own_admission_id,
    own_session,
    readers_only,
)
from tancai.web.invigilator.flag_entries import flag_entries
from tancai.web.invigilator.forms import NoteForm
from tancai.web.invigilator.room import frame
from tancai.web.shell.tables import Column, Empty, Filter, Table


@never_cache
@readers_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id, READERS)
    own = own_admission_id(request, session)
    every = sorted([*exams.journal(session), *flag_entries(session)], key=lambda entry: entry.at)
    entries = [entry for entry in reversed(every) if own is None or entry.admission_id != own]
    table = Table(
        request,
        entries,
        name="journal",
        title=_("考场记录"),
        columns=_columns(),
        search=lambda entry: " ".join(
            (entry.name, entry.ticket, *entry.names, exams.say_entry(entry), entry.by)
        ),
        search_label=_("姓名、准考证号或内容"),
        filters=[Filter("group", _("类别"), list(exams.JOURNAL_GROUPS.items()))],
        per_page=100,
        empty=Empty(_("还没有记录"), _("考生入场、发出指令、登记情况后会出现在这里。")),
    )
    return table.respond(
        "invigilator/journal.html", {**frame(request, session, "journal"), "note_form": NoteForm()}
    )


def _columns() -> list[Column]:
    return [
        Column("at", _("时间"), "code", value=_moment, export=lambda entry: entry.at),
        Column("group", _("类别"), value=lambda entry: exams.JOURNAL_GROUPS[entry.group]),
        Column("ticket", _("准考证号"), "html", value=_ticket, export=lambda entry: entry.ticket),
        Column("name", _("姓名"), value=exams.say_who),
        Column("kind", pgettext("考场", "情况"), value=_text),
        Column("reason", _("原因"), value=lambda entry: exams.ORDER_REASONS.get(entry.reason, "")),
        Column("by", _("经办人")),
    ]


def _moment(entry: exams.JournalEntry) -> str:
    local = entry.at.astimezone(clock.SHANGHAI)
    return f"{local:%m-%d %H:%M:%S}"


def _text(entry: exams.JournalEntry) -> str:
    remark = exams.say_remark(entry)
    text = exams.say_entry(entry)
    if not entry.delivered:
        text += _("（待送达）")
    return _("{text}。{remark}").format(text=text, remark=remark) if remark else text


def _ticket(entry: exams.JournalEntry) -> SafeString | str:
    if entry.admission_id is None:
        return "—"
    address = reverse("invigilator:candidate", args=[entry.admission_id])
    return format_html('<a class="number" href="{}">{}</a>', address, entry.ticket)


@invigilators_only
@require_POST
def note(request: HttpRequest, session_id: int) -> HttpResponse:
    """A free entry, such as a fire alarm and when it was."""
    session = own_session(request, session_id)
    form = NoteForm(request.POST)
    at = clock.now()
    if not form.is_valid():
        messages.error(request, _("请填写情况，时间写成 09:41 这样。"))
        return redirect("invigilator:journal", session.pk)
    try:
        exams.note(
            session, form.cleaned_data["text"], by=request.user, at=at, happened_at=form.happened_at(at)
        )
        messages.success(request, _("已记入考场记录。"))
    except exams.ExamError as error:
        messages.error(request, words.error(error))
    return redirect("invigilator:journal", session.pk)
