"""The door of messages: the inbox of every person, and delivery by e-mail and text message."""

from tancai.messages.actions import deliver_due, mark_all_read, mark_read, prune, send, send_code, send_notice
from tancai.messages.errors import MessageError, MissingParameter, NotDelivered, UnknownKind
from tancai.messages.models import Message
from tancai.messages.queries import MessageView, inbox, message_of, messages_of, show, unread_count
from tancai.messages.wording import Words, compose, kinds, register_texts

__all__ = [
    "Message",
    "MessageError",
    "MessageView",
    "MissingParameter",
    "NotDelivered",
    "UnknownKind",
    "Words",
    "compose",
    "deliver_due",
    "inbox",
    "kinds",
    "mark_all_read",
    "mark_read",
    "message_of",
    "messages_of",
    "prune",
    "register_texts",
    "send",
    "send_code",
    "send_notice",
    "show",
    "unread_count",
]
