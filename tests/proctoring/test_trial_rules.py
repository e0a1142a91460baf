"""What a device must show in the test run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tancai.proctoring.trial import rules, words

pytestmark = pytest.mark.anydatabase

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15"
FINE = rules.DeviceFacts(
    clock=0.4, durable=True, quota=900, reached=True, delay=40, upload=4000, camera="ok", user_agent=CHROME
)
PLAIN = rules.Asked()


def codes(facts: rules.DeviceFacts, asked: rules.Asked = PLAIN) -> dict[str, tuple[str, str]]:
    return {each.part: (each.state, each.code) for each in rules.judge(facts, asked)}


def test_a_sound_device_is_good_in_every_part() -> None:
    asked = rules.Asked(camera=True, client_required=True)
    found = rules.judge(FINE, asked)
    assert [each.part for each in found] == list(rules.PARTS)
    assert {each.state for each in found} == {"good"}
    assert rules.worst(found) == "good"


@pytest.mark.parametrize(
    ("change", "part", "state", "code"),
    [
        ({"missing": ("dialog",)}, "browser", "bad", "browser_lacks"),
        ({"user_agent": "curl/8"}, "browser", "warn", "browser_unknown"),
        ({"user_agent": CHROME.replace("130", "102")}, "browser", "bad", "browser_old"),
        ({"user_agent": CHROME.replace("130", "103")}, "browser", "good", "browser_ok"),
        ({"user_agent": SAFARI}, "browser", "good", "browser_ok"),
        ({"user_agent": SAFARI.replace("17.4", "15.6")}, "browser", "bad", "browser_old"),
        ({"user_agent": "Mozilla/5.0 (X11; Linux) Gecko/2010 Firefox/99.0"}, "browser", "bad", "browser_old"),
        ({"durable": False}, "storage", "bad", "storage_memory"),
        ({"quota": 19.9}, "storage", "warn", "storage_small"),
        ({"quota": None}, "storage", "good", "storage_ok"),
        ({"reached": False}, "log", "bad", "log_unreachable"),
        ({"delay": None}, "log", "warn", "log_unmeasured"),
        ({"delay": 800}, "log", "good", "log_ok"),
        ({"delay": 801}, "log", "warn", "log_slow"),
        ({"delay": 3001}, "log", "bad", "log_too_slow"),
        ({"upload": 31.9}, "speed", "bad", "speed_too_slow"),
        ({"upload": 127}, "speed", "warn", "speed_slow"),
        ({"upload": None}, "speed", "warn", "speed_unmeasured"),
        ({"reached": False}, "speed", "skipped", "speed_skipped"),
        ({"clock": 60}, "clock", "good", "clock_ok"),
        ({"clock": 61}, "clock", "warn", "clock_fast"),
        ({"clock": -90}, "clock", "warn", "clock_slow"),
        ({"clock": None}, "clock", "skipped", "clock_skipped"),
    ],
)
def test_every_weakness_is_found(change: dict[str, Any], part: str, state: str, code: str) -> None:
    assert codes(replace(FINE, **change))[part] == (state, code)


@pytest.mark.parametrize("state", [state for state in rules.CAMERA_STATES if state != "ok"])
def test_the_camera_matters_only_where_it_is_asked_for(state: str) -> None:
    facts = replace(FINE, camera=state)
    assert codes(facts)["camera"] == ("skipped", "camera_not_needed")
    assert codes(facts, rules.Asked(camera=True))["camera"] == ("bad", f"camera_{state}")


def test_the_client_is_spoken_of_only_where_it_is_asked_for() -> None:
    assert "client" not in codes(FINE, rules.Asked(client="client_missing"))
    asked = rules.Asked(client_required=True, client="client_other_config")
    assert codes(FINE, asked)["client"] == ("bad", "client_other_config")


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"clock": "0", "quota": "9", "delay": None, "upload": [], "missing": "dialog", "camera": 3},
        {"clock": True, "quota": float("nan"), "delay": -1, "upload": float("inf"), "camera": "broken"},
        {"durable": "yes", "reached": 1},
    ],
)
def test_nonsense_counts_as_not_measured(posted: dict[str, Any]) -> None:
    assert rules.clean(posted, "x" * 900) == rules.DeviceFacts(user_agent="x" * 300)


def test_what_was_measured_is_kept() -> None:
    posted = {
        "clock": -3.5,
        "durable": True,
        "quota": 12,
        "reached": True,
        "delay": 9,
        "upload": 1,
        "camera": "ok",
    }
    facts = rules.clean({**posted, "missing": ["a" * 99] * 50}, CHROME)
    assert facts == rules.DeviceFacts(
        missing=("a" * 30,) * 20,
        clock=-3.5,
        durable=True,
        quota=12,
        reached=True,
        delay=9,
        upload=1,
        camera="ok",
        user_agent=CHROME,
    )


@pytest.mark.parametrize(
    ("newest", "practised", "state"),
    [
        (None, False, "not_done"),
        (None, True, "not_done"),
        ("bad", True, "problems"),
        ("bad", False, "problems"),
        ("warn", False, "checked"),
        ("good", False, "checked"),
        ("warn", True, "done"),
        ("good", True, "done"),
    ],
)
def test_where_a_candidate_stands(newest: str | None, practised: bool, state: str) -> None:
    assert rules.standing(newest, practised) == state
    assert state in words.TRIAL_STATES


def test_every_finding_has_words() -> None:
    worst_case = rules.DeviceFacts()
    for facts in (FINE, worst_case, replace(FINE, delay=None, upload=None, quota=1, clock=-99)):
        for camera in rules.CAMERA_STATES:
            asked = rules.Asked(camera=True, client_required=True, client="client_missing")
            for found in rules.judge(replace(facts, camera=camera), asked):
                assert words.say_finding(found)
                assert found.part in words.PART_WORDS and found.state in words.PART_STATES
