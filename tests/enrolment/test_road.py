"""From the first choice to the decision, through the actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tancai.audit import api as audit
from tancai.demo import portraits
from tancai.enrolment import api as enrolment
from tancai.enrolment import record
from tancai.fees import api as fees
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.enrolment.conftest import AT, picture, resident_number

pytestmark = pytest.mark.django_db

CLAIMS = {"education": "bachelor", "major": "汉语言文学", "work": [{"start": "2024-01"}]}


def portrait(background: str = "blue", size: tuple[int, int] = (295, 413)) -> bytes:
    return portraits.portrait(7, width=size[0], height=size[1], background=background)


@pytest.fixture
def person(world: None) -> Any:
    user = people.register(phone="13800138001", password="long-enough-7", at=AT)
    return people.identify(
        user, name="林清源", document_kind="resident_id", document=resident_number(1), by=user, at=AT
    )


@pytest.fixture
def reviewer(world: None) -> Any:
    return people.register(email="reviewer@example.org", password="long-enough-7", at=AT)


def draft(person: Any, **choice: str) -> enrolment.Application:
    day = programmes.open_days(choice.get("programme", "cem"), at=AT)[0]
    choice = {"programme": "cem", "level": "intermediate", **choice}
    return enrolment.start_application(person, exam_day=day.key, **choice, by=person.user, at=AT)


def complete(person: Any) -> enrolment.Application:
    application = draft(person)
    enrolment.set_claims(application, CLAIMS, by=person.user, at=AT)
    for kind in enrolment.check(application, at=AT).missing:
        data = portrait() if kind == "portrait" else picture()
        enrolment.attach_material(application, kind, data, f"{kind}.jpg", by=person.user, at=AT)
    return application


def submitted(person: Any) -> enrolment.Application:
    return enrolment.submit(complete(person), by=person.user, at=AT)


def test_the_whole_road(person: Any, reviewer: Any) -> None:
    application = submitted(person)
    assert application.state == "submitted"
    assert application.line == 3
    # Friday 20 November plus one working day is Monday
    assert application.promised_by == date(2026, 11, 23)
    later = AT + timedelta(hours=2)
    enrolment.return_for_correction(
        application, [("portrait", "background", "有阴影")], by=reviewer, at=later
    )
    assert application.state == "returned"
    assert enrolment.check(application, at=later).rejected == ("portrait",)
    with pytest.raises(enrolment.Incomplete) as refused:
        enrolment.submit(application, by=person.user, at=later)
    assert refused.value.params["rejected"] == ["portrait"]

    enrolment.attach_material(application, "portrait", portrait(), "新照片.jpg", by=person.user, at=later)
    enrolment.submit(application, by=person.user, at=later)
    enrolment.approve(application, by=reviewer, at=later)
    assert application.state == "approved"
    assert [view.number for view in enrolment.approved_for(application.exam_day)] == [application.number]
    assert record.refold(application) == "approved"
    access = enrolment.course_access(person.pk)
    assert [(each.programme, each.level, each.since) for each in access] == [("cem", "intermediate", later)]
    assert fees.settled("enrolment", application.pk)
    assert {m.kind for m in messages.messages_of(person)} == {"submitted", "returned", "approved"}
    verbs = [entry.action for entry in audit.entries(target=("application", application.pk))]
    assert verbs[0] == "enrolment.approve" and "enrolment.return" in verbs


def test_starting_twice_is_one_application(person: Any) -> None:
    first = draft(person)
    again = draft(person, level="advanced")
    assert again.pk == first.pk
    assert enrolment.application(first.number).level == "advanced"


def test_a_running_application_is_not_started_again(person: Any) -> None:
    application = submitted(person)
    with pytest.raises(enrolment.AlreadyApplied) as refused:
        draft(person)
    assert refused.value.params["number"] == application.number


def test_a_withdrawn_application_is_taken_up_again_with_its_history(person: Any) -> None:
    application = submitted(person)
    enrolment.withdraw(application, reason="改期", by=person.user, at=AT)
    again = draft(person)
    assert (again.pk, again.state, again.submitted_at) == (application.pk, "draft", None)
    assert [e.kind for e in enrolment.events_of(again)] == ["drafted", "submitted", "withdrawn", "drafted"]


def test_nobody_decides_their_own_application(person: Any) -> None:
    application = submitted(person)
    for step in (
        lambda: enrolment.approve(application, by=person.user, at=AT),
        lambda: enrolment.return_for_correction(application, [("", "other", "x")], by=person.user, at=AT),
        lambda: enrolment.refuse(application, "x", by=person.user, at=AT),
    ):
        with pytest.raises(enrolment.OwnApplication):
            step()


@pytest.mark.parametrize("step", ["approve", "return", "refuse"])
def test_a_draft_cannot_be_decided(person: Any, reviewer: Any, step: str) -> None:
    application = complete(person)
    with pytest.raises(enrolment.NotPossible):
        if step == "approve":
            enrolment.approve(application, 3, by=reviewer, at=AT)
        elif step == "return":
            enrolment.return_for_correction(application, [("", "other", "x")], by=reviewer, at=AT)
        else:
            enrolment.refuse(application, "x", by=reviewer, at=AT)


def test_submitting_needs_a_condition_and_every_material(person: Any) -> None:
    application = draft(person)
    with pytest.raises(enrolment.Incomplete) as refused:
        enrolment.submit(application, by=person.user, at=AT)
    assert refused.value.code == "no_condition_met"
    enrolment.set_claims(application, CLAIMS, by=person.user, at=AT)
    with pytest.raises(enrolment.Incomplete) as refused:
        enrolment.submit(application, by=person.user, at=AT)
    assert set(refused.value.params["missing"]) == {
        "identity_front",
        "identity_back",
        "education_certificate",
        "work_proof",
        "portrait",
    }


def test_enrolment_closes_but_a_correction_may_still_be_handed_in(person: Any, reviewer: Any) -> None:
    application = submitted(person)
    day = programmes.exam_day(application.exam_day)
    enrolment.return_for_correction(application, [("portrait", "pose", "")], by=reviewer, at=AT)
    after_closing = day.closes_at + timedelta(hours=1)
    with pytest.raises(enrolment.NotPossible):
        enrolment.start_application(
            person, programme="cem", level="beginner", exam_day=day.key, by=person.user, at=after_closing
        )
    enrolment.attach_material(application, "portrait", portrait(), "a.jpg", by=person.user, at=after_closing)
    assert enrolment.submit(application, by=person.user, at=after_closing).state == "submitted"


def test_in_a_returned_application_accepted_materials_stay(person: Any, reviewer: Any) -> None:
    application = submitted(person)
    newest = enrolment.newest_materials(application)
    enrolment.decide_material(newest["work_proof"][0], accepted=True, by=reviewer, at=AT)
    enrolment.return_for_correction(application, [("portrait", "pose", "")], by=reviewer, at=AT)
    with pytest.raises(enrolment.NotPossible):
        enrolment.attach_material(application, "work_proof", picture(), "b.jpg", by=person.user, at=AT)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (portrait("white"), "background_colour"),
        (portrait(size=(200, 280)), "wrong_size"),
        (portraits.empty_ground(width=295, height=413, background="blue"), "no_face"),
        (b"not a picture", "not_an_image"),
    ],
)
def test_a_portrait_with_a_hard_fault_is_refused_with_the_reason(person: Any, data: bytes, code: str) -> None:
    application = draft(person)
    with pytest.raises(enrolment.BadMaterial) as refused:
        enrolment.attach_material(application, "portrait", data, "p.jpg", by=person.user, at=AT)
    assert code in [finding["code"] for finding in refused.value.params["findings"]]
    assert "portrait" not in enrolment.newest_materials(application)


def test_a_document_that_cannot_be_opened_is_told_that_a_pdf_would_do(person: Any) -> None:
    with pytest.raises(enrolment.BadMaterial) as refused:
        enrolment.attach_material(
            draft(person), "identity_front", b"\xff\xd8\xffcut off", "id.jpg", by=person.user, at=AT
        )
    assert "PDF" in enrolment.say_refusal(refused.value.code, refused.value.params)


def test_a_larger_portrait_is_scaled_to_the_pixels_asked_for(person: Any) -> None:
    import io

    from PIL import Image

    application = draft(person)
    enrolment.attach_material(
        application, "portrait", portrait(size=(590, 826)), "p.jpg", by=person.user, at=AT
    )
    data = enrolment.portrait(application.pk)
    assert data is not None and Image.open(io.BytesIO(data)).size == (295, 413)


def test_the_newest_material_counts_and_the_former_stays(person: Any) -> None:
    application = complete(person)
    before = enrolment.newest_materials(application)["work_proof"][0]
    enrolment.attach_material(
        application, "work_proof", picture((10, 90, 10)), "c.jpg", by=person.user, at=AT
    )
    after = enrolment.newest_materials(application)["work_proof"]
    assert [m.pk for m in after] != [before.pk] and len(after) == 1
    assert enrolment.Material.objects.filter(pk=before.pk).exists()


def test_a_reviewer_may_accept_another_major_as_related(person: Any, reviewer: Any) -> None:
    application = draft(person)
    claims = {"education": "junior_college", "major": "给排水工程技术"}
    enrolment.set_claims(application, claims, by=person.user, at=AT)
    assert enrolment.verdict_of(application, at=AT).met is None
    enrolment.accept_major(application, reason="课程以水处理和环境为主", by=reviewer, at=AT)
    assert enrolment.verdict_of(application, at=AT).met == 5


def test_approval_on_a_line_that_is_not_met_is_refused(person: Any, reviewer: Any) -> None:
    application = submitted(person)
    with pytest.raises(enrolment.NotPossible) as refused:
        enrolment.approve(application, 7, by=reviewer, at=AT)
    assert refused.value.code == "line_not_met"


def test_withdrawal_ends_with_the_exam(person: Any, reviewer: Any) -> None:
    application = submitted(person)
    enrolment.approve(application, by=reviewer, at=AT)
    day = programmes.exam_day(application.exam_day)
    with pytest.raises(enrolment.NotPossible):
        enrolment.withdraw(application, by=person.user, at=day.starts_at)
    enrolment.withdraw(application, by=person.user, at=day.starts_at - timedelta(minutes=1))
    assert enrolment.course_access(person.pk) == []


def test_where_enrolment_opens_the_course_it_opens_with_the_first_step(person: Any) -> None:
    application = draft(person, programme="crp", level="", speciality="accounting")
    assert [each.application_id for each in enrolment.course_access(person.pk)] == [application.pk]


@pytest.mark.parametrize(
    "choice",
    [
        {"level": "expert"},
        {"speciality": "accounting"},
        {"exam_day": "cem-2026-12-01"},
        {"exam_day": "dcne-2026-12-26"},
    ],
)
def test_a_choice_the_programme_does_not_offer_is_refused(person: Any, choice: dict[str, str]) -> None:
    day = programmes.open_days("cem", at=AT)[0]
    full = {"programme": "cem", "level": "beginner", "exam_day": day.key, **choice}
    with pytest.raises(enrolment.NotPossible) as refused:
        enrolment.start_application(person, **full, by=person.user, at=AT)
    assert refused.value.code == "unknown_choice"


def test_an_application_keeps_its_edition(person: Any) -> None:
    application = draft(person)
    before = application.edition_id
    programmes.revise(
        "cem",
        changes={"promises": {"review_days": 3, "score_days": 15, "certificate_days": 45, "query_days": 50}},
        note="改审核期限",
        effective_from=date(2026, 11, 20),
        by=None,
        at=AT,
    )
    assert enrolment.definition_for(enrolment.record_of(application.pk)).promises.review_days == 1
    assert programmes.definition("cem").edition_id != before


def test_years_may_be_counted_to_the_exam_day_where_the_programme_says_so(person: Any) -> None:
    application = draft(person)
    # one year on 1 December: after the application, before the exam of 26 December
    claims = {"education": "bachelor", "work": [{"start": "2025-12-01"}]}
    enrolment.set_claims(application, claims, by=person.user, at=AT)
    assert enrolment.verdict_of(application, at=AT).met is None
    readings = {**programmes.definition("cem").readings.model_dump(), "years_as_of": "exam_day"}
    changes = {"readings": readings}
    programmes.revise("cem", changes=changes, note="算到考试日", effective_from=AT.date(), by=None, at=AT)
    enrolment.withdraw(application, by=person.user, at=AT)
    assert enrolment.verdict_of(draft(person), at=AT).met == 3


def test_claims_and_reasons_are_sealed_at_rest(person: Any) -> None:
    from django.db import connection

    application = draft(person)
    enrolment.set_claims(application, {"school": "远山职业学院"}, by=person.user, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT claims FROM enrolment_application")
        assert "远山".encode() not in bytes(cursor.fetchone()[0])
