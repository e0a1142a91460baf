"""Words for the notes that other rooms leave on an order as codes; what people wrote stays as it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_CODES = {
    "withdrawn": _("申请已撤回"),
    "account_closed": _("账户已注销"),
    "ended_wrongly": _("考试误结束，另考不收费"),
}


def say_note(note: str) -> str:
    """The note of an order's event in the reader's language."""
    return str(_CODES.get(note, note))
