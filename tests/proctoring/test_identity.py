"""Identity through the actions people use: ways, check-in, snapshots, flags, reviews, agreement taken back."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.files import api as files
from tancai.lib import clock
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.proctoring.identity import spool
from tancai.proctoring.identity.actions import keeping, snapshots
from tancai.proctoring.identity.actions.checking import compare
from tancai.proctoring.models import Flag, Picture, Reading, WayChoice
from tests.exams import world as exam_world
from tests.proctoring import world

pytestmark = pytest.mark.usefixtures("programmes_there")
AT = world.AT
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def reasons(admission: exams.Admission, at: Any) -> list[str]:
    fresh = exams.admission(admission.pk)
    return [reason.code for reason in proctoring.may_start(fresh, at).reasons]


def refused(code: str, work: Any, *args: Any, **more: Any) -> None:
    with pytest.raises(proctoring.IdentityError) as error:
        work(*args, **more)
    assert error.value.code == code


@pytest.fixture
def scene() -> tuple[exams.Session, exams.Admission, Any]:
    person = exam_world.candidate(1)
    session = world.session_of(person)
    return session, world.admission_of(session, person), world.staff()


@pytest.fixture
def watched(scene: Any) -> tuple[exams.Session, exams.Admission, Any]:
    """Identity checked, exam entered."""
    session, admission, invigilator = scene
    world.give_portrait(admission)
    world.passed(admission, session.starts_at - 10 * MINUTE, invigilator)
    exams.enter(admission, at=session.starts_at, by=None)
    return session, world.admission_of(session, admission.person), invigilator


def test_a_programme_that_asks_for_nothing_is_left_alone() -> None:
    person = exam_world.candidate(1)
    session = exam_world.prepared(person)
    admission = world.admission_of(session, person)
    assert proctoring.may_start(admission, AT).ok
    refused("not_demanded", proctoring.choose_way, admission, "camera", by=None, at=AT)


def test_from_choice_to_start_with_the_invigilators_eyes(scene: Any) -> None:
    session, admission, invigilator = scene
    early = session.starts_at - 10 * MINUTE
    assert reasons(admission, early) == ["choose"]
    proctoring.choose_way(admission, "camera", by=admission.person.user, at=early)
    assert reasons(admission, early) == ["check_in"]
    way = WayChoice.objects.get()
    assert way.text_version == proctoring.consent_version()
    assert len(way.text_hash) == 64
    assert people.active_consent(admission.person, "biometric").text_version == way.text_version
    check_in = world.checked(admission, early)
    assert reasons(admission, early) == ["check_waiting"]
    readings = compare(check_in, at=early)
    assert [(row.against, row.state, row.faces, row.score) for row in readings] == [
        ("nobody", "no_model", 1, None)
    ]
    assert reasons(admission, early) == ["check_waiting"]
    proctoring.decide_check_in(check_in, "again", note="反光", by=invigilator, at=early)
    assert reasons(admission, early) == ["check_again"]
    world.passed(admission, early, invigilator)
    assert reasons(admission, early) == []
    assert reasons(admission, early + 21 * MINUTE) == ["camera"]
    proctoring.receive_picture(
        admission, world.picture(), kind="ready", number=1, taken_at=early, at=early + 21 * MINUTE
    )
    assert reasons(admission, early + 22 * MINUTE) == []


def test_a_room_says_who_waits_for_a_person(scene: Any) -> None:
    session, admission, invigilator = scene
    early = session.starts_at - 10 * MINUTE
    assert proctoring.waiting_in(session) == {}
    proctoring.choose_way(admission, "camera", by=admission.person.user, at=early)
    check_in = world.checked(admission, early)
    assert proctoring.waiting_in(session) == {admission.pk: ("check",)}
    proctoring.decide_check_in(check_in, "again", note="反光", by=invigilator, at=early)
    assert proctoring.waiting_in(session) == {}
    proctoring.choose_way(admission, "human", by=admission.person.user, at=early)
    assert proctoring.waiting_in(session) == {admission.pk: ("check",)}
    proctoring.check_by_hand(admission, note="当面核对", by=invigilator, at=early)
    assert proctoring.waiting_in(session) == {}


def test_a_flag_nobody_has_looked_at_waits(watched: Any) -> None:
    session, admission, invigilator = watched
    world.snapshot(admission, 1, session.starts_at)
    proctoring.analyse(session.starts_at, adapter=world.Told([world.score(0.1)]))
    assert proctoring.waiting_in(session) == {admission.pk: ("flag",)}
    flag = proctoring.flag(proctoring.flags_of(session.pk)[0].id)
    proctoring.review(
        flag, 1, "harmless", reason="light", note="", by=invigilator, at=session.starts_at + MINUTE
    )
    assert proctoring.waiting_in(session) == {}


def test_the_way_without_a_camera_is_as_short(scene: Any) -> None:
    session, admission, invigilator = scene
    proctoring.choose_way(admission, "human", by=admission.person.user, at=AT)
    assert not people.has_consent(admission.person, "biometric")
    assert reasons(admission, AT) == ["human_waiting"]
    refused("no_note", proctoring.check_by_hand, admission, note=" ", by=invigilator, at=AT)
    refused("own_case", proctoring.check_by_hand, admission, note="本人", by=admission.person.user, at=AT)
    proctoring.check_by_hand(admission, note="当面核对身份证", by=invigilator, at=AT)
    assert reasons(admission, AT) == []
    refused("no_consent", world.snapshot, admission, 1, session.starts_at)
    line = proctoring.check_lines(session)[0]
    assert (line.state, line.watched_at) == ("human", AT)
    proctoring.watch(admission, by=invigilator, at=session.starts_at)
    assert proctoring.check_lines(session)[0].watched_at == session.starts_at


def test_a_high_score_passes_and_anything_less_waits_for_a_person(scene: Any) -> None:
    _session, admission, _invigilator = scene
    world.give_portrait(admission, world.picture(7))
    low = world.checked(admission, AT)
    adapter = world.Told([world.score(0.9), world.score(0.39)])
    compare(low, at=AT, adapter=adapter)
    assert reasons(admission, AT) == ["check_waiting"]
    assert all(reference for _picture, reference in adapter.asked)
    high = world.checked(admission, AT)
    compare(high, at=AT, adapter=world.Told([world.score(0.9), world.score(0.4)]))
    assert reasons(admission, AT) == []
    stored = Reading.objects.filter(picture=high.live).order_by("against")
    assert [(row.against, row.score, row.threshold, row.adapter, row.model) for row in stored] == [
        ("card", 0.4, 0.4, "told", "m"),
        ("portrait", 0.9, 0.4, "told", "m"),
    ]
    again = world.Told([world.score(0.1)])
    compare(proctoring.check_in(high.pk), at=AT, adapter=again)
    assert again.asked == []


def test_a_later_decision_of_a_person_counts_over_the_automatic_one(scene: Any) -> None:
    _session, admission, invigilator = scene
    world.give_portrait(admission)
    check_in = world.checked(admission, AT)
    compare(check_in, at=AT, adapter=world.Told([world.score(0.9)]))
    refused("no_note", proctoring.decide_check_in, check_in, "other", note="", by=invigilator, at=AT)
    proctoring.decide_check_in(check_in, "other", note="证件与本人不符", by=invigilator, at=AT)
    assert reasons(admission, AT) == ["check_other"]


def test_pictures_are_stored_sealed_without_metadata_and_with_a_date(scene: Any) -> None:
    session, admission, _invigilator = scene
    check_in = world.checked(admission, AT)
    for row, purpose in ((check_in.card, "identity_card"), (check_in.live, "identity_live")):
        assert row.file.purpose == purpose
        assert row.file.keep_until == session.date + 30 * DAY
        assert files.read(row.file).startswith(b"\xff\xd8\xff")


def test_bad_pictures_are_refused_by_name_and_leave_nothing(scene: Any) -> None:
    _session, admission, _invigilator = scene
    proctoring.choose_way(admission, "camera", by=None, at=AT)
    with pytest.raises(proctoring.IdentityError) as error:
        proctoring.hand_in_check(
            admission, card=world.picture(), live=b"no picture", how="camera", by=None, at=AT
        )
    assert (error.value.code, error.value.params["which"]) == ("bad_picture", "live")
    assert files.files_of(person=admission.person).count() == 0
    assert Picture.objects.count() == 0


def test_where_the_camera_is_required_a_file_will_not_do(scene: Any) -> None:
    _session, admission, _invigilator = scene
    refused("camera_only", world.checked, admission, AT, how="file")


def test_where_it_is_not_required_a_file_will_do() -> None:
    person = exam_world.candidate(1)
    session = world.session_of(person, camera_required=False, identity_check="human")
    admission = world.admission_of(session, person)
    check_in = world.checked(admission, AT, how="file")
    proctoring.decide_check_in(check_in, "same", note="", by=world.staff(), at=AT)
    assert reasons(admission, session.starts_at) == []
    assert proctoring.snapshot_plan(admission) == 0


def test_clean_snapshots_leave_a_score_and_flagged_ones_a_picture(watched: Any) -> None:
    session, admission, _invigilator = watched
    start = session.starts_at
    answers = [world.score(0.8), world.score(0.2), world.faces(0), world.faces(2), world.COVERED]
    adapter = world.Told(answers)
    for number in range(1, 6):
        world.snapshot(admission, number, start + number * 4 * MINUTE)
        proctoring.analyse(start + number * 4 * MINUTE, session_id=session.pk, adapter=adapter)
    rows = list(Picture.objects.filter(kind="snapshot").order_by("number"))
    assert [row.file is not None for row in rows] == [False, True, True, True, True]
    assert [bool(row.spool) for row in rows] == [False, False, False, False, True]
    assert [row.readings.get().score for row in rows[:2]] == [0.8, 0.2]
    kinds = [flag.kind for flag in Flag.objects.order_by("id")]
    assert kinds == ["other_person", "no_face", "several_faces", "covered"]
    assert exams.answer_sheet(admission.sitting.pk) is None
    views = proctoring.flags_of(session.pk)
    assert [view.state for view in views] == ["open"] * 4


def test_signs_of_one_kind_close_together_are_one_flag(watched: Any) -> None:
    session, admission, _invigilator = watched
    for number, minute in enumerate((0, 1, 3, 20), start=1):
        world.snapshot(admission, number, session.starts_at + minute * MINUTE)
    late = session.starts_at + 21 * MINUTE
    proctoring.analyse(late, adapter=world.Told([world.faces(0)]))
    assert sorted(view.signs for view in proctoring.flags_of(session.pk)) == [1, 3]
    proctoring.analyse(late, adapter=world.Told([world.faces(0)]))
    assert Reading.objects.filter(picture__kind="snapshot").count() == 4


def test_the_real_cascade_tells_presence_without_a_model(watched: Any) -> None:
    session, admission, _invigilator = watched
    world.snapshot(admission, 1, session.starts_at)
    world.snapshot(admission, 2, session.starts_at + MINUTE, world.nobody())
    proctoring.analyse(session.starts_at + 2 * MINUTE)
    seen = [(row.faces, row.state) for row in Reading.objects.filter(picture__kind="snapshot").order_by("id")]
    assert seen == [(1, "no_model"), (0, "covered")]


def test_the_same_number_again_is_the_same_picture(watched: Any) -> None:
    session, admission, _invigilator = watched
    first = world.snapshot(admission, 1, session.starts_at)
    assert world.snapshot(admission, 1, session.starts_at + MINUTE) == first
    assert Picture.objects.filter(kind="snapshot").count() == 1


def test_uploads_are_bounded(watched: Any) -> None:
    session, admission, _invigilator = watched
    start = session.starts_at
    refused("too_large", world.snapshot, admission, 1, start, b"\xff\xd8\xff" + bytes(400_000))
    refused("bad_picture", world.snapshot, admission, 1, start, b"GIF89a")
    for number in range(1, 15):
        world.snapshot(admission, number, start)
    refused("too_often", world.snapshot, admission, 15, start)
    world.snapshot(admission, 15, start + 2 * MINUTE)


def test_a_camera_that_goes_silent_is_a_flag_and_nothing_more(watched: Any) -> None:
    session, admission, _invigilator = watched
    start = session.starts_at
    world.snapshot(admission, 1, start)
    assert snapshots.mark_silent(start + MINUTE) == 0
    assert snapshots.mark_silent(start + 3 * MINUTE) == 1
    assert snapshots.mark_silent(start + 4 * MINUTE) == 1
    assert [(view.kind, view.signs) for view in proctoring.flags_of(session.pk)] == [("stopped", 2)]
    assert proctoring.may_start(world.admission_of(session, admission.person), start + 5 * MINUTE).ok
    proctoring.camera_told(admission, "dropped", count=3, at=start + 5 * MINUTE)
    assert {view.kind for view in proctoring.flags_of(session.pk)} == {"stopped", "dropped"}


@pytest.fixture
def doubted(watched: Any) -> tuple[exams.Session, exams.Admission, Any, Flag]:
    session, admission, invigilator = watched
    world.snapshot(admission, 1, session.starts_at)
    proctoring.analyse(session.starts_at, adapter=world.Told([world.score(0.1)]))
    flag = proctoring.flag(proctoring.flags_of(session.pk)[0].id)
    proctoring.review(
        flag, 1, "doubt", reason="stand_in", note="面容不同", by=invigilator, at=session.starts_at + DAY
    )
    return session, admission, invigilator, proctoring.flag(flag.pk)


def test_a_doubt_needs_a_statement_or_time_and_another_person(doubted: Any) -> None:
    session, admission, invigilator, flag = doubted
    office = world.staff("office", email="office@example.test")
    person, soon = admission.person, session.starts_at + DAY + MINUTE
    upheld = {"reason": "stand_in", "note": "复核一致", "at": soon}
    refused("same_person", proctoring.review, flag, 2, "upheld", by=invigilator, **upheld)
    refused("own_case", proctoring.review, flag, 2, "upheld", by=person.user, **upheld)
    refused("too_early", proctoring.review, flag, 2, "upheld", by=office, **upheld)
    refused("no_text", proctoring.state_on_flag, flag, "", by=person.user, at=soon)
    proctoring.state_on_flag(flag, "我当时戴了口罩。", by=person.user, at=soon)
    refused("no_note", proctoring.review, flag, 2, "upheld", by=office, **{**upheld, "note": ""})
    proctoring.review(flag, 2, "set_aside", reason="same_person", note="", by=office, at=soon)
    assert proctoring.flags_of(session.pk)[0].state == "set_aside"
    refused("reviewed", proctoring.review, flag, 2, "upheld", by=office, **upheld)
    assert proctoring.doubted(["dcne"]) == []
    kinds = list(messages.messages_of(person).order_by("id").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.startswith("identity")] == [
        "identity_question",
        "identity_decided",
    ]


def test_nobody_answers_within_the_days_given(doubted: Any) -> None:
    session, admission, _invigilator, flag = doubted
    office = world.staff("office", email="office@example.test")
    after = session.starts_at + 4 * DAY
    proctoring.review(flag, 2, "upheld", reason="stand_in", note="一致", by=office, at=after)
    assert proctoring.flags_of(session.pk)[0].state == "upheld"
    assert exams.answer_sheet(admission.sitting.pk) is None


def test_reviewed_scores_make_the_pairs_of_the_report(doubted: Any) -> None:
    session, admission, _invigilator, flag = doubted
    check_in = proctoring.check_in_of(admission)
    compare(check_in, at=AT, adapter=world.Told([world.score(0.8), world.score(0.7)]))
    office = world.staff("office", email="office@example.test")
    assert sorted(proctoring.reviewed_pairs(["dcne"])[0].pairs) == [(0.7, True), (0.8, True)]
    after = session.starts_at + 5 * DAY
    proctoring.review(flag, 2, "upheld", reason="stand_in", note="一致", by=office, at=after)
    found = proctoring.reviewed_pairs(["dcne"])
    assert [(each.adapter, each.model, each.threshold) for each in found] == [("told", "m", 0.4)]
    assert sorted(found[0].pairs) == [(0.1, False), (0.7, True), (0.8, True)]
    assert proctoring.reviewed_pairs(["cem"]) == []


def test_agreement_taken_back_stops_pictures_and_deletes_them(watched: Any) -> None:
    session, admission, _invigilator = watched
    start = session.starts_at
    world.snapshot(admission, 1, start)
    proctoring.analyse(start, adapter=world.Told([world.faces(0)]))
    world.snapshot(admission, 2, start + MINUTE)
    waiting = Picture.objects.get(number=2, kind="snapshot").spool
    assert spool.get(waiting)
    assert proctoring.stored_faces() == 1
    gone = proctoring.withdraw_camera(admission.person, by=admission.person.user, at=start + MINUTE)
    assert gone == 5  # card, live, one flagged, two in the spool
    refused("no_consent", world.snapshot, admission, 3, start + 2 * MINUTE)
    assert proctoring.stored_faces() == 0
    assert not files.files_of(person=admission.person).exclude(purpose="portrait").exists()
    assert Reading.objects.filter(picture__kind="snapshot").count() == 1
    newest = WayChoice.objects.order_by("-id").first()
    assert (newest.way, newest.withdrawn) == ("human", True)
    assert reasons(admission, start + 2 * MINUTE) == []
    assert snapshots.mark_silent(start + 30 * MINUTE) == 0


def test_agreement_taken_back_elsewhere_is_noticed_by_the_daily_round(watched: Any) -> None:
    session, admission, _invigilator = watched
    people.withdraw_consent(admission.person, "biometric", by=None, at=session.starts_at)
    refused("no_consent", world.snapshot, admission, 1, session.starts_at)
    assert keeping.keep(session.starts_at)["withdrawn"] == 2
    assert proctoring.stored_faces() == 0


def test_pictures_go_when_their_time_is_over_unless_a_doubt_is_open(doubted: Any) -> None:
    session, admission, _invigilator, flag = doubted
    last = session.starts_at + 30 * DAY
    assert keeping.keep(last)["extended"] == 1
    files.purge(last + DAY)
    left = files.files_of(person=admission.person).exclude(purpose="portrait")
    assert [file.purpose for file in left] == ["identity_snapshot"]
    office = world.staff("office", email="office@example.test")
    proctoring.review(flag, 2, "set_aside", reason="same_person", note="", by=office, at=last)
    assert keeping.keep(last + 29 * DAY)["extended"] == 0
    files.purge(last + 31 * DAY)
    assert proctoring.stored_faces() == 0


def test_the_newest_live_picture_is_forgotten_after_the_exam(
    watched: Any, django_capture_on_commit_callbacks: Any
) -> None:
    session, admission, _invigilator = watched
    row = world.snapshot(admission, 1, session.starts_at)
    proctoring.analyse(session.starts_at, adapter=world.Told([world.score(0.9)]))
    name = Picture.objects.get(pk=row.pk).spool
    assert spool.get(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.keep(session.starts_at + 4 * 60 * MINUTE)["spool"] == 1
    assert spool.get(name) is None


def test_a_look_is_on_record_and_opens_pictures_for_the_looker_only(watched: Any) -> None:
    _session, admission, invigilator = watched
    check_in = proctoring.check_in_of(admission)
    proctoring.look_at(("admission", admission.pk), [check_in.card], by=invigilator, at=AT, portraits=1)
    entry = audit.entries(action="proctoring.look").get()
    assert entry.detail == {"pictures": [check_in.card.pk], "portraits": 1}
    ticket = proctoring.ticket_for("picture", check_in.card.pk, by=invigilator, at=AT)
    assert proctoring.ticket_holds(ticket, "picture", check_in.card.pk, by=invigilator, at=AT)
    for what, number, by, at in (
        ("portrait", check_in.card.pk, invigilator, AT),
        ("picture", check_in.live.pk, invigilator, AT),
        ("picture", check_in.card.pk, admission.person.user, AT),
        ("picture", check_in.card.pk, invigilator, AT + 11 * MINUTE),
    ):
        assert not proctoring.ticket_holds(ticket, what, number, by=by, at=at)
    assert not proctoring.ticket_holds("nonsense", "picture", 1, by=invigilator, at=AT)


def test_ones_own_data_hold_the_facts_and_the_pictures(doubted: Any) -> None:
    _session, admission, _invigilator, _flag = doubted
    data = people.export_person_data(admission.person, by=None, at=AT)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        told = json.loads(archive.read("proctoring.json"))
        names = archive.namelist()
    assert [way["way"] for way in told["ways"]] == ["camera"]
    assert told["flags"][0]["reviews"][0]["note"] == "面容不同"
    assert sum("snapshot" in kind["kind"] for kind in told["pictures"]) == 1
    assert sum(name.startswith("files/") and name.endswith(".jpg") for name in names) >= 4


def test_closing_the_account_takes_the_pictures_at_once(watched: Any) -> None:
    _session, admission, _invigilator = watched
    people.erase_account(admission.person.user, by=None, at=AT)
    assert proctoring.stored_faces() == 0


def test_a_child_is_sent_to_the_way_without_a_camera() -> None:
    person = exam_world.candidate(1)
    session = world.session_of(person)
    admission = world.admission_of(session, person)
    admission.person.birth = clock.local_date(AT) - timedelta(days=13 * 365)
    refused("too_young", proctoring.choose_way, admission, "camera", by=None, at=AT)
    proctoring.choose_way(admission, "human", by=None, at=AT)


def test_a_test_run_of_the_technique_asks_nobody() -> None:
    person = exam_world.candidate(1)
    session = world.session_of(person)
    session.kind = exams.Session.REHEARSAL
    session.save()
    assert proctoring.may_start(world.admission_of(session, person), AT).ok
