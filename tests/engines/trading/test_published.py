"""Worked cases of the market reference, sections 9 and 9.1, and its test values of factors, restated as facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tancai.engines.trading import allocation, cases, compliance, orders, packs, replaying
from tancai.engines.trading.market import limits

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(cases.__file__).parent / "examples"


def replayed(name: str) -> replaying.Replay:
    found = replaying.replay(orders.read_orders(EXAMPLES / f"{name}.csv"), packs.load("cea"))
    found.market.finish()
    return found


def test_section_9_m1_power_company_of_a_coal_and_a_gas_unit() -> None:
    found = cases.allocate(EXAMPLES / "power.toml")
    assert not found.problems
    assert found["1号机组.load_factor"] == 1
    assert found["1号机组.allowance"] == 2_467_920  # M1a
    assert (found["2号燃机.electricity"], found["2号燃机.heat"]) == (269_616, 61_295)  # M1b
    assert (found["2号燃机.initial"], found["2号燃机.topped_up"]) == (330_911, 13_209)
    assert found["2号燃机.allowance"] == 344_120
    assert (found["initial"], found["verified"], found["least"]) == (2_812_040, 2_942_550, 2_354_040)  # M1c
    assert (found["topped_up"], found["gap"], str(found["gap_share"])) == (0, 130_510, "4.4353")


def test_section_9_m1d_gap_limited_to_a_fifth() -> None:
    found = allocation.entity(2024, 500_000, 660_000)
    assert (found.least, found.topped_up, found.final) == (528_000, 28_000, 528_000)


def test_section_9_m2a_price_limits() -> None:
    assert limits(8540, 10) == (7686, 9394)
    assert limits(8540, 30) == (5978, 11102)


def test_section_9_m2b_and_m2c_a_day_of_listings_and_a_block() -> None:
    market = replayed("day").market
    listed = [(one.quantity, one.price) for one in market.trades if one.method == "listed"]
    assert listed == [(1200, 8610), (3000, 8635), (4000, 8700)]
    paid = sum(price * quantity for quantity, price in listed)
    assert (paid, round(paid / 8200 / 100, 6)) == (71_037_000, 86.630488)
    (close,) = market.closes
    assert (close.close, close.quantity, close.amount) == (8663, 158_200, 1_271_037_000)
    assert (close.opened, close.high, close.low, close.listed_quantity) == (8610, 8700, 8610, 8200)
    assert market.accounts["buyer"].available == 2_000_000_000 - 1_271_037_000
    assert market.accounts["seller"].holdings["CEA25"].tradable == 200_000 - 158_200


def test_section_9_m2b_five_thousand_stay_at_87() -> None:
    events = list(orders.read_orders(EXAMPLES / "day.csv").events())
    market = replaying.Market(packs.load("cea")).play(events[:9])
    assert market.products["CEA25"].asks.depth(5) == [(8700, 5000)]


def test_section_9_m3_m4_m5_a_year() -> None:
    found = cases.comply(EXAMPLES / "year.toml")
    assert not found.problems
    assert (found["offset_cap"], found["needed"], found["surplus"]) == (147_127, 2_795_423, 16_617)
    assert compliance.standing(2024, 2_942_550, {"CEA24": 2_812_040}).surplus == -130_510
    assert (found["base"], found["least"], found["most_fine"]) == (939_000, 4_695_000, 9_390_000)
    assert (found["net_sales"], found["most"], found["carried"]) == (40_450, 70_675, 58_200)


SECTION_9_1 = {
    "R1": "listed_size",
    "R2": "block_size",
    "R3": "quantity_step",
    "R4": "tick",
    "R5": "price_high",
    "R6": "block_closed",
    "R7": "closed",
    "R16": "not_trading_day",
    "R8": "same_day",
    "R9": "holding",
    "R10": "funds",
    "R11": "registered",
    "R13": "ccer_cap",
    "R14": "ccer_covered",
    "R15": "vintage",
    "R12": "price_priority",
}


def test_section_9_1_every_rejection_and_nothing_else() -> None:
    found = replayed("rejections")
    assert {one.order: one.code for one in found.refusals} == SECTION_9_1
    assert all(one.row and one.field and one.message("zh") and one.message("en") for one in found.refusals)
    assert [one.quantity for one in found.market.trades] == [400]
    assert found.market.accounts["seller"].surrendered == {2025: 1000}


def test_section_3_auction_better_price_first_then_earlier() -> None:
    market = replayed("auction").market
    won = [(one.buyer, one.price, one.quantity) for one in market.trades]
    assert won == [("west", 8350, 20_000), ("east", 8200, 20_000), ("south", 8200, 10_000)]
    assert not market.closes  # an auction makes no close


@pytest.mark.parametrize(
    ("year", "load", "factor"),
    [
        *((2022, load, f) for load, f in (("0.82", "1.0042"), ("0.78", "1.0102"), ("0.75", "1.0150"))),
        (2022, "0.70", "1.030225"),
        (2022, "0.85", "1"),
        (2024, "0.50", "1.093443"),
        (2024, "0.5999", "1.061395"),
        (2024, "0.62", "1.055061"),
        (2024, "0.6499", "1.045710"),
        (2024, "0.65", "1"),
        (2026, "0.30", "1.281146"),
        (2026, "0.40", "1.160254"),
        (2026, "0.45", "1.126059"),
        (2026, "0.4999", "1.100321"),
        (2026, "0.50", "1"),
    ],
)
def test_section_4_3_load_factors(year: int, load: str, factor: str) -> None:
    assert allocation.load_factor(year, "I", Decimal(load)) == Decimal(factor)
    assert allocation.load_factor(year, "IV", Decimal(load)) == 1


def test_section_5_balance_value_solved_and_a_cement_line() -> None:
    found = cases.allocate(EXAMPLES / "steel.toml")
    assert (found["balance"], found["甲厂.allowance"], found["乙厂.allowance"]) == (
        Decimal("0.8375"),
        1_006_716,
        593_283,
    )
    cement = cases.allocate(EXAMPLES / "cement.toml")
    assert cement["一线.allowance"] == 1_221_237
    assert (str(cement["一线.alpha"]), str(cement["一线.deviation"])) == ("0.007016487", "4.677658")


def test_section_5_balance_value_with_units_outside_a_fifth_still_balances() -> None:
    emissions = [Decimal(n) for n in (500_000, 800_000, 300_000)]
    intensities = [Decimal(n) for n in ("0.40", "0.85", "1.60")]
    balance = allocation.balance_value(emissions, intensities)
    given = sum(
        e * (1 + allocation.slope(i, balance)[1]) for e, i in zip(emissions, intensities, strict=True)
    )
    assert abs(given - sum(emissions)) < Decimal("0.01")
    assert allocation.slope(Decimal("0.40"), balance)[1] == Decimal("0.03")
    assert allocation.slope(Decimal("1.60"), balance)[1] == Decimal("-0.03")


def test_section_6_vintages() -> None:
    assert compliance.vintage("CEA24", 2024) is None
    assert compliance.vintage("CEA19-20", 2023) is None
    assert compliance.vintage("CEA24", 2023) is not None
    assert compliance.vintage("CEA24", 2025) is not None
    assert compliance.vintage("CEA25", 2025) is None
    assert compliance.vintage("gold", 2025) is not None


def test_section_7_fines_by_year_of_the_law() -> None:
    price = Decimal("78.25")
    old = compliance.penalty(2022, 12_000, price, date(2024, 1, 15))
    assert (old.code, old.least, old.most, old.deducted) == ("order_19", 2_000_000, 3_000_000, 12_000)
    new = compliance.penalty(2025, 12_000, price, date(2027, 1, 10))
    assert (new.code, new.deducted, new.confidence) == ("code", 0, "M")
    assert compliance.penalty(2024, 0, price, date(2026, 1, 10)).most == 0
