"""Ranking: from what a store found to what a reply is given."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.ids import MemoryId
from brain.memory.ranking import (
    QUERY_CHARACTERS,
    SHARE,
    SHARES,
    WHOLE_SHARE_CHARACTERS,
    Neighbour,
    Recalled,
    Scored,
    asked_times,
    current_retention,
    fuse,
    rank,
    shorten_query,
    spread,
)
from brain.memory.record import Kind, Memory
from tests.factories import DAY, MINUTE, NOON, memory

BERLIN = ZoneInfo("Europe/Berlin")
MEMORIES = [memory(f"number {n}", id=f"m{n}", said_at=NOON + n * MINUTE) for n in range(8)]


def ranking(*numbers: int) -> tuple[tuple[Memory, float], ...]:
    return tuple((MEMORIES[n], 1.0 - rank / 10) for rank, n in enumerate(numbers))


def scored(*pairs: tuple[Memory, float]) -> Scored:
    return Scored({known.id: known for known, _ in pairs}, {k.id: score for k, score in pairs})


def order(found: Scored, limit: int = 9) -> list[str]:
    return [one.memory.id for one in rank(found, now=NOON, limit=limit)]


def beside(turn: int, other: int, distance: int) -> Neighbour:
    return Neighbour(MemoryId(f"m{turn}"), MEMORIES[other], distance)


def test_found_by_both_beats_found_by_one() -> None:
    found = fuse(ranking(1, 2, 3), ranking(4, 2, 5))
    assert found.best(1) == ["m2"]


def test_words_count_twice_what_meaning_counts_and_only_differences_of_meaning_count() -> None:
    a, b, c = MEMORIES[:3]
    found = fuse(((a, 0.86), (b, 0.85), (c, 0.84)), ((c, 7.0), (a, 3.5)))
    assert found.scores == pytest.approx({"m0": 0.5 + 0.5, "m1": 0.25, "m2": 1.0})


def test_a_clear_first_is_further_ahead_than_a_narrow_one() -> None:
    a, b = MEMORIES[:2]
    clear, narrow = (fuse((), ((a, 9.0), (b, score))).scores for score in (1.0, 8.0))
    assert clear[b.id] < narrow[b.id] < narrow[a.id] == clear[a.id]


def test_what_the_prompt_holds_anyway_sets_no_measure_for_the_rest() -> None:
    a, b, c = MEMORIES[:3]
    dense, lexical = ((a, 0.99), (b, 0.8), (c, 0.7)), ((a, 90.0), (b, 2.0))
    without = fuse(dense, lexical, without={MemoryId("m0")})
    assert without == fuse(dense[1:], lexical[1:])
    assert without.scores == pytest.approx({"m1": 1.5, "m2": 0.0})


def test_nothing_found_gives_nothing() -> None:
    assert rank(spread(fuse((), ()), ()), now=NOON, limit=6) == ()


def test_alike_in_meaning_all_of_them_count() -> None:
    assert fuse(((MEMORIES[0], 0.8), (MEMORIES[1], 0.8)), ()).scores == {"m0": 0.5, "m1": 0.5}


def test_what_was_said_after_gets_more_than_what_was_said_before_and_the_near_more() -> None:
    found = scored((MEMORIES[3], 1.0))
    around = [beside(3, n, n - 3) for n in (1, 2, 4, 5)]
    scores = spread(found, around).scores
    assert scores == pytest.approx({"m3": 1.0, "m4": 0.6, "m2": 0.42, "m5": 0.36, "m1": 0.252})


def test_a_long_turn_gets_less_from_its_neighbours() -> None:
    found = scored((MEMORIES[0], 1.0))
    texts = ["x" * WHOLE_SHARE_CHARACTERS, "x" * (4 * WHOLE_SHARE_CHARACTERS)]
    usual, long = (memory(text, said_at=NOON + MINUTE) for text in texts)
    around = [Neighbour(MemoryId("m0"), turn, 1) for turn in (usual, long)]
    scores = spread(found, around).scores
    assert (scores[usual.id], scores[long.id]) == pytest.approx((SHARE, SHARE / 2))


def test_shares_are_of_the_score_before_they_were_passed_on() -> None:
    found = scored((MEMORIES[0], 1.0), (MEMORIES[1], 1.0))
    scores = spread(found, [beside(0, 1, 1), beside(1, 0, -1)]).scores
    assert scores == pytest.approx({"m0": 1.42, "m1": 1.6})


def test_neighbours_that_the_prompt_holds_anyway_are_left_out() -> None:
    found = spread(scored((MEMORIES[0], 1.0)), [beside(0, 1, 1)], without={MemoryId("m1")})
    assert found.best(9) == ["m0"]


def test_a_turn_of_another_conversation_is_no_neighbour() -> None:
    much_later = memory("Good morning.", said_at=NOON + timedelta(hours=7))
    found = spread(scored((MEMORIES[0], 1.0)), [Neighbour(MemoryId("m0"), much_later, 1)])
    assert found.best(9) == ["m0"]


def test_a_note_gets_as_much_from_its_turns_as_a_turn_from_its_neighbours() -> None:
    """Notes have no neighbours: they would be buried under turns that have."""
    turns, day = MEMORIES[:5], memory("A day.", kind=Kind.DAY, sources=[m.id for m in MEMORIES])
    found = scored(*((turn, 1.0) for turn in turns), (day, 1.0))
    around = [beside(n, m, m - n) for n in range(5) for m in range(5) if 0 < abs(m - n) <= 2]
    scores = spread(found, around).scores
    assert (
        scores[day.id] == pytest.approx(1.0 + sum(SHARES)) == pytest.approx(scores[MemoryId("m2")])
    )


def test_a_reply_that_was_given_a_memory_passes_nothing_on_to_it() -> None:
    """The sources of a turn are what it was told, not what it is made of."""
    told = memory("I see.", sources=["m0"])
    found = scored((MEMORIES[0], 1.0), (told, 0.5))
    assert spread(found, ()).scores == found.scores


def test_a_question_gives_way_to_a_statement() -> None:
    asked, told, answered = (
        memory("Where did I go?", id="a"),
        memory("I went to Kyoto.", id="b"),
        memory("Where was it?", reply="去了京都吗？", id="c"),
    )
    assert order(scored((asked, 1.0), (told, 0.95), (answered, 1.0))) == ["b", "a", "c"]


def test_a_day_its_turns_and_its_facts_do_not_fill_the_list() -> None:
    turns = [memory(f"Hiking, {n}.") for n in range(6)]
    day = memory("They hiked.", kind=Kind.DAY, sources=[turn.id for turn in turns])
    facts = [
        memory(f"Likes hills, {n}.", kind=Kind.FACT, sources=[turn.id])
        for n, turn in enumerate(turns)
    ]
    others = [memory(f"Something else, {n}.") for n in range(2)]
    found = scored(
        (day, 1.0), *((one, 0.98) for one in (*turns, *facts)), *((one, 0.8) for one in others)
    )
    picked = order(found, limit=6)
    assert picked[0] == day.id
    assert {one.id for one in others} < set(picked)


def test_two_facts_of_one_turn_both_stand() -> None:
    cat, town, tea = (
        memory(text, kind=Kind.FACT, sources=["m0"]) for text in ("Has a cat.", "Lives in Ulm.", "")
    )
    found = scored((cat, 1.0), (town, 0.99), (MEMORIES[0], 0.97), (MEMORIES[1], 0.9), (tea, 0.1))
    assert order(found, limit=4) == [cat.id, town.id, "m1", "m0"]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Last week I was ill.", []),
        ("What did I do on 3 February?", [3]),
        ("What did I do yesterday?", [28]),
        ("What did I say today?", [1]),
        ("What shall we do tomorrow?", []),
        ("What am I doing in May 2027?", []),
    ],
)
def test_only_times_that_are_over_and_today_are_asked_for(said: str, days: list[int]) -> None:
    found = asked_times(said, now=NOON, zone=BERLIN, language="en")
    begun = [span.first.astimezone(BERLIN).day for span in found]
    assert begun == days or (days == [] and all(span.until <= NOON + DAY for span in found))
    assert all(span.first <= NOON for span in found)


@pytest.mark.parametrize(
    ("text", "said_at", "counts"),
    [
        ("I bought a lamp.", NOON - 26 * DAY, True),
        ("I bought a lamp.", NOON - 21 * DAY, True),
        ("I bought a lamp.", NOON - 18 * DAY, False),
        ("I bought a lamp.", NOON - 27 * DAY, False),
        ("Three weeks ago I bought a lamp.", NOON - 5 * DAY, True),
        ("On 3 February we will meet.", NOON - 50 * DAY, True),
    ],
)
def test_what_was_said_then_or_speaks_of_then_comes_first(
    text: str,
    said_at: datetime,
    counts: bool,  # noqa: FBT001
) -> None:
    then, else_ = memory(text, id="then", said_at=said_at), memory("A lamp.", id="else")
    times = asked_times("What was on 3 February?", now=NOON, zone=BERLIN, language="en")
    found = scored((then, 1.0), (else_, 1.1))
    ranked = rank(found, now=NOON, limit=9, times=times)
    assert (ranked[0].memory.id == "then") is counts
    assert len(ranked) == 2


@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(0, 9))
def test_the_order_is_total_and_the_limit_holds(
    first: list[int], second: list[int], limit: int
) -> None:
    def found() -> tuple[Recalled, ...]:
        both = fuse(ranking(*first), ranking(*second))
        return rank(spread(both, [beside(0, 1, 1)]), now=NOON, limit=limit)

    assert found() == found()
    assert len(found()) == min(limit, 8)
    scores = [one.score for one in found()]
    assert scores == sorted(scores, reverse=True)


def test_retention_breaks_ties_but_does_not_rule() -> None:
    """A strong recency weight buries old truths (measured elsewhere: 4 points on LoCoMo)."""
    old = memory("old", id="old", said_at=NOON - timedelta(days=300))
    new = memory("new", id="new", said_at=NOON)
    assert order(scored((old, 1.0), (new, 1.0))) == ["new", "old"]
    assert order(scored((old, 1.0), (new, 0.9))) == ["old", "new"]


def test_retention_is_told_and_a_pinned_memory_keeps_all_of_it() -> None:
    later = NOON + timedelta(days=100)
    assert current_retention(memory(strength=100), later) < 0.37
    assert current_retention(memory(pinned=True), later) == 1


def test_a_long_paste_is_searched_by_both_its_ends() -> None:
    text = "a" * 50_000 + "Now what is my cat called?"
    assert shorten_query("short") == "short"
    assert shorten_query(text).endswith("Now what is my cat called?")
    assert len(shorten_query(text)) <= QUERY_CHARACTERS + 1
