from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.memory.creation import first_strength
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import FOREVER, Kind, Memory
from brain.memory.retention import COMPANION, PAPER, Curve
from brain.messages import Person
from brain.transfer.memorybank import BankPerson, Entry
from brain.transfer.memorybank_placement import memories_of
from tests.brain.transfer.helpers import ANNA, BERT, NOW, SHANGHAI

DAY = date(2023, 4, 27)
NOON = datetime(2023, 4, 27, 4, 0, tzinfo=UTC)
"""Of Shanghai."""


def entry(
    index: int = 0,
    text: str = "I went to the park.",
    *,
    day: date = DAY,
    strength: float | None = None,
) -> Entry:
    return Entry(
        day=day,
        index=index,
        text=text,
        reply="How nice.",
        strength=strength,
    )


def place(
    *turns: Entry,
    summaries: tuple[Entry, ...] = (),
    person: Person = ANNA,
    zone: ZoneInfo = SHANGHAI,
    curve: Curve = COMPANION,
) -> list[Memory]:
    source = BankPerson(name="Ann", turns=turns, summaries=summaries)
    return list(memories_of(source, person=person, zone=zone, curve=curve, now=NOW))


def test_turns_follow_each_other_from_noon_in_the_persons_zone() -> None:
    memories = place(entry(0), entry(1), entry(4))
    assert [memory.said_at - NOON for memory in memories] == [
        timedelta(0),
        timedelta(minutes=1),
        timedelta(minutes=4),
    ]
    assert {memory.zone for memory in memories} == {"Asia/Shanghai"}
    assert all(memory.private and memory.kind is Kind.TURN for memory in memories)


@given(
    st.integers(1, 3_000),
    st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"]),
)
def test_a_day_of_any_length_stays_within_its_date_and_order(count: int, zone: str) -> None:
    turns = [entry(index, text="ok") for index in range(count)]
    memories = place(*turns, summaries=(entry(text="ok"),), zone=ZoneInfo(zone))
    assert {memory.said_at.astimezone(ZoneInfo(zone)).date() for memory in memories} == {DAY}
    summary, *told = memories
    assert all(a.said_at < b.said_at for a, b in pairwise([*told, summary]))
    assert all(memory.said_at.microsecond % 1_000 == 0 for memory in memories)


def test_a_memory_counts_as_recalled_at_the_import() -> None:
    [memory] = place(entry())
    assert memory.last_recalled == NOW
    assert memory.strength == first_strength(
        memory.text, kind=memory.kind, importance=memory.importance, curve=COMPANION
    )
    assert memory.fades_at > NOW


@pytest.mark.parametrize("curve", [COMPANION, PAPER])
def test_each_recall_in_the_file_is_worth_a_step_of_the_curve(curve: Curve) -> None:
    [never] = place(entry(strength=1.0), curve=curve)
    [thrice] = place(entry(strength=4.0), curve=curve)
    assert never.strength == first_strength(
        never.text, kind=never.kind, importance=never.importance, curve=curve
    )
    assert thrice.strength == pytest.approx(never.strength + 3 * curve.step)


def test_a_summary_comes_after_its_day_and_names_its_turns() -> None:
    summary, *turns = place(
        entry(0), entry(2), summaries=(entry(text="Ann went to the park, twice."),)
    )
    assert summary.kind is Kind.DAY
    assert summary.sources == tuple(turn.id for turn in turns)
    assert summary.said_at > turns[-1].said_at
    assert summary.period == "2023-04-27"
    assert summary.id == node_id(Group(ANNA.id, None), Kind.DAY, "2023-04-27")


def test_what_was_concluded_of_a_person_stands_in_the_tree_of_summaries() -> None:
    tomorrow = date(2023, 4, 28)
    source = BankPerson(
        name="Ann",
        turns=(entry(0),),
        summaries=(entry(text="Ann went to the park."),),
        insights=(entry(text="Ann is cheerful."), entry(text="Ann is tired.", day=tomorrow)),
        history="Ann went to the park.",
        portrait="Ann is cheerful, and likes short answers.",
    )
    placed = memories_of(source, person=ANNA, zone=SHANGHAI, curve=PAPER, now=NOW)
    day, first, turn, second, history, portrait = placed
    group = Group(ANNA.id, None)
    for memory, kind, period, sources in (
        (day, Kind.DAY, "2023-04-27", (turn.id,)),
        (first, Kind.INSIGHT, "2023-04-27", (turn.id,)),
        (second, Kind.INSIGHT, "2023-04-28", ()),
        (history, Kind.HISTORY, LIFE, (day.id,)),
        (portrait, Kind.PORTRAIT, LIFE, (first.id, second.id)),
    ):
        assert (memory.kind, memory.period, memory.sources) == (kind, period, sources)
        assert memory.id == node_id(group, kind, period)
        assert memory.said_at <= history.said_at == portrait.said_at
        assert (memory.forgotten_at == FOREVER) is (kind is not Kind.DAY)


def test_a_person_who_is_only_portrayed_is_so_from_now_on() -> None:
    source = BankPerson(name="Ann", turns=(), summaries=(), portrait="Ann is cheerful.")
    [portrait] = memories_of(source, person=ANNA, zone=SHANGHAI, curve=PAPER, now=NOW)
    assert (portrait.kind, portrait.said_at, portrait.sources) == (Kind.PORTRAIT, NOW, ())


def test_a_summary_of_a_day_without_turns_stands_alone() -> None:
    [summary] = place(summaries=(entry(text="Ann went to the park."),))
    assert summary.kind is Kind.DAY
    assert summary.sources == ()
    assert summary.said_at == NOON


def test_ids_follow_from_person_date_and_words_alone() -> None:
    first = place(entry(0, "One"), entry(1, "Two"), summaries=(entry(),))
    moved = place(entry(2, "One"), entry(5, "Two", strength=2.0), summaries=(entry(),))
    assert [memory.id for memory in first] == [memory.id for memory in moved]
    edited = place(entry(0, "Mended text"), entry(1, "Two"), summaries=(entry(),))
    assert {one.id for one in first} - {one.id for one in edited} == {first[1].id}
    other = place(entry(0, "One"), entry(1, "Two"), summaries=(entry(),), person=BERT)
    assert len({memory.id for memory in first + other}) == 6


def test_the_language_is_that_of_each_text_and_else_of_the_rest() -> None:
    memories = place(entry(0, "今天我去了公园。"), entry(1, "OK"), entry(2, "I like the park."))
    assert [memory.language for memory in memories] == ["zh", "zh", "en"]
