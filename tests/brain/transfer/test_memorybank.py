import json
from datetime import date
from typing import Any

import pytest

from brain.transfer.memorybank import Bank, is_bank, read_bank
from tests.shared import shared

DAY = "2023-04-27"


def bank_of(**fields: Any) -> Bank:  # noqa: ANN401 whatever a file may hold
    return read_bank({"Ann": {"name": "Ann", **fields}})


def said(text: str, **fields: object) -> dict[str, object]:
    return {"query": text, "response": "I see.", **fields}


@pytest.mark.parametrize(("folder", "name"), [("en", " Jason "), ("cn", "张曼婷")])
def test_the_published_banks_are_read_whole(folder: str, name: str) -> None:
    path = shared(f"data/memorybank/{folder}/memory_bank_{folder}.json")
    data = json.loads(path.read_text("utf-8"))
    assert is_bank(data)
    assert name in data
    bank = read_bank(data)
    assert len(bank.people) == 15
    assert sum(person.total for person in bank.people) == 566
    assert bank.junk == 0
    assert name.strip() in [person.name for person in bank.people]


def test_names_lose_their_stray_spaces() -> None:
    bank = read_bank({" John  Zhang\n": {"history": {DAY: [said("Hello there")]}}})
    assert [person.name for person in bank.people] == ["John Zhang"]


def test_a_blank_key_gives_way_to_the_name_inside() -> None:
    bank = read_bank({" ": {"name": " Ivy ", "history": {DAY: [said("Hello there")]}}})
    assert [person.name for person in bank.people] == ["Ivy"]


def test_what_has_no_name_at_all_is_counted() -> None:
    bank = read_bank({"": {"history": {DAY: [said("one"), said("two")]}}})
    assert bank.people == ()
    assert bank.junk == 2


@pytest.mark.parametrize(
    "spelling",
    [
        "2023-04-27",
        " 2023-04-27 ",
        "2023-4-27",
        "2023/04/27",
        "2023.4.27",
        "2023_04_27",
        "20230427",
        "2023年4月27日",
        "2023-04-27 08:15:00",
        "2023-04-27T08:15:00",
        "２０２３-04-27",
    ],
)
def test_dates_are_understood_in_odd_forms(spelling: str) -> None:
    [person] = bank_of(history={spelling: [said("Hello there")]}).people
    assert person.turns[0].day == date(2023, 4, 27)


@pytest.mark.parametrize(
    "spelling", ["", "today", "2023-13-01", "2023-02-30", "27-04-2023", "0000-01-01", "9999-12-31"]
)
def test_turns_of_an_unreadable_date_are_counted(spelling: str) -> None:
    bank = bank_of(history={spelling: [said("one"), said("two")], DAY: [said("three")]})
    assert [turn.text for turn in bank.people[0].turns] == ["three"]
    assert bank.junk == 2


def test_two_spellings_of_a_date_are_one_day_in_order() -> None:
    [person] = bank_of(history={DAY: [said("one")], "2023/4/27": [said("two")]}).people
    assert [(turn.index, turn.text) for turn in person.turns] == [(0, "one"), (1, "two")]


def test_junk_among_turns_is_counted_and_keeps_its_index() -> None:
    history = {
        DAY: [
            said("one"),
            None,
            7,
            "text",
            {},
            ["only one"],
            said(""),
            {"query": 5, "response": "x"},
            {"query": "number as an answer", "response": 5},
            said("ten"),
        ]
    }
    bank = bank_of(history=history)
    assert [(turn.index, turn.text) for turn in bank.people[0].turns] == [(0, "one"), (9, "ten")]
    assert bank.junk == 8


def test_pairs_are_turns_too() -> None:
    [person] = bank_of(history={DAY: [["Hello there", "Hi"]]}).people
    assert (person.turns[0].text, person.turns[0].reply) == ("Hello there", "Hi")


@pytest.mark.parametrize("response", ["", "  ", None])
def test_an_empty_response_is_no_reply(response: str | None) -> None:
    bank = bank_of(history={DAY: [{"query": "Hello there", "response": response}]})
    assert bank.people[0].turns[0].reply is None
    assert bank.junk == 0


