"""Notices, news, questions and calls at the office: addresses, navigation and what waits."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tancai.people import api as people
from tancai.publishing import api as publishing
from tancai.web.office import publishing_access as access
from tancai.web.office import publishing_calls as calls
from tancai.web.office import publishing_posts as posts
from tancai.web.office import publishing_questions as questions
from tancai.web.shell.navigation import DueItem, NavEntry

publishing_urls = [
    path("posts/", posts.posts, name="posts"),
    path("posts/new/", posts.post_new, name="post_new"),
    path("posts/<int:post_id>/", posts.post, name="post"),
    path("posts/<int:post_id>/edit/", posts.post_edit, name="post_edit"),
    path("posts/<int:post_id>/<slug:kind>/", posts.post_mark, name="post_mark"),
    path("questions/", questions.office_questions, name="questions"),
    path("questions/<slug:number>/", questions.question, name="question"),
    path("questions/<slug:number>/hide/", questions.question_hide, name="question_hide"),
    path("calls/", calls.calls, name="calls"),
    path("calls/new/", calls.call_new, name="call_new"),
    path("calls/<int:call_id>/", calls.call, name="call"),
    path("calls/<int:call_id>/close/", calls.call_close, name="call_close"),
    path("submissions/<slug:number>/", calls.submission, name="submission"),
    path("submissions/<slug:number>/files/<slug:token>/", calls.submission_file, name="submission_file"),
]


def _waiting(request: HttpRequest) -> int:
    codes = None if access.held(request.user) is None else [*access.codes(request.user), ""]
    return publishing.questions_waiting(codes)


def publishing_nav(request: HttpRequest) -> list[NavEntry]:
    """Entries for the rail of the office."""
    if not people.access_any(request.user, access.ROLES):
        return []
    return [
        NavEntry(_("公告与新闻"), reverse("office:posts"), icon="bell"),
        NavEntry(_("考生问答"), reverse("office:questions"), badge=_waiting(request), icon="chat"),
        NavEntry(_("公开征集"), reverse("office:calls"), icon="flag"),
    ]


def publishing_due(request: HttpRequest) -> list[DueItem]:
    """Questions without an answer and submissions without a decision."""
    if not people.access_any(request.user, access.ROLES):
        return []
    items = []
    if waiting := _waiting(request):
        title = ngettext("%(n)d 个提问等待回答", "%(n)d 个提问等待回答", waiting) % {"n": waiting}
        items.append(DueItem(title, url=reverse("office:questions")))
    found = [s for s in publishing.submissions() if s.state in ("submitted", "shortlisted")]
    mine = [s for s in found if access.may_speak(request.user, s.programme, s.publisher_id)]
    if mine:
        title = ngettext("%(n)d 份征集材料等待决定", "%(n)d 份征集材料等待决定", len(mine)) % {"n": len(mine)}
        items.append(DueItem(title, url=reverse("office:calls")))
    return items
