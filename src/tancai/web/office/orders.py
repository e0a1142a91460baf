"""Orders at the office: the list, one order with its vouchers, and what finance does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tancai.fees import api as fees
from tancai.files import api as files
from tancai.lib import clock
from tancai.messages import api as inbox
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem, NavEntry
from tancai.web.shell.tables import Column, Empty, Filter, Table

READERS = ("finance", "office", "supervisor")
CLERKS = ("finance", "office")

PURPOSES = {
    "enrolment": gettext_lazy("报名费"),
    "resit": gettext_lazy("补考费"),
    "replacement": gettext_lazy("证书补发费"),
}
STATES = {
    "open": gettext_lazy("待缴费"),
    "voucher": gettext_lazy("凭证待核"),
    "refused": gettext_lazy("凭证未通过"),
    "confirmed": gettext_lazy("已缴费"),
    "waived": gettext_lazy("已减免"),
    "free": gettext_lazy("无需缴费"),
    "cancelled": gettext_lazy("已取消"),
    "refunded": gettext_lazy("已退款"),
}
EVENTS = {
    "opened": gettext_lazy("生成订单"),
    "voucher": pgettext_lazy("event", "上传转账凭证"),
    "confirmed": gettext_lazy("确认到账"),
    "refused": gettext_lazy("凭证未通过"),
    "waived": gettext_lazy("减免"),
    "cancelled": gettext_lazy("取消"),
    "refunded": gettext_lazy("退款"),
}
WAITING = ("open", "voucher", "refused")


class NoteForm(forms.Form):
    """An optional remark."""

    note = forms.CharField(label=gettext_lazy("备注"), max_length=300, required=False)


class ReasonForm(forms.Form):
    """A reason that the payer reads."""

    note = forms.CharField(label=gettext_lazy("原因"), max_length=300)


def may_read(request: HttpRequest) -> bool:
    """Whether the user has orders to look at."""
    return people.access_any(request.user, READERS)


def waiting(request: HttpRequest) -> int:
    """Vouchers that wait for the user's check."""
    if not people.access_any(request.user, CLERKS):
        return 0
    return fees.orders(people.access_organisations(request.user, CLERKS), state="voucher").count()


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Orders payable to the user's organisations; vouchers to check first."""
    if not may_read(request):
        raise Http404
    rows = fees.orders(people.access_organisations(request.user, READERS)).select_related(
        "person", "organisation"
    )
    names = {each.code: named(each) for each in programmes.programmes()}
    table = Table(
        request,
        rows,
        name="orders",
        title=_("订单"),
        columns=[
            Column("number", _("订单号"), "code", sort=True, url=_address),
            Column("person.name", _("姓名"), sort="person__name"),
            Column(
                "programme",
                _("项目"),
                value=lambda row: names.get(row.programme, row.programme or "—"),
                sort=True,
            ),
            Column(
                "purpose",
                _("事项"),
                value=lambda row: str(PURPOSES[row.purpose]),
                sort=True,
                beneath="programme",
            ),
            Column(
                "organisation.name",
                _("付款机构"),
                value=lambda row: named(row.organisation),
                beneath="person.name",
            ),
            Column("amount", _("金额"), "money", sort=True, total=True),
            Column("state", _("状态"), "state:order", sort=True),
            Column("opened_at", _("生成时间"), "moment", sort=True),
            Column("last_at", _("最近变动"), "day", sort=True),
        ],
        search=["number", "reference", "person__name", "organisation__name"],
        search_label=_("订单号、申请或姓名"),
        filters=[
            Filter("state", _("状态"), [("waiting", _("未结清")), *STATES.items()], apply=_by_state),
            Filter("purpose", _("事项"), list(PURPOSES.items())),
            Filter("programme", _("项目"), list(names.items())),
        ],
        empty=Empty(_("没有订单"), _("有人报名、补考或补发证书后会出现在这里。")),
    )
    return table.respond("office/orders.html", {"waiting": waiting(request)})


