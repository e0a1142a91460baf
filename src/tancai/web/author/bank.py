"""The bank as a list: what there is, what is in use, what waits for review."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.web.author import words
from tancai.web.author.access import author_only, collections, programme_codes
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags import shell as tags


@author_only
def page(request: HttpRequest) -> HttpResponse:
    codes = collections(request.user)
    rows: Any = items.bank(codes)
    topics = words.topics(programme_codes(request.user))
    table = Table(
        request,
        rows,
        name="bank",
        title=_("题库"),
        columns=_columns(topics),
        search=["code", "stem"],
        search_label=_("编号或题干"),
        filters=_filters(codes, topics),
        order="code",
        per_page=30,
        empty=Empty(_("题库是空的"), _("写下第一道题，或请管理员载入随附的题库。")),
    )
    return table.respond(
        "author/bank.html",
        {
            "waiting": items.waiting_for_review(codes, reader=request.user),
            "total": rows.count(),
            "in_use": rows.filter(in_use=True).count(),
        },
    )


def state_chip(item: Any) -> SafeString:
    """The state of the newest version; a draft or review beside a version in use says both."""
    word, tone = words.state(item.newest_state or "")
    if item.in_use and item.newest_state in (items.ItemState.DRAFT, items.ItemState.REVIEW):
        word = _("在用 · 新版%(state)s") % {"state": word}
    return tags.chip(word, tone)


def _columns(topics: dict[str, Any]) -> list[Column]:
    return [
        Column(
            "code", _("编号"), "code", sort=True, url=lambda item: reverse("author:item", args=[item.code])
        ),
        Column(
            "stem",
            _("题干"),
            value=lambda item: Truncator(item.stem or "").chars(60),
            export=lambda item: item.stem,
        ),
        Column("kind", _("题型"), value=lambda item: words.kind(item.kind), sort="kind"),
        Column("topic", _("知识点"), value=lambda item: _topic(topics, item.topic), sort="topic"),
        Column("difficulty", _("难度"), value=lambda item: words.difficulty(item.difficulty)),
        Column("state", _("状态"), "html", value=state_chip),
        Column("newest_at", _("最近变动"), "day", sort=True),
    ]


def _topic(topics: dict[str, Any], code: str) -> str:
    return words.topic_title(topics.get(code), code)


def _filters(codes: list[str], topics: dict[str, Any]) -> list[Filter]:
    return [
        Filter("collection", _("题库"), list(words.collection_names(codes).items())),
        Filter("topic", _("知识点"), [(code, _topic(topics, code)) for code in topics]),
        Filter("kind", _("题型"), [(code, words.kind(code)) for code in items.kinds()]),
        Filter("difficulty", _("难度"), [(code, words.difficulty(code)) for code in items.DIFFICULTIES]),
        Filter(
            "state",
            _("状态"),
            [(code, words.state(code)[0]) for code in ("active", "review", "draft", "retired")],
            apply=_in_state,
        ),
    ]


def _in_state(rows: Any, state: str) -> Any:
    return rows.filter(in_use=True) if state == "active" else rows.filter(newest_state=state)
