"""Several items changed at once: choose, look at what would happen, do it, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.author import bank, tabs, words
from tancai.web.author.access import author_only, collections, programme_codes

MOST = 500


@require_http_methods(["GET", "POST"])
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """The chosen items; with a change, what it would do to each; with ``do``, the change itself."""
    rows = _chosen(request)
    if not rows:
        messages.error(request, _("请先在题库里选择试题。"))
        return redirect("author:bank")
    if len(rows) > MOST:
        messages.error(request, _("一次最多改 %(most)d 题，请缩小范围。") % {"most": MOST})
        return redirect("author:bank")
    context: dict[str, Any] = {
        "rows": rows,
        "choices": _choices(request.user),
        "given": request.POST,
        "note": "",
    }
    context["given_levels"] = request.POST.getlist("levels")
    if request.method == "POST":
        change = _change(request)
        note = request.POST.get("note", "").strip()
        try:
            planned = items.plan_change(rows, change, homes=words.topic_homes(request.user), by=request.user)
            if request.POST.get("do") and _well_noted(request, change, note):
                batch = items.change_items(
                    rows,
                    change,
                    note=note,
                    homes=words.topic_homes(request.user),
                    by=request.user,
                    at=clock.now(),
                )
                _say_done(request, batch)
                return redirect("author:changes")
        except items.BadChange as error:
            messages.error(request, words.bad_change(error.code))
        else:
            context |= {
                "plan": [_line(one, change) for one in planned],
                "fits": sum(one.fits for one in planned),
            }
            context |= {"change": say_change(change.kind, change.value), "note": note}
            context["asks_note"] = change.kind == "step" and change.value in ("retired", "draft", "active")
    return render(request, "author/bulk.html", context)


def _chosen(request: HttpRequest) -> list[Any]:
    """Items named by ``code``, or all that the bank's filters in the address find."""
    given = request.POST if request.method == "POST" else request.GET
    if "all" in request.GET and request.method == "GET":
        return list(bank.table(request).found[: MOST + 1])
    found: Any = items.bank(collections(request.user)).filter(code__in=given.getlist("code")[: MOST + 1])
    return list(found)


def _change(request: HttpRequest) -> items.Change:
    kind = request.POST.get("kind", "")
    if kind == "levels":
        return items.Change(kind, request.POST.getlist("levels"))
    return items.Change(kind, request.POST.get(kind, "").strip())


def _well_noted(request: HttpRequest, change: items.Change, note: str) -> bool:
    """Retiring, sending back and ending a pilot need a reason, as they do one by one."""
    if change.kind == "step" and change.value in ("retired", "draft") and not note:
        messages.error(request, _("请写明理由，作者会看到。"))
        return False
    return True


def _choices(user: Any) -> dict[str, list[tuple[str, str]]]:
    codes = programme_codes(user)
    topics = words.topics(codes)
    levels = {
        level.code: words.named(level) for code in codes for level in programmes.definition(code).levels
    }
    steps = [
        ("review", _("送审（草稿）")),
        ("pilot", _("通过，先试测（待审）")),
        ("active", _("通过并启用（待审、试测）")),
        ("draft", _("退回草稿（待审、试测、停用）")),
        ("retired", _("停用")),
    ]
    return {
        "topic": [(code, words.topic_title(topic, code)) for code, topic in topics.items()],
        "difficulty": [(code, words.difficulty(code)) for code in items.DIFFICULTIES],
        "levels": list(levels.items()),
        "tags": [(name, name) for name in items.tags(collections(user))],
        "step": steps,
    }


def _line(one: items.Planned, change: items.Change) -> dict[str, Any]:
    return {
        "item": one.item,
        "before": _shown(change.kind, one.before),
        "after": _shown(change.kind, one.after),
        "fits": one.fits,
        "word": words.planned(one.code),
        "same": one.code == "same",
    }


def _shown(kind: str, value: Any) -> str | SafeString:
    if kind == "step":
        return words.state(value or "")[0]
    if kind == "difficulty":
        return words.difficulty(value)
    if kind == "topic":
        return str(value)
    if isinstance(value, list):
        names = words.level_names() if kind == "levels" else {}
        return _("、").join(str(names.get(each, each)) for each in value) or _("（空）")
    return str(value)


def say_change(kind: str, value: Any) -> str:
    """A change in words."""
    texts = {
        "topic": _("知识点改为 %(value)s"),
        "difficulty": _("难度改为 %(value)s"),
        "levels": _("适用级别改为 %(value)s"),
        "tag_add": _("加标签 %(value)s"),
        "tag_remove": _("去标签 %(value)s"),
        "step": _("状态改为 %(value)s"),
    }
    if kind not in texts:
        return ""
    shown = _("全部级别") if kind == "levels" and not value else _shown(kind, value)
    return texts[kind] % {"value": shown}


def _say_done(request: HttpRequest, batch: items.ChangeBatch) -> None:
    count = batch.changes.count()
    text = ngettext("已改 %(n)d 题，可以在这里撤回。", "已改 %(n)d 题，可以在这里撤回。", count)
    messages.success(request, text % {"n": count})


@require_GET
@author_only
def changes(request: HttpRequest) -> HttpResponse:
    """The latest changes of several items, each with what it did and a way back."""
    found = items.change_batches(collections(request.user))[:50]
    return render(
        request,
        "author/changes.html",
        {"tabs": tabs.bank_tabs("changes"), "batches": [_batch(each) for each in found]},
    )


def _batch(batch: Any) -> dict[str, Any]:
    undone = getattr(batch, "undone_by", None)
    lines = [
        {
            "code": change.item.code,
            "before": _shown(batch.kind, change.before),
            "after": _shown(batch.kind, change.after),
        }
        for change in sorted(batch.changes.all(), key=lambda change: change.item.code)
    ]
    plan = [] if batch.undoes_id or undone else items.plan_undo(batch)
    fits = sum(one.fits for one in plan)
    return {
        "batch": batch,
        "key": str(batch.pk),
        "title": say_change(batch.kind, batch.value),
        "by": people.staff_name(batch.by) if batch.by else _("系统"),
        "lines": lines,
        "undone": undone,
        "fits": fits,
        "left": len(plan) - fits,
    }


@require_POST
@author_only
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    batch = get_object_or_404(items.ChangeBatch, pk=batch_id)
    touched = {change.item.collection for change in batch.changes.select_related("item")}
    if not touched <= set(collections(request.user)):
        raise Http404
    try:
        made = items.undo_change(batch, by=request.user, at=clock.now())
    except items.BadChange as error:
        messages.error(request, words.bad_change(error.code))
    else:
        count = made.changes.count()
        text = ngettext("已撤回 %(n)d 题的修改。", "已撤回 %(n)d 题的修改。", count)
        messages.success(request, text % {"n": count})
    return redirect("author:changes")
