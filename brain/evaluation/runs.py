"""Runs the three benchmarks, from the path of their data to their figures."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from brain.companion import Companion
from brain.errors import AnswerUnusable, FormRefused
from brain.evaluation.cases import DEPTH, Case, Question, Scores
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting import ForgettingMeasurement, PersonHistory, replay
from brain.evaluation.judging import Judgement, Marks, judge
from brain.evaluation.loading import LoadedCases, load_locomo, load_memorybank, turns_of
from brain.evaluation.locomo import read_locomo
from brain.evaluation.memorybank import ProbedBank, read_memorybank
from brain.evaluation.retrieval import Method, Retrieval, ask
from brain.evaluation.sandbox import Sandbox
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import FormFiller

ALL_CATEGORIES = "every"
"""Stands for all categories together in the rows of a result."""
LOCOMO_DEPTHS = (5, DEPTH)
MEMORYBANK_DEPTHS = (1, 2, 6, DEPTH)
"""The paper gave its model 2 memories, and a turn of this companion is given 6."""

Steps = Callable[[str, int, int], None]
"""Called with the step (`filling`, `asking`, `replaying`), the items done, and all items."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence to print beside the figures, as a key and values of the catalogue."""

    key: str
    values: Mapping[str, str | float] = field(default_factory=dict)
    is_notice: bool = False
    """Whether the sentence says why a figure is missing."""


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """What the methods found for one set of questions."""

    name: str
    """Name of the benchmark, with its language if it has several."""
    methods: tuple[Method, ...]
    depths: tuple[int, ...]
    """The numbers of memories at which `any@` is scored."""
    retrievals: tuple[Retrieval, ...]

    def rows(self) -> Iterator[tuple[Method, str, dict[str, float]]]:
        """Yields the scores of each method and category, `ALL_CATEGORIES` first in each method.

        The scores are by name: `questions`, their number, and the shares of `Scores.figures`.
        """
        categories = dict.fromkeys(one.question.category for one in self.retrievals)
        for method in self.methods:
            for category in (ALL_CATEGORIES, *categories):
                outcomes = [
                    one.outcome(method)
                    for one in self.retrievals
                    if category in {ALL_CATEGORIES, one.question.category}
                ]
                scores = Scores.of(outcomes, self.depths)
                yield method, category, {"questions": scores.questions, **scores.figures()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """All results of one run of a benchmark; what the benchmark does not measure is empty."""

    embedder: str
    """Name of the embedder."""
    retrieval: tuple[RetrievalResult, ...] = ()
    marks: Mapping[str, Marks] = field(default_factory=dict)
    """The marks of the replies, by language."""
    forgetting: tuple[ForgettingMeasurement, ...] = ()
    remarks: tuple[Remark, ...] = ()


async def run_locomo(
    sandbox: Sandbox,
    path: Path,
    *,
    limit: int | None,
    methods: Sequence[Method],
    judging: bool,  # noqa: ARG001 all benchmarks have the same parameters
    progress: Steps,
) -> RunResult:
    """Ask LoCoMo's questions about long conversations.

    Args:
        sandbox: opens the store, and holds the clock.
        path: the file of the data.
        limit: how many conversations to use; all of them without it.
        methods: the methods to compare.
        judging: not used, as replies are judged for MemoryBank alone.
        progress: called as the run goes on.

    Raises:
        BadBenchmark: the data cannot be used.
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    conversations = await asyncio.to_thread(read_locomo, path, limit=limit)
    async with sandbox.open(COMPANION) as companion:
        loaded = await load_locomo(companion, conversations, progress=_step(progress, "filling"))
        retrievals = await _ask(sandbox, companion, loaded, methods, progress)
        part = RetrievalResult("locomo", tuple(methods), LOCOMO_DEPTHS, tuple(retrievals))
        return RunResult(embedder=companion.embedder.name, retrieval=(part,))


async def run_memorybank(
    sandbox: Sandbox,
    path: Path,
    *,
    limit: int | None,
    methods: Sequence[Method],
    judging: bool,
    progress: Steps,
) -> RunResult:
    """Ask MemoryBank's probing questions.

    Args:
        sandbox: opens the store of each language, and holds the clock.
        path: the folder of the data.
        limit: how many people to use in each language; all of them without it.
        methods: the methods to compare.
        judging: whether the model also answers the questions, and judges its answers.
        progress: called as the run goes on.

    Raises:
        BadBenchmark: the data cannot be used.
        EmbedderError: the embedder failed.
        StoreError: the store failed.
        GeneratorError: the model failed.
    """
    parts: list[RetrievalResult] = []
    marks: dict[str, Marks] = {}
    remarks = [Remark("evaluation-paper")]
    embedder = ""
    for bank in await asyncio.to_thread(read_memorybank, path, limit=limit):
        async with sandbox.open(COMPANION) as companion:
            embedder = companion.embedder.name
            loaded = await load_memorybank(
                sandbox, companion, bank, progress=_step(progress, "filling")
            )
            retrievals = await _ask(sandbox, companion, loaded, methods, progress)
            name = f"memorybank {bank.language}"
            parts.append(
                RetrievalResult(name, tuple(methods), MEMORYBANK_DEPTHS, tuple(retrievals))
            )
            if loaded.unanswered:
                values: dict[str, str | float] = {"language": bank.language}
                values["count"] = loaded.unanswered
                remarks.append(Remark("evaluation-not-asked", values))
            if judging:
                remark = await _judge(companion, bank, loaded, marks, progress)
                remarks.append(remark)
    if not judging:
        remarks.append(Remark("evaluation-no-judge", is_notice=True))
    return RunResult(embedder=embedder, retrieval=tuple(parts), marks=marks, remarks=tuple(remarks))


async def run_forgetting(
    sandbox: Sandbox,
    path: Path,
    *,
    limit: int | None,
    methods: Sequence[Method],  # noqa: ARG001 all benchmarks have the same parameters
    judging: bool,  # noqa: ARG001
    progress: Steps,
) -> RunResult:
    """Replay the months of the data with several curves of forgetting.

    Args:
        sandbox: opens the stores, and holds the clock.
        path: MemoryBank's folder, or LoCoMo's file.
        limit: how many people or conversations to use; all of them without it.
        methods: not used, as only the companion's own recall forgets.
        judging: not used, as replies are judged for MemoryBank alone.
        progress: called as the run goes on.

    Raises:
        BadBenchmark: the data cannot be used, or has no turns.
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    filling = _step(progress, "filling")
    histories: list[PersonHistory] = []
    embedder = ""
    if await asyncio.to_thread(path.is_dir):
        for bank in await asyncio.to_thread(read_memorybank, path, limit=limit):
            async with sandbox.open(COMPANION) as companion:
                embedder = companion.embedder.name
                loaded = await load_memorybank(sandbox, companion, bank, progress=filling)
                histories += [await _history_of(companion, case) for case in loaded.cases]
    else:
        conversations = await asyncio.to_thread(read_locomo, path, limit=limit)
        async with sandbox.open(COMPANION) as companion:
            embedder = companion.embedder.name
            loaded = await load_locomo(companion, conversations, progress=filling)
            histories += [await _history_of(companion, case) for case in loaded.cases]
    histories = [history for history in histories if history.turns]
    if not histories:
        raise BadBenchmark(path=str(path), reason="not-memorybank")
    measurements = await replay(sandbox, histories, progress=_step(progress, "replaying"))
    return RunResult(embedder=embedder, forgetting=tuple(measurements))


async def _history_of(companion: Companion, case: Case) -> PersonHistory:
    turns = await turns_of(companion, case.person)
    scope = Scope.everything_of(case.person.id)
    vectors = await companion.store.vectors(scope, [turn.id for turn in turns])
    return PersonHistory(case, turns, vectors)


async def _ask(
    sandbox: Sandbox,
    companion: Companion,
    loaded: LoadedCases,
    methods: Sequence[Method],
    progress: Steps,
) -> list[Retrieval]:
    retrievals: list[Retrieval] = []
    total = sum(len(case.questions) for case in loaded.cases)
    for case in loaded.cases:
        sandbox.set_clock(case.now)
        async for one in ask(companion, case, methods):
            retrievals.append(one)
            progress("asking", len(retrievals), total)
    return retrievals


async def _judge(
    companion: Companion,
    bank: ProbedBank,
    loaded: LoadedCases,
    marks: dict[str, Marks],
    progress: Steps,
) -> Remark:
    model = companion.generator.name
    asked: list[tuple[Case, Question]] = [
        (case, question) for case in loaded.cases for question in case.questions
    ]
    judgements: list[Judgement] = []
    refused = Remark("evaluation-judge-refused", {"model": model}, is_notice=True)
    if not isinstance(companion.generator, FormFiller):
        return refused
    try:
        for number, (case, question) in enumerate(asked, start=1):
            # A question for which the judge did not fill in the form is not counted.
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
