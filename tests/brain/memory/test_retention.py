"""The forgetting curve, right side up."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.memory.record import FOREVER
from brain.memory.retention import COMPANION, PAPER, PRESETS, Curve, elapsed_until, retention

DAYS = st.floats(0, 20_000)
STRENGTHS = st.floats(0.1, 20_000)
MOMENTS = st.integers(0, 40_000).map(
    lambda days: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days)
)


def test_the_paper_s_figures() -> None:
    """R = exp(-t / S): at t = S days 1/e is left, whatever S."""
    assert retention(0, 1) == 1
    assert retention(1, 1) == pytest.approx(math.exp(-1))
    # The seed's code gave .368, .135, .050 for S = 1, 2, 3 at t = 5: upside down.
    assert [round(retention(5, s), 3) for s in (1, 2, 3)] == [0.007, 0.082, 0.189]


@given(DAYS, DAYS, STRENGTHS)
def test_more_time_never_leaves_more(first: float, second: float, strength: float) -> None:
    early, late = sorted((first, second))
    assert retention(early, strength) >= retention(late, strength)


@given(st.floats(0.01, 5_000), STRENGTHS, STRENGTHS)
def test_more_strength_never_leaves_less(days: float, first: float, second: float) -> None:
    weak, strong = sorted((first, second))
    assert retention(days, weak) <= retention(days, strong)


@given(DAYS, STRENGTHS)
def test_retention_is_a_share(days: float, strength: float) -> None:
    assert 0 <= retention(days, strength) <= 1


def test_a_clock_that_was_set_back_counts_as_no_time() -> None:
    assert retention(-3, 1) == 1


@given(st.floats(0.001, 1), STRENGTHS)
def test_the_solved_time_is_where_the_curve_crosses(level: float, strength: float) -> None:
    assert retention(elapsed_until(level, strength), strength) == pytest.approx(level)


@given(MOMENTS, STRENGTHS, st.sampled_from(sorted(PRESETS)))
def test_a_memory_fades_before_it_is_forgotten(
    moment: datetime, strength: float, preset: str
) -> None:
    curve = PRESETS[preset]
    fades = curve.fades_at(moment, strength, pinned=False)
    assert moment < fades <= curve.forgotten_at(moment, strength, pinned=False) <= FOREVER


@given(MOMENTS, STRENGTHS, st.sampled_from(sorted(PRESETS)))
def test_each_recall_lets_a_memory_live_longer(
    moment: datetime, strength: float, preset: str
) -> None:
    """The very thing that the seed's inverted formula broke."""
    curve = PRESETS[preset]
    later = moment + timedelta(days=1)
    before = curve.fades_at(moment, strength, pinned=False)
    after = curve.fades_at(later, strength + curve.step, pinned=False)
    assert after > before or after == FOREVER
    assert after - later > before - moment or after == FOREVER


@given(STRENGTHS)
def test_pinned_never_fades(strength: float) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert COMPANION.fades_at(now, strength, pinned=True) == FOREVER
    assert COMPANION.forgotten_at(now, strength, pinned=True) == FOREVER


def test_an_endless_strength_stays_within_the_calendar() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert COMPANION.fades_at(now, 1e12, pinned=False) == FOREVER


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_matters_more_starts_stronger(first: float, second: float) -> None:
    small, large = sorted((first, second))
    assert COMPANION.strength_of(small) <= COMPANION.strength_of(large)


def test_importance_plays_no_part_in_the_paper_s_preset() -> None:
    assert PAPER.strength_of(0) == PAPER.strength_of(1) == 1
    assert PAPER.step == 1


def test_the_companion_s_lifetimes_are_those_it_documents() -> None:
    def days(curve: Curve, importance: float) -> float:
        return curve.strength_of(importance) * curve.fade_span

    assert days(COMPANION, 0.0) == pytest.approx(90, abs=1)
    assert days(COMPANION, 0.5) == pytest.approx(360, abs=1)
    assert days(COMPANION, 1.0) == pytest.approx(4 * 365, abs=25)
    assert COMPANION.step * COMPANION.fade_span == pytest.approx(180, abs=1)
    assert days(PAPER, 0.5) == pytest.approx(3.0, abs=0.01)
