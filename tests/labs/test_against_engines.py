"""Where a task states a formula in words, the engine must say the same of the same papers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tancai.engines.carbon.verification.checks import CHECKS
from tancai.engines.trading.allocation import balance_value, industry
from tancai.labs.api import reference, task
from tancai.labs.tasks.accounting.advanced import engine_uncertainty
from tancai.labs.tasks.verification.common import verified

pytestmark = pytest.mark.anydatabase
SEEDS = (1, 2, 3, 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_uncertainty_by_hand_is_error_propagation(seed: int) -> None:
    case = task("accounting-uncertainty").case(seed)
    assert reference(case).expected["u"] == pytest.approx(engine_uncertainty(case.facts), rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_orders_are_judged_as_the_market_judges_them(seed: int) -> None:
    case = task("trading-judge-orders").case(seed)
    codes = {
        "price_limit": {"price_high", "price_low"},
        "session": {"closed"},
        "size": {"listed_size"},
        "holding": {"holding"},
        "money": {"funds"},
        "ok": {""},
    }
    found = case.task.engine_verdicts(case.facts)  # type: ignore[attr-defined]
    for name, verdict in case.facts["right"].items():
        assert (found[name] == "") == (verdict == "ok"), (name, verdict, found[name])
        assert found[name] in codes[verdict], (verdict, found[name])


@pytest.mark.parametrize("seed", SEEDS)
def test_allowances_of_the_trade_sum_to_its_emissions(seed: int) -> None:
    works = task("trading-balance-value").case(seed).facts["works"]
    emissions = [Decimal(e) for _, _, e in works]
    intensities = [Decimal(e) / Decimal(q) for _, q, e in works]
    balance = balance_value(emissions, intensities)
    given = sum(industry(2025, e, i, balance) for e, i in zip(emissions, intensities, strict=True))
    assert abs(given - sum(emissions)) <= len(works)


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_faults_are_what_the_verifier_finds(seed: int) -> None:
    case = task("verification-whole-report").case(seed)
    code = {
        "gas": "meter_against_invoice",
        "soda": "meter_against_invoice",
        "power": "reported_emission",
        "source": "source_missing",
        "calibration": "calibration",
    }
    assert reference(case).expected["findings"] == {code[one] for one in case.facts["planted"]}
    assert len(CHECKS) > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_the_coal_out_of_range_is_the_one_the_verifier_names(seed: int) -> None:
    case = task("verification-coal-quality").case(seed)
    tests = []
    streams = []
    for k, (carbon, ash, dry, _, amount) in enumerate(case.facts["tests"], 1):
        streams.append(
            {
                "id": f"b{k}",
                "name": f"b{k}",
                "kind": "fuel",
                "fuel": "bituminous_coal",
                "amount": f"{amount} t",
                "carbon": "0.5 tC/t",
                "carbon_basis": "ar",
                "oxidation": "99 %",
            }
        )
        daf = carbon * 100 / (100 - dry - ash)
        tests.append({"stream": f"b{k}", "fuel": "bituminous_coal", "carbon_daf": f"{daf} %"})
    found = verified("cets-power-2022", streams, coal_test=tests)
    named = {one.subject for one in found.findings if one.code == "coal_range"}
    assert named == reference(case).expected["doubt"] == {f"b{case.facts['bad'] + 1}"}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_auction_by_hand(seed: int) -> None:
    """Price first, at one price the earlier bid, each at its own price, the last one the rest."""
    case = task("trading-auction-and-block").case(seed)
    left, won = case.facts["lot"], {}
    for name, _, tonnes, _ in sorted(case.facts["bids"], key=lambda one: (-one[1], one[3])):
        won[name] = min(left, tonnes)
        left -= won[name]
    expected = reference(case).expected
    for k, (name, *_) in enumerate(case.facts["bids"]):
        assert expected[f"b{k}.won"] == won[name]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_book_taken_by_hand(seed: int) -> None:
    facts = task("trading-take-the-book").case(seed).facts
    cost, left = 0, facts["take"]
    for _, price, tonnes in sorted(facts["asks"], key=lambda one: one[1]):
        cost += price * min(left, tonnes)
        left -= min(left, tonnes)
    expected = reference(task("trading-take-the-book").case(seed)).expected
    assert left == 0 and expected["cost"] == pytest.approx(cost / 100)
    whole = cost + facts["second"] * facts["limit_price"]
    assert expected["close"] == pytest.approx(whole / 100 / (facts["take"] + facts["second"]))
