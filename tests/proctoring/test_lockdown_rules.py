"""Who may sit: every combination of what a session asks for and what a request shows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tancai.proctoring.lockdown import configuration, keys, rules

pytestmark = pytest.mark.anydatabase

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
KEY, OTHER, BUILD, BUILD_2 = "a" * 64, "b" * 64, "c" * 64, "d" * 64
HERE = "https://exam.example/tancai/exam/room/7/"
SEB = "Mozilla/5.0 (Windows NT 10.0) SEB/3.7.0"
ASKED = rules.Standing(required=True, config_key=KEY)
PLAIN = rules.RequestFacts(address=HERE, at=AT, user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140")


def facts(key: str = KEY, build: str = "", address: str = HERE) -> rules.RequestFacts:
    return replace(
        PLAIN,
        config_hash=keys.request_hash(address, key),
        exam_hash=keys.request_hash(address, build) if build else "",
    )


def test_nobody_is_asked_where_the_client_is_not_required_or_excepted() -> None:
    for shown in (PLAIN, facts(OTHER), replace(PLAIN, user_agent=SEB)):
        assert rules.judge(replace(ASKED, required=False), shown) == ""
        assert rules.judge(replace(ASKED, excepted=True), shown) == ""


def test_an_ordinary_browser_and_a_silent_client_are_told_apart() -> None:
    assert rules.judge(ASKED, PLAIN) == "client_missing"
    assert rules.judge(ASKED, replace(PLAIN, user_agent=SEB)) == "client_unproven"


def test_the_right_key_passes_for_its_own_address_only() -> None:
    assert rules.judge(ASKED, facts()) == ""
    assert rules.judge(ASKED, facts(OTHER)) == "client_other_config"
    assert rules.judge(ASKED, facts(address=HERE + "paper/")) == "client_other_config"
    assert rules.judge(ASKED, replace(facts(), config_hash=KEY)) == "client_other_config"


def test_builds_matter_once_there_is_a_list() -> None:
    listed = replace(ASKED, exam_keys=(BUILD, BUILD_2))
    assert rules.judge(ASKED, facts(build=OTHER)) == ""
    assert rules.judge(listed, facts(build=BUILD_2)) == ""
    assert rules.judge(listed, facts(build=OTHER)) == "client_unknown_build"
    assert rules.judge(listed, facts()) == "client_unknown_build"
    assert rules.judge(listed, facts(OTHER, BUILD)) == "client_other_config"


@pytest.mark.parametrize(
    ("age", "passes"),
    [
        (timedelta(0), True),
        (timedelta(minutes=9), True),
        (timedelta(minutes=11), False),
        (-timedelta(minutes=1), False),
    ],
)
def test_a_proof_stands_for_some_minutes(age: timedelta, passes: bool) -> None:
    shown = replace(PLAIN, proven_at=AT - age, proven_key=rules.proven_key(ASKED))
    assert (rules.judge(ASKED, shown) == "") is passes


def test_a_proof_ends_with_the_configuration_or_the_list() -> None:
    shown = replace(PLAIN, proven_at=AT, proven_key=rules.proven_key(ASKED))
    assert rules.judge(replace(ASKED, config_key=OTHER), shown) == "client_missing"
    assert rules.judge(replace(ASKED, exam_keys=(BUILD,)), shown) == "client_missing"


def test_a_wrong_header_is_not_excused_by_an_older_proof() -> None:
    shown = replace(facts(OTHER), proven_at=AT, proven_key=rules.proven_key(ASKED))
    assert rules.judge(ASKED, shown) == "client_other_config"


@pytest.mark.parametrize(
    ("agent", "system", "client"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130 SEB/3.7.0 (x64)", "windows", True),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 SEB/3.5", "macos", True),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) SEB/3.4", "ipados", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "linux", False),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile", "android", False),
        ("curl/8", "other", False),
        ("", "other", False),
    ],
)
def test_systems(agent: str, system: str, client: bool) -> None:
    assert (rules.system_of(agent), rules.is_client(agent)) == (system, client)


WANTED = configuration.Wanted(
    site="https://exam.example/tancai",
    log="https://exam.example:8443/log",
    leave="https://exam.example/tancai/exam/leave/x/",
    salt=bytes(32),
    mark="Tancai/7",
)


def test_the_filter_opens_the_exam_and_nothing_to_look_things_up() -> None:
    opened = configuration.allowed(WANTED.site, WANTED.log)
    assert "https://exam.example/tancai/exam/*" in opened
    assert "https://exam.example:8443/log/*" in opened
    assert not any(path in rule for rule in opened for path in ("/me/", "/author", "/*/*"))
    assert "https://exam.example/tancai/*" not in opened


def test_the_settings_close_what_must_be_closed() -> None:
    made = configuration.settings_for(WANTED)
    assert made["startURL"] == "https://exam.example/tancai/exam/"
    assert made["quitURL"] == WANTED.leave and made["quitURLConfirm"] is False
    closed = ("allowPrint", "allowSpellCheck", "allowScreenSharing", "allowDictation", "enablePrintScreen")
    assert not any(made[name] for name in closed)
    assert made["sendBrowserExamKey"] and made["URLFilterEnable"] and made["browserWindowWebView"] == 3
    assert made["hashedQuitPassword"] == ""
    assert keys.config_key(made) == keys.config_key(dict(reversed(made.items())))


def test_camera_and_quit_password_go_into_the_key() -> None:
    plain = configuration.settings_for(WANTED)
    with_camera = configuration.settings_for(replace(WANTED, camera=True))
    with_password = configuration.settings_for(replace(WANTED, quit_password="leave-2026"))
    assert with_camera["allowVideoCapture"] and not plain["allowVideoCapture"]
    assert with_password["hashedQuitPassword"] == hashlib.sha256(b"leave-2026").hexdigest()
    assert len({keys.config_key(made) for made in (plain, with_camera, with_password)}) == 3
