"""The format of the evaluation: what is read of a file, and how a wrong line is told."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from brain.evaluation.errors import BadBenchmark
from brain.evaluation.lives import Question, RecordedTurn, read_lives, to_memory
from brain.ids import MemoryId, PersonId
from brain.memory.retention import COMPANION
from brain.texts import say
from tests.shared import shared

TURN: dict[str, Any] = {
    "id": "1",
    "person": "ann",
    "text": "I adopted a kitten.",
    "said_at": "2026-03-01T18:00:00+01:00",
}
QUESTION: dict[str, Any] = {
    "person": "ann",
    "text": "Which pet have I got?",
    "asked_at": "2026-04-01T09:00:00Z",
    "evidence": ["1"],
}


def turn(**changes: object) -> str:
    return json.dumps({"turn": {**TURN, **changes}}, ensure_ascii=False)


def question(**changes: object) -> str:
    return json.dumps({"question": {**QUESTION, **changes}})


def less(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != key}


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_people_are_told_apart_and_keep_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path / "data.jsonl",
        "\ufeff" + turn(reply="Lovely!\r\n", session="a", language="en"),
        turn(id="2", person="bo", text="我养了猫。\u2028真可爱", said_at="2020-01-01T00:00:00Z"),
        "",
        question(without=["1"], kind="fact", answer="a kitten"),
        turn(id="3", said_at="2026-04-01T09:00:00Z"),
    )
    ann, bo = read_lives(path)
    first, asked, last = ann.events
    assert first == RecordedTurn(
        id=MemoryId("1"),
        person=PersonId("ann"),
        text="I adopted a kitten.",
        reply="Lovely!",
        said_at=datetime(2026, 3, 1, 17, tzinfo=UTC),
        session="a",
        language="en",
    )
    assert isinstance(asked, Question)
    assert asked.evidence == asked.without == {"1"}
    assert (asked.kind, asked.language, asked.answer) == ("fact", None, "a kitten")
    assert ann.turns == (first, last)
    assert ann.questions == (asked,)
    [cat] = bo.events
    assert cat.text == "我养了猫。\u2028真可爱"
    assert [life.person for life in read_lives(path, limit=1)] == ["ann"]


def test_a_turn_becomes_the_memory_that_a_chat_would_keep(tmp_path: Path) -> None:
    [life] = read_lives(write(tmp_path / "data.jsonl", turn(text="我养了一只猫。", reply="好！")))
    memory = to_memory(life.turns[0], curve=COMPANION)
    assert (memory.id, memory.person, memory.content) == ("1", "ann", "我养了一只猫。\n好！")
    assert memory.language == "zh"
    assert memory.fades_at > memory.said_at == datetime(2026, 3, 1, 17, tzinfo=UTC)


def test_a_compressed_file_is_read_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(gzip.compress(turn().encode()))
    assert len(read_lives(path)) == 1
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(BadBenchmark, match="cannot be read"):
        read_lives(path)


@pytest.mark.parametrize(
    ("line", "reason", "words"),
    [
        ("{", "bad-line", "line 2: "),
        ("[1]", "bad-line", "Expected `object`"),
        ("{}", "bad-line", "one `turn` or one `question`"),
        ('{"turn": null}', "bad-line", "one `turn` or one `question`"),
        ('{"turns": []}', "bad-line", "unknown field `turns`"),
        (json.dumps({"turn": less(TURN, "id")}), "bad-line", "missing required field `id`"),
        (json.dumps({"question": less(QUESTION, "evidence")}), "bad-line", "`evidence`"),
        (question(evidense=[]), "bad-line", "unknown field `evidense`"),
        (turn(id="2", text=7), "bad-line", "Expected `str`, got `int`"),
        (turn(id="2", text=" \n"), "bad-line", "not empty"),
        (turn(id="2", person=""), "bad-line", "$.turn.person"),
        (turn(id="2", said_at="2026-05-01T18:00:00"), "bad-line", "timezone"),
        (turn(id="2", said_at="yesterday"), "bad-line", "$.turn.said_at"),
        ("[" * 100_000, "bad-line", "line 2: "),
        (turn(), "repeated-id", "the id “1” already"),
        (turn(person="bo"), "repeated-id", "the id “1” already"),
        (turn(id="2", said_at="2026-03-01T16:59:59Z"), "not-in-order", "line 2: this was earlier"),
        (question(evidence=["2"]), "unknown-turn", "no turn “2” before"),
        (question(without=["2"]), "unknown-turn", "no turn “2” before"),
        (question(person="bo"), "unknown-turn", "no turn “1” before"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(
    tmp_path: Path, line: str, reason: str, words: str
) -> None:
    path = write(tmp_path / "data.jsonl", turn(), line)
    with pytest.raises(BadBenchmark) as told:
        read_lives(path)
    assert told.value.values["reason"] == reason
    assert told.value.values["line"] == 2
    assert words in str(told.value)
    for language in ("en", "es", "zh"):
        text = say(language, told.value.key, **told.value.values)
        assert "2" in text
        assert "{ $" not in text


def test_a_file_without_lines_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadBenchmark, match="no turn and no question"):
        read_lives(write(tmp_path / "data.jsonl", "", " "))


def test_the_shared_data_is_read_whole() -> None:
    lives = read_lives(shared("data/recall/realmem4.jsonl.gz"))
    assert len(lives) == 4
    assert sum(len(life.turns) for life in lives) == 2_968
    assert sum(len(life.questions) for life in lives) == 492
