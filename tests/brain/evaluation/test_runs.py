"""Tests the benchmarks with real stores, from the path of the data to the figures."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from brain.errors import FormRefused
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting import FITTED_ELSEWHERE, SHARES
from brain.evaluation.forgetting_plot import line_of, plot_forgetting
from brain.evaluation.judging import Judgement
from brain.evaluation.locomo import read_locomo
from brain.evaluation.memorybank import read_memorybank
from brain.evaluation.retrieval import Method
from brain.evaluation.rules import REFERENCE, RULES
from brain.evaluation.runs import (
    ALL_KINDS,
    DataSet,
    RunResult,
    load_any,
    load_locomo,
    load_memorybank,
    run_forgetting,
    run_retrieval,
)
from brain.evaluation.sandbox import Sandbox
from brain.messages import ChatMessage
from brain.ports import Form
from brain.texts import say
from tests.brain.evaluation.conftest import TALK
from tests.doubles import NotesGenerator
from tests.shared import shared

EVERY_METHOD = tuple(Method)


async def run(sandbox: Sandbox, data: Sequence[DataSet], *, judging: bool = False) -> RunResult:
    steps: list[tuple[str, int, int]] = []
    result = await run_retrieval(
        sandbox,
        data,
        methods=EVERY_METHOD,
        judging=judging,
        progress=lambda *step: steps.append(step),
    )
    assert [steps[-1][0], steps[-1][1]] == ["asking", steps[-1][2]]
    return result


def test_a_talk_becomes_turns_and_questions(talk: Path) -> None:
    [part] = load_any(talk)
    [life] = part.lives
    assert [turn.text for turn in life.turns] == [
        "Ann: I adopted a kitten named Pickle.",
        "Bob: Lovely! I started pottery lessons.",
        "Ann: Look at this. [shares a photo of a lighthouse]",
        "Bob: Beautiful weather there.",
    ]
    assert life.turns[0].said_at.isoformat() == "2023-05-08T13:56:00+00:00"
    assert life.turns[1].said_at.isoformat() == "2023-05-08T13:57:00+00:00"
    single, multi, nothing = life.questions
    assert single.asked_at.isoformat() == "2023-08-03T09:06:00+00:00"
    assert single.evidence == {"locomo:small:D1:1"}
    assert multi.evidence == {"locomo:small:D1:2", "locomo:small:D2:1"}
    assert not nothing.evidence
    assert (nothing.kind, nothing.answer) == ("adversarial", "Bob")


async def test_figures_tell_methods_and_kinds_apart(sandbox: Sandbox, talk: Path) -> None:
    [part] = (await run(sandbox, load_locomo(talk))).retrieval
    rows = {(method, kind): (count, scores) for method, kind, count, scores in part.rows()}
    assert len(rows) == 4 * 4
    for method in EVERY_METHOD:
        assert rows[method, "single-hop"][1]["any@5"].value == 1.0
        assert rows[method, "adversarial"][1]["ndcg@10"].value == 0.0
        count, scores = rows[method, ALL_KINDS]
        assert count == 3
        # Scores 1, 1, 0: the sum of squares about the mean is 2 / 3, over n - 1 = 2, over n = 3.
        mean = scores["any@10"]
        assert (mean.value, mean.error) == pytest.approx((2 / 3, 1 / 3))


async def test_full_is_the_recall_of_the_companion_itself(
    sandbox: Sandbox, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> tuple[()]:
        return ()

    monkeypatch.setattr("brain.recall.recall", nothing)
    [part] = (await run(sandbox, load_locomo(talk))).retrieval
    found = part.retrievals[0].found
    assert found[Method.FULL] == ()
    assert all(found[method] for method in EVERY_METHOD if method is not Method.FULL)


def turn(name: str, person: str, text: str, *, day: int) -> dict[str, object]:
    said_at = f"2026-01-{day:02}T12:00:00Z"
    return {"turn": {"id": name, "person": person, "text": text, "said_at": said_at}}


def question(text: str, *, day: int, without: Sequence[str] = ()) -> dict[str, object]:
    asked_at = f"2026-01-{day:02}T13:00:00Z"
    fields = {"person": "ann", "text": text, "asked_at": asked_at, "evidence": ["a"]}
    return {"question": {**fields, "without": without}}


async def test_questions_are_asked_when_they_come_and_leave_out_what_they_name(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    lines = [
        turn("a", "ann", "The kitten sleeps in the piano.", day=1),
        turn("b", "bo", "My kitten is in the garden.", day=1),
        question("Where is the kitten?", day=2),
        question("Where is the kitten?", day=2, without=["a"]),
        turn("c", "ann", "The kitten sleeps in the wardrobe.", day=3),
        turn("d", "ann", "小猫睡在衣柜里。", day=4),
        question("小猫在哪里？", day=31),
        question("Where is the kitten?", day=31, without=["a"]),
    ]
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    [part] = (await run(sandbox, load_any(path))).retrieval
    first, nothing, chinese, last = part.retrievals
    for method in EVERY_METHOD:
        assert first.found[method] == ("a",), "nothing that comes later or is another person's"
        assert nothing.found[method] == ()
        assert set(last.found[method]) <= {"c", "d"}
        assert last.found[method]
    for method in (Method.PLAIN, Method.BM25, Method.FULL):
        assert chinese.found[method][0] == "d"
    assert sandbox.clock.now() == last.question.asked_at


async def test_memorybank_is_asked_by_language(sandbox: Sandbox, bank: Path) -> None:
    result = await run(sandbox, load_memorybank(bank))
    [part] = result.retrieval
    assert part.name == "memorybank en"
    assert part.retrievals
    assert all(one.question.evidence for one in part.retrievals)
    assert result.marks == {}


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
    result = await run(sandbox, load_memorybank(bank), judging=True)
    marks = result.marks["memorybank en"]
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
    result = await run(sandbox, load_memorybank(bank), judging=True)
    assert result.marks == {}
    assert result.remarks[-1].key == "evaluation-judge-refused"


@pytest.mark.parametrize("data", ["talk", "bank"])
async def test_rules_of_forgetting_are_compared_at_equal_shares(
    sandbox: Sandbox, data: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    found = load_any(request.getfixturevalue(data))
    result = await run_forgetting(sandbox, found, progress=lambda *_: None)
    by = {(one.rule, one.share): one for one in result.forgetting}
    assert set(by) == {("none", 1.0), *((rule, share) for rule in RULES for share in SHARES)}
    whole = by["none", 1.0].any_at_10.value
    assert whole > 0
    for share in SHARES:
        assert by["perfect", share].any_at_10.value >= by["random", share].any_at_10.value
        assert by[REFERENCE, share].difference.value == 0.0
        assert not by[REFERENCE, share].is_significant
    picture = tmp_path / "forgetting.svg"
    plot_forgetting(result.forgetting, picture)
    assert "<svg" in picture.read_text("utf-8")


def test_each_rule_is_drawn_by_a_line_of_its_own() -> None:
    lines = [line_of(number, rule) for number, rule in enumerate((*RULES, FITTED_ELSEWHERE))]
    assert len({tuple(one.values()) for one in lines}) == len(lines)


async def test_weights_are_fitted_without_the_data_that_they_are_measured_on(
    sandbox: Sandbox, talk: Path, bank: Path
) -> None:
    data = [*load_any(talk), *load_any(bank)]
    result = await run_forgetting(sandbox, data, progress=lambda *_: None)
    assert set(result.weights) == {"locomo", "memorybank en", ALL_KINDS}
    assert len(set(result.weights.values())) == 3
    rules = {(one.data, one.rule) for one in result.forgetting}
    assert {("locomo", FITTED_ELSEWHERE), ("memorybank en", FITTED_ELSEWHERE)} < rules


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "locomo").mkdir()
    (tmp_path / "locomo" / "one.json").write_text(json.dumps([TALK]), "utf-8")
    (tmp_path / "recall").mkdir()
    turn = {"id": "1", "person": "ann", "text": "Hi.", "said_at": "2026-03-01T18:00:00+01:00"}
    (tmp_path / "recall" / "a.jsonl").write_text(json.dumps({"turn": turn}), "utf-8")
    assert [part.name for part in load_any(tmp_path)] == ["locomo", "a.jsonl"]


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
    for part, unanswered in zip(load_memorybank(shared("data/memorybank")), (1, 0), strict=True):
        assert part.unanswered == unanswered
        assert sum(len(life.questions) for life in part.lives) == 100 - unanswered
        for life in part.lives:
            turns = {turn.id for turn in life.turns}
            assert all(question.evidence <= turns for question in life.questions)


async def test_nothing_blocks_the_loop(sandbox: Sandbox, talk: Path) -> None:
    data = load_locomo(talk)
    with blockbuster_ctx("brain"):
        await run(sandbox, data)
