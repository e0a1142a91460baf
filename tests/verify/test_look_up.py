"""The public page: found, not found, limits, the code on paper, the certificate view, JSON."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.credentials import api as credentials
from tancai.lib import clock
from tancai.lib.identity import mask_document
from tests.credentials import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> Any:
    w.ready()
    with clock.moved(w.AT):
        yield


def ask(accept: str = "text/html", **given: str) -> Any:
    return Client().post(reverse("verify:result"), given, headers={"Accept": accept})


def steady(response: Any) -> str:
    """The page without what changes by design: tokens, and its own address in the language form."""
    varying = r'(name="csrf-token" content|csrfmiddlewaretoken" value|name="next" value)="[^"]*"'
    return re.sub(varying, "", response.content.decode())


def test_the_form_offers_every_accepted_way() -> None:
    page = Client().get(reverse("verify:home"))
    text = page.content.decode()
    assert page.status_code == 200 and 'name="number"' in text and 'name="document"' not in text
    for key in ("number-name", "document-name", "number-document", "number"):
        assert f"?by={key}" in text
    alone = Client().get(reverse("verify:home"), {"by": "number"}).content.decode()
    assert 'name="name"' not in alone
    suits = alone.split("这种方式适用于")[1].split("</p>")[0]
    assert "碳汇计量评估师" in suits and "碳排放管理师" not in suits


def test_ten_seconds_to_know() -> None:
    row = w.issued("cem", "张晓岚")
    page = ask(number=row.number, name="张晓岚")
    text = page.content.decode()
    assert page.status_code == 200 and "证书真实有效" in text
    for part in (
        "张晓岚",
        "男" if credentials.view(row).facts.sex == "male" else "女",
        "碳排放管理师（中级）",
        mask_document(row.person.document),
        row.number,
        "2028年11月19日",
    ):
        assert part in text, part
    assert row.person.document not in text and "portrait" not in text
    assert page["X-Robots-Tag"].startswith("noindex") and page["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex' in text


def test_nothing_found_too_little_and_wrong_combination_are_one_page() -> None:
    row = w.issued("cem", "张晓岚")
    nothing = ask(number="CEM2026000001M", name="王五")
    for given in (
        {},
        {"number": row.number},
        {"name": "张晓岚"},
        {"document": row.person.document},
        {"number": row.number, "document": row.person.document},
        {"number": row.number, "name": "王五"},
        {"number": row.number, "name": "张晓岚", "document": "1"},
        {"number": "x" * 5000, "name": "\x00"},
    ):
        other = ask(**given)
        assert (other.status_code, steady(other)) == (200, steady(nothing)), given
        assert other.headers == nothing.headers or other.headers.keys() == nothing.headers.keys()
        assert ask("application/json", **given).json() == {"records": []}


def test_a_document_in_the_address_is_not_read() -> None:
    row = w.issued("csa", "张晓岚")
    page = Client().get(reverse("verify:result"), {"document": row.person.document, "name": "张晓岚"})
    assert "没有查到" in page.content.decode()
    page = Client().get(reverse("verify:result"), {"number": row.number, "name": "张晓岚"})
    assert "证书真实有效" in page.content.decode()


def test_programs_get_the_same_as_json() -> None:
    row = w.issued("csa", "张晓岚")
    (record,) = ask("application/json", number=row.number).json()["records"]
    assert record == {
        "number": row.number,
        "name": "张晓岚",
        "sex": record["sex"],
        "document": mask_document(row.person.document),
        "programme": "csa",
        "title": "碳减排领域专业技能岗位证书",
        "post": "碳汇计量评估师（中级）",
        "level": "中级",
        "body": "中国节能协会",
        "issued_on": "2026-11-20",
        "valid_from": "2026-11-20",
        "valid_until": "2028-11-19",
        "state": "valid",
        "state_since": "2026-11-20",
        "corrected_on": None,
        "replaced_by": None,
    }


def test_state_is_told_with_its_day() -> None:
    row = w.issued("csa", "张晓岚")
    with clock.moved(w.AT + timedelta(days=800)):
        assert "证书真实，已过有效期" in ask(number=row.number).content.decode()
    new = w.changed(row, "replace")
    text = ask(number=row.number).content.decode()
    assert "证书已换发" in text and new.number in text
    w.changed(new, "revoke")
    text = ask(number=new.number).content.decode()
    assert "证书已被撤销" in text and "2026年11月20日" in text and "核对原件" not in text


def test_an_address_may_ask_so_often_and_then_waits(settings: Any) -> None:
    settings.TANCAI_VERIFY_PER_MINUTE = 3
    row = w.issued("csa", "张晓岚")
    client = Client(REMOTE_ADDR="192.0.2.7")
    address = reverse("verify:result")
    assert [client.post(address, {"number": row.number}).status_code for _ in range(3)] == [200, 200, 200]
    right, wrong = client.post(address, {"number": row.number}), client.post(address, {"number": "x"})
    assert right.status_code == wrong.status_code == 429 and steady(right) == steady(wrong)
    assert right["Retry-After"] == "60" and row.number not in right.content.decode()
    code = client.get(reverse("verify:paper", args=[row.number]), {"k": row.code})
    assert code.status_code == 429
    answer = client.post(address, {"number": row.number}, headers={"Accept": "application/json"})
    assert answer.status_code == 429 and answer.json()["error"] == "too_many_requests"
    assert Client(REMOTE_ADDR="192.0.2.8").post(address, {"number": row.number}).status_code == 200
    with clock.moved(w.AT + timedelta(minutes=2)):
        assert client.post(address, {"number": row.number}).status_code == 200


def test_forwarded_addresses_count_only_behind_a_proxy(settings: Any) -> None:
    settings.TANCAI_VERIFY_PER_MINUTE = 1
    address = reverse("verify:result")

    def status(forwarded: str) -> int:
        return Client().post(address, {}, headers={"X-Forwarded-For": forwarded}).status_code

    assert [status("192.0.2.1"), status("192.0.2.2")] == [200, 429]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert [status("192.0.2.1, 192.0.2.3"), status("192.0.2.9, 192.0.2.4"), status("x, 192.0.2.4")] == [
        200,
        200,
        429,
    ]


def test_the_code_on_paper_opens_what_is_printed() -> None:
    row, other = w.issued("cem", "张晓岚"), w.issued("cem", "李明")
    page = Client().get(reverse("verify:paper", args=[row.number]), {"k": row.code})
    assert page.status_code == 200 and "张晓岚" in page.content.decode()
    assert row.person.document not in page.content.decode() and page["X-Robots-Tag"].startswith("noindex")
    wrong = Client().get(reverse("verify:paper", args=[row.number]), {"k": other.code})
    unknown = Client().get(reverse("verify:paper", args=["CEM2026999999A"]), {"k": row.code})
    bare = Client().get(reverse("verify:paper", args=[row.number]))
    assert wrong.status_code == unknown.status_code == bare.status_code == 404
    assert steady(wrong) == steady(unknown) == steady(bare) and "没有查到" in steady(wrong)


def token_of(row: Any) -> str:
    text = ask(number=row.number).content.decode()
    return re.search(r"/verify/certificate/([^/]+)/", text)[1]


def test_the_portrait_and_the_copy_are_inside_the_certificate_view() -> None:
    row = w.issued("csa", "张晓岚", portrait=True)
    token = token_of(row)
    page = Client().get(reverse("verify:certificate", args=[token]))
    text = page.content.decode()
    assert page.status_code == 200 and reverse("verify:portrait", args=[token]) in text
    assert row.person.document not in text and "碳汇计量评估师（中级）" in text
    portrait = Client().get(reverse("verify:portrait", args=[token]))
    assert portrait.status_code == 200 and portrait.content[:2] == b"\xff\xd8"
    copy = Client().get(reverse("verify:pdf", args=[token]))
    assert copy.content.startswith(b"%PDF") and row.number in copy["Content-Disposition"]
    for response in (page, portrait, copy):
        assert response["Cache-Control"] == "no-store"


def test_keys_end_and_cannot_be_made_up() -> None:
    row = w.issued("csa", "张晓岚")
    token = token_of(row)
    names = ("certificate", "portrait", "pdf")
    with clock.moved(w.AT + timedelta(minutes=31)):
        assert {Client().get(reverse(f"verify:{n}", args=[token])).status_code for n in names} == {404}
    for bad in (token[:-2] + "AA", "x", "x.y"):
        assert {Client().get(reverse(f"verify:{n}", args=[bad])).status_code for n in names} == {404}


def test_english_pages_keep_chinese_to_data() -> None:
    row = w.issued("csa", "Zhang San")
    client = Client(headers={"Accept-Language": "en"})
    pages = [
        client.get(reverse("verify:home")),
        client.post(reverse("verify:result"), {"number": row.number}),
        client.post(reverse("verify:result"), {"number": "x"}),
    ]
    for page in pages:
        main = page.content.decode().split("<main")[1].split("</main>")[0]
        assert not re.search(r"[一-鿿]", main), re.findall(r"[^<>]*[一-鿿]+[^<>]*", main)


def test_holders_are_told_before_their_certificate_expires() -> None:
    from django.test import RequestFactory

    from tancai.web.verify import today

    row = w.issued("csa", "张晓岚")
    request = RequestFactory().get("/")
    request.user = row.person.user
    assert today.due(request) == []
    with clock.moved(w.AT + timedelta(days=2 * 365 - 30)):
        (item,) = today.due(request)
        assert row.number in item.detail and item.level == "near"
    w.changed(row, "revoke")
    with clock.moved(w.AT + timedelta(days=2 * 365 - 30)):
        assert today.due(request) == []


def test_a_record_speaks_english() -> None:
    row = w.issued("cem")
    record = credentials.record(row, on=w.AT.date())
    assert record.post_en == "Carbon Emission Manager (Intermediate)" and record.body_en
