"""The orders of the invigilator, for one candidate or the whole room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.web.invigilator import words
from tancai.web.invigilator.forms import OrderForm


@dataclass(frozen=True)
class OrderButton:
    """A button that opens a dialog with the order's form."""

    kind: str
    button: str | Promise
    text: str | Promise
    danger: bool
    form: OrderForm

    @property
    def id(self) -> str:
        return f"order-{self.kind}"


_BUTTONS = (
    ("message", gettext_lazy("发通知"), gettext_lazy("通知会立即显示在考生页面上。"), False),
    ("extra", gettext_lazy("延长时间"), gettext_lazy("考生的剩余时间立即增加。"), False),
    ("pause", gettext_lazy("暂停"), gettext_lazy("暂停期间时间不减少，试题不显示。"), False),
    ("resume", gettext_lazy("继续"), gettext_lazy("结束暂停，考生从停下的地方继续。"), False),
    ("end", gettext_lazy("强制结束"), gettext_lazy("考试立即结束并收取已保存的作答，不能恢复。"), True),
)


def buttons() -> list[OrderButton]:
    return [
        OrderButton(kind, button, text, danger, OrderForm(kind)) for kind, button, text, danger in _BUTTONS
    ]


def give(request: HttpRequest, sittings: Iterable[exams.Sitting]) -> None:
    """Carry out the posted order and say what became of it."""
    kind = request.POST.get("kind", "")
    if kind not in exams.ORDERS:
        raise Http404
    form = OrderForm(kind, request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return
    reached = list(sittings)
    if not reached:
        messages.error(request, _("现在没有已入场、未收卷的考生，指令没有发出。"))
        return
    try:
        events = exams.order_all(
            reached,
            kind,
            reason=form.cleaned_data["reason"],
            seconds=form.seconds,
            text=form.cleaned_data["text"],
            by=request.user,
            at=clock.now(),
        )
    except exams.ExamError as error:
        messages.error(request, words.error(error))
        return
    waiting = sum(event.confirmed_at is None for event in events)
    if waiting:
        messages.warning(
            request, _("已记录，但作答服务器暂时没有回应；恢复后会自动送达（{n} 人）。").format(n=waiting)
        )
    else:
        messages.success(request, _("已送达 {n} 位考生。").format(n=len(events)))
