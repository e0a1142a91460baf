"""The life of an application as a fold over its events."""

from __future__ import annotations

import pytest

from tancai.enrolment import states


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        ([], "draft"),
        (["drafted"], "draft"),
        (["drafted", "submitted"], "submitted"),
        (["drafted", "submitted", "returned"], "returned"),
        (["drafted", "submitted", "returned", "submitted", "approved"], "approved"),
        (["drafted", "submitted", "refused"], "refused"),
        (["drafted", "submitted", "refused", "drafted"], "draft"),
        (["drafted", "withdrawn"], "withdrawn"),
        (["drafted", "submitted", "approved", "withdrawn", "drafted"], "draft"),
        (["drafted", "submitted", "approved", "corrected"], "approved"),
    ],
)
def test_fold(events: list[str], wanted: str) -> None:
    assert states.state(events) == wanted


@pytest.mark.parametrize("event", ["approved", "returned", "refused"])
@pytest.mark.parametrize("current", sorted(set(states.STATES) - {"submitted"}))
def test_only_what_is_submitted_can_be_decided(event: str, current: str) -> None:
    assert not states.may(event, current)
    assert states.may(event, "submitted")


@pytest.mark.parametrize("current", ["draft", "submitted", "returned", "approved"])
def test_a_running_application_can_be_withdrawn(current: str) -> None:
    assert states.may("withdrawn", current)


def test_impossible_events_change_nothing() -> None:
    assert states.state(["drafted", "approved", "submitted", "submitted"]) == "submitted"
