"""Which statements replace earlier ones, and which hold beside them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from brain.memory.record import Memory
from brain.memory.updates import may_replace, replaces
from tests.factories import DAY, MINUTE, NOON, memory


def lines(name: str) -> list[dict[str, Any]]:
    text = Path(__file__).with_name(name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


CASES = lines("updates.jsonl")
PAIRS = lines("update_pairs.jsonl")
PLAIN = lines("updates_plain.jsonl")
LEAST = 0.8
"""The share of the pairs that is to be linked."""


def turns(case: dict[str, Any]) -> list[Memory]:
    return [
        memory(
            turn["text"],
            language=case["language"],
            said_at=NOON - timedelta(days=turn["days_ago"]),
        )
        for turn in case["turns"]
    ]


def pairs(language: str) -> Iterator[bool]:
    """Whether the newer statement of each pair of a language replaces the older one."""
    for case in CASES:
        if case["language"] == language and "newer" in case:
            said = turns(case)
            yield replaces(said[case["newer"]], said[case["older"]])
    for pair in PAIRS:
        if pair["language"] == language and "newer" in pair:
            newer = memory(pair["newer"], language=language, said_at=NOON + DAY)
            yield replaces(newer, memory(pair["older"], language=language))


@pytest.mark.parametrize("language", ["en", "zh", "es"])
def test_most_statements_that_contradict_an_earlier_one_replace_it(language: str) -> None:
    found = list(pairs(language))
    assert sum(found) >= LEAST * len(found)


def test_statements_that_both_hold_do_not_replace_each_other() -> None:
    wrong = []
    for case in CASES:
        if "both_hold" in case:
            said = turns(case)
            one, other = (said[index] for index in case["both_hold"])
            if replaces(other, one) or replaces(one, other):
                wrong.append(case["id"])
    for pair in PAIRS:
        for one, other in permutations(pair.get("both_hold", ()), 2):
            newer = memory(other, language=pair["language"], said_at=NOON + DAY)
            if replaces(newer, memory(one, language=pair["language"])):
                wrong.append(other)
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "seen", "least"),
    [("en", True, 41), ("zh", True, 48), ("en", False, 3), ("zh", False, 5)],
)
def test_a_plain_change_is_noticed(*, language: str, seen: bool, least: int) -> None:
    cases = [one for one in PLAIN if one["language"] == language and one["seen"] is seen]
    pairs = [(turns(one), one) for one in cases if "newer" in one]
    assert sum(replaces(said[one["newer"]], said[one["older"]]) for said, one in pairs) >= least


def test_plain_statements_that_both_hold_do_not_replace_each_other() -> None:
    both = [(turns(one), one) for one in PLAIN if "both_hold" in one]
    assert len(both) == 80
    assert [one["id"] for (first, second), one in both if replaces(second, first)] == []


def test_a_change_that_is_announced_holds_for_what_follows() -> None:
    older = memory("We're going to Portugal in August.")
    text = "Change of plan, we're going to Croatia in August."
    assert replaces(memory(text, said_at=NOON + DAY), older)
    assert not replaces(memory("We're going to Croatia in August.", said_at=NOON + DAY), older)


@pytest.mark.parametrize(
    ("language", "older", "newer"),
    [
        ("en", "My friend Ines lives in Lisbon.", "My friend Karl moved to Vienna."),
        ("en", "My friend lives in Lisbon.", "My friend lives in Vienna."),
        ("zh", "我朋友小丽住在深圳", "我朋友阿强搬到西安了"),
        ("es", "Mi amiga Ana vive en Lima.", "Mi amiga Eva se mudó a Quito."),
    ],
)
def test_two_friends_have_a_home_each(language: str, older: str, newer: str) -> None:
    said = memory(newer, language=language, said_at=NOON + DAY)
    assert not replaces(said, memory(older, language=language))


@pytest.mark.parametrize(
    ("language", "older", "newer", "is_replaced"),
    [
        ("en", "I eat meat.", "I don't eat meat.", True),
        ("en", "I know Leeds.", "I don't know.", False),
        ("en", "I cycle to work.", "I walk to work these days.", True),
        ("en", "I like rock music.", "I like folk music now.", False),
        ("zh", "我吃辣", "我不吃辣", True),
        ("zh", "我晚饭吃米饭", "我现在晚饭吃沙拉", True),
        ("es", "Como carne.", "No como carne.", True),
    ],
)
def test_a_denial_and_another_word_in_the_same_sentence(
    *, language: str, older: str, newer: str, is_replaced: bool
) -> None:
    said = memory(newer, language=language, said_at=NOON + DAY)
    assert replaces(said, memory(older, language=language)) is is_replaced


def test_what_another_says_replaces_nothing() -> None:
    film = memory('In the film he says "I moved to Alaska".', said_at=NOON + DAY)
    assert not replaces(film, memory("I live in Hackney."))


def test_what_was_said_earlier_replaces_nothing() -> None:
    earlier = memory("I moved to Osaka.")
    later = memory("I live in Kyoto.", said_at=NOON + DAY)
    assert not replaces(earlier, later)
    assert replaces(later, memory("I live in Osaka."))


@pytest.mark.parametrize(
    "text",
    [
        "I might move to Osaka.",
        "Should I move to Osaka?",
        "If I moved to Osaka, I'd miss you.",
        "I want to move to Osaka one day.",
        "My brother moved to Osaka.",
        "I used to live in Osaka.",
        "I moved the sofa to the kitchen.",
    ],
)
def test_a_plan_a_wish_and_the_life_of_others_replace_nothing(text: str) -> None:
    assert not replaces(memory(text, said_at=NOON + DAY), memory("I live in Kyoto."))


def test_a_correction_counts_within_its_conversation_alone() -> None:
    party = memory("The party is on the 12th.")
    text = "Sorry, I meant the 14th."
    assert replaces(memory(text, said_at=NOON + MINUTE), party)
    assert not replaces(memory(text, said_at=NOON + DAY), party)


def test_small_talk_is_not_searched_for() -> None:
    assert not may_replace(memory("It rained all day."))
    assert may_replace(memory("I moved to Osaka."))


def test_a_language_without_frames_replaces_nothing() -> None:
    assert not may_replace(memory("Ich bin umgezogen.", language="de"))
