"""What every page may write: icons, chips, the road, dates and deadlines, numbers, charts, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tancai.lib import clock
from tancai.messages import api as messages
from tancai.web.shell import charts, days, names, states
from tancai.web.shell.navigation import NavEntry
from tancai.web.shell.road import Step, tidy

register = template.Library()

TONES = {
    "good": "done",
    "now": "turn",
    "near": "alert",
    "bad": "refused",
    "wait": "clock",
    "idle": "idle",
    "info": "info",
}


class AgainNode(template.Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        return block.nodelist.render(context) if block else ""


register.filter(names.named)


@register.tag
def again(parser: template.base.Parser, token: template.base.Token) -> AgainNode:
    """``{% again "title" %}``: print the block of that name once more."""
    _tag, name = token.split_contents()
    return AgainNode(name.strip("\"'"))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture from the sprite; without ``label`` it is decoration and silent."""
    address = f"{static('shell/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def brand_mark() -> SafeString:
    """The mark of the house: a ring (carbon, a certificate's seal) with a road through it."""
    return mark_safe(
        '<svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">'
        '<path class="ring" d="M28 16A12 12 0 1 1 21 5.1"/><path class="path" d="M9.5 16.5 14.5 21.5 25 9"/>'
        '<circle class="dot" cx="26.5" cy="7.2" r="2.6"/></svg>'
    )


