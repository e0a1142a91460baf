"""Addresses of the pages of one candidate, made from the pattern instead of looked up anew for each of them."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, reverse

_NUMBER = 8_070_450_532_247_928_832


def address(name: str, number: int) -> str:
    """What ``reverse("exam_room:" + name, args=[number])`` gives, for pages whose only argument is a number."""
    return str(number).join(_pieces(name, get_script_prefix()))


@cache
def _pieces(name: str, prefix: str) -> list[str]:
    return reverse(f"exam_room:{name}", args=[_NUMBER]).split(str(_NUMBER))
