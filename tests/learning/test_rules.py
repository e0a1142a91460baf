"""Study time: never more than wall time, never more than the lesson, nothing while idle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.learning.rules import (
    BEAT,
    BREAK,
    GAP,
    Hours,
    Timing,
    beat,
    missing_minutes,
    reached,
    share,
    steady,
)

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
TEN_MINUTES = 600_000


def fresh(whole: int = TEN_MINUTES) -> Timing:
    return Timing(None, None, 0, whole)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


steps = st.lists(
    st.tuples(
        st.floats(0, 400, allow_nan=False),
        st.booleans(),
        st.sampled_from(["a", "b"]),
    ),
    max_size=60,
)


def play(moves: list[tuple[float, bool, str]], whole: int) -> tuple[dict[str, int], float, float]:
    """Two lessons of one person, beats in order; returns credit by lesson, wall and idle milliseconds."""
    person_until = None
    timings = {key: fresh(whole) for key in "ab"}
    now = 0.0
    for gap, active, key in moves:
        now += gap
        timing = timings[key]
        result = beat(
            Timing(timing.last_at, person_until, timing.credited, whole), at=after(now), active=active
        )
        timings[key], person_until = result.timing, result.timing.person_until
    return {key: timing.credited for key, timing in timings.items()}, now * 1000, whole


@settings(deadline=None)
@given(steps, st.integers(1, 40))
def test_two_windows_never_give_more_than_wall_time_nor_than_the_lesson(moves, minutes) -> None:
    credit, wall, whole = play(moves, minutes * 60_000)
    assert sum(credit.values()) <= wall + 1
    assert all(0 <= each <= whole for each in credit.values())


@settings(deadline=None)
@given(st.lists(st.floats(0, 400, allow_nan=False), max_size=40))
def test_a_gap_gives_at_most_its_cap_and_silence_gives_nothing(gaps) -> None:
    timing, now = beat(fresh(10**9), at=START, active=True).timing, 0.0
    for gap in gaps:
        before = timing.credited
        now += gap
        result = beat(timing, at=after(now), active=True)
        assert result.credit <= min(gap, GAP) * 1000 + 1
        if gap > BREAK + 0.001:
            assert result.credit == 0
        timing = result.timing
        assert timing.credited == before + result.credit


@settings(deadline=None)
@given(st.lists(st.floats(0, 400, allow_nan=False), min_size=1, max_size=40))
def test_nothing_is_credited_across_an_idle_beat(gaps) -> None:
    timing, now = fresh(), 0.0
    for gap in gaps:
        now += gap
        timing = beat(timing, at=after(now), active=False).timing
        now += gap
        timing = beat(timing, at=after(now), active=True).timing
    assert timing.credited == 0


@settings(deadline=None)
@given(st.lists(st.integers(-300, 300), max_size=40))
def test_a_clock_that_jumps_never_takes_away_nor_gives_more_than_the_span(jumps) -> None:
    timing, now, times = fresh(10**9), 0, [0]
    timing = beat(timing, at=START, active=True).timing
    for jump in jumps:
        now += jump
        times.append(now)
        result = beat(timing, at=after(now), active=True)
        assert result.credit >= 0
        timing = result.timing
    assert timing.credited <= (max(times) - min(times)) * 1000


def test_steady_reading_is_credited_in_full() -> None:
    timing = steady(fresh(), start=START, until=after(300))
    assert timing.credited == 300_000


def test_steady_reading_stops_at_the_lesson() -> None:
    assert steady(fresh(), start=START, until=after(3600)).credited == TEN_MINUTES


def test_one_lost_beat_costs_only_what_is_above_the_cap() -> None:
    timing = beat(fresh(), at=START, active=True).timing
    assert beat(timing, at=after(2 * BEAT), active=True).credit == GAP * 1000


def test_the_first_beat_and_the_first_after_a_break_only_start_counting() -> None:
    first = beat(fresh(), at=START, active=True)
    assert (first.credit, first.goes_on) == (0, False)
    again = beat(first.timing, at=after(BREAK + 1), active=True)
    assert (again.credit, again.goes_on) == (0, False)
    assert beat(again.timing, at=after(BREAK + 21), active=True).credit == 20_000


def test_the_same_lesson_in_two_windows_counts_once() -> None:
    timing = fresh()
    for second in (0, 1, 20, 21, 40, 41):
        timing = beat(timing, at=after(second), active=True).timing
    assert timing.credited == 41_000


def test_shares_by_minutes_and_by_lessons() -> None:
    hours = [Hours(600_000, 600_000), Hours(300_000, 600_000), Hours(0, 800_000)]
    assert share(hours, "minutes") == 0.45
    assert share(hours, "lessons") == 1 / 3
    assert share([], "minutes") == 0.0


def test_more_credit_than_a_lesson_holds_does_not_make_up_for_another() -> None:
    assert share([Hours(900_000, 600_000), Hours(0, 600_000)], "minutes") == 0.5


def test_reached_at_exactly_the_share_and_not_one_millisecond_below() -> None:
    whole = 370 * 60_000
    nine_tenths = round(whole * 0.9)
    assert reached(share([Hours(nine_tenths, whole)], "minutes"), 0.9)
    assert not reached(share([Hours(nine_tenths - 1, whole)], "minutes"), 0.9)
    assert reached(0.0, 0.0)


def test_missing_minutes_round_up() -> None:
    assert missing_minutes([Hours(0, 600_000)], 0.9) == 9
    assert missing_minutes([Hours(539_999, 600_000)], 0.9) == 1
    assert missing_minutes([Hours(540_000, 600_000)], 0.9) == 0
