"""Notices and news at the office: list, write, publish, withdraw, pin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tancai.lib import clock, markdown
from tancai.people import api as people
from tancai.publishing import api as publishing
from tancai.web.office import publishing_access as access
from tancai.web.office.publishing_words import programme_name, text_fault
from tancai.web.shell.names import named
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.who import signed_in

KINDS = [("notice", gettext_lazy("公告")), ("news", gettext_lazy("新闻"))]
STATES = [
    ("draft", gettext_lazy("未发布")),
    ("published", gettext_lazy("已发布")),
    ("withdrawn", gettext_lazy("已撤下")),
]
DONE = {
    "published": gettext_lazy("已发布，公众现在可以看到。"),
    "withdrawn": gettext_lazy("已撤下，公众不再看到。"),
    "pinned": gettext_lazy("已置顶。"),
    "unpinned": gettext_lazy("已取消置顶。"),
}


class PostForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=KINDS)
    programme = forms.ChoiceField(label=gettext_lazy("职业"), required=False)
    publisher = forms.ChoiceField(label=gettext_lazy("发布单位"), required=False)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=publishing.LIMITS["title"])
    body = forms.CharField(
        label=gettext_lazy("正文"),
        help_text=gettext_lazy("可用 Markdown：## 小标题、- 列表、**加粗**、表格。"),
        max_length=publishing.LIMITS["body"],
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    title_en = forms.CharField(
        label=gettext_lazy("英文标题"), required=False, max_length=publishing.LIMITS["title"]
    )
    body_en = forms.CharField(
        label=gettext_lazy("英文正文"),
        required=False,
        max_length=publishing.LIMITS["body"],
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, user: Any, *args: Any, revising: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = access.codes(user)
        everywhere = access.held(user) is None
        self.fields["programme"].choices = [("", _("不限职业")), *((c, programme_name(c)) for c in mine)]  # type: ignore[attr-defined]
        offered = [(str(o.pk), named(o)) for o in access.publishers(user)]
        self.fields["publisher"].choices = [("", _("平台")), *offered] if everywhere else offered  # type: ignore[attr-defined]
        if revising:
            for name in ("kind", "programme", "publisher"):
                del self.fields[name]


@access.office_only
def posts(request: HttpRequest) -> HttpResponse:
    """All posts that this user's offices may change."""
    rows = [
        row for row in publishing.posts() if access.may_speak(request.user, row.programme, row.publisher_id)
    ]
    table = Table(
        request,
        rows,
        name="posts",
        title=_("公告与新闻"),
        columns=[
            Column("title", _("标题"), url=lambda row: reverse("office:post", args=[row.id])),
            Column("kind", _("类别"), value=lambda row: dict(KINDS)[row.kind]),
            Column("programme", _("职业"), value=lambda row: programme_name(row.programme)),
            Column("publisher", _("发布单位"), value=lambda row: named(row, "publisher") or _("平台")),
            Column("state", _("状态"), "state:notice", sort=True),
            Column("published_at", _("发布日期"), "day", sort=True),
        ],
        search=["title", "body"],
        filters=[Filter("kind", _("类别"), KINDS), Filter("state", _("状态"), STATES)],
        empty=Empty(
            _("还没有公告或新闻"),
            _("写好后先存为草稿，看过再发布。"),
            reverse("office:post_new"),
            _("写一篇"),
        ),
    )
    return table.respond("office/posts.html")


def _mine(request: HttpRequest, post_id: int) -> publishing.PostView:
    try:
        found = publishing.post(post_id)
    except publishing.Unknown as error:
        raise Http404 from error
    if not access.may_speak(request.user, found.programme, found.publisher_id):
        raise Http404
    return found


@access.office_only
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One post as readers see it, with what can be done with it."""
    found = _mine(request, post_id)
    return render(request, "office/post.html", {"post": found, "body": markdown.render(found.body)})


@access.office_only
def post_new(request: HttpRequest) -> HttpResponse:
    form = PostForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _written(request, form)):
        messages.success(request, _("已存为草稿。请看一遍再发布。"))
        return redirect("office:post", post_id=made.id)
    return render(request, "office/post_edit.html", {"form": form})


def _written(request: HttpRequest, form: PostForm) -> publishing.PostView | None:
    facts = dict(form.cleaned_data)
    chosen = facts.pop("publisher")
    publisher = people.organisation_by_id(int(chosen)) if chosen else None
    try:
        return publishing.write_post(publisher=publisher, by=signed_in(request), at=clock.now(), **facts)
    except publishing.BadText as error:
        form.add_error(error.field, text_fault(error))
        return None


@access.office_only
def post_edit(request: HttpRequest, post_id: int) -> HttpResponse:
    found = _mine(request, post_id)
    names = ("title", "body", "title_en", "body_en")
    form = PostForm(
        request.user,
        request.POST or None,
        revising=True,
        initial={name: getattr(found, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            publishing.revise_post(post_id, by=signed_in(request), at=clock.now(), **form.cleaned_data)
        except publishing.BadText as error:
            form.add_error(error.field, text_fault(error))
        else:
            messages.success(request, _("已保存新的文字；原来的文字仍有记录。"))
            return redirect("office:post", post_id=post_id)
    return render(request, "office/post_edit.html", {"form": form, "post": found})


@require_POST
@access.office_only
def post_mark(request: HttpRequest, post_id: int, kind: str) -> HttpResponse:
    _mine(request, post_id)
    if kind not in DONE:
        raise Http404
    try:
        publishing.mark_post(
            post_id, kind, reason=request.POST.get("reason", ""), by=signed_in(request), at=clock.now()
        )
        messages.success(request, DONE[kind])
    except publishing.NotNow:
        messages.warning(request, _("这篇的状态已经变了，请再看一遍。"))
    except publishing.BadText as error:
        messages.error(request, text_fault(error))
    return redirect("office:post", post_id=post_id)
