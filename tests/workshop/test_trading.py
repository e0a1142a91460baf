"""The bench of trading over HTTP: opening, joining, moving, hosting, results; who sees what."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tancai.engines.trading import orders, packs, replaying
from tancai.labs import api as labs
from tests.workshop.conftest import AT, signed_in


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    labs.forget_markets()
    yield
    labs.forget_markets()


@pytest.fixture
def market(trainee: Any) -> Any:
    return labs.open_market(title="一班", scenario="gap", bots=10, seed=7, by=trainee, at=AT)


@pytest.fixture
def seat(market: Any, other: Any) -> Any:
    return labs.join(market.code, by=other, at=AT)


def send(client: Any, market: Any, kind: str, key: str = "12345678", **values: str) -> Any:
    body = json.dumps({"key": key, "kind": kind, "values": values})
    return client.post(f"/workshop/trading/{market.pk}/move/", body, content_type="application/json")


def test_a_market_is_opened_with_its_rules_and_joined_by_its_code(trainee: Any, other: Any) -> None:
    host, guest = signed_in(trainee), signed_in(other)
    page = host.get("/workshop/trading/")
    assert "开设市场" in page.content.decode()
    form = {"title": "二班", "scenario": "late", "bots": "3", "seed": "5", "rule.proceeds": "next_day"}
    answer = host.post("/workshop/trading/open/", form)
    market = labs.markets_of(trainee)[0]
    assert answer["Location"] == f"/workshop/trading/{market.pk}/console/"
    assert (market.choices, market.seed, market.bots) == ({"proceeds": "next_day"}, 5, 3)
    assert market.code in host.get(answer["Location"]).content.decode()
    wrong = host.post("/workshop/trading/open/", {**form, "bots": "三", "title": "三班"})
    assert wrong.status_code == 422 and "三班" in wrong.content.decode()
    assert guest.post("/workshop/trading/join/", {"code": "nope"}, follow=True).status_code == 200
    answer = guest.post("/workshop/trading/join/", {"code": f" {market.code.lower()} "})
    assert answer["Location"] == f"/workshop/trading/{market.pk}/"
    screen = guest.get(answer["Location"]).content.decode()
    assert "E01" in screen and "应清缴" in screen


def test_who_has_no_seat_and_did_not_open_it_finds_nothing(
    market: Any, seat: Any, trainee: Any, other: Any
) -> None:
    host, guest = signed_in(trainee), signed_in(other)
    at = f"/workshop/trading/{market.pk}"
    for path in ("/", "/now/", "/stream/"):
        assert host.get(f"{at}{path}").status_code == 404
    assert send(host, market, "list").status_code == 404
    for path in ("/console/", "/console/now/", "/console/stream/", "/record.csv"):
        assert guest.get(f"{at}{path}").status_code == 404
    assert guest.post(f"{at}/console/end/").status_code == 404
    assert host.post(f"{at}/console/nothing/").status_code == 404
    from tancai.people import api as people

    third = signed_in(people.register(phone="13800138009", password="long-enough-7", at=AT))
    for path in ("/", "/console/", "/results/", "/results.xlsx", "/results.pdf"):
        assert third.get(f"{at}{path}").status_code == 404


def test_moves_are_answered_in_words_and_never_made_twice(
    market: Any, seat: Any, trainee: Any, other: Any
) -> None:
    client, host = signed_in(other), signed_in(trainee)
    host.post(f"/workshop/trading/{market.pk}/console/session/")
    listed = {"side": "buy", "product": "CEA25", "price": "75.00", "quantity": "100"}
    answer = send(client, market, "list", **listed).json()
    assert answer["ok"] and str(answer["number"]) in answer["message"]
    assert send(client, market, "list", **listed).json()["number"] == answer["number"]
    refused = send(client, market, "list", "another-key", **{**listed, "price": "99"})
    assert (
        not refused.json()["ok"]
        and refused.json()["field"] == "price"
        and "85.65" in refused.json()["message"]
    )
    now = client.get(f"/workshop/trading/{market.pk}/now/").json()
    assert "75.00" in now["parts"]["orders"] and "85.65" in now["parts"]["refusals"]
    known = {"number": now["number"]}
    assert client.get(f"/workshop/trading/{market.pk}/now/", known).status_code == 204
    assert send(client, market, "cancel", "third-key", order=str(answer["number"])).json()["ok"]
    assert send(client, market, "open", "fourth-key").status_code == 400
    assert send(client, market, "list", "short").status_code == 400
    english = client.get(
        f"/workshop/trading/{market.pk}/", headers={"accept-language": "en"}
    ).content.decode()
    assert "No open orders" in english


def test_too_many_moves_are_held_back(
    market: Any, seat: Any, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tancai.web.workshop.trading import screen

    monkeypatch.setattr(screen, "MANY", 2)
    client = signed_in(other)
    codes = [send(client, market, "retire", f"key-number-{k}").status_code for k in range(6)]
    assert 429 in codes


def test_the_host_runs_the_day_and_everybody_gets_results(
    market: Any, seat: Any, trainee: Any, other: Any, tmp_path: Path
) -> None:
    host, guest = signed_in(trainee), signed_in(other)
    at = f"/workshop/trading/{market.pk}"
    for verb, body in (
        ("run", {}),
        ("pause", {}),
        ("pace", {"pace": "1000"}),
        ("tell", {"text": "注意限价"}),
        ("halt", {}),
        ("resume", {}),
        ("session", {}),
        ("strike", {"order": "no", "reason": "误"}),
        ("goto", {"day": "2026-03-10"}),
    ):
        assert host.post(f"{at}/console/{verb}/", body).status_code == 302
    board = labs.market_board(market)
    assert (board.now.isoformat(), board.messages[0].text) == ("2026-03-10T09:00:00", "注意限价")
    assert host.post(f"{at}/console/end/")["Location"] == f"{at}/results/"
    assert send(guest, market, "retire", product="CEA25", quantity="1").status_code == 409
    mine, all_of_it = (
        guest.get(f"{at}/results/").content.decode(),
        host.get(f"{at}/results/").content.decode(),
    )
    record = labs.market_record(market)
    assert record.digest in all_of_it and record.digest not in mine and "E01" in mine
    book = openpyxl.load_workbook(io.BytesIO(host.get(f"{at}/results.xlsx").content))
    assert book.worksheets[0].cell(2, 3).value == "E01"
    assert guest.get(f"{at}/results.pdf").content.startswith(b"%PDF")
    path = tmp_path / "record.csv"
    path.write_bytes(host.get(f"{at}/record.csv").content)
    assert (
        replaying.replay(orders.read_orders(path), packs.load("cea")).market.finish().digest()
        == record.digest
    )


def test_a_running_market_goes_on_when_a_screen_asks(
    market: Any, seat: Any, trainee: Any, other: Any
) -> None:
    from tancai.lib import clock

    labs.run(market, by=trainee, at=clock.now() - timedelta(seconds=10))
    told = signed_in(other).get(f"/workshop/trading/{market.pk}/now/").json()
    assert "09:30" in told["parts"]["head"] and told["phase"] == "session"
