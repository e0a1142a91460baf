"""Pages for everybody: what they promise to say, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

from django.test import Client

from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.publishing import api as publishing
from tests.site.conftest import AT

PAGES = (
    "/ /programmes/ /guide/ /notices/ /news/ /questions/ /sites/ /continuing/ /calls/ /certificate-sample/ /about/ "
    "/privacy/ /accessibility/"
).split()
CODES = ("dcne", "cem", "crp", "csa", "cmc")


def _get(client: Client, path: str, language: str = "zh-hans") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200, path
    return response.content.decode()


class _English(HTMLParser):
    """The text outside passages that are marked as Chinese."""

    EMPTY = frozenset({"meta", "link", "input", "br", "hr", "img", "use", "path", "circle", "rect", "line"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside: list[bool] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        language = dict(attrs).get("lang")
        chinese = language == "zh-Hans" if language else bool(self.inside and self.inside[-1])
        if tag not in self.EMPTY:
            self.inside.append(chinese)
        if not chinese:
            self.text += " ".join(
                value or "" for name, value in attrs if name in ("aria-label", "placeholder", "title")
            )

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not (self.inside and self.inside[-1]):
            self.text += data


def test_pages_open_before_anything_has_been_loaded(client: Client, db: None) -> None:
    for path in PAGES:
        _get(client, path)


def test_pages_are_english_in_english(client: Client, loaded: object) -> None:
    related = {major for code in CODES for major in programmes.definition(code).related_majors}
    programme_pages = [f"/programmes/{code}/{page}" for code in CODES for page in ("", "check/")]
    left = {}
    for path in [*PAGES, *programme_pages]:
        text = _English(_get(client, path, "en")).text
        for major in related:
            text = text.replace(major, "")
        if found := re.findall(r"[\u4e00-\u9fff]+", text):
            left[path] = found
    assert left == {}


def test_a_programme_page_holds_what_its_definition_says(client: Client, loaded: object) -> None:
    for code in CODES:
        _holds_its_definition(_get(client, f"/programmes/{code}/"), code)


def _holds_its_definition(html: str, code: str) -> None:
    definition = programmes.definition(code)
    assert definition.catalogue.definition in html
    assert definition.certificate.title in html
    for level in definition.level_codes:
        for line in definition.conditions_for(level):
            assert line.text in html
    for rule in definition.materials:
        assert rule.name in html
    for topic in definition.topics_for():
        assert topic.title in html
    assert f"/programmes/{code}/check/" in html


def test_the_framework_shows_posts_statements_and_weights(client: Client, loaded: object) -> None:
    html = _get(client, "/programmes/cmc/")
    framework = programmes.definition("cmc").framework
    assert framework is not None
    for post in framework.posts:
        assert post.name in html
        for dimension in ("knowledge", "skill", "practice"):
            assert all(one.text in html for one in post.statements(dimension))
    for group in framework.groups:
        assert f"{group.knowledge} %" in html


def test_the_front_page_names_the_eight_tools_and_the_next_exams(client: Client, loaded: object) -> None:
    html = _get(client, "/")
    for tool in "报名须知 准考证打印 成绩查询 考点申请 考生问答 继续教育 学习中心 证书查询".split():
        assert tool in html
    for code in CODES:
        assert programmes.definition(code).name in html


def test_the_last_day_of_enrolment_is_the_day_before_midnight(client: Client, loaded: object) -> None:
    day = programmes.open_days("cem", at=clock.now())[0]
    last = (day.closes_at - timedelta(seconds=1)).astimezone(clock.SHANGHAI).date()
    assert f'datetime="{last.isoformat()}"' in _get(client, "/programmes/cem/")
    assert last == day.date - timedelta(days=programmes.definition("cem").calendar.close_days)


def test_an_unknown_programme_is_not_there(client: Client, loaded: object) -> None:
    assert client.get("/programmes/nothing/").status_code == 404
    assert client.get("/programmes/nothing/check/").status_code == 404


def test_notices_are_found_by_programme_and_drafts_are_not_there(client: Client, loaded: object) -> None:
    cem = publishing.publish(
        kind="notice", title="管理师通知", body="**正文**", programme="cem", by=None, at=AT
    )
    publishing.publish(kind="notice", title="工程师通知", body="正文", programme="dcne", by=None, at=AT)
    draft = publishing.write_post(kind="notice", title="草稿", body="正文", by=None, at=AT)
    html = _get(client, "/notices/?programme=cem")
    assert "管理师通知" in html
    assert "工程师通知" not in html
    assert "<strong>正文</strong>" in _get(client, f"/notices/{cem.id}/")
    assert client.get(f"/notices/{draft.id}/").status_code == 404
    assert client.get(f"/news/{cem.id}/").status_code == 404


def test_a_notice_cannot_carry_script(client: Client, loaded: object) -> None:
    made = publishing.publish(
        kind="notice", title="<i>题", body="<script>x()</script> [a](javascript:x)", by=None, at=AT
    )
    html = _get(client, f"/notices/{made.id}/")
    assert "<script>x" not in html
    assert 'href="javascript' not in html
    assert "<i>题" not in html


def test_english_readers_get_the_english_wording_where_there_is_one(client: Client, loaded: object) -> None:
    made = publishing.publish(
        kind="news", title="消息", body="正文", title_en="News item", body_en="Text", by=None, at=AT
    )
    html = _get(client, f"/news/{made.id}/", "en")
    assert "News item" in html
    assert "消息" not in html


TRIED = [
    ("level=beginner&education=bachelor", "您符合第 3 条"),
    ("level=beginner&education=junior_college&continuous_years=1", "您符合第 2 条"),
    ("level=advanced&certificate=other&certificate_level=advanced&held_years=1", "您符合第 7 条"),
    ("level=advanced&certificate=other&certificate_level=advanced&held_years=0", "目前还不符合任何一条"),
    ("level=beginner&education=senior_high&years=5", "目前还不符合任何一条"),
]


def test_trying_whether_one_qualifies_names_the_line(client: Client, loaded: object) -> None:
    for query, words in TRIED:
        assert words in _get(client, f"/programmes/cem/check/?{query}"), query


def test_what_is_tried_is_not_stored_and_wrong_values_are_said(client: Client, loaded: object) -> None:
    html = _get(client, "/programmes/cem/check/?level=expert&years=-1")
    assert "请从列出的选项中选择" in html
    assert "sessionid" not in client.cookies


def test_every_programme_can_be_tried(client: Client, loaded: object) -> None:
    for code in CODES:
        level = programmes.definition(code).level_codes[0]
        html = _get(client, f"/programmes/{code}/check/?level={level}&years=1")
        assert "verdict-lines" in html
