"""Tables and small figures of the market reference that stand outside its worked examples, restated as facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tancai.engines.trading import allocation, cases, compliance, history, packs
from tancai.engines.trading.book import BUY, SELL
from tancai.engines.trading.market import Event, Market

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(cases.__file__).parent / "examples"

# Section 4.2: electricity I, II, III, IV in tCO2/MWh, heat of coal and gas in tCO2/GJ; net to 2022, gross from 2023.
BENCHMARKS = {
    2019: ("0.877 0.979 1.146 0.392", "0.126 0.059", "net"),
    2020: ("0.877 0.979 1.146 0.392", "0.126 0.059", "net"),
    2021: ("0.8218 0.8773 0.9350 0.3920", "0.1111 0.0560", "net"),
    2022: ("0.8177 0.8729 0.9303 0.3901", "0.1105 0.0557", "net"),
    2023: ("0.7950 0.8090 0.8285 0.3305", "0.1038 0.0536", "gross"),
    2024: ("0.7910 0.8049 0.8244 0.3288", "0.1033 0.0533", "gross"),
    2025: ("0.7902 0.8017 0.8162 0.3288", "0.1027 0.0533", "gross"),
    2026: ("0.7894 0.7985 0.8080 0.3288", "0.1021 0.0533", "gross"),
}


@pytest.mark.parametrize("year", BENCHMARKS)
def test_section_4_2_benchmarks(year: int) -> None:
    electricity, heat, basis = BENCHMARKS[year]
    coal, gas = heat.split()
    found = [allocation.benchmarks()[year, one] for one in allocation.CLASSES]
    assert [one.electricity for one in found] == [Decimal(one) for one in electricity.split()]
    assert [one.heat for one in found] == [Decimal(one) for one in (coal, coal, coal, gas)]
    assert {one.basis for one in found} == {basis}
    assert {one.confidence for one in found} == {"V2" if year <= 2022 else "V1" if year <= 2024 else "draft"}


def test_section_4_1_and_4_3_net_formula_with_all_three_factors() -> None:
    """A = Qe × Be × Fl × Fr × Ff + Qh × Bh: air-cooled (1.05), heat ratio 0.3 (1 − 0.22 r), load 78 % (1.0102)."""
    unit = allocation.PowerUnit(
        "1",
        "II",
        Decimal(1_000_000),
        Decimal(500_000),
        Decimal("0.78"),
        cooling="air",
        heat_ratio=Decimal("0.3"),
    )
    found = allocation.power_unit(2021, unit)
    by_hand = Decimal(1_000_000) * Decimal("0.8773") * Decimal("1.05") * Decimal("0.934") * Decimal("1.0102")
    assert (found.electricity, found.heat) == (int(by_hand), 55_550)
    later = allocation.power_unit(2024, unit)
    assert later.correction == later.load_factor == 1  # cooling and heat ratio are abolished
    assert allocation.heat_factor("IV", Decimal("0.5")) == Decimal("0.7")


def test_section_4_4_rules_of_the_entity_by_period() -> None:
    assert [allocation.pre_allocation(year, 1_000_001) for year in (2022, 2024, 2026)] == [
        700_000,
        700_000,
        500_000,
    ]
    assert allocation.entity(2022, 500_000, 660_000).final == 500_000  # no limit of the gap before 2023
    assert allocation.borrowing(100_000, 1_000_000) == 50_000
    assert allocation.borrowing(99_999, 1_000_000) == 0
    gas = allocation.PowerUnit("g", "IV", Decimal(1000), verified=900)
    assert [allocation.power_unit(year, gas).final for year in (2022, 2024)] == [390, 900]


def test_section_4_4_the_gap_case_from_its_file() -> None:
    found = cases.allocate(EXAMPLES / "gap.toml")
    assert (found["initial"], found["verified"], found["least"]) == (500_000, 660_000, 528_000)
    assert (found["topped_up"], found["allowance"], found["gap"]) == (28_000, 528_000, 132_000)


@pytest.mark.parametrize(
    ("intensity", "alpha"),
    [
        ("0.8", "0.03"),
        ("0.8001", "0.029985"),
        ("1", "0"),
        ("1.1999", "-0.029985"),
        ("1.2", "-0.03"),
        ("2", "-0.03"),
    ],
)
def test_section_5_both_sides_of_a_fifth(intensity: str, alpha: str) -> None:
    assert allocation.slope(Decimal(intensity), Decimal(1))[1] == Decimal(alpha)


def test_section_5_allowances_before_they_are_cut_sum_to_the_emissions() -> None:
    emissions, intensities = (Decimal(1_000_000), Decimal(600_000)), (Decimal("0.80"), Decimal("0.90"))
    balance = allocation.balance_value(emissions, intensities)
    whole = [e * (1 + allocation.slope(i, balance)[1]) for e, i in zip(emissions, intensities, strict=True)]
    assert [round(one, 1) for one in whole] == [Decimal("1006716.4"), Decimal("593283.6")]
    assert abs(sum(whole) - 1_600_000) < Decimal("1e-9")
    same = [
        allocation.industry(year, Decimal("1000.9"), Decimal(9), Decimal(1), special)
        for year, special in ((2024, False), (2025, True))
    ]
    assert same == [1000, 1000]


def test_section_6_1_and_6_2_deadlines_and_calendar() -> None:
    ends = {2019: 2021, 2020: 2021, 2021: 2023, 2022: 2023, 2023: 2024, 2024: 2025, 2025: 2026}
    assert {year: date(last, 12, 31) for year, last in ends.items()} == compliance.DEADLINES
    days = [(one.day.month, one.day.day) for one in compliance.CALENDAR_2026]
    assert days == [(3, 31), (4, 10), (6, 30), (7, 31), (9, 20), (9, 30), (10, 31), (11, 30), (12, 31)]


def test_section_6_4_limits_of_carrying_over() -> None:
    assert compliance.carry_over(65_300, 24_850, 100_000).carried == 70_675
    assert compliance.carry_over(0, 5_000, 9_000) == compliance.CarryOver(0, 10_000, 9_000, 0)
    assert compliance.carry_over(1, 0, 50_000).most == 10_001  # 1.5 cut to whole tonnes
    industry = compliance.carry_over(10, 0, 200_000, sector="industry", multiplier=Decimal(2))
    assert (industry.most, industry.lapsed) == (100_020, 99_980)
    with pytest.raises(ValueError, match="multiplier"):
        compliance.carry_over(1, 0, 1, sector="industry")


def test_section_3_rules_of_the_pack() -> None:
    facts = packs.load("cea").facts
    assert {name: facts[name].value for name in ("tick", "listed_below", "block_from", "take_levels")} == {
        "tick": 1,
        "listed_below": 100_000,
        "block_from": 100_000,
        "take_levels": 5,
    }
    assert (facts["listed_limit"].value, facts["block_limit"].value, facts["offset_percent"].value) == (
        10,
        30,
        5,
    )
    assert list(facts["listed_hours"].value) == ["09:30-11:30", "13:00-15:00"]
    assert list(facts["block_hours"].value) == ["13:00-15:00"]


def test_section_8_yearly_figures_follow_from_the_months() -> None:
    """2024 about 189 Mt and CNY 18.11 bn, 2025 235 Mt, CNY 14.63 bn and mean 62.36; blocks 72.2 %; December 40 %."""
    by_year = {year: [one for one in history.months() if one.year == year] for year in (2024, 2025, 2026)}
    first, second = history.summed(by_year[2024]), history.summed(by_year[2025])
    assert (round(first.quantity / 1_000_000), round(first.amount / 10**9, 2)) == (189, Decimal("18.11"))
    assert (round(second.quantity / 1_000_000), round(second.amount / 10**9, 2)) == (235, Decimal("14.63"))
    assert round(second.price, 2) == Decimal("62.36")
    assert round(100 * history.summed(history.months()).block_share, 1) == Decimal("72.2")
    assert round(100 * by_year[2024][11].total / first.quantity) == 40
    for one in (
        history.months()
    ):  # parts are printed rounded: their sum may miss the printed total by its last digit
        assert abs(one.listed + one.block + one.auction - one.total) <= 100
    with pytest.raises(ValueError, match="no months"):
        history.summed(())


def test_section_2_holding_states_sum_and_9_2_the_flow_of_a_day() -> None:
    """Pre-open, morning, pause, afternoon with blocks, close, clearing; bought allowances are tradable next day."""
    day, market = datetime(2026, 3, 2), Market(packs.load("cea"))

    def at(
        clock: str, kind: str, account: str = "", order: str = "", side: int = 0, **more: object
    ) -> str | None:
        hour, minute = map(int, clock.split(":"))
        moment = day + timedelta(hours=hour, minutes=minute)
        refused = market.apply(Event(moment, kind, account, order, side, **{"product": "CEA25", **more}))  # type: ignore[arg-type]
        return None if refused is None else refused.code

    at("08:00", "previous_close", price=8540)
    for name in ("a", "b"):
        at("08:00", "open", name)
        at("08:00", "deposit", name, amount=10**10)
    at("08:00", "issue", "a", quantity=400_000)
    assert at("08:01", "to_trading", "a", quantity=300_000) is None
    assert at("08:02", "freeze", "a", quantity=20_000) is None
    assert at("09:29", "list", "a", "1", SELL, price=8540, quantity=100) == "closed"
    assert at("09:30", "list", "a", "2", SELL, price=8540, quantity=100) is None
    assert at("10:00", "list", "b", "3", BUY, price=8540, quantity=60) is None
    state = market.accounts["a"].holdings["CEA25"].as_dict()
    assert sum(value for name, value in state.items() if name != "total") == 400_000 - 60
    assert at("11:31", "cancel", "a", "2") is None
    assert at("12:00", "list", "a", "4", SELL, price=8540, quantity=100) == "closed"
    assert at("12:30", "block", "a", "5", SELL, price=8000, quantity=100_000) == "block_closed"
    assert at("13:00", "block", "a", "6", SELL, price=8000, quantity=100_000) is None
    assert at("13:05", "accept", "b", "7", other="6") is None
    assert at("14:00", "list", "b", "8", SELL, price=8540, quantity=10) == "same_day"
    assert at("15:00", "list", "a", "9", SELL, price=8540, quantity=100) == "closed"
    at("15:00", "close_day")
    (close,) = market.closes
    assert (close.close, close.quantity, close.listed_quantity) == (8540, 100_060, 60)
    assert [one.quantity for one in market.settlements] == [60, 100_000]
    assert not market.open and set(market.totals().values()) == {0}
    day += timedelta(days=1)
    assert at("09:30", "list", "b", "10", SELL, price=8540, quantity=60) is None
