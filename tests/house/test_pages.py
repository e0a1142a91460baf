"""Every page a visitor can reach in a rehearsed world: it answers, it is sound, it speaks English, it is theirs."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.house import pages
from tests.house.crawler import PUBLIC, VISITORS

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.anydatabase

ANYBODY = {
    *("exam_room:door", "exam_room:trial_door", "exam_room:client_guide", "exam_room:client_file"),
    *("exam_room:receipt_check", "exam_room:keeper"),
}
"""Private-looking addresses that are open to all: the exam door and that of the test run take ticket and code without
an account, the check of a receipt takes ticket and receipt code, the help of the lock-down client is general, it
fetches its file without a session, and the script that shows a room without network is the same for everybody."""

READING_BY_POST = {"office:certificates"}
"""Searches that keep names and document numbers out of addresses: a post that changes nothing."""

SHARED_BY_BODIES = {"office:institution"}
"""The register of institutions is one for all bodies; the office of each may decide."""


def own_bench(address: str) -> bool:
    """Addresses of the workshop without a number of a work: everybody begins work of their own there."""
    return address.startswith("/workshop/") and not re.search(r"/\d+/", address)


@pytest.fixture(scope="session")
def found(world, tmp_path_factory) -> dict[str, Any]:
    """What a crawl of a copy of the world wrote down; one crawl for all workers of a run."""
    out = Path(os.environ["TANCAI_TEST_ROOT"]) / "crawl.json"
    with Path(f"{out}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            copy = tmp_path_factory.mktemp("crawl") / "world"
            shutil.copytree(world.folder, copy)
            done = world.run("-m", "tests.house.crawler", str(copy), f"{out}.making")
            assert done.returncode == 0, done.stderr[-3000:]
            os.replace(f"{out}.making", out)
            shutil.rmtree(copy)
    result: dict[str, Any] = json.loads(out.read_text())
    return result


def told(found: dict[str, Any], code: str) -> list[str]:
    """Problems of a kind, one line each, the same page once."""
    lines = {}
    for visit in found["visits"] + found["english"]:
        for kind, detail in visit["problems"]:
            if kind == code:
                line = f"{visit['address']} as {visit['visitor']} in {visit['language']}: {detail}"
                lines.setdefault((visit["view"], detail), line)
    return sorted(lines.values())


def test_the_crawl_reaches_the_whole_house(found) -> None:
    views = {visit["view"] for visit in found["visits"] if visit["status"] == 200}
    assert len(views) > 100, sorted(views)
    spaces = {view.partition(":")[0] for view in views}
    assert spaces >= {
        "site", "account_pages", "candidate", "institution", "exam_room", "workshop", "invigilator", "marker", "author",
        "office", "verify",
    }  # fmt: skip
    assert {visit["visitor"] for visit in found["visits"]} == set(VISITORS)
    english = {visit["view"] for visit in found["english"] if visit["status"] == 200}
    assert english == views


@pytest.mark.parametrize("problem", ["fails", "dead_link", "dead_form", "no_title", "headings", "language"])
def test_every_page_answers_and_is_sound(found, problem: str) -> None:
    assert told(found, problem) == []


def test_no_interface_text_is_left_in_chinese_on_english_pages(found) -> None:
    assert told(found, "chinese") == []


def test_every_message_leads_somewhere(found) -> None:
    assert found["messages"] == []


def test_what_one_finds_others_do_not_see(found) -> None:
    tries = [
        each
        for each in found["strangers"]
        if each["view"] not in SHARED_BY_BODIES | ANYBODY and not own_bench(each["address"])
    ]
    seen = [each for each in tries if each["status"] == 200]
    assert len(tries) > 250
    assert seen == []
    strange = {(each["stranger"], each["status"]) for each in tries} - {("anonymous", 302)}
    assert {status for _, status in strange} == {404}


def test_the_supervisor_reads_what_the_office_reads(found) -> None:
    read = {visit["view"] for visit in found["visits"] if visit["visitor"] == "supervisor"}
    assert read >= {
        "office:review_queue", "office:sessions", "office:session", "office:results", "office:certificates",
        "office:certificate", "office:orders", "office:programmes",
    } & {visit["view"] for visit in found["visits"]}  # fmt: skip


def test_who_only_reads_changes_nothing_and_strangers_less(found) -> None:
    tries = [
        each for each in found["posts"] if each["view"] not in ANYBODY and not own_bench(each["address"])
    ]
    assert len({each["view"] for each in tries if each["stranger"] == "supervisor"}) > 15
    allowed = {
        ("supervisor", view) for view in READING_BY_POST
    } | {("other_office", view) for view in SHARED_BY_BODIES}  # fmt: skip
    taken = [
        each
        for each in tries
        if each["status"] != 404
        and not each["to"].startswith("/account/login/")
        and (each["stranger"], each["view"]) not in allowed
    ]
    assert taken == []


def test_the_supervisor_is_offered_no_change(found) -> None:
    offered = {
        (action, visit["view"])
        for visit in found["visits"]
        if visit["visitor"] == "supervisor" and not visit["view"].startswith((*PUBLIC, "account_pages:"))
        for action in visit["forms"]
        if action.startswith(("/office/", "/author/", "/mark/", "/invigilate/", "/institution/"))
    }
    assert {view for _, view in offered} <= READING_BY_POST


def test_the_check_of_english_pages_finds_what_is_planted() -> None:
    root = ROOT / "src" / "tancai"
    page = pages.read(
        '<html lang="en"><title>Tancai</title><h1>Messages</h1><p>我的账户</p><button title="关闭">x</button>'
        '<p lang="zh-Hans">我的账户</p><p>张三</p><script>"我的账户"</script></html>'
    )
    assert pages.left_in_chinese(page, root) == ["我的账户", "关闭"]
    assert (page.headings, page.language, page.title) == (1, "en", "Tancai")
    assert pages.left_in_chinese(page, root, frozenset({"张三"}))[-1] == "张三"
