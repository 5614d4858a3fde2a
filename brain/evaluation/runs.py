"""Runs the evaluations, from the path of their data to their figures."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from brain.errors import AnswerUnusable, FormRefused
from brain.evaluation.forgetting import (
    SHARES,
    ForgettingMeasurement,
    GrowthMeasurement,
    measure,
    measure_growth,
)
from brain.evaluation.json_files import read_text
from brain.evaluation.judging import Judgement, Marks, judge
from brain.evaluation.lives import Life, read_lives
from brain.evaluation.living import LivedLife, live
from brain.evaluation.locomo import read_locomo
from brain.evaluation.memorybank import read_memorybank
from brain.evaluation.retrieval import Method, Retrieval, Steps, ask, embed
from brain.evaluation.rules import RULES
from brain.evaluation.sandbox import Sandbox
from brain.evaluation.scores import DEPTH, Mean, mean_scores
from brain.evaluation.use_weights import fit
from brain.memory.importance import UseWeights
from brain.memory.retention import COMPANION
from brain.ports import FormFiller

ALL_KINDS = "every"
"""Stands for the questions of all kinds together in the rows of a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """The people of one table of figures."""

    name: str
    lives: Sequence[Life]
    depths: tuple[int, ...] = (5, DEPTH)
    """The numbers of memories at which `any@` is scored."""
    unanswered: int = 0
    """Number of questions that are left out because no turn holds their answer."""


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
    methods: tuple[Method, ...]
    depths: tuple[int, ...]
    """The numbers of memories at which `any@` is scored."""
    retrievals: tuple[Retrieval, ...]

    def rows(self) -> Iterator[tuple[Method, str, int, Mapping[str, Mean]]]:
        """Yields the number of questions and the scores of each method and kind of question.

        `ALL_KINDS` comes first in each method; questions without a kind are only counted there.
        """
        kinds = dict.fromkeys(one.question.kind for one in self.retrievals if one.question.kind)
        for method in self.methods:
            for kind in (ALL_KINDS, *kinds):
                outcomes = [
                    one.outcome(method)
                    for one in self.retrievals
                    if kind in {ALL_KINDS, one.question.kind}
                ]
                yield method, kind, len(outcomes), mean_scores(outcomes, self.depths)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """All results of one run; what was not measured is empty."""

    embedder: str
    """Name of the embedder."""
    retrieval: tuple[RetrievalResult, ...] = ()
    marks: Mapping[str, Marks] = field(default_factory=dict)
    """The marks of the replies, by the name of the data."""
    forgetting: tuple[ForgettingMeasurement, ...] = ()
    growth: tuple[GrowthMeasurement, ...] = ()
    weights: Mapping[str, UseWeights] = field(default_factory=dict)
    """The weights of `predict_use` fitted on all data but those of that name, and on all of it."""
    remarks: tuple[Remark, ...] = ()


def load_lives(path: Path, *, limit: int | None = None) -> list[DataSet]:
    """Return the people in a file of JSON Lines. Raises BadBenchmark."""
    return [DataSet(name=path.name, lives=read_lives(path, limit=limit))]


def load_locomo(path: Path, *, limit: int | None = None) -> list[DataSet]:
    """Return LoCoMo's conversations in a file. Raises BadBenchmark."""
    return [DataSet(name="locomo", lives=read_locomo(path, limit=limit))]


def load_memorybank(path: Path, *, limit: int | None = None) -> list[DataSet]:
    """Return MemoryBank's people in a folder, by language. Raises BadBenchmark."""
    return [
        # The paper gave its model 2 memories, and a turn of this companion is given 6.
        DataSet(
            name=f"memorybank {bank.language}",
            lives=bank.lives,
            depths=(1, 2, 5, 6, DEPTH),
            unanswered=bank.unanswered,
        )
        for bank in read_memorybank(path, limit=limit)
    ]


def load_any(path: Path, *, limit: int | None = None) -> list[DataSet]:
    """Return the people of MemoryBank's folder, LoCoMo's file, or a file of JSON Lines.

    A folder that holds `locomo/`, `memorybank/` and `recall/`, or some of them, is read whole.

    Raises:
        BadBenchmark: the data cannot be used.
    """
    if path.is_dir():
        parts = [
            *path.glob("locomo/*.json"),
            *path.glob("memorybank"),
            *path.glob("recall/*.json*"),
        ]
        if parts:
            return [one for part in sorted(parts) for one in load_any(part, limit=limit)]
        return load_memorybank(path, limit=limit)
    is_list = read_text(path).lstrip().startswith("[")
    return (load_locomo if is_list else load_lives)(path, limit=limit)


