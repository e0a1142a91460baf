"""试题更正: rulings that authors propose, with every score they would change; a second person decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem, NavEntry
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags import shell as tags

READERS = ("office", "supervisor")
DECIDERS = ("office",)


def _places(request: HttpRequest) -> set[int] | None:
    if not people.access_any(request.user, READERS):
        raise Http404
    return people.access_organisations(request.user, READERS)


def kind_word(code: str) -> str:
    return {
        "credit": _("全部给分"),
        "drop": _("不计这道题"),
        "rekey": _("更改答案，重新计分"),
    }.get(code, code)


def _chip(row: marking.Ruling) -> str:
    decision = getattr(row, "decision", None)
    if decision is None:
        return tags.chip(_("待决定"), "now")
    approved = decision.outcome == marking.RulingDecision.APPROVED
    return tags.chip(_("已更正"), "good") if approved else tags.chip(_("未同意"), "idle")


@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Every ruling, open ones findable by the filter."""
    places = _places(request)
    table = Table(
        request,
        marking.rulings(places),
        name="rulings",
        columns=[
            Column(
                "version.item.code",
                _("试题"),
                "code",
                url=lambda row: reverse("office:ruling", args=[row.pk]),
            ),
            Column("session.date", _("考试日期"), "day", sort=True),
            Column("programme", _("项目"), value=lambda row: _programme(row)),
            Column("kind", _("怎么更正"), value=lambda row: kind_word(row.kind)),
            Column("scores", _("改变的成绩"), "number", value=lambda row: len(row.effects)),
            Column("state", _("状态"), "html", value=_chip),
            Column("at", _("提请时间"), "moment", sort=True),
        ],
        filters=[
            Filter(
                "state",
                _("状态"),
                [("open", _("待决定")), ("decided", _("已决定"))],
                apply=lambda found, value: found.filter(decision__isnull=value == "open"),
            )
        ],
        empty=Empty(_("没有试题更正"), _("命题员在试题分析中发现有问题的题，会在这里提请更正成绩。")),
    )
    return table.respond("office/results/rulings.html", {"open": marking.open_rulings(places)})


def _programme(row: marking.Ruling) -> str:
    return named(programmes.definition_of(row.session.edition_id))


def _own(request: HttpRequest, ruling_id: int, roles: tuple[str, ...]) -> marking.Ruling:
    row = marking.ruling(ruling_id)
    if row is None or not people.access_at(
        request.user, roles, programmes.organisation_ids(row.session.programme)
    ):
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
@login_required
def one(request: HttpRequest, ruling_id: int) -> HttpResponse:
    """One ruling with the announced effects, name by name, and the decision."""
    row = _own(request, ruling_id, DECIDERS if request.method == "POST" else READERS)
    if request.method == "POST":
        return _decide(request, row)
    effects = marking.effects_of(row)
    rows = _rows(row, effects)
    refused = marking.ruling_refused(row, request.user)
    may = people.access_at(request.user, DECIDERS, programmes.organisation_ids(row.session.programme))
    released = marking.release_of(row.session) is not None
    return render(
        request,
        "office/results/ruling.html",
        {
            "row": row,
            "chip": _chip(row),
            "programme": _programme(row),
            "stem": items.kinds()[row.version.item.kind].public(row.version.content)["stem"],
            "key": _("、").join(items.told_letters(row.version, items.own_letters(row.version, row.letters))),
            "letters": _("、").join(items.told_letters(row.version, row.letters)),
            "kind": kind_word(row.kind),
            "proposer": people.staff_name(row.by) if row.by else "—",
            "effects": rows,
            "crossing": [one for one in rows if one["crossing"]],
            "up": sum(effect.crossing == "up" for effect in effects),
            "down": sum(effect.crossing == "down" for effect in effects),
            "decision": getattr(row, "decision", None),
            "refused": _refusal(refused) if refused and refused != "decided" else "",
            "may_decide": may and not refused,
            "released": released,
        },
    )


def _rows(row: marking.Ruling, effects: tuple[marking.Effect, ...]) -> list[dict[str, Any]]:
    crossing = {"up": (_("变为合格"), "good"), "down": (_("变为未合格"), "bad")}
    admissions = {one.pk: one for one in exams.admissions(row.session).select_related("person")}
    return [
        {
            "ticket": admissions[effect.admission_id].ticket_number,
            "name": admissions[effect.admission_id].person.name,
            "before": marking.total_text(effect.before),
            "after": marking.total_text(effect.after),
            "change": f"{float(effect.after - effect.before):+g}" if effect.after != effect.before else "0",
            "pass_mark": marking.total_text(effect.pass_mark_after),
            "out_of": marking.total_text(effect.out_of_after),
            "crossing": crossing.get(effect.crossing),
            "passed": effect.passed_after,
        }
        for effect in effects
    ]


def _decide(request: HttpRequest, row: marking.Ruling) -> HttpResponse:
    outcome = "approved" if "approve" in request.POST else "refused"
    try:
        marking.decide_ruling(
            row.pk, outcome, reason=request.POST.get("reason", ""), by=request.user, at=clock.now()
        )
    except marking.MayNot as error:
        messages.error(request, _refusal(error.code))
    else:
        changed = len(row.effects)
        done = ngettext("已更正 %(n)d 份成绩。", "已更正 %(n)d 份成绩。", changed) % {"n": changed}
        messages.success(request, done if outcome == "approved" else _("已登记：不同意这项更正。"))
    return redirect("office:ruling", row.pk)


def _refusal(code: str) -> str:
    return {
        "decided": _("这项更正已经有了决定。"),
        "proposer": _("这项更正由您提请，请由另一人决定。"),
        "own": _("您本人的成绩也会因此改变，请由另一人决定。"),
        "changed_since": _("提请之后有成绩发生了变化，与公布的试算不符。请不同意这一项，重新试算后再提请。"),
        "no_reason": _("不同意请写明原因。"),
    }.get(code, _("现在不能这样操作。"))


def ruling_entries(request: HttpRequest) -> list[NavEntry]:
    if not people.access_any(request.user, READERS):
        return []
    places = people.access_organisations(request.user, READERS)
    return [
        NavEntry(_("试题更正"), reverse("office:rulings"), badge=marking.open_rulings(places), icon="edit")
    ]


def ruling_due(request: HttpRequest) -> list[DueItem]:
    """Rulings that wait for this office."""
    if not people.access_any(request.user, DECIDERS):
        return []
    waiting = marking.open_rulings(people.access_organisations(request.user, DECIDERS))
    if not waiting:
        return []
    return [
        DueItem(
            title=ngettext("%(n)d 项试题更正待决定", "%(n)d 项试题更正待决定", waiting) % {"n": waiting},
            detail=_("会改变已公布的成绩，由提请人以外的人决定"),
            url=f"{reverse('office:rulings')}?state=open",
        )
    ]


ruling_urls = [
    path("results/rulings/", listing, name="rulings"),
    path("results/rulings/<int:ruling_id>/", one, name="ruling"),
]
