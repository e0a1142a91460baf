"""Corrections, replacements, revocations by two people; what holders ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tancai.audit import api as audit
from tancai.credentials import api as credentials
from tancai.fees import api as fees
from tancai.messages import api as messages
from tests.credentials import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    w.ready()


def seen(row: Any) -> credentials.CertificateView:
    return credentials.certificate(row.pk, on=w.AT.date())


def test_nothing_changes_before_a_second_person_confirms() -> None:
    row, first, second = w.issued(), w.account(), w.account()
    proposal = credentials.propose(row, "revoke", reason="材料不实", by=first, at=w.AT)
    assert seen(row).state == "valid"
    with pytest.raises(credentials.CannotChange, match="same_person"):
        credentials.confirm(proposal, by=first, at=w.AT)
    with pytest.raises(credentials.CannotChange, match="own_certificate"):
        credentials.confirm(proposal, by=row.person.user, at=w.AT)
    assert seen(row).state == "valid"
    credentials.confirm(proposal, by=second, at=w.AT)
    assert seen(row).state == "revoked" and seen(row).state_since == w.AT.date()
    with pytest.raises(credentials.CannotChange, match="decided"):
        credentials.confirm(proposal, by=second, at=w.AT)
    last = credentials.events_of(row)[-1]
    assert (last.kind, last.proposed_by, last.by, last.reason) == ("revoked", first, second, "材料不实")
    assert {e.action for e in audit.entries(target=("certificate", row.pk))} >= {
        "credentials.propose",
        "credentials.confirm",
    }
    told = [messages.show(each, "en").body for each in messages.messages_of(row.person)]
    assert any("revoked" in each for each in told)


def test_a_correction_keeps_the_number_and_the_old_printing() -> None:
    row = w.issued(name="张晓岚")
    number = w.resident_number(777)
    after = w.changed(row, "correct", name=" 张 小兰 ", document=number.lower(), sex=seen(row).facts.sex)
    assert after.number == row.number
    now = seen(row)
    assert now.facts.name == "张小兰" and now.facts.document == number and now.state == "valid"
    assert now.corrected_on == w.AT.date() and row.printings.count() == 2
    assert row.printings.order_by("id").first().facts["name"] == "张晓岚"
    assert credentials.look_up(name="张小兰", number=row.number, at=w.AT)
    assert credentials.look_up(name="张晓岚", number=row.number, at=w.AT) == []


def test_a_replacement_gets_a_new_number_and_keeps_validity() -> None:
    row = w.issued()
    later = w.AT + timedelta(days=200)
    proposal = credentials.propose(row, "replace", reason="遗失", by=w.account(), at=later)
    after = credentials.confirm(proposal, by=w.account(), at=later)
    old, new = seen(row), seen(after)
    assert old.state == "replaced" and old.replaced_by == new.number and new.replaces == old.number
    assert new.number != old.number and new.periods == old.periods and new.facts == old.facts
    assert new.code != old.code and new.issued_on == later.date()
    assert credentials.certificate_of_application(row.application_id, on=later.date()).number == new.number
    # what was replaced is over; what replaced it can change again
    with pytest.raises(credentials.CannotChange, match="wrong_state"):
        credentials.propose(row, "revoke", reason="x", by=w.account(), at=later)
    w.changed(after, "revoke")
    assert seen(after).state == "revoked" and seen(row).state == "replaced"


@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        ("polish", {"reason": "x"}, "unknown_change"),
        ("revoke", {"reason": "  "}, "no_reason"),
        ("correct", {"reason": "x"}, "nothing_changed"),
        ("correct", {"reason": "x", "changes": {"name": "张晓岚"}}, "nothing_changed"),
        ("correct", {"reason": "x", "changes": {"document": "110199199003070000"}}, "bad_facts"),
    ],
)
def test_proposals_that_make_no_sense(change: str, more: dict[str, Any], code: str) -> None:
    row = w.issued()
    with pytest.raises(credentials.CannotChange) as refused:
        credentials.propose(row, change, by=w.account(), at=w.AT, **more)
    assert refused.value.code == code and not credentials.proposals_of(row)


def test_one_proposal_at_a_time_and_it_can_be_turned_down() -> None:
    row = w.issued()
    proposal = credentials.propose(row, "revoke", reason="x", by=w.account(), at=w.AT)
    with pytest.raises(credentials.CannotChange, match="pending"):
        credentials.propose(row, "replace", reason="x", by=w.account(), at=w.AT)
    with pytest.raises(credentials.CannotChange, match="no_reason"):
        credentials.decline(proposal, reason="", by=w.account(), at=w.AT)
    credentials.decline(proposal, reason="查无实据", by=w.account(), at=w.AT)
    assert seen(row).state == "valid" and credentials.proposals(None).count() == 0
    assert credentials.proposals_of(row)[0].outcome == "declined"
    with pytest.raises(credentials.CannotChange, match="decided"):
        credentials.confirm(proposal, by=w.account(), at=w.AT)


def test_a_request_for_replacement_waits_for_its_fee(monkeypatch: pytest.MonkeyPatch) -> None:
    from tancai.credentials import actions

    row = w.issued()
    definition = credentials.definition_for(row)
    priced = definition.model_copy(update={"fees": definition.fees.model_copy(update={"replacement": 5000})})
    monkeypatch.setattr(actions.queries, "definition_for", lambda each: priced)
    asked = credentials.request_change(row, "replace", text="遗失", by=row.person.user, at=w.AT)
    assert credentials.request_view(asked).state == "unpaid"
    order = fees.order_for("replacement", asked.pk)
    assert order.amount == 5000
    with pytest.raises(credentials.CannotChange, match="fee_open"):
        credentials.propose(row, "replace", reason="x", request=asked, by=w.account(), at=w.AT)
    fees.confirm_payment(order, by=w.account(), at=w.AT)
    assert credentials.request_view(asked).state == "open"
    proposal = credentials.propose(row, "replace", reason="x", request=asked, by=w.account(), at=w.AT)
    assert credentials.request_view(asked).state == "proposed"
    credentials.confirm(proposal, by=w.account(), at=w.AT)
    assert credentials.request_view(asked).state == "done" and not credentials.requests(None).exists()


def test_requests_one_at_a_time_and_refused_with_a_reason() -> None:
    row = w.issued()
    asked = credentials.request_change(row, "correct", text="姓名有误", by=row.person.user, at=w.AT)
    assert credentials.request_view(asked).state == "open" and fees.order_for("replacement", asked.pk) is None
    with pytest.raises(credentials.CannotChange, match="pending"):
        credentials.request_change(row, "replace", text="x", by=row.person.user, at=w.AT)
    with pytest.raises(credentials.CannotChange, match="no_reason"):
        credentials.refuse_request(asked, reason=" ", by=w.account(), at=w.AT)
    credentials.refuse_request(asked, reason="与证件一致", by=w.account(), at=w.AT)
    (view,) = credentials.requests_of(row)
    assert (view.state, view.refusal) == ("refused", "与证件一致")
    with pytest.raises(credentials.CannotChange, match="decided"):
        credentials.refuse_request(asked, reason="x", by=w.account(), at=w.AT)
    free = credentials.request_change(row, "replace", text="损坏", by=row.person.user, at=w.AT)
    assert credentials.request_view(free).state == "open"
    with pytest.raises(credentials.CannotChange, match="unknown_change"):
        credentials.request_change(row, "revoke", text="x", by=row.person.user, at=w.AT)


def test_lists_filter_by_text_state_and_organisation() -> None:
    one, other = w.issued("cem", "张晓岚"), w.issued("csa", "李明")
    w.changed(other, "revoke")
    on = w.AT.date()

    def numbers(**more: Any) -> list[str]:
        return [row.number for row in credentials.certificates(None, on=on, **more)]

    assert numbers() == [other.number, one.number]
    assert numbers(text=" 张晓岚") == [one.number] and numbers(text=other.person.document) == [other.number]
    assert numbers(text=one.number[:9].lower()) == [one.number] and numbers(text="张") == []
    assert numbers(state="revoked") == [other.number] and numbers(state="valid") == [one.number]
    assert numbers(programme="cem") == [one.number]
    assert list(credentials.certificates(set(), on=on)) == []
    late = credentials.certificates(None, on=on + timedelta(days=900), state="expired")
    assert [row.number for row in late] == [one.number]
