"""The content security policy: the same text for nearly every page, so it is put together once."""

from __future__ import annotations

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """As the library's; a page with a policy or a nonce of its own is left to that."""

    _of: Any = None
    _text = ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        own = any(name.startswith("_csp") for name in vars(response)) or hasattr(request, "_csp_nonce")
        policy = settings.CONTENT_SECURITY_POLICY
        special = (
            getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None) or "EXCLUDE_URL_PREFIXES" in policy
        )
        if own or special or settings.DEBUG:
            return super().process_response(request, response)
        if self._of is not policy:
            self._text, self._of = build_policy(), policy
        if HEADER not in response:
            response[HEADER] = self._text
        return response
