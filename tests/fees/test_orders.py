"""Orders through their actions, and the office's pages about them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tancai.audit import api as audit
from tancai.fees import api as fees
from tancai.fees import rules
from tancai.files import api as files
from tancai.messages import api as inbox
from tancai.people import api as people
from tests.enrolment.conftest import picture, resident_number
from tests.programmes.conftest import AT, member, signed_in

pytestmark = pytest.mark.django_db


def pay(order: fees.OrderView, by: Any = None) -> fees.OrderView:
    return fees.attach_voucher(order, data=picture(), name="转账.jpg", by=by, at=AT)


def test_an_order_over_nothing_settles_itself(person: Any) -> None:
    order = fees.open_order(purpose="enrolment", reference=7, person=person, amount=0, by=None, at=AT)
    assert (order.state, order.settled) == ("free", True)
    assert fees.settled("enrolment", 7)
    assert not fees.settled("enrolment", 8)


def test_opening_twice_finds_the_same_order(person: Any, order: fees.OrderView) -> None:
    again = fees.open_order(purpose="resit", reference="r-1", person=person, amount=10000, by=None, at=AT)
    assert again == order
    with pytest.raises(fees.BadStep) as caught:
        fees.open_order(purpose="resit", reference="r-1", person=person, amount=12000, by=None, at=AT)
    assert caught.value.code == "other_amount"


def test_a_cancelled_order_makes_room_for_another(person: Any, order: fees.OrderView) -> None:
    fees.cancel(order, reason="改期", by=None, at=AT)
    again = fees.open_order(purpose="resit", reference="r-1", person=person, amount=12000, by=None, at=AT)
    assert again.number != order.number
    assert fees.order_for("resit", "r-1") == again


@pytest.mark.parametrize(
    ("given", "code"), [({"purpose": "tea"}, "bad_purpose"), ({"amount": -1}, "bad_amount")]
)
def test_orders_that_make_no_sense(person: Any, given: dict[str, Any], code: str) -> None:
    usual = {"purpose": "resit", "reference": "r-2", "amount": 100}
    with pytest.raises(fees.BadStep) as caught:
        fees.open_order(**{**usual, **given}, person=person, by=None, at=AT)
    assert caught.value.code == code


def test_a_voucher_is_kept_and_checked(person: Any, order: fees.OrderView) -> None:
    order = pay(order, person.user)
    assert order.state == "voucher" and order.voucher is not None
    assert files.read(files.file(order.voucher.file_token))[:2] == b"\xff\xd8"
    order = fees.refuse_voucher(order, reason="金额不符", by=None, at=AT)
    assert order.state == "refused"
    order = fees.confirm_payment(pay(order), by=None, at=AT)
    assert order.settled
    kinds = [event.kind for event in order.events]
    assert kinds == ["opened", "voucher", "refused", "voucher", "confirmed"]
    assert audit.entries(target=("order", order.number)).count() == 5


def test_a_file_that_is_no_proof_is_refused_and_leaves_nothing(order: fees.OrderView) -> None:
    with pytest.raises(files.BadFile):
        fees.attach_voucher(order, data=b"MZ\x00\x01", name="a.exe", by=None, at=AT)
    assert fees.order(order.number).state == "open"


def test_the_second_of_two_clerks_is_told(order: fees.OrderView) -> None:
    fees.confirm_payment(order, by=None, at=AT)
    with pytest.raises(fees.BadStep) as caught:
        fees.waive(order, reason="x", by=None, at=AT)
    assert (caught.value.code, caught.value.params) == ("not_now", {"state": "confirmed"})


@pytest.mark.parametrize("act", [fees.refuse_voucher, fees.waive, fees.cancel, fees.refund])
def test_whoever_says_no_says_why(order: fees.OrderView, act: Any) -> None:
    with pytest.raises(fees.BadStep) as caught:
        act(order, reason="  ", by=None, at=AT)
    assert caught.value.code == "no_reason"


def test_a_refund_opens_the_debt_again(person: Any, order: fees.OrderView) -> None:
    order = fees.confirm_payment(order, by=None, at=AT)
    order = fees.refund(order, reason="考试取消", by=None, at=AT)
    assert not fees.settled("resit", "r-1")
    assert order.next == frozenset()


def test_the_state_of_lists_is_the_state_of_the_fold(person: Any) -> None:
    for place, steps in enumerate([(), ("voucher",), ("voucher", "refused"), ("confirmed",), ("cancelled",)]):
        order = fees.open_order(
            purpose="resit", reference=f"l-{place}", person=person, amount=100 * place, by=None, at=AT
        )
        for step in steps:
            if step == "voucher":
                order = pay(order)
            elif step == "refused":
                order = fees.refuse_voucher(order, reason="x", by=None, at=AT)
            elif step == "confirmed":
                order = fees.confirm_payment(order, by=None, at=AT)
            else:
                order = fees.cancel(order, reason="x", by=None, at=AT)
    rows = list(fees.orders(None))
    assert {row.state for row in rows} == {"free", "voucher", "refused", "confirmed", "cancelled"}
    assert all(row.state == fees.order(row.number).state for row in rows)
    assert fees.settled_references("resit", ["l-0", "l-1", "l-2", "l-3", "l-4", "l-5"]) == {"l-0", "l-3"}
    assert set(rules.STATES) >= {row.state for row in rows}


# Pages


@pytest.fixture
def finance(order: fees.OrderView) -> Client:
    return signed_in(member("finance", "icdc", "finance@example.org"))


def text(response: Any) -> str:
    return response.content.decode()


def test_finance_sees_orders_of_its_body_only(finance: Client, order: fees.OrderView, person: Any) -> None:
    other = fees.open_order(
        purpose="resit", reference="d-1", person=person, amount=10000, programme="dcne", by=None, at=AT
    )
    page = text(finance.get("/office/orders/"))
    assert order.number in page and other.number not in page
    assert finance.get(f"/office/orders/{order.number}/").status_code == 200
    assert finance.get(f"/office/orders/{other.number}/").status_code == 404
    assert finance.get("/office/orders/D20260101000000/").status_code == 404


def test_orders_are_found_by_state_and_name_and_exported(finance: Client, order: fees.OrderView) -> None:
    assert order.number in text(finance.get("/office/orders/?state=waiting"))
    assert order.number not in text(finance.get("/office/orders/?state=confirmed"))
    assert order.number in text(finance.get("/office/orders/?q=林清"))
    exported = finance.get("/office/orders/?export=csv")
    assert order.number in exported.content.decode("utf-8-sig")
    assert "100.0" in exported.content.decode("utf-8-sig")


def test_no_page_shows_the_whole_identity_number(finance: Client, order: fees.OrderView) -> None:
    for address in ("/office/orders/", f"/office/orders/{order.number}/"):
        assert resident_number(1) not in text(finance.get(address))


def test_confirming_settles_and_tells_the_candidate(
    finance: Client, order: fees.OrderView, person: Any
) -> None:
    order = pay(order)
    page = text(finance.get(f"/office/orders/{order.number}/"))
    assert "确认到账" in page
    shown = finance.get(f"/office/orders/{order.number}/vouchers/{order.voucher.file_token}/")
    assert shown.status_code == 200 and shown["Content-Type"] == "image/jpeg"
    finance.post(f"/office/orders/{order.number}/confirmed/", {"note": "11月20日到账"})
    assert fees.settled("resit", "r-1")
    assert "order_confirmed" in {message.kind for message in inbox.messages_of(person)}
    after = text(finance.get(f"/office/orders/{order.number}/"))
    assert "11月20日到账" in after and "登记退款" in after


def test_refusing_needs_a_reason(finance: Client, order: fees.OrderView, person: Any) -> None:
    order = pay(order)
    finance.post(f"/office/orders/{order.number}/refused/", {"note": ""})
    assert fees.order(order.number).state == "voucher"
    finance.post(f"/office/orders/{order.number}/refused/", {"note": "看不清"})
    assert fees.order(order.number).state == "refused"
    assert "order_refused" in {message.kind for message in inbox.messages_of(person)}


def test_a_supervisor_looks_and_does_nothing(order: fees.OrderView) -> None:
    supervisor = signed_in(member("supervisor", None, "supervisor@example.org"))
    assert "确认到账" not in text(supervisor.get(f"/office/orders/{order.number}/"))
    assert supervisor.post(f"/office/orders/{order.number}/confirmed/", {}).status_code == 404
    assert fees.order(order.number).state == "open"


def test_candidates_and_strangers_find_nothing(order: fees.OrderView, person: Any) -> None:
    for client in (signed_in(person.user), signed_in(member("finance", "ccia", "other@example.org"))):
        assert client.get(f"/office/orders/{order.number}/").status_code == 404
        assert client.post(f"/office/orders/{order.number}/waived/", {"note": "x"}).status_code == 404
    assert signed_in(person.user).get("/office/orders/").status_code == 404
    assert people.person_of(person.user) == person


def test_a_file_of_another_order_is_not_shown(finance: Client, order: fees.OrderView, person: Any) -> None:
    stray = files.store(
        picture(), purpose="payment_voucher", name="x.jpg", owner_person=person, by=None, at=AT
    )
    assert finance.get(f"/office/orders/{order.number}/vouchers/{stray.token}/").status_code == 404


def test_a_note_left_as_a_code_is_said_in_words_and_what_people_wrote_stays() -> None:
    assert fees.say_note("withdrawn") == "申请已撤回"
    with translation.override("en"):
        assert fees.say_note("account_closed") == "The account was closed"
    assert fees.say_note("收款重复") == "收款重复"
