"""Import and export at the author desk: looked at first, taken in by word, one's own banks only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tancai.items import api as items
from tancai.items.models import Item
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.author import importing
from tests.installed import install
from tests.marking.world import AT, account

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-12T10:00:00+08:00")
GIFT = "// [id:q1]\n::一::问一{=甲 ~乙}\n\n::二::问二{=甲 ~乙\n"


@pytest.fixture(autouse=True)
def bank() -> Any:
    install(AT, bank=True)
    with clock.moved(NOW):
        yield


def _client(body: str = "cem") -> Client:
    user = account("author", people.organisation(programmes.definition(body).body))
    found = Client()
    found.force_login(user)
    return found


def test_a_file_is_looked_at_then_taken_in() -> None:
    browser = _client()
    where = {"collection": "cem", "topic": "cem-7", "format": ""}
    sent = browser.post(
        reverse("author:import"), {**where, "file": SimpleUploadedFile("q.txt", GIFT.encode())}
    )
    assert sent.status_code == 302
    before = Item.objects.count()
    look = browser.get(sent["Location"])
    text = look.content.decode()
    assert "导入 1 题" in text and "括号没有配对" in text and Item.objects.count() == before
    assert "问一" not in browser.get(sent["Location"] + "&status=refused").content.decode()
    token = look.context["file"].token
    listed = browser.get(reverse("author:import_refused", args=[token]), where)
    assert listed.status_code == 200 and listed.content[:2] == b"PK"
    done = browser.post(reverse("author:import_take", args=[token]), where)
    assert "已导入 1 题" in done.content.decode()
    item = Item.objects.order_by("-pk").first()
    assert item is not None and (item.collection, item.topic) == ("cem", "cem-7")
    again = browser.post(reverse("author:import_take", args=[token]), where)
    assert "没有新的试题" in again.content.decode() and Item.objects.count() == before + 1
    other = _client()
    assert other.get(sent["Location"]).status_code == 404
    assert other.post(reverse("author:import_take", args=[token]), where).status_code == 404
    assert (
        browser.get(reverse("author:import_look", args=[token]), {**where, "collection": "nope"}).status_code
        == 404
    )
    assert browser.post(reverse("author:import"), where).status_code == 422


def test_export_says_what_does_not_fit_and_gives_the_file() -> None:
    browser = _client()
    page = browser.get(reverse("author:export"), {"format": "aiken", "topic": "cem-7"})
    assert page.status_code == 200 and "这种格式没有这种题型" in page.content.decode()
    made = browser.get(reverse("author:export_file"), {"format": "qti3", "topic": "cem-7"})
    assert made.content[:2] == b"PK" and "attachment" in made["Content-Disposition"]
    assert browser.get(reverse("author:export_file"), {"format": "exe"}).status_code == 404
    assert (
        browser.get(reverse("author:export_file"), {"format": "csv", "collection": "nope"}).status_code == 404
    )
    assert browser.get(reverse("author:import_template")).content[:2] == b"PK"
    assert Client().get(reverse("author:export")).status_code == 302


def test_a_large_file_is_read_by_the_worker_and_survives_a_second_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "SMALL", 10)
    browser = _client()
    gift = "".join(f"::n{n}::问{n}{{=甲 ~乙}}\n\n" for n in range(120)) + GIFT
    given = {"collection": "cem", "topic": "cem-7", "format": "gift"}
    sent = browser.post(
        reverse("author:import"), {**given, "file": SimpleUploadedFile("大.txt", gift.encode())}
    )
    job = jobs.Job.objects.get(kind=items.IMPORT)
    page = reverse("author:import_job", args=[job.pk])
    assert sent["Location"] == page
    assert "在后台处理" in browser.get(page).content.decode()
    before = Item.objects.count()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.error, job.state) == ("", "done")
    assert job.done == 100 and job.result["counts"] == {"imported": 121, "refused": 1}
    assert Item.objects.count() == before
    assert browser.get(reverse("author:import_job_progress", args=[job.pk]))["HX-Refresh"] == "true"
    text = browser.get(page + "?page=2").content.decode()
    assert "导入 121 题" in text and "2 / 3" in text
    listed = browser.get(reverse("author:import_job_refused", args=[job.pk]))
    assert listed.content[:2] == b"PK"
    taken = browser.post(reverse("author:import_job_take", args=[job.pk]))
    second = jobs.Job.objects.exclude(pk=job.pk).get(kind=items.IMPORT)
    assert taken["Location"] == reverse("author:import_job", args=[second.pk])
    jobs.run(second.pk)
    assert Item.objects.count() == before + 121
    assert "已导入 <b>121" in browser.get(taken["Location"]).content.decode() or "已导入 121" in (
        browser.get(taken["Location"]).content.decode()
    )
    browser.post(reverse("author:import_job_again", args=[second.pk]))
    third = jobs.Job.objects.filter(kind=items.IMPORT).latest("pk")
    jobs.run(third.pk)
    third.refresh_from_db()
    assert third.result["counts"] == {"unchanged": 121, "refused": 1} and Item.objects.count() == before + 121
    other = _client()
    names = ("import_job", "import_job_progress", "import_job_refused")
    assert {other.get(reverse(f"author:{name}", args=[job.pk])).status_code for name in names} == {404}
    posts = ("import_job_take", "import_job_stop", "import_job_again")
    assert {other.post(reverse(f"author:{name}", args=[job.pk])).status_code for name in posts} == {404}


def test_a_stopped_import_says_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "SMALL", 10)
    browser = _client()
    browser.post(
        reverse("author:import"),
        {"collection": "cem", "file": SimpleUploadedFile("q.txt", GIFT.encode())},
    )
    job = jobs.Job.objects.get(kind=items.IMPORT)
    browser.post(reverse("author:import_job_stop", args=[job.pk]))
    page = browser.get(reverse("author:import_job", args=[job.pk])).content.decode()
    assert "检查已停止" in page and "再做一次" in page
