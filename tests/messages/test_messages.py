"""Messages reach the inbox at once and the outside world by the worker."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tancai.messages import api as messages
from tancai.messages import channels, rules, wording
from tancai.messages.models import Delivery
from tancai.people import api as people

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PARAMS = {"programme": {"zh-hans": "碳排放管理师", "en": "Carbon emission manager"}, "number": "A-1"}


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.TANCAI_MESSAGE_FOLDER = tmp_path
    return tmp_path


def said(folder: Path) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize("kind", messages.kinds())
def test_every_text_has_both_languages_with_the_same_parameters(kind):
    text = wording.text(kind)
    for language in wording.LANGUAGES:
        words = text.words[language]
        one = wording.Text(kind, (), {language: words}).parameters
        assert one == text.parameters, language
        assert words["subject"] and words["body"]
    assert not any("一" <= c <= "鿿" for part in text.words["en"].values() for c in part)
    assert set(text.reach) <= {"sms", "email"}


def test_a_message_is_read_in_the_reader_s_language():
    packed = wording.pack({**PARAMS, "exam_at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC)})
    assert "碳排放管理师" in wording.compose("ticket_ready", packed, "zh-hans").body
    assert "2026年11月20日（周五）09:00" in wording.compose("ticket_ready", packed, "zh-hans").body
    assert "Carbon emission manager" in wording.compose("ticket_ready", packed, "en").body
    assert "¥1,234.50" in wording.compose("order_confirmed", {"number": "1", "amount": 123450}, "en").body


def test_a_parameter_with_braces_is_printed_as_it_is():
    assert (
        "{code}"
        in wording.compose("refused", {"programme": "{code}", "number": "1", "reasons": "x"}, "en").body
    )


def test_a_channel_is_the_first_with_an_address_and_failures_are_tried_again_with_growing_pauses():
    assert rules.channel_for(["sms", "email"], {"sms": "", "email": "a@b.cn"}) == "email"
    assert rules.channel_for(["sms"], {"sms": "", "email": "a@b.cn"}) == ""
    pauses = [rules.next_attempt(n, AT) for n in range(1, 5)]
    assert pauses == sorted(pauses) and rules.next_attempt(5, AT) is None
    assert [
        rules.state(a, d) for a, d in (([], True), ([False], True), ([False], False), ([False, True], False))
    ] == [
        "waiting",
        "retrying",
        "failed",
        "delivered",
    ]


@pytest.mark.django_db
def test_a_caller_who_leaves_a_parameter_out_is_told_which():
    user = people.register(phone="13800138000", at=AT)
    with pytest.raises(messages.MissingParameter, match="number"):
        messages.send(user=user, kind="approved", params={"programme": "x"}, at=AT)
    with pytest.raises(messages.UnknownKind, match="applauded"):
        messages.send(user=user, kind="applauded", params={}, at=AT)
    assert messages.unread_count(user) == 0


@pytest.mark.django_db
def test_a_message_waits_in_the_inbox_and_leaves_once(folder, django_capture_on_commit_callbacks):
    user = people.register(phone="13800138000", language="en", at=AT)
    message = messages.send(user=user, kind="approved", params=PARAMS, link="/me/", at=AT)
    assert messages.unread_count(user) == 1 and not said(folder)
    assert messages.deliver_due(AT) == 1 and messages.deliver_due(AT) == 0
    (letter,) = said(folder)
    assert (letter["channel"], letter["to"]) == ("sms", "+8613800138000")
    assert "Carbon emission manager" in letter["body"]
    messages.mark_read(message, by=user, at=AT)
    assert messages.unread_count(user) == 0


@pytest.mark.django_db
def test_a_person_without_account_is_reached_by_what_the_institution_gave_and_reads_it_after_claiming(folder):
    person = people.enter_person(
        name="李雷",
        document_kind="resident_id",
        document="11010519491231002X",
        phone="13800138001",
        by=None,
        at=AT,
    )
    messages.send(person=person, kind="approved", params=PARAMS, at=AT)
    messages.deliver_due(AT)
    assert said(folder)[0]["to"] == "+8613800138001"
    user = people.register(phone="13800138001", at=AT)
    people.identify(
        user, name="李雷", document_kind="resident_id", document="11010519491231002X", by=user, at=AT
    )
    assert messages.unread_count(user) == 1


@pytest.mark.django_db
def test_a_failing_channel_is_tried_again_and_then_given_up(folder, monkeypatch):
    class Broken(channels.FileChannel):
        def send(self, *args, **kwargs):
            raise messages.NotDelivered("line down")

    monkeypatch.setattr("tancai.messages.actions.channel", lambda name: Broken(name))
    user = people.register(email="lucy@example.com", at=AT)
    messages.send(user=user, kind="approved", params=PARAMS, at=AT)
    at = AT
    for _ in range(8):
        messages.deliver_due(at)
        at += timedelta(hours=4)
    delivery = Delivery.objects.get()
    attempts = list(delivery.attempts.values_list("ok", flat=True))
    assert len(attempts) == 5 and rules.state(attempts, delivery.next_attempt_at is not None) == "failed"


@pytest.mark.django_db
def test_a_code_goes_out_at_once_and_is_kept_nowhere(folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        messages.send_code("+8613800138000", "493817", AT)
    (letter,) = said(folder)
    assert "493817" in letter["body"]
    assert "493817" not in str(Delivery.objects.values())


@pytest.mark.django_db
def test_nobody_reads_another_inbox():
    one = people.register(phone="13800138000", at=AT)
    other = people.register(phone="13800138001", at=AT)
    message = messages.send(user=one, kind="approved", params=PARAMS, at=AT)
    assert messages.message_of(one, message.pk) == message
    assert messages.message_of(other, message.pk) is None
