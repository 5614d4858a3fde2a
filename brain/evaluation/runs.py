"""The three benchmarks, from the path of their data to their figures."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from brain.companion import Companion
from brain.errors import AnswerUnusable, FormRefused
from brain.evaluation.cases import DEPTH, Case, Question, Scores
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting import Life, Moment, replay
from brain.evaluation.judging import Judgement, Marks, judge
from brain.evaluation.loading import Filled, fill_locomo, fill_memorybank, history
from brain.evaluation.locomo import read_locomo
from brain.evaluation.memorybank import ProbedBank, read_memorybank
from brain.evaluation.questions import Answered, Method, ask
from brain.evaluation.sandbox import Bench
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import FormFiller

EVERY = "every"
"""Stands for all categories together."""
LOCOMO_DEPTHS = (5, DEPTH)
MEMORYBANK_DEPTHS = (1, 2, 6, DEPTH)
"""2: what the paper gave its model; 6: what a turn is given here."""

Steps = Callable[[str, int, int], None]
"""Called with the step (`filling`, `asking`, `replaying`), how much is done, how much there is."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence beside the figures: key and values of the catalogue."""

    key: str
    values: Mapping[str, str | float] = field(default_factory=dict)
    is_notice: bool = False
    """Whether it says why something is missing."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one set of questions came to."""

    name: str
    methods: tuple[Method, ...]
    depths: tuple[int, ...]
    answered: tuple[Answered, ...]

    def rows(self) -> Iterator[tuple[Method, str, dict[str, float]]]:
        """By method and category, `EVERY` first: questions, and shares from 0 to 1."""
        categories = dict.fromkeys(one.question.category for one in self.answered)
        for method in self.methods:
            for category in (EVERY, *categories):
                outcomes = [
                    one.outcome(method)
                    for one in self.answered
                    if category in {EVERY, one.question.category}
                ]
                scores = Scores.of(outcomes, self.depths)
                yield method, category, {"questions": scores.questions, **scores.figures()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """Everything that came out of a run."""

    embedder: str
    parts: tuple[Part, ...] = ()
    marks: Mapping[str, Marks] = field(default_factory=dict)
    moments: tuple[Moment, ...] = ()
    remarks: tuple[Remark, ...] = ()


async def run_locomo(
    bench: Bench,
    path: Path,
    *,
    limit: int | None,
    methods: Sequence[Method],
    judging: bool,  # noqa: ARG001 as the others have it
    progress: Steps,
) -> Ran:
    """Questions about long conversations. Raises BadBenchmark, EmbedderError, StoreError."""
    conversations = await asyncio.to_thread(read_locomo, path, limit=limit)
    async with bench.open(COMPANION) as companion:
        filled = await fill_locomo(companion, conversations, progress=_step(progress, "filling"))
        answered = await _ask(bench, companion, filled, methods, progress)
        part = Part("locomo", tuple(methods), LOCOMO_DEPTHS, tuple(answered))
        return Ran(embedder=companion.embedder.name, parts=(part,))


async def run_memorybank(
    bench: Bench,
    path: Path,
    *,
    limit: int | None,
    methods: Sequence[Method],
    judging: bool,
    progress: Steps,
) -> Ran:
    """The probing questions. Raises BadBenchmark, EmbedderError, StoreError, GeneratorError."""
    parts: list[Part] = []
    marks: dict[str, Marks] = {}
    remarks = [Remark("evaluation-paper")]
    embedder = ""
    for bank in await asyncio.to_thread(read_memorybank, path, limit=limit):
        async with bench.open(COMPANION) as companion:
            embedder = companion.embedder.name
            filled = await fill_memorybank(
                bench, companion, bank, progress=_step(progress, "filling")
            )
            answered = await _ask(bench, companion, filled, methods, progress)
            name = f"memorybank {bank.language}"
            parts.append(Part(name, tuple(methods), MEMORYBANK_DEPTHS, tuple(answered)))
            if filled.unanswered:
                told: dict[str, str | float] = {"language": bank.language}
                told["count"] = filled.unanswered
                remarks.append(Remark("evaluation-not-asked", told))
            if judging:
                remark = await _judge(companion, bank, filled, marks, progress)
                remarks.append(remark)
    if not judging:
        remarks.append(Remark("evaluation-no-judge", is_notice=True))
    return Ran(embedder=embedder, parts=tuple(parts), marks=marks, remarks=tuple(remarks))


async def run_forgetting(
    bench: Bench,
    path: Path,
    *,
    limit: int | None,
    methods: Sequence[Method],  # noqa: ARG001 as the others have it
    judging: bool,  # noqa: ARG001
    progress: Steps,
) -> Ran:
    """Months lived through. Raises BadBenchmark, EmbedderError, StoreError."""
    filling = _step(progress, "filling")
    lives: list[Life] = []
    embedder = ""
    if await asyncio.to_thread(path.is_dir):
        for bank in await asyncio.to_thread(read_memorybank, path, limit=limit):
            async with bench.open(COMPANION) as companion:
                embedder = companion.embedder.name
                filled = await fill_memorybank(bench, companion, bank, progress=filling)
                lives += [await _life(companion, case) for case in filled.cases]
    else:
        conversations = await asyncio.to_thread(read_locomo, path, limit=limit)
        async with bench.open(COMPANION) as companion:
            embedder = companion.embedder.name
            filled = await fill_locomo(companion, conversations, progress=filling)
            lives += [await _life(companion, case) for case in filled.cases]
    lives = [life for life in lives if life.turns]
    if not lives:
        raise BadBenchmark(path=str(path), reason="not-memorybank")
    moments = await replay(bench, lives, progress=_step(progress, "replaying"))
    return Ran(embedder=embedder, moments=tuple(moments))


async def _life(companion: Companion, case: Case) -> Life:
    turns = await history(companion, case.person)
    scope = Scope.everything_of(case.person.id)
    vectors = await companion.store.vectors(scope, [turn.id for turn in turns])
    return Life(case, turns, vectors)


async def _ask(
    bench: Bench,
    companion: Companion,
    filled: Filled,
    methods: Sequence[Method],
    progress: Steps,
) -> list[Answered]:
    answered: list[Answered] = []
    total = sum(len(case.questions) for case in filled.cases)
    for case in filled.cases:
        bench.stand_at(case.now)
        async for one in ask(companion, case, methods):
            answered.append(one)
            progress("asking", len(answered), total)
    return answered


async def _judge(
    companion: Companion,
    bank: ProbedBank,
    filled: Filled,
    marks: dict[str, Marks],
    progress: Steps,
) -> Remark:
    model = companion.generator.name
    asked: list[tuple[Case, Question]] = [
        (case, question) for case in filled.cases for question in case.questions
    ]
    judgements: list[Judgement] = []
    refused = Remark("evaluation-judge-refused", {"model": model}, is_notice=True)
    if not isinstance(companion.generator, FormFiller):
        return refused
    try:
        for number, (case, question) in enumerate(asked, start=1):
            # A judgement that is none counts neither for nor against.
            with suppress(AnswerUnusable):
                judgements.append(await judge(companion, case, question, language=bank.language))
            progress("asking", number, len(asked))
    except FormRefused:
        return refused
    if not judgements:
        return refused
    marks[bank.language] = means = Marks.of(judgements)
    return Remark(
        "evaluation-marks",
        {
            "language": bank.language,
            "model": model,
            "count": means.judged,
            "correctness": f"{means.correctness:.2f}",
            "coherence": f"{means.coherence:.2f}",
        },
    )


def _step(progress: Steps, step: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(step, done, total)