@require_GET
@login_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order with its story and the steps that may follow."""
    found = _order(request, number, READERS)
    authors = {each.by_id: people.user(each.by_id) for each in found.events if each.by_id}
    may_act = people.access_at(request.user, CLERKS, _places(found))
    return render(
        request,
        "office/order.html",
        {
            "order": found,
            "person": people.person(found.person_id),
            "organisation": people.organisation_by_id(found.organisation_id)
            if found.organisation_id
            else None,
            "programme": named(programmes.definition(found.programme)) if found.programme else "",
            "purpose": PURPOSES[found.purpose],
            "story": [
                (each, EVENTS[each.kind], fees.say_note(each.note), _name(authors.get(each.by_id or 0)))
                for each in found.events
            ],
            "steps": found.next if may_act else frozenset(),
            "forms": {
                step: (ReasonForm if step in NEEDS_REASON else NoteForm)(auto_id=f"{step}-%s")
                for step in STEPS
            },
        },
    )


@require_GET
@login_required
def voucher(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """The file of one of the order's vouchers."""
    found = _order(request, number, READERS)
    if token not in {each.file_token for each in found.events if each.file_token}:
        raise Http404
    stored = files.file(token)
    if stored is None:
        raise Http404
    try:
        return files.serve(stored)
    except files.FileError as error:
        raise Http404 from error


@require_POST
@login_required
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Confirm, refuse, waive, cancel or refund."""
    found = _order(request, number, CLERKS)
    act = STEPS.get(step)
    if act is None:
        raise Http404
    form = (ReasonForm if step in NEEDS_REASON else NoteForm)(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因。"))
        return redirect("office:order", number)
    at = clock.now()
    try:
        after = act(found, form.cleaned_data["note"], request.user, at)
    except fees.BadStep as error:
        said = _("请写明原因。") if error.code == "no_reason" else _("订单状态已变，请看最新情况后再操作。")
        messages.error(request, said)
        return redirect("office:order", number)
    _tell(after, step, form.cleaned_data["note"], request.user, at)
    messages.success(request, _("订单 %(number)s：%(step)s") % {"number": number, "step": EVENTS[step]})
    return redirect("office:order", number)


STEPS: dict[str, Callable[[fees.OrderView, str, Any, Any], fees.OrderView]] = {
    "confirmed": lambda order, note, by, at: fees.confirm_payment(order, note=note, by=by, at=at),
    "refused": lambda order, note, by, at: fees.refuse_voucher(order, reason=note, by=by, at=at),
    "waived": lambda order, note, by, at: fees.waive(order, reason=note, by=by, at=at),
    "cancelled": lambda order, note, by, at: fees.cancel(order, reason=note, by=by, at=at),
    "refunded": lambda order, note, by, at: fees.refund(order, reason=note, by=by, at=at),
}
NEEDS_REASON = frozenset(STEPS) - {"confirmed"}


def _order(request: HttpRequest, number: str, roles: tuple[str, ...]) -> fees.OrderView:
    try:
        found = fees.order(number)
    except fees.UnknownOrder as error:
        raise Http404 from error
    if not people.access_at(request.user, roles, _places(found)):
        raise Http404
    return found


def _name(user: people.User | None) -> str:
    return people.staff_name(user) if user else ""


def _places(order: fees.OrderView) -> set[int]:
    """The payee decides; the institution that pays only watches from its own desk."""
    return {order.payee_id} if order.payee_id else set()


def _address(row: Any) -> str:
    return reverse("office:order", args=[row.number])


def _by_state(rows: Any, state: str) -> Any:
    return rows.filter(state__in=WAITING) if state == "waiting" else rows.filter(state=state)


def _tell(order: fees.OrderView, step: str, note: str, by: Any, at: Any) -> None:
    person = people.person(order.person_id)
    if step == "confirmed":
        params = {"number": order.number, "amount": order.amount}
        inbox.send(person=person, kind="order_confirmed", params=params, at=at, by=by)
    elif step == "refused":
        inbox.send(
            person=person, kind="order_refused", params={"number": order.number, "reason": note}, at=at, by=by
        )


def order_nav(request: HttpRequest) -> list[NavEntry]:
    """The orders with the number of vouchers to check."""
    if not may_read(request):
        return []
    return [NavEntry(_("订单"), reverse("office:orders"), badge=waiting(request), icon="money")]


def order_due(request: HttpRequest) -> list[DueItem]:
    """Vouchers that wait."""
    count = waiting(request)
    if not count:
        return []
    title = ngettext("%(n)s 份转账凭证待核对", "%(n)s 份转账凭证待核对", count) % {"n": count}
    return [DueItem(title, "", reverse("office:orders") + "?state=voucher", level="near")]


order_urls = [
    path("orders/", index, name="orders"),
    path("orders/<slug:number>/", order, name="order"),
    path("orders/<slug:number>/vouchers/<slug:token>/", voucher, name="order_voucher"),
    path("orders/<slug:number>/<slug:step>/", step, name="order_step"),
]
