"""The orders of the invigilator, for one candidate, several or the whole room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

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


_BUTTONS: dict[str, tuple[Promise, Promise, bool]] = {
    "message": (gettext_lazy("发通知"), gettext_lazy("通知会立即显示在考生页面上。"), False),
    "extra": (gettext_lazy("延长时间"), gettext_lazy("考生的剩余时间立即增加。"), False),
    "take_back": (
        gettext_lazy("收回补时"),
        gettext_lazy("从考试中补给的时间里收回，最多收回已补的时间。考前批准的合理便利不受影响。"),
        False,
    ),
    "pause": (gettext_lazy("暂停"), gettext_lazy("暂停期间时间不减少，试题不显示。"), False),
    "resume": (gettext_lazy("继续"), gettext_lazy("结束暂停，考生从停下的地方继续。"), False),
    "transfer": (
        gettext_lazy("换设备"),
        gettext_lazy(
            "生成新入场码，并在原页面上说明原因。考生在新设备上进入后，原页面停止保存；已保存的作答都在。"
        ),
        False,
    ),
    "let_in": (
        gettext_lazy("准许迟到入场"),
        gettext_lazy("15 分钟内可以入场。迟到不补时间；确需补时，请另用“延长时间”。"),
        False,
    ),
    "end": (
        pgettext_lazy("按钮", "强制结束"),
        gettext_lazy(
            "考试立即结束并收取已保存的作答，不能恢复。需要先核实的，请先“暂停”。违纪会记入考场记录。"
        ),
        True,
    ),
    "annul": (
        gettext_lazy("认定误结束"),
        gettext_lazy("由另一名工作人员认定。已收的答卷和回执不变，考务据此安排考生另考。"),
        False,
    ),
}
ROOM_ORDERS = ("message", "extra", "take_back", "pause", "resume", "end")


def buttons(kinds: Iterable[str] = ROOM_ORDERS) -> list[OrderButton]:
    return [OrderButton(kind, *_BUTTONS[kind], OrderForm(kind)) for kind in kinds]


def for_one(line: exams.LiveSitting, *, late: bool, ended: bool) -> list[OrderButton]:
    """The orders that make sense for a candidate who stands like this."""
    if line.sitting_id is None:
        return []
    if line.state == "finished":
        return buttons(["annul"] if ended else [])
    if line.state in ("ready", "absent"):
        return buttons([*(["let_in"] if late else []), "message", "extra"])
    pausing = "resume" if line.state == "paused" else "pause"
    back = ["take_back"] if line.extra > 0 else []
    if line.state in ("ended", "handed_in", "sealed"):
        return buttons(["message"])
    return buttons(["message", "extra", *back, pausing, "transfer", "end"])


@dataclass(frozen=True)
class Said:
    """What became of an order, for a toast: level ``success``, ``warning`` or ``error``."""

    level: str
    text: str


def say(request: HttpRequest, said: Sequence[Said]) -> None:
    for one in said:
        getattr(messages, one.level)(request, one.text)


def give(request: HttpRequest, sittings: Iterable[exams.Sitting]) -> list[Said]:
    """Carry out the posted order and say what became of it."""
    kind = request.POST.get("kind", "")
    if kind not in ROOM_ORDERS:
        raise Http404
    form = OrderForm(kind, request.POST)
    if not form.is_valid():
        return wrong(form)
    reached = list(sittings)
    if not reached:
        return [Said("error", _("现在没有已入场、未收卷的考生，指令没有发出。"))]
    back = kind == "take_back"
    try:
        events = exams.order_all(
            reached,
            "extra" if back else kind,
            reason=form.cleaned_data["reason"],
            seconds=-form.seconds if back else form.seconds,
            text=form.cleaned_data["text"],
            by=request.user,
            at=clock.now(),
        )
    except exams.ExamError as error:
        return [Said("error", words.error(error))]
    return _outcome(events, len(reached))


def wrong(form: OrderForm) -> list[Said]:
    """What is wrong with a form, each error with the name of its field."""
    found = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        found += [Said("error", f"{label}{_('：')}{error}" if label else str(error)) for error in errors]
    return found


def _outcome(events: list[exams.SittingEvent], asked: int) -> list[Said]:
    waiting = sum(event.confirmed_at is None for event in events)
    said = [Said("success", _("已送达 {n} 位考生。").format(n=len(events) - waiting))]
    if waiting:
        said = [
            Said(
                "warning",
                _("已记录，但作答服务器暂时没有回应；恢复后会自动送达（{n} 人）。").format(n=waiting),
            )
        ]
    if asked > len(events):
        said.append(
            Said(
                "warning",
                _("另有 {n} 位考生不适用（已收卷或状态不变），没有改动。").format(n=asked - len(events)),
            )
        )
    return said
