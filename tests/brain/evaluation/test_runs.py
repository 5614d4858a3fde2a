"""Tests the benchmarks with real stores, from the path of the data to the figures."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from blockbuster import blockbuster_ctx

from brain.errors import FormRefused
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting import SILENCES
from brain.evaluation.forgetting_plot import plot_forgetting
from brain.evaluation.judging import Judgement
from brain.evaluation.loading import load_locomo, turns_of
from brain.evaluation.locomo import read_locomo
from brain.evaluation.memorybank import read_memorybank
from brain.evaluation.retrieval import Method
from brain.evaluation.runs import (
    ALL_CATEGORIES,
    RunResult,
    run_forgetting,
    run_locomo,
    run_memorybank,
)
from brain.evaluation.sandbox import Sandbox
from brain.memory.record import FOREVER
from brain.memory.retention import COMPANION
from brain.messages import ChatMessage
from brain.ports import Form
from brain.texts import say
from tests.brain.evaluation.conftest import TALK
from tests.doubles import NotesGenerator
from tests.shared import shared

EVERY_METHOD = tuple(Method)


async def run(
    benchmark: Callable[..., Any], sandbox: Sandbox, path: Path, *, judging: bool = False
) -> RunResult:
    steps: list[tuple[str, int, int]] = []
    result: RunResult = await benchmark(
        sandbox,
        path,
        limit=2,
        methods=EVERY_METHOD,
        judging=judging,
        progress=lambda *step: steps.append(step),
    )
    assert steps[-1][1] == steps[-1][2] > 0
    return result


async def test_a_talk_becomes_turns_that_never_fade(sandbox: Sandbox, talk: Path) -> None:
    conversations = read_locomo(talk)
    async with sandbox.open(COMPANION) as companion:
        loaded = await load_locomo(companion, conversations, progress=lambda *_: None)
        turns = await turns_of(companion, loaded.cases[0].person)
    assert [turn.text for turn in turns] == [
        "Ann: I adopted a kitten named Pickle.",
        "Bob: Lovely! I started pottery lessons.",
        "Ann: Look at this. [shares a photo of a lighthouse]",
        "Bob: Beautiful weather there.",
    ]
    assert {turn.fades_at for turn in turns} == {FOREVER}
    assert turns[0].said_at.isoformat() == "2023-05-08T13:56:00+00:00"
    assert turns[1].said_at.isoformat() == "2023-05-08T13:57:00+00:00"
    single, multi, nothing = loaded.cases[0].questions
    assert single.evidence == {"locomo:small:D1:1"}
    assert multi.evidence == {"locomo:small:D1:2", "locomo:small:D2:1"}
    assert not nothing.evidence
    assert (nothing.category, nothing.answer) == ("adversarial", "Bob")


async def test_locomo_tells_each_method_and_category(sandbox: Sandbox, talk: Path) -> None:
    result = await run(run_locomo, sandbox, talk)
    [part] = result.retrieval
    rows = {(method, category): figures for method, category, figures in part.rows()}
    assert len(rows) == 3 * 4
    for method in EVERY_METHOD:
        assert rows[method, "single-hop"]["any@5"] == 1.0
        assert rows[method, "adversarial"]["ndcg@10"] == 0.0
        assert rows[method, ALL_CATEGORIES]["any@10"] == pytest.approx(2 / 3)
        assert rows[method, ALL_CATEGORIES]["questions"] == 3


async def test_full_is_the_recall_of_the_companion_itself(
    sandbox: Sandbox, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> tuple[()]:
        return ()

    monkeypatch.setattr("brain.recall.recall", nothing)
    [part] = (await run(run_locomo, sandbox, talk)).retrieval
    found = {method: one.found[method] for one in part.retrievals[:1] for method in EVERY_METHOD}
    assert found[Method.FULL] == ()
    assert found[Method.BM25]
    assert found[Method.DENSE]


async def test_memorybank_without_a_judge_says_so(sandbox: Sandbox, bank: Path) -> None:
    result = await run(run_memorybank, sandbox, bank)
    [part] = result.retrieval
    assert part.name == "memorybank en"
    assert {one.question.category for one in part.retrievals} == {"en"}
    assert all(one.question.evidence for one in part.retrievals)
    assert result.marks == {}
    assert result.remarks[-1].key == "evaluation-no-judge"


class Judge(NotesGenerator):
    """A generator that gives a fixed judgement."""

    def __init__(self, *verdicts: Judgement | Exception) -> None:
        super().__init__()
        self.verdicts = list(verdicts)

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        self.asked.append(tuple(messages))
        verdict = self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0]
        if isinstance(verdict, Exception):
            raise verdict
        return form.model_validate(verdict.model_dump())


@pytest.mark.parametrize("generator", [Judge(Judgement(correctness="right", coherence="partly"))])
async def test_a_judge_marks_every_answer(sandbox: Sandbox, bank: Path, generator: Judge) -> None:
    result = await run(run_memorybank, sandbox, bank, judging=True)
    marks = result.marks["en"]
    assert marks.judged == len(result.retrieval[0].retrievals) > 0
    assert (marks.correctness, marks.coherence) == (1.0, 0.5)
    judged = [
        asked for asked in generator.asked if asked[0].content == say("en", "evaluation-judge")
    ]
    assert len(judged) == marks.judged
    # The reply that is judged is the one that the model gave to what was recalled.
    assert all("Reply: I see." in asked[1].content for asked in judged)


@pytest.mark.parametrize("generator", [Judge(FormRefused(model="tiny"))])
async def test_a_judge_that_cannot_leaves_retrieval(sandbox: Sandbox, bank: Path) -> None:
    result = await run(run_memorybank, sandbox, bank, judging=True)
    assert result.marks == {}
    assert result.remarks[-1].key == "evaluation-judge-refused"


@pytest.mark.parametrize("data", ["talk", "bank"])
async def test_forgetting_loses_what_nobody_recalls_and_nothing_when_it_is_off(
    sandbox: Sandbox, data: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    result = await run(run_forgetting, sandbox, request.getfixturevalue(data))
    by = {(moment.curve, moment.days): moment for moment in result.forgetting}
    assert len(by) == 3 * len(SILENCES)
    for days in SILENCES:
        off, paper, companion = (by[curve, days] for curve in ("off", "paper", "companion"))
        assert off.kept == off.said
        assert paper.kept <= companion.kept <= off.kept
    assert by["paper", 365].kept == 0 == by["paper", 365].any_at_10
    assert by["companion", 30].kept > 0
    assert by["off", 365].any_at_10 == by["off", 0].any_at_10 > 0
    picture = tmp_path / "forgetting.svg"
    plot_forgetting(result.forgetting, picture)
    assert "<svg" in picture.read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "missing"),
        ("{", "not-json"),
        (b"\xff\xfe\x00", "not-utf8"),
        ("{}", "not-locomo"),
        ("[]", "not-locomo"),
        ("[1]", "not-locomo"),
        (json.dumps([{**TALK, "qa": [{"question": "?"}]}]), "not-locomo"),
        (json.dumps([{**TALK, "conversation": {}}]), "not-locomo"),
    ],
)
def test_a_wrong_file_is_told_in_a_sentence(
    tmp_path: Path, content: str | bytes | None, reason: str
) -> None:
    path = tmp_path / "data.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadBenchmark) as told:
        read_locomo(path)
    assert told.value.values["reason"] == reason
    assert str(path) in str(told.value)
    for language in ("en", "zh"):
        assert "{" not in say(language, told.value.key, **told.value.values)


def test_a_folder_is_no_locomo_and_a_file_no_bank(tmp_path: Path, talk: Path, bank: Path) -> None:
    with pytest.raises(BadBenchmark, match="ordinary file"):
        read_locomo(tmp_path)
    for path in (tmp_path / "none", talk, tmp_path):
        with pytest.raises(BadBenchmark):
            read_memorybank(path)
    (bank / "en" / "probing_questions_en.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(BadBenchmark, match="MemoryBank"):
        read_memorybank(bank)


def test_every_label_names_a_turn_that_is_there() -> None:
    banks = read_memorybank(shared("data/memorybank"))
    assert {found.language: len(found.probes) for found in banks} == {"en": 100, "zh": 100}


async def test_nothing_blocks_the_loop(sandbox: Sandbox, talk: Path) -> None:
    with blockbuster_ctx("brain"):
        await run(run_locomo, sandbox, talk)