def test_a_missing_response_is_no_reply() -> None:
    assert bank_of(history={DAY: [{"query": "Hello"}]}).people[0].turns[0].reply is None


def test_control_characters_and_surrogates_go() -> None:
    [person] = bank_of(history={DAY: [said("a\x00b\ud800c: d")]}).people
    assert person.turns[0].text == "abc: d"


def test_empty_days_and_missing_keys_are_no_junk() -> None:
    bank = bank_of(history={DAY: [], "2023-04-28": None, "2023-04-29": [said("one")]})
    assert bank.people[0].total == 1
    assert bank.junk == 0


def test_a_person_of_whom_there_is_nothing_is_left_out() -> None:
    bank = read_bank({"Ann": {"name": "Ann"}, "Bo": {"history": {DAY: [said("one")]}}})
    assert [person.name for person in bank.people] == ["Bo"]
    assert bank.junk == 0


def test_the_forgetting_mode_is_read() -> None:
    fields = {
        "memory_id": "Ann_2023-04-27_0",
        "memory_strength": 3,
        "last_recall_date": "2023-05-01",
    }
    bank = bank_of(
        history={DAY: [said("one", **fields)]}, summary={DAY: {"content": "She spoke.", **fields}}
    )
    [person] = bank.people
    for entry in (*person.turns, *person.summaries):
        assert entry.strength == 3.0


@pytest.mark.parametrize("strength", [None, "3", 0, -1, 0.5, float("nan"), float("inf"), 10**400])
def test_an_impossible_strength_counts_as_none(strength: object) -> None:
    bank = bank_of(history={DAY: [said("one", memory_strength=strength, last_recall_date=5)]})
    assert bank.people[0].turns[0].strength is None


def test_summaries_are_read_in_both_forms_and_empty_ones_passed_over() -> None:
    summary = {
        DAY: "She spoke of her cat.",
        "2023-04-28": {"content": "She was tired."},
        "2023-04-29": {"content": ""},
        "2023-04-30": "",
        "2023-05-01": 5,
        "some day": "lost",
    }
    bank = bank_of(summary=summary)
    assert [entry.text for entry in bank.people[0].summaries] == [
        "She spoke of her cat.",
        "She was tired.",
    ]
    assert bank.junk == 2


def test_what_was_concluded_of_a_person_is_read() -> None:
    bank = bank_of(
        history={DAY: [said("one")]},
        personality={"2023/4/27": "shy", "2023-04-28": "", "2023-04-29": {"content": "glad"}},
        overall_history={"content": " She has a cat. "},
        overall_personality="She likes short answers.",
        meta_information={"hobbies": "painting"},
    )
    [person] = bank.people
    assert [(entry.day.day, entry.text) for entry in person.insights] == [(27, "shy"), (29, "glad")]
    assert person.history == "She has a cat."
    assert person.portrait == "She likes short answers."
    assert person.total == 5
    assert bank.junk == 0


@pytest.mark.parametrize("nothing", ["", None, {}, {"content": ""}])
def test_empty_conclusions_are_passed_over(nothing: object) -> None:
    bank = bank_of(
        history={DAY: [said("one")]},
        personality={DAY: nothing},
        overall_history=nothing,
        overall_personality=nothing,
    )
    assert bank.people[0].total == 1
    assert bank.junk == 0


def test_conclusions_of_another_shape_are_counted() -> None:
    bank = bank_of(
        history={DAY: [said("one")]},
        personality={DAY: 5, "some day": "shy", "2023-04-28": ["glad"]},
        overall_history=["She has a cat."],
        overall_personality={"content": 5},
    )
    assert bank.people[0].total == 1
    assert bank.junk == 5


@pytest.mark.parametrize("history", ["text", 5, [said("one")]])
def test_a_history_of_another_shape_is_counted(history: object) -> None:
    bank = bank_of(history=history)
    assert bank.people == ()
    assert bank.junk == 1


@pytest.mark.parametrize(
    "data", [[], "text", 1, None, {"name": "package", "author": {"name": "x"}}, {"a": {"b": {}}}]
)
def test_other_json_is_no_bank(data: object) -> None:
    assert not is_bank(data)
