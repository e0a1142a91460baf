"""Notices and news: lists and single posts."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.publishing import api as publishing
from tancai.web.site import words

PER_PAGE = 20


def _list(request: HttpRequest, kind: str, found: list[publishing.PostView]) -> HttpResponse:
    return render(
        request,
        "site/posts.html",
        {
            "kind": kind,
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
            "choices": words.programme_choices(),
            "chosen": request.GET.get("programme", ""),
        },
    )


def _programme(request: HttpRequest) -> str | None:
    code = request.GET.get("programme", "")
    return code if code in dict(words.programme_choices()) else None


def notices(request: HttpRequest) -> HttpResponse:
    return _list(request, "notice", publishing.notices(_programme(request)))


def news(request: HttpRequest) -> HttpResponse:
    return _list(request, "news", publishing.news(_programme(request)))


def _one(request: HttpRequest, post_id: int, kind: str) -> HttpResponse:
    try:
        post = publishing.post(post_id)
    except publishing.Unknown as error:
        raise Http404 from error
    if post.state != "published" or post.kind != kind:
        raise Http404
    return render(request, "site/post.html", {"post": post, "body": words.in_language(post, "body")})


def notice(request: HttpRequest, post_id: int) -> HttpResponse:
    return _one(request, post_id, "notice")


def news_item(request: HttpRequest, post_id: int) -> HttpResponse:
    return _one(request, post_id, "news")
