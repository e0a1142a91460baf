"""At the benches of the workshop: a verification with planted faults, from the report to the conclusion on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.anydatabase
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NUMBER = 5


def signed_in(visit: Any, origin: str) -> Page:
    from tancai.people import api as people

    client = Client()
    client.force_login(people.register(phone="13800138001", password="long-enough-7", at=AT))
    page: Page = visit()
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": origin}])
    return page


def write(page: Page, finding: Any) -> Locator:
    """Begin a finding on the row that shows it, and fill it in."""
    from tancai.labs.api import verification_bench as bench

    add = page.locator(f'.verify-add[data-subject="{bench.subject_of(finding)}"]').first
    paper = page.locator(".verify-paper", has=add).first
    if paper.get_attribute("open") is None:
        paper.locator("summary").first.click()
    add.click()
    card = page.locator(".verify-finding").last
    card.locator('[data-part="kind"]').select_option(bench.kind_of(finding))
    card.locator('[data-part="severity"]').select_option(finding.severity)
    card.locator('[data-part="fact"]').fill(finding.text())
    card.locator('[data-part="basis"]').fill("核查要求")
    card.locator('[data-part="evidence"]').fill(finding.evidence())
    if finding.effect is not None:
        card.locator('[data-part="effect"]').fill(f"{finding.effect:.2f}")
    return card


def test_a_verification_from_the_report_to_the_conclusion(visit: Any, live_server: Any) -> None:
    from tancai.labs.api import verification_bench as bench

    found = bench.conclude(bench.drawn_report(NUMBER, "beginner"))
    planted = dict.fromkeys(bench.draw(NUMBER, "beginner").planted)
    heavy = [one for one in found.findings if (one.code, one.subject) in planted]
    page = signed_in(visit, live_server.url)
    page.goto("/workshop/verification/")
    page.locator(".verify-seed summary").click()
    page.locator("#seed").fill(str(NUMBER))
    page.get_by_role("button", name="开始核查").click()
    saved = page.locator("[data-saving]")

    page.locator("#team-members").fill("核查员甲（组长）、核查员乙")
    for one in heavy:
        write(page, one)
    expect(saved).to_have_text("已保存")
    page.reload()
    expect(page.locator(".verify-finding")).to_have_count(len(heavy))
    expect(page.locator('.verify-finding [data-part="fact"]').first).to_have_value(heavy[0].text())
    page.locator("[data-new]").click()
    page.locator(".verify-finding").last.locator("[data-remove]").click()

    page.context.set_offline(True)
    page.locator("#site-members").fill("核查员甲、核查员丙")
    page.locator("#conclusion-kind").select_option(found.conclusion)
    expect(saved).to_contain_text("网络中断")
    page.get_by_role("button", name="出具结论并归档").click()
    expect(page.locator("[data-failed]")).to_be_visible()
    page.context.set_offline(False)
    expect(saved).to_have_text("已保存")

    page.get_by_role("button", name="出具结论并归档").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写核查确认的排放量")
    page.locator("#conclusion-verified").fill(f"{found.verified:.2f}")
    page.locator("#step-archive input").first.check()
    page.get_by_role("button", name="出具结论并归档").click()
    expect(page.locator(".verify-figures")).to_contain_text(f"{len(heavy)} / {len(heavy)}")
    expect(page.get_by_text("没有漏查。")).to_be_visible()
    paper = page.get_by_role("link", name="《核查结论》（PDF）").get_attribute("href")
    answer = page.request.get(paper)
    assert answer.ok and answer.body()[:5] == b"%PDF-"
