"""The policy put together once is the library's, and pages with a policy of their own keep it."""

from __future__ import annotations

from typing import Any

import pytest
from csp.decorators import csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from tancai.web.shell.policy import PolicyMiddleware

pytestmark = pytest.mark.anydatabase
HEADER = "Content-Security-Policy"


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@csp_update({"img-src": "https://pictures.example.test"})  # type: ignore[untyped-decorator]
def with_pictures(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def with_nonce(request: HttpRequest) -> HttpResponse:
    request._csp_nonce = "abc"  # type: ignore[attr-defined]
    return HttpResponse("")


@pytest.mark.parametrize("view", [plain, with_pictures, with_nonce])
def test_as_the_library_says_it(view: Any) -> None:
    request = RequestFactory().get("/")
    ours = PolicyMiddleware(view)
    seen = [ours(request)[HEADER] for _ in range(2)]
    assert seen == [CSPMiddleware(view)(RequestFactory().get("/"))[HEADER]] * 2
    assert "default-src 'none'" in seen[0]


def test_a_change_of_the_settings_is_a_change_of_the_policy() -> None:
    ours = PolicyMiddleware(plain)
    before = ours(RequestFactory().get("/"))[HEADER]
    with override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": {"default-src": ["https://one.test"]}}):
        assert ours(RequestFactory().get("/"))[HEADER] == "default-src https://one.test"
    assert ours(RequestFactory().get("/"))[HEADER] == before


def test_a_page_may_have_set_it_itself() -> None:
    answer = PolicyMiddleware(lambda request: HttpResponse("", headers={HEADER: "sandbox"}))
    assert answer(RequestFactory().get("/"))[HEADER] == "sandbox"
