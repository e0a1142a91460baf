"""Decisions about posts, questions, calls and submissions, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from tancai.publishing import rules


@pytest.mark.parametrize(
    ("text", "needed", "code"),
    [
        ("  ", True, "empty"),
        ("  ", False, ""),
        ("x" * 121, True, "too_long"),
        ("x" * 120, True, ""),
        ("我的号码是110101199003077758，请查", True, "personal_number"),
        ("号码 110101 19900307 775X 可以吗", True, "personal_number"),
        ("号码１１０１０１１９９００３０７７７５８", True, "personal_number"),
        ("订单 D20261120000123 何时确认", True, ""),
        ("电话 13800138000", True, ""),
    ],
)
def test_text_is_refused_when_it_would_publish_an_identity_number(text: str, needed: bool, code: str) -> None:
    assert rules.fault_in(text, most=120, needed=needed) == code


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", ""),
        ("https://video.example/course", ""),
        ("javascript:alert(1)", "bad_link"),
        ("https://a b", "bad_link"),
        ("https://x.example/" + "a" * 400, "bad_link"),
    ],
)
def test_only_web_addresses_are_kept_as_links(link: str, code: str) -> None:
    assert rules.fault_in_link(link) == code


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([], "draft"),
        (["pinned"], "draft"),
        (["published"], "published"),
        (["published", "pinned", "withdrawn"], "withdrawn"),
        (["published", "withdrawn", "published"], "published"),
    ],
)
def test_the_newest_publication_step_is_the_state_of_a_post(kinds: list[str], state: str) -> None:
    assert rules.post_state(kinds) == state


def test_a_post_is_withdrawn_only_after_it_was_published() -> None:
    assert not rules.may_post("draft", "withdrawn")
    assert rules.may_post("published", "withdrawn")
    assert not rules.may_post("published", "published")
    assert rules.may_post("withdrawn", "published")


@pytest.mark.parametrize(
    ("kinds", "today", "state"),
    [
        (["opened"], date(2026, 10, 31), "planned"),
        (["opened"], date(2026, 11, 1), "open"),
        (["opened"], date(2026, 11, 30), "open"),
        (["opened"], date(2026, 12, 1), "closed"),
        (["opened", "closed"], date(2026, 11, 10), "closed"),
        (["opened", "closed", "reopened"], date(2026, 11, 10), "open"),
    ],
)
def test_a_call_is_open_on_both_of_its_days_unless_closed_by_hand(
    kinds: list[str], today: date, state: str
) -> None:
    days = {"opens_on": date(2026, 11, 1), "closes_on": date(2026, 11, 30)}
    assert rules.call_state(kinds, **days, today=today) == state


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["submitted"], "submitted"),
        (["submitted", "reviewed"], "shortlisted"),
        (["submitted", "reviewed", "reviewed", "accepted"], "accepted"),
        (["submitted", "refused"], "refused"),
        (["submitted", "withdrawn"], "withdrawn"),
        (["submitted", "accepted", "refused"], "refused"),
    ],
)
def test_the_state_of_a_submission_is_its_last_decision(kinds: list[str], state: str) -> None:
    assert rules.submission_state(kinds) == state


def test_nothing_happens_to_a_withdrawn_submission() -> None:
    assert not any(rules.may_submission("withdrawn", kind) for kind in ("reviewed", "accepted", "refused"))
    assert rules.may_submission("shortlisted", "withdrawn")
    assert not rules.may_submission("accepted", "withdrawn")
