"""While one request is answered, what a user may do is read once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from tancai.people import api as people


@sync_and_async_middleware
def remember_roles(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            with people.remembering():
                answer: Awaitable[HttpResponse] = get_response(request)
                return await answer

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        with people.remembering():
            answer: HttpResponse = get_response(request)
            return answer

    return synchronous
