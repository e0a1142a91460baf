"""Identity through HTTP: the candidate's pages, the camera's addresses, the invigilator's desk, the office."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.proctoring.models import Flag, Picture
from tests.exams import world as exam_world
from tests.proctoring import world

pytestmark = pytest.mark.usefixtures("programmes_there")
AT = world.AT
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


def upload(number: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile("p.jpg", world.picture(number), content_type="image/jpeg")


@pytest.fixture
def scene() -> tuple[exams.Session, exams.Admission, Client, Client]:
    """Session, admission, the candidate's browser, the invigilator's browser."""
    person = exam_world.candidate(1)
    session = world.session_of(person)
    admission = world.admission_of(session, person)
    world.give_portrait(admission)
    return session, admission, signed_in(person.user), signed_in(world.staff())


def test_a_candidate_goes_from_choice_to_the_exam_room(scene: Any) -> None:
    session, admission, candidate, invigilator = scene
    pk = admission.pk
    with clock.moved(session.starts_at - 5 * MINUTE):
        check = page(candidate, "exam_room:check", pk)
        assert "请先选择身份核验方式。" in check
        assert reverse("exam_room:enter", args=[pk]) not in check
        candidate.post(reverse("exam_room:enter", args=[pk]))
        assert exams.entry_of(admission.sitting) is None
        choice = page(candidate, "exam_room:identity", pk)
        assert "同意，用摄像头核验" in choice
        assert "选择人工核验" in choice
        assert proctoring.consent_version() in choice
        candidate.post(reverse("exam_room:identity_choose", args=[pk]), {"way": "camera"})
        assert "提交核对" in page(candidate, "exam_room:identity", pk)
        candidate.post(
            reverse("exam_room:identity_pictures", args=[pk]),
            {"card": upload(1), "live": upload(2), "how": "camera"},
        )
        assert "等待核对照片" in page(candidate, "exam_room:identity", pk)
        standing = candidate.get(reverse("exam_room:identity_standing", args=[pk]))
        assert "HX-Refresh" not in standing
        listed = page(invigilator, "invigilator:checkin", session.pk)
        assert admission.ticket_number in listed
        assert "等待核对照片" in listed
        one = page(invigilator, "invigilator:checkin_one", pk)
        assert one.count("<figure") == 3
        check_in = proctoring.check_in_of(admission)
        invigilator.post(
            reverse("invigilator:checkin_decide", args=[pk]),
            {"check_in": check_in.pk, "outcome": "same", "note": ""},
        )
        standing = candidate.get(reverse("exam_room:identity_standing", args=[pk]))
        assert standing["HX-Refresh"] == "true"
        assert reverse("exam_room:enter", args=[pk]) in page(candidate, "exam_room:check", pk)
        answer = candidate.post(reverse("exam_room:enter", args=[pk]))
        room = candidate.get(answer["Location"]).content.decode()
    config = json.loads(
        re.search(r'<script id="camera-config" type="application/json">(.*?)</script>', room).group(1)
    )
    assert config["seconds"] == 30
    assert config["pictures"] == reverse("exam_room:camera", args=[pk])


def test_the_camera_must_show_a_picture_shortly_before_entry(scene: Any) -> None:
    session, admission, candidate, _invigilator = scene
    start = session.starts_at - 25 * MINUTE
    world.passed(admission, start, world.staff(email="other@example.test"))
    with clock.moved(start + 22 * MINUTE):
        check = page(candidate, "exam_room:check", admission.pk)
        assert "tc-camera-ready" in check
        assert reverse("exam_room:enter", args=[admission.pk]) not in check
        ready = reverse("exam_room:camera_ready", args=[admission.pk])
        assert candidate.post(ready, b"no picture", content_type="image/jpeg").status_code == 415
        assert candidate.post(ready, world.picture(), content_type="image/jpeg").status_code == 204
        assert reverse("exam_room:enter", args=[admission.pk]) in page(
            candidate, "exam_room:check", admission.pk
        )


def test_the_way_without_a_camera_through_the_pages(scene: Any) -> None:
    session, admission, candidate, invigilator = scene
    pk = admission.pk
    with clock.moved(session.starts_at - 5 * MINUTE):
        candidate.post(reverse("exam_room:identity_choose", args=[pk]), {"way": "human"})
        assert "等待人工核验" in page(candidate, "exam_room:identity", pk)
        by_hand = reverse("invigilator:checkin_by_hand", args=[pk])
        assert invigilator.post(by_hand, {"note": ""}).status_code == 422
        invigilator.post(by_hand, {"note": "视频核对证件原件"})
        answer = candidate.post(reverse("exam_room:enter", args=[pk]))
        room = candidate.get(answer["Location"]).content.decode()
        assert "camera-config" not in room
    with clock.moved(session.starts_at + 20 * MINUTE):
        assert "分钟前看过" in page(invigilator, "invigilator:checkin", session.pk)
        invigilator.post(reverse("invigilator:checkin_watch", args=[pk]), {"note": ""})
        assert "0 分钟前看过" in page(invigilator, "invigilator:checkin", session.pk)


@pytest.fixture
def watched(scene: Any) -> tuple[exams.Session, exams.Admission, Client, Client, dict[str, Any]]:
    """The exam runs and the camera has its settings."""
    session, admission, candidate, invigilator = scene
    world.passed(admission, session.starts_at - 5 * MINUTE, world.staff(email="other@example.test"))
    with clock.moved(session.starts_at):
        answer = candidate.post(reverse("exam_room:enter", args=[admission.pk]))
        room = candidate.get(answer["Location"]).content.decode()
    found = re.search(r'<script id="camera-config" type="application/json">(.*?)</script>', room)
    return session, admission, candidate, invigilator, json.loads(found.group(1))


def send(config: dict[str, Any], number: int, data: bytes, **more: str) -> int:
    """What the script of the camera sends: no session, a signed word."""
    headers = {"X-Camera": config["token"], "X-Number": str(number), "X-Age": "0", **more}
    answer = Client(enforce_csrf_checks=True).post(
        config["pictures"], data, content_type="image/jpeg", headers=headers
    )
    return answer.status_code


def test_pictures_come_in_by_the_signed_word_alone(watched: Any) -> None:
    session, admission, candidate, _invigilator, config = watched
    with clock.moved(session.starts_at + MINUTE):
        assert send(config, 1, world.picture()) == 204
        assert send(config, 1, world.picture()) == 204
        assert send(config, 2, world.picture(), **{"X-Camera": "forged"}) == 404
        assert send(config, 2, world.picture(), **{"X-Camera": config["token"][:-2] + "AA"}) == 404
        assert send(config, 2, b"GIF89a") == 415
        assert send(config, 2, bytes(400_000)) == 413
        assert send(config, 0, world.picture()) == 400
        assert Picture.objects.filter(kind="snapshot").count() == 1
        headers = {"X-Camera": config["token"]}
        told = Client().post(config["told"], {"what": "stopped"}, headers=headers)
        assert told.status_code == 204
        assert Client().post(config["told"], {"what": "burn"}, headers=headers).status_code == 400
        assert Client().post(config["told"], {"what": "stopped"}).status_code == 404
        assert [flag.kind for flag in Flag.objects.all()] == ["stopped"]
        withdrawn = candidate.post(config["withdraw"], headers={"Accept": "application/json"})
        assert withdrawn.json() == {"withdrawn": True}
        assert send(config, 3, world.picture()) == 403
    other = exams.admission(admission.pk)
    assert proctoring.may_start(other, session.starts_at + 2 * MINUTE).ok


def test_a_picture_that_waited_carries_the_time_it_was_taken(watched: Any) -> None:
    session, _admission, _candidate, _invigilator, config = watched
    with clock.moved(session.starts_at + 5 * MINUTE):
        before = clock.now()
        assert send(config, 1, world.picture(), **{"X-Age": "120000"}) == 204
        after = clock.now()
    row = Picture.objects.get(kind="snapshot")
    assert before - 2 * MINUTE <= row.taken_at <= after - 2 * MINUTE
    assert row.received_at >= before


def test_the_desk_shows_faces_flags_and_records_every_look(watched: Any) -> None:
    session, admission, _candidate, invigilator, config = watched
    with clock.moved(session.starts_at + MINUTE):
        assert send(config, 1, world.picture()) == 204
        proctoring.analyse(clock.now(), adapter=world.Told([world.score(0.2)]))
        before = audit.entries(action="proctoring.look").count()
        wall = page(invigilator, "invigilator:faces", session.pk)
        addresses = re.findall(r'src="(/invigilate/p[^"]+)"', wall)
        assert len(addresses) == 2
        for address in addresses:
            answer = invigilator.get(address)
            assert answer["Content-Type"] == "image/jpeg"
            assert "no-store" in answer["Cache-Control"]
        assert audit.entries(action="proctoring.look").count() == before + 1
        assert "与证件照相似度低" in page(invigilator, "invigilator:flags", session.pk)
        flag = Flag.objects.get()
        detail = page(invigilator, "invigilator:flag", flag.pk)
        assert "0.200" in detail
        assert detail.count("<figure") == 2
        review = reverse("invigilator:flag_review", args=[flag.pk])
        bad = invigilator.post(review, {"outcome": "doubt", "reason": "stand_in", "note": ""})
        assert bad.status_code == 422
        assert "请写明情况。" in bad.content.decode()
        invigilator.post(review, {"outcome": "doubt", "reason": "stand_in", "note": "面容不同"})
        assert "已请考生说明" in page(invigilator, "invigilator:flag", flag.pk)
    stranger = signed_in(exam_world.candidate(2, name="周明").user)
    elsewhere = people.register(email="else@example.test", password="tancai-demo-2026", by=None, at=AT)
    people.grant_role(elsewhere, "invigilator", organisation=people.organisation("ceca"), by=None, at=AT)
    with clock.moved(session.starts_at + MINUTE):
        for client in (stranger, signed_in(elsewhere), _candidate):
            for address in (
                *addresses,
                reverse("invigilator:faces", args=[session.pk]),
                reverse("invigilator:flags", args=[session.pk]),
                reverse("invigilator:checkin", args=[session.pk]),
                reverse("invigilator:flag", args=[flag.pk]),
                reverse("invigilator:checkin_one", args=[admission.pk]),
            ):
                assert client.get(address).status_code == 404, address
        again = signed_in(world.staff(email="third@example.test"))
        assert again.get(addresses[0]).status_code == 404


def test_doubt_statement_and_second_look(watched: Any) -> None:
    session, admission, candidate, invigilator, config = watched
    office = signed_in(world.staff("office", email="office@example.test"))
    with clock.moved(session.starts_at + MINUTE):
        send(config, 1, world.picture())
        proctoring.analyse(clock.now(), adapter=world.Told([world.score(0.2)]))
        flag = Flag.objects.get()
        page(candidate, "exam_room:statement", admission.pk, status=404)
        given = {"outcome": "doubt", "reason": "stand_in", "note": "面容不同"}
        invigilator.post(reverse("invigilator:flag_review", args=[flag.pk]), given)
        assert "您的说明" in page(candidate, "exam_room:statement", admission.pk)
        statement = reverse("exam_room:statement", args=[admission.pk])
        second = reverse("office:identity_flag", args=[flag.pk])
        assert str(flag.pk) in page(office, "office:identity_flags")
        upheld = {"outcome": "upheld", "reason": "stand_in", "note": "一致"}
        assert "考生还没有说明" in office.post(second, upheld).content.decode()
        candidate.post(statement, {"flag": flag.pk, f"f{flag.pk}-text": "当时戴着眼镜。"})
        assert "当时戴着眼镜。" in page(office, "office:identity_flag", flag.pk)
        assert invigilator.post(second, upheld).status_code == 404
        office.post(second, {"outcome": "set_aside", "reason": "same_person", "note": ""})
        assert proctoring.view_of(proctoring.flag(flag.pk)).state == "set_aside"
        assert "复核后不作处理" in page(candidate, "exam_room:statement", admission.pk)
        report = page(office, "office:identity_report")
        assert "<h2>m</h2>" in report
        assert "<svg" in report


def test_withdrawing_on_the_account_page_does_the_same(watched: Any) -> None:
    session, _admission, candidate, _invigilator, config = watched
    with clock.moved(session.starts_at + MINUTE):
        send(config, 1, world.picture())
        candidate.post(reverse("account_pages:consent_change", args=["biometric", "withdraw"]))
        assert send(config, 2, world.picture()) == 403
    assert proctoring.stored_faces() == 0


def test_the_pages_speak_english(watched: Any) -> None:
    session, admission, candidate, invigilator, _config = watched
    for client, name, args in (
        (candidate, "exam_room:identity", [admission.pk]),
        (invigilator, "invigilator:checkin", [session.pk]),
        (invigilator, "invigilator:checkin_one", [admission.pk]),
        (invigilator, "invigilator:faces", [session.pk]),
        (invigilator, "invigilator:flags", [session.pk]),
    ):
        client.cookies["django_language"] = "en"
        with clock.moved(session.starts_at + MINUTE):
            answer = client.get(reverse(name, args=args), headers={"Accept-Language": "en"})
        text = re.sub(r"<script.*?</script>", "", answer.content.decode(), flags=re.S)
        shown = re.sub(r"<[^>]+>", "", text)
        left = set(re.findall(r"[㐀-鿿]+", shown)) - {"中文", "简体中文", "林知远", "碳才"}
        assert not left, (name, left)