@register.simple_tag
def chip(word: str, tone: str = "idle") -> SafeString:
    """A status: word, shape and colour. Tones: good, now, near, bad, wait, idle, info."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"unknown tone of a chip: {tone!r}; one of {', '.join(TONES)}")
    css = {"now": "near", "info": "wait"}.get(tone, tone)
    return format_html('<span class="chip chip-{}">{}{}</span>', css, icon(TONES[tone]), word)


@register.simple_tag
def state_chip(code: str, kind: str = "application") -> SafeString:
    """The chip of a state code of one kind (``application``, ``order``, ``result``, ``certificate``, …)."""
    word, tone = states.words(kind, code)
    return chip(str(word), tone)


@register.simple_tag(takes_context=True)
def unread_messages(context: Context) -> int:
    """How many messages of the signed-in user are unread."""
    user = getattr(context.get("request"), "user", None)
    return messages.unread_count(user) if user is not None and user.is_authenticated else 0


@register.inclusion_tag("shell/parts/nav_link.html", takes_context=True)
def nav_link(context: Context, entry: NavEntry) -> dict[str, Any]:
    here = getattr(context.get("shell_nav"), "here", "")
    return {"entry": entry, "current": bool(here) and entry.url == here}


@register.simple_tag
def maybe_url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a page, or an empty text when no such page is installed."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


@register.simple_tag
def foot_links() -> list[tuple[str, str]]:
    pages = [
        ("site:about", _("关于碳才")),
        ("site:questions", _("考生问答")),
        ("verify:home", _("证书查询")),
        ("site:sample_certificate", _("证书样本")),
        ("site:calls", _("公开征集")),
        ("site:privacy", _("隐私说明")),
        ("site:accessibility", _("无障碍说明")),
    ]
    return [(url, label) for name, label in pages if (url := maybe_url(name))]


@register.inclusion_tag("shell/parts/road.html")
def road_map(steps: Iterable[Step], label: str = "") -> dict[str, Any]:
    """The whole road with dates, who it waits for and what was promised."""
    return {"steps": tidy(steps), "label": label or _("您的进度")}


@register.inclusion_tag("shell/parts/road_guide.html")
def road_guide(steps: Iterable[Step]) -> dict[str, Any]:
    """The road as it is explained beforehand: titles and notes, nothing done yet."""
    return {"steps": list(steps)}


@register.inclusion_tag("shell/parts/road_mini.html")
def road_mini(steps: Iterable[Step]) -> dict[str, Any]:
    """The road in one line of a table: six marks and the name of the present station."""
    steps = tidy(steps)
    gap = 80 / max(len(steps) - 1, 1)
    dots = [
        {
            "step": step,
            "x": round(6 + i * gap, 1),
            "left": round(2 + i * gap, 1),
            "to": round(6 + (i + 1) * gap, 1) if i + 1 < len(steps) else 0,
        }
        for i, step in enumerate(steps)
    ]
    present = next((s for s in steps if s.state not in ("done", "ahead")), None)
    if present is None:
        present = next((s for s in steps if s.state == "ahead"), None)
    words = {
        "now": _("%(station)s：轮到您"),
        "waiting": _("%(station)s：等待中"),
        "overdue": _("%(station)s：已超期"),
        "blocked": _("%(station)s：未通过"),
        "ahead": _("下一步：%(station)s"),
    }
    text = words[present.state] % {"station": present.title} if present else _("全部完成")
    if present and present.state == "blocked" and present.note:
        text = _("%(station)s：%(why)s") % {"station": present.title, "why": present.note}
    return {"dots": dots, "words": text}


@register.simple_tag
def today() -> date:
    """The calendar day in Asia/Shanghai by the clock of the house."""
    return clock.today()


@register.filter
def long_day(value: date | datetime | None) -> SafeString | str:
    """``2026年11月20日（周五）``; English ``Fri 20 November 2026``."""
    return days.long_day(value) if value else ""


@register.filter
def short_day(value: date | datetime | None, beside: date | None = None) -> SafeString | str:
    """``11月20日（周五）`` in the present year (or the year of ``beside``), else with the year."""
    return days.short_day(value, beside) if value else ""


@register.filter
def last_day(value: datetime | None) -> date | None:
    """The last day on which something is open that closes at this moment (24:00 belongs to the day before)."""
    return days.day_of(value - timedelta(seconds=1)) if value else None


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """``2026年11月20日（周五）09:00``."""
    return days.moment(value) if value else ""


@register.simple_tag
def due(value: date | datetime | None, provisional: bool = False) -> SafeString | str:
    """A deadline with weekday and what is left: ``11月20日（周五） 还有 3 个工作日``."""
    if not value:
        return ""
    words, level = days.left(value)
    shape = {"near": icon("clock"), "overdue": icon("alert")}.get(level, "")
    tail = _("（暂定）") if provisional else ""
    return format_html(
        '<span class="due due-{}"><span class="keep">{}{}</span> <span class="left">{} {}</span></span>',
        level,
        days.short_day(value),
        tail,
        shape,
        words,
    )


@register.filter
def money(cents: int | None) -> SafeString | str:
    """Whole cents as yuan: ``¥ 100.00``; nothing to pay reads 免费."""
    if cents is None:
        return ""
    if cents == 0:
        return _("免费")
    return format_html('<span class="number">¥&nbsp;{}</span>', f"{cents / 100:,.2f}")


@register.filter
def masked(text: str) -> SafeString:
    """A number that never wraps inside itself."""
    return format_html('<span class="number">{}</span>', text)


@register.simple_tag
def copyable(text: str) -> SafeString:
    """A number with a button that copies it."""
    return format_html(
        '<tc-copy class="copyable" text="{}" data-done="{}" data-failed="{}">'
        '<span class="number">{}</span>'
        '<button class="copy-button" type="button" aria-label="{}">{}</button>'
        '<span class="small quiet" role="status"></span></tc-copy>',
        text,
        _("已复制"),
        _("无法复制，请手动选择"),
        text,
        _("复制 %(text)s") % {"text": text},
        icon("copy"),
    )


@register.simple_tag
def autosave() -> SafeString:
    """The quiet line that says whether the form around it is saved."""
    return format_html(
        '<tc-autosave class="autosave" data-pending="{}" data-saving="{}" data-saved="{}" data-failed="{}">'
        '<span role="status"></span></tc-autosave>',
        _("有未保存的修改"),
        _("正在保存…"),
        _("已保存"),
        _("没有保存成功，请检查网络"),
    )


@register.inclusion_tag("shell/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", link: str = "", icon: str = "form") -> dict[str, Any]:
    """Why there is nothing here, and what to do."""
    return {"title": title, "text": text, "url": url, "link": link, "icon": icon}


@register.inclusion_tag("shell/parts/confirm.html", takes_context=True)
def confirm(
    context: Context, id: str, *, action: str, button: str, title: str, text: str, **more: Any
) -> dict[str, Any]:
    """A button that asks first.

    More: ``form`` (fields shown in the dialog), ``danger``, ``sure`` (word on the last button), ``open``, ``small``.
    """
    style = (
        "button"
        + (" button-small" if more.get("small") else "")
        + (" button-danger" if more.get("danger") else "")
    )
    return {
        "csrf_token": context.get("csrf_token"),
        "id": id,
        "action": action,
        "button": button,
        "title": title,
        "text": text,
        "button_class": style,
        **more,
    }


@register.inclusion_tag("shell/parts/due_list.html")
def due_list(items: Iterable[object]) -> dict[str, Any]:
    return {"items": list(items)}


@register.simple_tag
def progress(done: int | float, total: int | float, note: str = "") -> SafeString:
    """A bar with count and share in words."""
    share = round(100 * done / total) if total else 0
    return format_html(
        '<div class="progress"><progress max="{}" value="{}" aria-label="{}">{} %</progress>'
        '<div class="progress-line"><span>{}</span><span>{} %</span></div></div>',
        total,
        done,
        note or _("进度"),
        share,
        note or f"{done} / {total}",
        share,
    )


@register.simple_tag(takes_context=True)
def querystring_of(context: Context, name: str, value: object) -> str:
    """The present address with one parameter changed."""
    query = context["request"].GET.copy() if "request" in context else context["query"].copy()
    query[name] = str(value)
    query.pop("export", None)
    return "?" + query.urlencode()


@register.inclusion_tag("shell/parts/pages.html", takes_context=True)
def pages(context: Context, page: Page, param: str = "page") -> dict[str, Any]:
    """Links to the other pages of a paginated list."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {"page": page, "numbers": numbers, "page_param": param, "request": context["request"]}


