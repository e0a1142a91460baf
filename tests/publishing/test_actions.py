"""Publishing, asking, calling and submitting through the door."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tancai.audit import api as audit
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.publishing import api as publishing

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
PDF = b"%PDF-1.7 sample"


@pytest.fixture
def clerk() -> people.User:
    return people.register(email="clerk@demo.example", at=AT)


@pytest.fixture
def visitor() -> people.User:
    return people.register(email="visitor@demo.example", at=AT)


def test_a_draft_is_not_public_and_a_published_notice_is(clerk: people.User) -> None:
    draft = publishing.write_post(kind="notice", title="草稿", body="内容", by=clerk, at=AT)
    assert publishing.notices() == []
    publishing.mark_post(draft.id, "published", by=clerk, at=AT)
    assert [each.title for each in publishing.notices()] == ["草稿"]
    assert publishing.news() == []


def test_a_programme_sees_its_own_notices_and_those_for_everybody(clerk: people.User) -> None:
    for title, programme in (("众", ""), ("管理师", "cem"), ("工程师", "dcne")):
        publishing.publish(kind="notice", title=title, body="内容", programme=programme, by=clerk, at=AT)
    assert {each.title for each in publishing.notices("cem")} == {"众", "管理师"}
    assert len(publishing.notices()) == 3


def test_pinned_posts_come_first_then_the_newest(clerk: people.User) -> None:
    for hours, title, pinned in ((0, "旧而置顶", True), (1, "较新", False), (2, "最新", False)):
        at = AT + timedelta(hours=hours)
        publishing.publish(kind="news", title=title, body="内容", pinned=pinned, by=clerk, at=at)
    assert [each.title for each in publishing.news()] == ["旧而置顶", "最新", "较新"]


def test_a_new_wording_is_shown_and_the_date_of_publication_stays(clerk: people.User) -> None:
    made = publishing.publish(kind="notice", title="第一版", body="内容", by=clerk, at=AT)
    later = AT + timedelta(days=1)
    changed = publishing.revise_post(made.id, title="第二版", body="内容", by=clerk, at=later)
    assert (changed.title, changed.published_at, changed.changed_at) == ("第二版", AT, later)


def test_a_withdrawn_post_is_gone_from_public_lists(clerk: people.User) -> None:
    made = publishing.publish(kind="notice", title="撤下", body="内容", by=clerk, at=AT)
    publishing.mark_post(made.id, "withdrawn", by=clerk, at=AT)
    assert publishing.notices() == []
    with pytest.raises(publishing.NotNow):
        publishing.mark_post(made.id, "withdrawn", by=clerk, at=AT)


def test_a_bad_text_names_its_field_and_keeps_nothing(clerk: people.User) -> None:
    with pytest.raises(publishing.BadText) as caught:
        publishing.publish(kind="notice", title="标题", body=" ", by=clerk, at=AT)
    assert (caught.value.field, caught.value.code) == ("body", "empty")
    assert publishing.posts() == []


def test_a_question_is_public_once_answered_and_the_asker_is_told(
    clerk: people.User, visitor: people.User
) -> None:
    asked = publishing.ask(title="补考怎么报名？", programme="cem", by=visitor, at=AT)
    assert publishing.questions() == []
    assert [each.number for each in publishing.questions_of(visitor)] == [asked.number]
    publishing.answer(asked.number, text="在我的考试里预约。", by=clerk, at=AT)
    assert [each.answer.text for each in publishing.questions() if each.answer] == ["在我的考试里预约。"]
    assert messages.unread_count(visitor) == 1


def test_the_newest_answer_counts_and_both_are_kept(clerk: people.User, visitor: people.User) -> None:
    asked = publishing.ask(title="题目", by=visitor, at=AT)
    publishing.answer(asked.number, text="甲", by=clerk, at=AT)
    view = publishing.answer(asked.number, text="乙", by=clerk, at=AT)
    assert [each.text for each in view.answers] == ["甲", "乙"]
    assert view.answer and view.answer.text == "乙"


def test_a_hidden_question_is_found_by_nobody_but_its_author(
    clerk: people.User, visitor: people.User
) -> None:
    asked = publishing.ask(title="题目", by=visitor, at=AT)
    publishing.answer(asked.number, text="甲", by=clerk, at=AT)
    publishing.hide_question(asked.number, reason="涉及个人情况", by=clerk, at=AT)
    assert publishing.questions(text="题目") == []
    assert publishing.questions_of(visitor)[0].state == "hidden"
    publishing.hide_question(asked.number, hidden=False, by=clerk, at=AT)
    assert len(publishing.questions(text="题目")) == 1


def test_search_looks_into_answers_too(clerk: people.User, visitor: people.User) -> None:
    asked = publishing.ask(title="题目", by=visitor, at=AT)
    publishing.answer(asked.number, text="带上身份证原件", by=clerk, at=AT)
    assert len(publishing.questions(text="原件")) == 1
    assert publishing.questions(text="护照") == []


def test_no_identity_number_enters_a_question(visitor: people.User) -> None:
    with pytest.raises(publishing.BadText) as caught:
        publishing.ask(title="请查", body="我是 110101199003077758", by=visitor, at=AT)
    assert caught.value.code == "personal_number"
    assert publishing.questions(public=False) == []


def _call(clerk: people.User, **more: object) -> publishing.CallView:
    facts = {"kind": "video_course", "title": "征集视频课程", "body": "要求", "specialities": ["碳核算"]}
    days = {"opens_on": date(2026, 11, 1), "closes_on": date(2026, 11, 30)}
    return publishing.open_call(**{**facts, **days, **more}, by=clerk, at=AT)  # type: ignore[arg-type]


def _submit(call_id: int, user: people.User, **more: object) -> publishing.SubmissionView:
    facts = {"contributor": "王一", "title": "核算入门", "summary": "十讲", "speciality": "碳核算"}
    return publishing.submit_to_call(call_id, **{**facts, **more}, by=user, at=AT)  # type: ignore[arg-type]


def test_a_submission_is_reviewed_and_accepted(clerk: people.User, visitor: people.User) -> None:
    made = _submit(_call(clerk).id, visitor, uploads=[("大纲.pdf", PDF)])
    assert (made.state, len(made.files)) == ("submitted", 1)
    points = {"speech": True, "picture": True, "landscape": True, "content": False}
    reviewed = publishing.review_submission(made.number, recommended=True, points=points, by=clerk, at=AT)
    assert (reviewed.state, reviewed.reviews[0].points) == ("shortlisted", points)
    decided = publishing.decide_submission(made.number, accept=True, note="请按模板录制。", by=clerk, at=AT)
    assert (decided.state, decided.note) == ("accepted", "请按模板录制。")
    assert messages.unread_count(visitor) == 1


def test_a_closed_call_takes_nothing_and_keeps_no_file(clerk: people.User, visitor: people.User) -> None:
    call = _call(clerk)
    publishing.close_call(call.id, by=clerk, at=AT)
    with pytest.raises(publishing.NotNow):
        _submit(call.id, visitor, uploads=[("大纲.pdf", PDF)])
    assert publishing.submissions() == []
    assert not audit.entries(action="files.store").exists()


def test_a_speciality_must_be_one_of_the_call(clerk: people.User, visitor: people.User) -> None:
    with pytest.raises(publishing.BadText) as caught:
        _submit(_call(clerk).id, visitor, speciality="天文")
    assert caught.value.field == "speciality"


def test_a_review_answers_every_criterion(clerk: people.User, visitor: people.User) -> None:
    made = _submit(_call(clerk).id, visitor)
    with pytest.raises(publishing.BadText):
        publishing.review_submission(made.number, recommended=True, points={"speech": True}, by=clerk, at=AT)


def test_only_the_author_withdraws_and_then_it_is_over(clerk: people.User, visitor: people.User) -> None:
    made = _submit(_call(clerk).id, visitor)
    with pytest.raises(publishing.Unknown):
        publishing.withdraw_submission(made.number, by=clerk, at=AT)
    publishing.withdraw_submission(made.number, by=visitor, at=AT)
    with pytest.raises(publishing.NotNow):
        publishing.decide_submission(made.number, accept=True, note="好", by=clerk, at=AT)


def test_a_call_ends_after_it_begins(clerk: people.User) -> None:
    with pytest.raises(publishing.NotNow):
        _call(clerk, closes_on=date(2026, 10, 1))


def test_every_step_leaves_one_line_in_the_audit_log(clerk: people.User, visitor: people.User) -> None:
    asked = publishing.ask(title="题目", by=visitor, at=AT)
    publishing.answer(asked.number, text="甲", by=clerk, at=AT)
    made = audit.entries(target=("question", asked.id)).values_list("action", flat=True)
    assert sorted(made) == ["publishing.answer", "publishing.ask"]


def test_lists_need_the_same_queries_for_twice_the_rows(
    clerk: people.User, django_assert_max_num_queries: object
) -> None:
    for number in range(6):
        publishing.publish(kind="notice", title=f"通知{number}", body="内容", by=clerk, at=AT)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert len(publishing.notices()) == 6


def test_only_questions_without_answer_that_are_not_hidden_wait(
    clerk: people.User, visitor: people.User
) -> None:
    numbers = [publishing.ask(title=f"题{n}", programme="cem", by=visitor, at=AT).number for n in range(4)]
    publishing.answer(numbers[0], text="甲", by=clerk, at=AT)
    publishing.hide_question(numbers[1], reason="重复", by=clerk, at=AT)
    publishing.hide_question(numbers[2], reason="误", by=clerk, at=AT)
    publishing.hide_question(numbers[2], hidden=False, by=clerk, at=AT)
    assert publishing.questions_waiting() == 2
    assert publishing.questions_waiting(["cem"]) == 2
    assert publishing.questions_waiting(["dcne"]) == 0
