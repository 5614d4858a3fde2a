"""Settings of recall: asked over one store, and chosen on other data than they are scored on."""

import json
from pathlib import Path

from benchmarks.recall_settings import (
    AS_IT_IS,
    Setting,
    leaving_one_out,
    load,
    measure,
    settings_of,
)
from brain.evaluation.lives import Question
from brain.evaluation.scores import Outcome
from brain.ids import MemoryId, PersonId
from tests.doubles import HashEmbedder
from tests.factories import NOON


def test_values_are_changed_one_by_one_or_combined() -> None:
    varied: dict[str, list[object]] = {
        "brain.memory.bm25.MESSAGE_B": [0.1, 0.2],
        "brain.recall.REACH": [1],
    }
    one_by_one = settings_of(varied, combined=False)
    assert [one.name for one in one_by_one] == [
        "as it is",
        "MESSAGE_B 0.1",
        "MESSAGE_B 0.2",
        "REACH 1",
    ]
    combined = settings_of(varied, combined=True)
    assert [one.name for one in combined] == [
        "as it is",
        "MESSAGE_B 0.1, REACH 1",
        "MESSAGE_B 0.2, REACH 1",
    ]
    assert combined[1].changes == (("brain.memory.bm25.MESSAGE_B", 0.1), ("brain.recall.REACH", 1))


FLOOR = "LEAST", "ENOUGH_OF_FEW"


async def test_settings_that_are_asked_together_find_what_each_finds_alone(tmp_path: Path) -> None:
    texts = [
        "The kitten sleeps in the old piano of my aunt, who plays no more since last spring.",
        "Kitten!",
        "We went to the lake.",
        "The kitten went to the vet?",
        "The lake was cold, and the kitten stayed at home with the piano.",
    ]
    lines: list[dict[str, object]] = [
        {
            "turn": {
                "id": str(number),
                "person": "ann",
                "text": text,
                "said_at": f"2026-01-01T12:0{number}:00Z",
            }
        }
        for number, text in enumerate(texts)
    ]
    lines += [
        {
            "question": {
                "person": "ann",
                "text": text,
                "asked_at": "2026-02-01T12:00:00Z",
                "evidence": ["0"],
            }
        }
        for text in ("Where does the kitten sleep?", "What was cold at the lake yesterday?")
    ]
    (tmp_path / "recall").mkdir()
    file = tmp_path / "recall" / "data.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    settings = [
        AS_IT_IS,
        Setting("all", tuple((f"brain.memory.relevance.{name}", -99.0) for name in FLOOR)),
        Setting("long", (("brain.memory.bm25.MESSAGE_B", 0.0),)),
        Setting("words", (("brain.memory.ranking.DENSE_WEIGHT", 0.0),)),
        Setting("alone", (("brain.recall.REACH", 0), ("brain.memory.bm25.MESSAGE_B", 1.0))),
    ]
    together = (await measure(load(tmp_path), settings, HashEmbedder()))["data.jsonl"]
    for setting in settings:
        alone = (await measure(load(tmp_path), [setting], HashEmbedder()))["data.jsonl"]
        assert alone[setting.name] == together[setting.name]
    assert len({str(outcomes) for outcomes in together.values()}) > 1


def found(*ranks: int) -> list[Outcome]:
    """Returns outcomes whose evidence stands at these ranks, counted from 0."""
    question = Question(
        person=PersonId("ann"), text="?", asked_at=NOON, evidence=frozenset({MemoryId("a")})
    )
    return [
        Outcome(question, (*(MemoryId(f"other {n}") for n in range(rank)), MemoryId("a")))
        for rank in ranks
    ]


def test_each_data_set_is_told_with_what_is_best_on_the_others() -> None:
    settings = [AS_IT_IS, Setting("new")]
    outcomes = {
        "one": {"as it is": found(0, 0, 0, 0), "new": found(0, 0, 7, 7)},
        "two": {"as it is": found(6, 6), "new": found(0, 0)},
    }
    table = leaving_one_out(outcomes, settings)
    columns = [list(column.cells) for column in table.columns]
    assert columns[:2] == [["one", "two"], ["new", "as it is"]]
    # Differences 0, 0, -1, -1: their standard deviation is .5774, over the root of 4.
    assert columns[2] == ["50.0 (-50.0 ±28.9)", "0.0 (+0.0 ±0.0)"]
    assert columns[3] == ["100.0 (+0.0 ±0.0)", "100.0 (+0.0 ±0.0)"]
