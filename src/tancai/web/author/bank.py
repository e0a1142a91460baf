"""The bank as a list: what there is, what is in use, what waits for review."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.people import api as people
from tancai.web.author import tabs, words
from tancai.web.author.access import author_only, collections, programme_codes
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags import shell as tags

STATES = ("active", "pilot", "review", "draft", "retired")


@author_only
def page(request: HttpRequest) -> HttpResponse:
    codes = collections(request.user)
    rows: Any = items.bank(codes)
    return table(request).respond(
        "author/bank.html",
        {
            "waiting": items.waiting_for_review(codes, reader=request.user),
            "total": rows.count(),
            "in_use": rows.filter(in_use=True).count(),
            "tabs": tabs.bank_tabs("bank"),
        },
    )


def table(request: HttpRequest) -> Table:
    """The bank as searched and filtered by this address; ``found`` are all items that meet it."""
    codes = collections(request.user)
    topics = words.topics(programme_codes(request.user))
    return Table(
        request,
        items.bank(codes).prefetch_related("tags"),
        name="bank",
        title=_("题库"),
        columns=_columns(topics),
        search=["code", "stem"],
        search_label=_("编号或题干"),
        filters=_filters(request.user, codes, topics),
        order="code",
        per_page=30,
        empty=Empty(_("题库是空的"), _("写下第一道题，或请管理员载入随附的题库。")),
    )


def state_chip(item: Any) -> SafeString:
    """The state of the newest version; a draft or review beside a version in use says both."""
    word, tone = words.state(item.newest_state or "")
    if item.in_use and item.newest_state in (items.ItemState.DRAFT, items.ItemState.REVIEW):
        word = _("在用 · 新版%(state)s") % {"state": word}
    return tags.chip(word, tone)


def _columns(topics: dict[str, Any]) -> list[Column]:
    return [
        Column("pick", _("选"), "html", value=_pick, export=False),
        Column(
            "code", _("编号"), "code", sort=True, url=lambda item: reverse("author:item", args=[item.code])
        ),
        Column(
            "stem",
            _("题干"),
            value=lambda item: Truncator(items.plain_text(item.stem or "")).chars(60),
            export=lambda item: item.stem,
        ),
        Column("kind", _("题型"), value=lambda item: items.kind_name(item.kind), sort="kind"),
        Column("topic", _("知识点"), value=lambda item: _topic(topics, item.topic), sort="topic"),
        Column(
            "difficulty",
            _("难度"),
            value=lambda item: words.difficulty(item.difficulty),
            beneath="kind",
        ),
        Column("tags", _("标签"), "html", value=_tags),
        Column("state", _("状态"), "html", value=state_chip),
        Column("newest_at", _("最近变动"), "day", sort=True),
    ]


def _topic(topics: dict[str, Any], code: str) -> str:
    return words.topic_title(topics.get(code), code)


def _pick(item: Any) -> SafeString:
    """A box that chooses the item for a change of several; it belongs to the form above the table."""
    label = _("选择 %(code)s") % {"code": item.code}
    return format_html(
        '<label class="pick"><input type="checkbox" name="code" value="{}" form="bulk" aria-label="{}"></label>',
        item.code,
        label,
    )


def _tags(item: Any) -> SafeString:
    names = sorted(tag.name for tag in item.tags.all())
    return format_html_join(" ", '<span class="tag">{}</span>', ((name,) for name in names)) or mark_safe("—")


def _filters(user: Any, codes: list[str], topics: dict[str, Any]) -> list[Filter]:
    return [
        Filter("collection", _("题库"), list(words.collection_names(codes).items())),
        Filter("topic", _("知识点"), [(code, _topic(topics, code)) for code in topics]),
        Filter("kind", _("题型"), [(code, items.kind_name(code)) for code in items.kinds()]),
        Filter("difficulty", _("难度"), [(code, words.difficulty(code)) for code in items.DIFFICULTIES]),
        Filter("state", _("状态"), [(code, words.state(code)[0]) for code in STATES], apply=_in_state),
        Filter(
            "tag",
            _("标签"),
            [(name, f"{name} ({n})") for name, n in items.tags(codes).items()],
            lookup="tags__name",
        ),
        Filter("author", _("作者"), _authors(user, codes), apply=partial(_by_author, user.pk)),
        Filter("source", _("依据"), _sources(codes), lookup="document"),
        Filter(
            "use",
            _("使用"),
            [
                ("never", _("从未进卷")),
                ("used", _("进过试卷")),
                ("remarks", _("有未处理意见")),
                ("superseded", _("依据已失效")),
            ],
            apply=_by_use,
        ),
    ]


def _tag_choices(codes: list[str]) -> list[tuple[str, str]]:
    return [(name, f"{name} ({n})") for name, n in items.tags(codes).items()]


def _authors(user: Any, codes: list[str]) -> list[tuple[str, str]]:
    """The reader first, then colleagues by name, then what nobody here wrote."""
    others = [each for each in items.authors(codes) if each != user]
    named = sorted((people.staff_name(each), str(each.pk)) for each in others)
    return [("me", _("我写的")), *((pk, name) for name, pk in named), ("none", _("随附或导入"))]


def _by_author(reader: int, rows: Any, value: str) -> Any:
    if value == "none":
        return rows.filter(author_id=None)
    return rows.filter(author_id=reader if value == "me" else int(value))


def _sources(codes: list[str]) -> list[tuple[str, str]]:
    found = items.sources(codes)
    return [(source.document, Truncator(source.document).chars(24)) for source in found]


def _by_use(rows: Any, value: str) -> Any:
    if value == "remarks":
        return rows.filter(items.open_on_version("newest_id"))
    if value == "superseded":
        return rows.filter(document__in=items.superseded_documents())
    return rows.filter(used=value == "used")


def _in_state(rows: Any, state: str) -> Any:
    return rows.filter(in_use=True) if state == "active" else rows.filter(newest_state=state)
