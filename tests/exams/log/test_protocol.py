"""The protocol over HTTP against a real log process, on both databases."""

from __future__ import annotations

import http.client
import json

import pytest

from tancai.exams.log import fold, signing
from tancai.exams.log.client import LogDown, SittingClient
from tests.exams.log.world import MINUTE, ORIGIN, LogProcess, now, reopened, token

pytestmark = pytest.mark.anydatabase


def stored(log: LogProcess, sitting: int) -> fold.Folded:
    """What a reader finds once the log has ended."""
    log.stop()
    store = reopened(log.place.store())
    try:
        return fold.fold(store.rows(sitting))
    finally:
        store.close()


def test_an_acknowledged_answer_is_stored_and_given_back_on_return(log: LogProcess) -> None:
    page = log.candidate(1)
    assert page.claim()["values"] == {}
    assert page.answer(3, "B") == "ok"
    assert page.answer(4, ["A", "C"]) == "ok"
    assert page.answer(5, "按《排放因子》计算") == "ok"
    later = log.candidate(1)
    assert later.claim()["values"] == {"3": "B", "4": ["A", "C"], "5": "按《排放因子》计算"}


def test_replaying_a_batch_changes_nothing(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.put(1, "A")
    page.put(1, "B")
    batch = list(page.outbox)
    assert list(page.flush().values()) == ["ok", "ok"]
    page.outbox = [*batch, page.put(2, "C")]
    assert list(page.flush().values()) == ["ok", "ok", "ok"]
    folded = stored(log, 1)
    assert folded.values == {"1": "B", "2": "C"}
    assert folded.events == 3


def test_the_same_key_with_another_body_is_a_conflict_and_both_are_kept(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.put(1, "A")
    page.flush()
    page.outbox = [{"seq": 1, "at": page.now(), "kind": "answer", "item": "1", "value": "D"}]
    assert page.flush() == {1: "conflict"}
    log.stop()
    store = reopened(log.place.store())
    assert fold.fold(store.rows(1)).values == {"1": "A"}
    kept = store.raws(1)
    assert kept[0].why == "conflict"
    assert b'"D"' in kept[0].body or b'\\"D\\"' in kept[0].body
    store.close()


def test_an_older_page_is_stored_and_told_but_never_wins(log: LogProcess) -> None:
    old, new = log.candidate(1), log.candidate(1)
    old.claim()
    old.answer(1, "A")
    assert new.claim()["epoch"] == old.epoch + 1
    assert old.answer(1, "D") == "superseded"
    assert old.state["epoch"] == new.epoch
    assert new.answer(2, "B") == "ok"
    folded = stored(log, 1)
    assert folded.values == {"1": "A", "2": "B"}
    assert folded.set_aside == 1


def test_a_claim_whose_answer_got_lost_can_be_repeated(log: LogProcess) -> None:
    page = log.candidate(1)
    assert page.claim()["epoch"] == 1
    page.answer(1, "A")
    answer = page.claim()
    assert (answer["epoch"], answer["high"]) == (1, 1)
    assert log.candidate(1).claim()["epoch"] == 2


def test_an_epoch_nobody_claimed_is_not_taken(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.epoch = 7
    page.put(1, "A")
    assert page.flush() == {1: "unclaimed"}
    assert stored(log, 1).values == {}


def test_hand_in_gives_a_receipt_that_the_record_confirms(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.answer(1, "A")
    page.put(2, "B")
    receipt = page.hand_in()
    assert page.state["state"] == "handed_in"
    assert page.answer(1, "C") == "closed"
    other = log.candidate(1)
    assert other.claim()["state"] == "handed_in"
    folded = stored(log, 1)
    assert folded.receipt == receipt["hash"]
    assert folded.values == {"1": "A", "2": "B"}
    assert receipt["events"] == 3


def test_handing_in_five_times_is_handing_in_once(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.put(1, "A")
    receipts = [page.hand_in() for _ in range(5)]
    page.outbox = page.sent[-1:]
    page.flush()
    assert {receipt["hash"] for receipt in receipts} == {page.state["receipt"]["hash"]}
    assert stored(log, 1).events == 2


def test_hand_in_waits_for_the_answers_before_it(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    lost = page.put(1, "A")
    page.put("", None, "hand_in")
    page.outbox = page.outbox[1:]
    assert page.flush() == {2: "missing"}
    assert page.state["state"] == "running"
    page.outbox = [lost, *page.outbox]
    assert page.flush() == {1: "ok", 2: "ok"}
    assert page.state["state"] == "handed_in"


def test_answers_made_in_time_may_arrive_late_and_others_not(movable_log: LogProcess) -> None:
    begins = now()
    movable_log.control.move_clock(begins)
    page = movable_log.candidate(1, begins=begins, ends=begins + 60 * MINUTE)
    page.claim()
    in_time = page.put(1, "A")
    in_time["at"] = begins + 59 * MINUTE
    after = page.put(2, "B")
    after["at"] = begins + 61 * MINUTE
    movable_log.control.move_clock(begins + 65 * MINUTE)
    assert page.flush() == {1: "late", 2: "expired"}
    third = page.put(3, "C")
    third["at"] = begins + 59 * MINUTE
    movable_log.control.move_clock(begins + 71 * MINUTE)
    assert page.flush() == {3: "expired"}
    folded = stored(movable_log, 1)
    assert folded.values == {"1": "A"}
    assert (folded.late, folded.set_aside) == (1, 2)


def test_automatic_hand_in_just_after_the_end_counts(movable_log: LogProcess) -> None:
    begins = now()
    movable_log.control.move_clock(begins)
    page = movable_log.candidate(1, begins=begins, ends=begins + 60 * MINUTE)
    page.claim()
    page.answer(1, "A")
    movable_log.control.move_clock(begins + 60 * MINUTE + 1500)
    assert page.hand_in()["events"] == 2
    assert stored(movable_log, 1).values == {"1": "A"}


def test_nothing_counts_before_the_start(log: LogProcess) -> None:
    page = log.candidate(1, begins=now() + MINUTE)
    assert page.claim()["state"] == "waiting"
    assert page.answer(1, "A") == "early"


def test_pause_extra_time_and_end_by_signed_orders(movable_log: LogProcess) -> None:
    begins = now()
    control = movable_log.control
    control.move_clock(begins)
    page = movable_log.candidate(1, begins=begins, ends=begins + 60 * MINUTE)
    assert page.claim()["remaining"] == pytest.approx(60 * MINUTE, abs=1000)
    control.move_clock(begins + 10 * MINUTE)
    control.orders([{"kind": "pause", "sitting": 1, "reason": "power"}])
    control.move_clock(begins + 30 * MINUTE)
    assert page.read()["state"] == "paused"
    assert page.state["remaining"] == pytest.approx(50 * MINUTE, abs=1000)
    assert page.answer(1, "A") == "paused"
    control.orders([{"kind": "resume", "sitting": 1, "reason": "power"}])
    control.orders([{"kind": "extra", "sitting": 1, "seconds": 300, "reason": "power"}])
    assert page.read()["remaining"] == pytest.approx(55 * MINUTE, abs=1000)
    told = [order["kind"] for order in page.state["orders"]]
    assert told == ["pause", "resume", "extra"]
    control.orders([{"kind": "end", "sitting": 1, "reason": "misconduct", "text": "见考场记录"}])
    control.move_clock(begins + 51 * MINUTE)
    late = page.put(2, "B")
    late["at"] = begins + 50 * MINUTE
    assert page.flush() == {late["seq"]: "expired"}
    assert page.state["state"] == "ended"
    assert stored(movable_log, 1).values == {"1": "A"}


def test_an_order_sent_twice_counts_once(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    order = {"kind": "extra", "sitting": 1, "seconds": 600, "reason": "network", "ref": "one"}
    assert log.control.orders([order])[0]["result"] == "ok"
    assert log.control.orders([order])[0]["result"] == "repeat"
    assert page.read()["remaining"] == pytest.approx(69 * MINUTE, abs=5000)


def test_an_order_before_the_first_entry_is_not_lost(log: LogProcess) -> None:
    log.control.orders([{"kind": "extra", "sitting": 1, "seconds": 600, "reason": "accommodation"}])
    page = log.candidate(1)
    assert page.claim()["remaining"] == pytest.approx(69 * MINUTE, abs=5000)


def test_a_sealed_sitting_takes_nothing_more(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.answer(1, "A")
    answer = log.control.orders([{"kind": "seal", "sitting": 1, "ref": "seal-1"}])[0]
    assert answer["receipt"]["events"] == 1
    assert page.answer(1, "B") == "closed"
    assert (
        log.control.orders([{"kind": "extra", "sitting": 1, "seconds": 60, "reason": "x"}])[0]["result"]
        == "closed"
    )
    folded = stored(log, 1)
    assert folded.values == {"1": "A"}
    assert folded.receipt == answer["receipt"]["hash"]


def test_tokens_and_orders_must_be_signed(log: LogProcess) -> None:
    forged = signing.sign(
        {"s": 1, "b": 0, "e": now() + MINUTE, "g": 0, "exp": now()},
        signing.purpose_key(b"x" * 32, signing.SITTING),
    )
    with pytest.raises(LogDown) as refused:
        SittingClient(log.url, forged).claim()
    assert (refused.value.status, refused.value.code) == (403, "bad_token")
    expired = token(1, begins=now() - 10 * MINUTE, ends=now() - 9 * MINUTE, life=0)
    with pytest.raises(LogDown) as refused:
        SittingClient(log.url, expired).claim()
    assert refused.value.code == "token_expired"
    sitting_token_as_order = token(1, begins=0, ends=now())
    with pytest.raises(LogDown) as refused:
        log.control._line.post("control", sitting_token_as_order.encode())
    assert refused.value.code == "bad_signature"


def test_a_token_opens_one_sitting_only(log: LogProcess) -> None:
    first, second = log.candidate(1), log.candidate(2)
    first.claim()
    second.claim()
    first.answer(1, "A")
    second.answer(1, "B")
    assert first.read()["values"] == {"1": "A"}
    assert second.read()["values"] == {"1": "B"}


def test_an_ordinary_clock_cannot_be_moved(log: LogProcess) -> None:
    before = log.control.health()["now"]
    with pytest.raises(LogDown) as refused:
        log.control.move_clock(before + 10_000_000)
    assert refused.value.status == 403 or refused.value.code == "refused"
    assert log.control.health()["now"] - before < MINUTE


def test_what_cannot_be_read_is_kept_and_the_rest_is_saved(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    good = {"seq": 1, "at": now(), "item": "1", "value": "A"}
    body = json.dumps({"epoch": 1, "known": 0, "events": [{"seq": "two"}, good]}).encode()
    answer = page._line.post("events", page._token + b"\n" + body)
    assert answer["acks"] == [[1, "ok"]]
    assert answer["unreadable"] == 1
    answer = page._line.post("events", page._token + b"\n{not json")
    assert answer["unreadable"] == 1
    log.stop()
    store = reopened(log.place.store())
    assert [raw.body for raw in store.raws(1)] == [body, b"{not json"]
    assert fold.fold(store.rows(1)).values == {"1": "A"}
    store.close()


def test_a_browser_of_the_web_origin_may_post_without_preflight(log: LogProcess) -> None:
    page = log.candidate(1)
    for origin, allowed in (
        (ORIGIN, ORIGIN),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://evil.test", None),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", log.port)
        connection.request(
            "POST", "/state", page._token + b"\n{}", {"Content-Type": "text/plain", "Origin": origin}
        )
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        assert response.getheader("access-control-allow-origin") == allowed
        connection.close()


def test_unknown_paths_and_huge_bodies_are_refused(log: LogProcess) -> None:
    page = log.candidate(1)
    with pytest.raises(LogDown) as refused:
        page._line.post("nothing", b"x")
    assert refused.value.status == 404
    with pytest.raises(LogDown) as refused:
        page._line.post("events", page._token + b"\n" + b"x" * 700_000)
    assert refused.value.status in (413, 0)


def test_the_state_survives_a_restart(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.answer(1, "A")
    log.control.orders([{"kind": "extra", "sitting": 1, "seconds": 600, "reason": "power", "ref": "once"}])
    log.kill()
    with pytest.raises(LogDown):
        page.answer(2, "B")
    assert len(page.outbox) == 1
    log.start()
    assert page.flush() == {2: "ok"}
    assert (
        log.control.orders(
            [{"kind": "extra", "sitting": 1, "seconds": 600, "reason": "power", "ref": "once"}]
        )[0]["result"]
        == "repeat"
    )
    assert page.read()["values"] == {"1": "A", "2": "B"}
    assert page.state["remaining"] == pytest.approx(69 * MINUTE, abs=20_000)


def test_presence_tells_who_has_spoken_and_how_far(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.answer(1, "A")
    page.answer(2, "B")
    page.answer(2, None)
    heads = log.control.look([1, 2])
    assert heads[1]["answered"] == 1
    assert heads[1]["saves"] == 3
    assert heads[1]["silent"] < 5000
    assert heads[2]["silent"] is None
