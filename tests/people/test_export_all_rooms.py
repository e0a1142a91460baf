"""One's own data from every room: all of it comes out, none of somebody else's, and in the end nothing is left."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps

from tancai.credentials import api as credentials
from tancai.demo import applying, cast, fates, marking, papers, studying
from tancai.demo.cast import Actor
from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.items import api as items
from tancai.lib.clock import SHANGHAI
from tancai.marking import api as results
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.publishing import api as publishing
from tancai.venues import api as venues
from tests.installed import install

pytestmark = pytest.mark.django_db

APPLIED = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
DAY = "cem-2026-12-26"
ROOMS = {
    "account", "certificates", "consents", "devices", "enrolment", "exams", "fees", "files", "identity", "labs",
    "learning", "marking", "messages", "proctoring", "publishing", "venues",
}  # fmt: skip


@pytest.fixture
def stage() -> SimpleNamespace:
    """Definitions, questions and staff of one body."""
    install(APPLIED, bank=True)
    programmes.load_working_days(by=None, at=APPLIED)
    body = people.organisation(programmes.definition("cem").body)
    staff = {}
    for number, role in enumerate(("office", "office2", "reviewer", "finance", "marker", "marker2")):
        staff[role] = people.register(phone=f"1390000000{number}", at=APPLIED)
        people.grant_role(staff[role], role.rstrip("2"), organisation=body, by=None, at=APPLIED)
    return SimpleNamespace(body=body, **staff)


def somebody(number: int, fate: str = fates.PASS) -> Actor:
    return Actor(
        number=number,
        programme="cem",
        level="beginner",
        speciality="",
        claims={"line": 1},
        fate=fate,
        skill=1.0,
        **cast.person(5, number),
    )


def joined(number: int, exam_day: str = DAY, fate: str = fates.PASS) -> tuple[Actor, Any, Any]:
    actor = somebody(number, fate)
    person = applying.sign_up(actor, password="Long-enough-1!", at=APPLIED)
    return actor, person, applying.apply(actor, person, exam_day=exam_day, at=APPLIED)


def travelled(stage: SimpleNamespace) -> SimpleNamespace:
    """Somebody returned once, approved, studied, sat, marked, re-checked, certified; who asked and offered as well."""
    actor, person, application = joined(1, fate=fates.RETURNED_THEN_PASS)
    later = APPLIED + timedelta(hours=3)
    applying.review(actor, application, by=stage.reviewer, at=later)
    application = applying.correct(actor, application, at=later)
    enrolment.approve(application, by=stage.reviewer, at=later)
    studying.study(actor, person, one_lesson_short=False, at=APPLIED + timedelta(days=2))
    session = exams.open_session(DAY, by=None, at=APPLIED)
    exams.admit(session, by=None, at=APPLIED + timedelta(days=25))
    exams.prepare_papers(session, by=None, at=APPLIED + timedelta(days=25))
    admission = exams.admissions(session).get()
    exams.accommodate(admission, 30, reason="手腕骨折", by=stage.office, at=APPLIED + timedelta(days=26))
    sat(admission)
    marked = session.starts_at + timedelta(days=1)
    marking.mark_session(session, [stage.marker, stage.marker2], at=marked)
    results.release(session, by=stage.office, at=marked)
    results.request_recheck(
        admission.pk, text="第三十一题请复核", by=person.user, at=marked + timedelta(hours=1)
    )
    certificate = credentials.issue(
        results.result_of(admission.pk), by=stage.office, at=marked + timedelta(days=3)
    )
    credentials.request_change(
        certificate, "replace", text="证书遗失", by=person.user, at=marked + timedelta(days=4)
    )
    order = fees.open_order(
        purpose="resit", reference="1:cem-2027-02-27", person=person, amount=10_000, by=None, at=APPLIED
    )
    paid = {"data": papers.picture("voucher"), "name": "voucher.jpg", "by": person.user}
    fees.attach_voucher(order, **paid, at=marked + timedelta(days=5))
    told(person.user, stage)
    return SimpleNamespace(
        actor=actor, person=person, application=application, certificate=certificate, admission=admission
    )


def sat(admission: Any) -> None:
    sitting = exams.sittings(admission.session).get()
    exams.SittingEvent.objects.create(sitting=sitting, kind="started", at=admission.session.starts_at)
    answers: dict[str, Any] = {}
    for position, keyed in items.keys(sitting.form.form_id).items():
        letters = keyed.solution.get("letters")
        answers[str(position)] = keyed.solution["reference"] if letters is None else letters
        if letters is not None and len(letters) == 1:
            answers[str(position)] = letters[0]
    exams.AnswerSheet.objects.create(
        sitting=sitting,
        how="handed_in",
        answers=answers,
        receipt="ab" * 32,
        events=len(answers),
        ended_at=admission.session.starts_at + timedelta(minutes=80),
        pulled_at=admission.session.starts_at + timedelta(minutes=81),
    )


def told(user: Any, stage: SimpleNamespace) -> None:
    publishing.ask(title="证书遗失怎么办？", body="搬家时丢了", programme="cem", by=user, at=APPLIED)
    call = publishing.open_call(
        kind="expert",
        title="征集专家",
        body="面向行业征集专家。",
        opens_on=date(2026, 11, 1),
        closes_on=date(2027, 12, 1),
        programme="cem",
        publisher=stage.body,
        by=stage.office,
        at=APPLIED,
    )
    publishing.submit_to_call(
        call.id,
        contributor="林某人",
        title="应征",
        summary="从事核查十年",
        uploads=[("简历.pdf", b"%PDF-1.4 cv")],
        by=user,
        at=APPLIED,
    )
    venues.apply_site(
        body=stage.body,
        name="滨江考点",
        region="浙江",
        address="滨江路 1 号",
        contact_name="林联系人",
        contact_phone="13700137000",
        rooms=[venues.RoomFacts("机房", 30, 2)],
        by=user,
        at=APPLIED,
    )


def taken(person: Any) -> tuple[dict[str, Any], list[str]]:
    """The JSON of an export by room, and the names of the files in it."""
    archive = zipfile.ZipFile(io.BytesIO(people.export_person_data(person, by=None, at=APPLIED)))
    rooms = {name[:-5]: json.loads(archive.read(name)) for name in archive.namelist() if "/" not in name}
    return rooms, [name for name in archive.namelist() if "/" in name]


def everything_stored() -> str:
    """Every value of every row, sealed ones opened."""
    return "\n".join(
        repr(value)
        for model in apps.get_models()
        for row in model._base_manager.values()
        for value in row.values()
    )


def test_the_export_tells_the_whole_road_and_nothing_of_others(stage) -> None:
    other, _, _ = joined(2, exam_day="cem-2027-02-27")
    one = travelled(stage)
    rooms, files = taken(one.person)
    assert set(rooms) == ROOMS

    (application,) = rooms["enrolment"]["applications"]
    assert application["number"] == one.application.number and application["claims"]["education"]
    assert [e["kind"] for e in application["events"]] == [
        "drafted", "submitted", "returned", "submitted", "approved",
    ]  # fmt: skip
    assert {m["kind"] for m in application["materials"]} >= {"portrait", "identity_front"}
    assert any("免冠" in v["text"] for m in application["materials"] for v in m["verdicts"])
    assert len(rooms["learning"]["lessons_done"]) > 10 and rooms["learning"]["visits"]

    (admission,) = rooms["exams"]["admissions"]
    answers = admission["sitting"]["answers"]
    assert admission["extra_minutes"] == 30 and answers["receipt"] == "ab" * 32
    assert len(answers["by_position"]) == 45
    (result,) = rooms["marking"]["results"]
    assert result["passed"] and result["breakdown"]
    assert rooms["marking"]["rechecks"][0]["text"] == "第三十一题请复核"
    assert rooms["certificates"]["certificates"][0]["number"] == one.certificate.number
    assert {order["purpose"] for order in rooms["fees"]["orders"]} >= {"replacement", "resit"}
    assert rooms["publishing"]["questions"][0]["title"] == "证书遗失怎么办？"
    assert rooms["publishing"]["submissions"][0]["summary"] == "从事核查十年"
    assert rooms["venues"]["sites"][0]["contact_phone"] == "+8613700137000"
    assert any(name.startswith("publishing/") and name.endswith("简历.pdf") for name in files)
    assert any(name.endswith("portrait.jpg") for name in files)
    assert any(name.endswith("voucher.jpg") for name in files)

    text = json.dumps(rooms, ensure_ascii=False)
    assert one.actor.document in text and other.document not in text and other.name not in text
    stem = next(e for e in items.form(one.admission.session.forms.get().form_id).entries).public["stem"]
    assert stem[:20] not in text
    assert not any(str(phone) in text for phone in ("13900000004", "13900000005"))


def test_results_that_are_not_released_are_not_in_the_export(stage) -> None:
    actor, person, application = joined(1)
    enrolment.approve(application, by=stage.reviewer, at=APPLIED)
    studying.study(actor, person, one_lesson_short=False, at=APPLIED)
    session = exams.open_session(DAY, by=None, at=APPLIED)
    exams.admit(session, by=None, at=APPLIED)
    exams.prepare_papers(session, by=None, at=APPLIED)
    sat(exams.admissions(session).get())
    results.score_session(session, by=None, at=session.starts_at + timedelta(hours=3))
    rooms, _ = taken(person)
    assert rooms["marking"] == {"results": [], "rechecks": []}
    assert rooms["exams"]["admissions"][0]["sitting"]["answers"]


def test_an_account_without_an_identity_takes_its_questions_along() -> None:
    user = people.register(phone="13800138000", at=APPLIED)
    publishing.ask(title="怎样报名？", by=user, at=APPLIED)
    archive = zipfile.ZipFile(io.BytesIO(people.export_account_data(user, by=user, at=APPLIED)))
    assert json.loads(archive.read("publishing.json"))["questions"][0]["title"] == "怎样报名？"
    assert "enrolment.json" not in archive.namelist()


def test_what_the_road_needs_is_kept_for_its_reason_and_then_nothing_of_the_person_is_left(stage) -> None:
    one = travelled(stage)
    user, person = one.person.user, one.person
    closed = datetime(2027, 2, 1, 9, 0, tzinfo=SHANGHAI)
    plan = people.plan_erasure(user, closed)
    assert {(held.what, held.why, held.until) for held in plan.kept} == {
        ("applications", "records", date(2031, 12, 26)),
        ("learning", "records", date(2031, 11, 22)),
        ("exams", "records", date(2031, 12, 26)),
        ("results", "records", date(2031, 12, 27)),
        ("certificates", "verification", date(2038, 12, 1)),
        ("orders", "accounting", date(2037, 1, 1)),
    }
    people.erase_account(user, by=user, at=closed)
    found = credentials.look_up(number=one.certificate.number, name=one.actor.name, at=closed)
    assert [record.state for record in found] == ["valid"]
    assert people.person(person.pk).name == one.actor.name
    assert publishing.submissions()[0].contributor == "" and publishing.submissions()[0].state == "withdrawn"
    assert publishing.questions(public=False) == [] and venues.sites()[0].contact_name == ""

    assert people.anonymise_due(datetime(2038, 11, 30, tzinfo=SHANGHAI)) == 0
    assert people.anonymise_due(datetime(2038, 12, 2, tzinfo=SHANGHAI)) == 1
    left = everything_stored()
    for word in (
        one.actor.name,
        one.actor.document,
        one.actor.phone[3:],
        "手腕骨折",
        "第三十一题",
        "证书遗失",
    ):
        assert word not in left, word
    assert credentials.look_up(number=one.certificate.number, name=one.actor.name, at=closed) == []
    assert results.result_of(one.admission.pk).passed


def test_what_nobody_decided_goes_with_the_account(stage) -> None:
    actor, person, _submitted = joined(1)
    draft = enrolment.start_application(
        person, programme="cem", level="beginner", exam_day="cem-2027-02-27", by=person.user, at=APPLIED
    )
    enrolment.attach_material(
        draft, "identity_front", papers.picture("identity_front"), "a.jpg", by=person.user, at=APPLIED
    )
    user, at = person.user, APPLIED + timedelta(hours=1)
    (held,) = people.plan_erasure(user, at).kept
    assert (held.what, held.why, held.until) == ("applications", "dispute", date(2027, 11, 20))
    people.erase_account(user, by=user, at=at)
    assert [view.state for view in enrolment.applications_of(person)] == ["withdrawn", "withdrawn"]
    assert not enrolment.review_queue(None).exists()
    emptied = enrolment.record_of(draft.pk)
    assert emptied.claims == {} and all(each.file.discard for each in emptied.materials.all())
    assert people.anonymise_due(datetime(2027, 11, 22, tzinfo=SHANGHAI)) == 1
    left = everything_stored()
    assert actor.document not in left and actor.name not in left


def test_an_application_handed_in_by_an_institution_stays_with_it(stage) -> None:
    school = people.found_organisation(
        code="school", kind="institution", name="某学院", name_en="A school", by=None, at=APPLIED
    )
    _, person, application = joined(1)
    application.institution = school
    application.save(update_fields=["institution"])
    people.erase_account(person.user, by=person.user, at=APPLIED + timedelta(hours=1))
    assert enrolment.application(application.pk).state == "submitted"
    assert enrolment.review_queue(None).count() == 1


def test_every_room_with_rows_of_people_speaks_for_itself(stage, monkeypatch) -> None:
    from tancai.people import erasure

    one = travelled(stage)
    monkeypatch.setattr(erasure, "_rooms", dict.fromkeys(erasure._rooms, erasure._Room(*_silence)))
    assert people.plan_erasure(one.person.user, APPLIED).kept == ()


_silence = (lambda person, at: (), lambda *given: None, lambda *given: None)
