"""What rules of forgetting keep."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from brain.evaluation.forgetting import keep
from brain.evaluation.lives import Life, Question, RecordedTurn, to_memory
from brain.evaluation.living import LivedLife, LivedTurn
from brain.evaluation.rules import RULES
from brain.ids import MemoryId, PersonId
from brain.memory.reinforcement import Exchange
from brain.memory.retention import COMPANION
from tests.factories import DAY, NOON

ANN = PersonId("ann")
TEXTS = (
    "My name is Ann and I live in Lucerne.",
    "ok",
    "I bought a cello, a kettle and two lamps at the market in Zug.",
    "hello",
)


def lived(texts: Sequence[str], *, asked: Sequence[tuple[int, int]]) -> LivedLife:
    """Returns a life with a turn a day.

    Args:
        texts: what was said.
        asked: after which turn a question comes, and the number of the turn that it needs.
    """
    events: list[RecordedTurn | Question] = []
    turns: dict[MemoryId, LivedTurn] = {}
    for number, text in enumerate(texts):
        turn = RecordedTurn(
            id=MemoryId(str(number)),
            person=ANN,
            text=text,
            said_at=NOON + number * DAY,
            language="en",
        )
        memory = to_memory(turn, curve=COMPANION)
        exchange = Exchange(message=text, reply="", answered_at=turn.said_at)
        turns[turn.id] = LivedTurn(memory=memory, vector=None, exchange=exchange, heard=())
        events.append(turn)
        events += [
            Question(
                person=ANN,
                text="?",
                asked_at=turn.said_at + timedelta(hours=1),
                evidence=frozenset({MemoryId(str(needed))}),
            )
            for after, needed in asked
            if after == number
        ]
    together = tuple(turns[one.id] if isinstance(one, RecordedTurn) else one for one in events)
    return LivedLife(Life(ANN, tuple(events)), together)


def kept(rule: str, life: LivedLife, share: float = 0.5) -> list[list[str]]:
    of_rule = keep(life, {rule: RULES[rule]}, (share,))[rule]
    return [sorted(by_share[share]) for _, by_share in of_rule]


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("oldest first", ["2", "3"]),
        ("paper", ["2", "3"]),
        ("use alone", ["2", "3"]),
        ("importance alone", ["0", "2"]),
        ("companion", ["0", "2"]),
        ("power law", ["0", "2"]),
        ("perfect", ["1", "3"]),
    ],
)
def test_each_rule_keeps_its_own(rule: str, left: list[str]) -> None:
    life = lived(TEXTS, asked=[(3, 1), (3, 3)])
    assert kept(rule, life) == [left, left]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_keeps_the_share_that_it_is_told_to(rule: str) -> None:
    life = lived([f"Day {n} was fine." for n in range(21)], asked=[(9, 3), (20, 4)])
    for _, by_share in keep(life, RULES, (0.75, 0.25))[rule]:
        assert len(by_share[0.75]) in {8, 16}
        assert len(by_share[0.25]) in {3, 6}
    assert [len(one) for one in kept(rule, life, 0.25)] == [3, 6]


def test_what_was_let_go_stays_gone() -> None:
    life = lived(TEXTS, asked=[(1, 1), (1, 1), (3, 0)])
    assert kept("perfect", life) == [["1"], ["1"], ["1", "2"]]


def test_a_turn_that_is_used_is_kept_longer() -> None:
    life = lived(["I like rye.", "I like tea.", "I like figs.", "I like fog."], asked=[(3, 0)])
    used = life.turns[3]
    exchange = Exchange(
        message="What did I like of bread?",
        reply="Rye!",
        answered_at=used.memory.said_at,
        given=[life.turns[0].memory],
    )
    using = LivedTurn(memory=used.memory, vector=None, exchange=exchange, heard=())
    events = tuple(using if one is used else one for one in life.events)
    assert kept("use alone", life, 0.25) == [["3"]]
    assert kept("use alone", LivedLife(life.life, events), 0.25) == [["0"]]