@register.filter
def anchor(field: BoundField) -> str:
    """The id that an error summary links to: the control, or the group of controls."""
    return f"{field.auto_id}_group" if field.use_fieldset else field.id_for_label


@register.inclusion_tag("shell/parts/table.html", takes_context=True)
def table(context: Context, table: object) -> dict[str, Any]:
    """A ``tables.Table`` with its filters, pages and export."""
    return {"table": table, "request": context["request"]}


@register.inclusion_tag("shell/parts/bar_chart.html")
def bar_chart(title: str, rows: Sequence[tuple[str, charts.Number]], unit: str = "") -> dict[str, Any]:
    """Bars from zero: ``rows`` are (label, value)."""
    return {"title": title, "chart": charts.bars(rows, unit=unit), "data": rows, "unit": unit}


NARROW_LINES = 340
"""Units of a line chart on a phone, where one is nearly a pixel."""


@register.inclusion_tag("shell/parts/line_chart.html")
def line_chart(
    title: str, marks: Sequence[str], series: Sequence[charts.Series], unit: str = ""
) -> dict[str, Any]:
    """Lines with their names at the end; ``series`` are ``charts.Series``."""
    data = [(mark, [one.values[i] for one in series]) for i, mark in enumerate(marks)]
    return {
        "title": title,
        "drawn": [
            ("broad", charts.lines(marks, series, unit=unit)),
            ("narrow", charts.lines(marks, series, unit=unit, wide=NARROW_LINES)),
        ],
        "series": series,
        "data": data,
        "unit": unit,
    }


@register.inclusion_tag("shell/parts/share_chart.html")
def share_chart(
    title: str, rows: Sequence[tuple[str, Sequence[charts.Number]]], names: Sequence[str]
) -> dict[str, Any]:
    """Bars of equal length divided into shares; ``rows`` are (label, values in the order of names)."""
    drawn = [
        ("broad", charts.shares(rows, names)),
        ("narrow", charts.shares(rows, names, labels=84, length=246)),
    ]
    return {"title": title, "charts": drawn, "rows": rows, "names": names}