async def run_retrieval(
    sandbox: Sandbox,
    data: Sequence[DataSet],
    *,
    methods: Sequence[Method],
    judging: bool,
    progress: Steps,
) -> RunResult:
    """Ask the questions of each data set in an empty store.

    Args:
        sandbox: opens the stores, and holds the clock.
        data: the people.
        methods: the methods to compare.
        judging: whether the model also answers the questions, and judges its answers.
        progress: called as the run goes on.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
        GeneratorError: the model failed.
    """
    parts: list[RetrievalResult] = []
    marks: dict[str, Marks] = {}
    remarks: list[Remark] = []
    embedder = ""
    for part in data:
        retrievals: list[Retrieval] = []
        judgements: list[Judgement] = []
        async with sandbox.open(COMPANION) as companion:
            embedder, model = companion.embedder.name, companion.generator.name
            can_judge = judging and isinstance(companion.generator, FormFiller)
            async for asked in ask(sandbox, companion, part.lives, progress=progress):
                found = {method: await asked.find(method) for method in methods}
                retrievals.append(Retrieval(asked.question, found))
                if can_judge:
                    try:
                        # A question for which the judge did not fill in the form is not counted.
                        with suppress(AnswerUnusable):
                            judgements.append(await judge(companion, asked.question))
                    except FormRefused:
                        can_judge = False
        parts.append(RetrievalResult(part.name, tuple(methods), part.depths, tuple(retrievals)))
        if part.unanswered:
            unanswered: dict[str, str | float] = {"data": part.name, "count": part.unanswered}
            remarks.append(Remark("evaluation-not-asked", unanswered))
        if can_judge and judgements:
            marks[part.name] = means = Marks.of(judgements)
            remarks.append(_marks_remark(part.name, model, means))
        elif judging:
            remarks.append(Remark("evaluation-judge-refused", {"model": model}, is_notice=True))
    return RunResult(embedder=embedder, retrieval=tuple(parts), marks=marks, remarks=tuple(remarks))


async def run_forgetting(
    sandbox: Sandbox, data: Sequence[DataSet], *, progress: Steps
) -> RunResult:
    """Compare the rules of forgetting, and how strength grows.

    Args:
        sandbox: opens the stores, and holds the clock.
        data: the people.
        progress: called as the run goes on.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    lived: dict[str, list[LivedLife]] = {}
    embedder = ""
    for part in data:
        async with sandbox.open(COMPANION) as companion:
            embedder = companion.embedder.name
            embedded = await embed(companion, part.lives, progress=_step(progress, "filling"))
            lived[part.name] = await live(
                sandbox, companion, part.lives, embedded, progress=_step(progress, "replaying")
            )
    weights = await asyncio.to_thread(_fitted, lived)
    questions = sum(len(life.questions) for part in data for life in part.lives)
    runs = 1 + len(SHARES) * (len(RULES) + (len(lived) > 1))
    asked = 0

    def answered(count: int) -> None:
        nonlocal asked
        asked += count
        progress("asking", asked, runs * questions)

    measured: list[ForgettingMeasurement] = []
    for name, lives in lived.items():
        of_others = weights.get(name)
        measured += await measure(sandbox, name, lives, weights=of_others, progress=answered)
    people = [life for lives in lived.values() for life in lives]
    grown = await asyncio.to_thread(lambda: tuple(measure_growth(people)))
    return RunResult(embedder=embedder, forgetting=tuple(measured), growth=grown, weights=weights)


def _fitted(lived: Mapping[str, Sequence[LivedLife]]) -> dict[str, UseWeights]:
    """Return the weights fitted without each set of data, where there are several, and on all.

    MemoryBank's two languages are translations of each other, and left out together.
    """
    found = {}
    for name in (*lived, ALL_KINDS):
        others = [lives for other, lives in lived.items() if other.split()[0] != name.split()[0]]
        if any(
            question.evidence
            for lives in others
            for one in lives
            for question in one.life.questions
        ):
            found[name] = fit(others)
    return found


def _marks_remark(data: str, model: str, marks: Marks) -> Remark:
    return Remark(
        "evaluation-marks",
        {
            "data": data,
            "model": model,
            "count": marks.judged,
            "correctness": f"{marks.correctness:.2f}",
            "coherence": f"{marks.coherence:.2f}",
        },
    )


def _step(progress: Steps, step: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(step, done, total)
