"""Ranking: fusing what a store found."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from brain.memory.recall import QUERY_CHARACTERS, current_retention, fuse, gist
from brain.memory.record import Memory
from tests.factories import NOON, memory

MEMORIES = [memory(f"number {n}", id=f"m{n}") for n in range(8)]


def ranking(*numbers: int) -> tuple[tuple[Memory, float], ...]:
    return tuple((MEMORIES[n], 1.0) for n in numbers)


def test_found_by_both_beats_found_by_one() -> None:
    best = fuse(ranking(1, 2, 3), ranking(4, 2, 5), now=NOON, limit=1)
    assert [r.memory.id for r in best] == ["m2"]


def test_what_the_prompt_holds_anyway_is_left_out() -> None:
    found = fuse(ranking(0, 1, 2), now=NOON, limit=9, without={"m0", "m2"})
    assert [r.memory.id for r in found] == ["m1"]


@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(0, 9))
def test_the_order_is_total_and_the_limit_holds(
    first: list[int], second: list[int], limit: int
) -> None:
    found = fuse(ranking(*first), ranking(*second), now=NOON, limit=limit)
    again = fuse(ranking(*first), ranking(*second), now=NOON, limit=limit)
    assert found == again
    assert len(found) == min(limit, 8)
    assert [r.score for r in found] == sorted((r.score for r in found), reverse=True)


def test_retention_breaks_ties_but_does_not_rule() -> None:
    """A strong recency weight buries old truths (measured elsewhere: 4 points on LoCoMo)."""
    old = memory("old", id="old", said_at=NOON - timedelta(days=300))
    new = memory("new", id="new", said_at=NOON)
    tie = fuse(((old, 1.0),), ((new, 1.0),), now=NOON, limit=2)
    assert [r.memory.id for r in tie] == ["new", "old"]
    clear = fuse(((old, 1.0), (new, 0.9)), now=NOON, limit=2)
    assert [r.memory.id for r in clear] == ["old", "new"]


def test_retention_is_told_and_a_pinned_memory_keeps_all_of_it() -> None:
    later = NOON + timedelta(days=100)
    assert current_retention(memory(strength=100), later) < 0.37
    assert current_retention(memory(pinned=True), later) == 1


def test_a_long_paste_is_searched_by_both_its_ends() -> None:
    text = "a" * 50_000 + "Now what is my cat called?"
    assert gist("short") == "short"
    assert gist(text).endswith("Now what is my cat called?")
    assert len(gist(text)) <= QUERY_CHARACTERS + 1
