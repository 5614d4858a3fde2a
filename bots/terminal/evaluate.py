"""Defines the command `siliconfriend eval`."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from platformdirs import user_cache_path

from bots.opening import SilentGenerator, open_embedder, open_generator, open_store
from bots.settings.answering_model import uses_demonstration_model
from bots.settings.root import Settings
from bots.terminal.evaluation_tables import (
    forgetting_tables,
    growth_table,
    retrieval_tables,
    weights_table,
)
from bots.terminal.options import debug_option
from bots.terminal.progress import progress_bar
from bots.terminal.session import Session, open_session, output
from brain.clock import ManualClock
from brain.companion import Companion
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting_plot import SUFFIXES, plot_forgetting
from brain.evaluation.retrieval import Method
from brain.evaluation.runs import (
    DataSet,
    Remark,
    RunResult,
    load_any,
    load_locomo,
    load_memorybank,
    run_forgetting,
    run_retrieval,
)
from brain.evaluation.sandbox import Sandbox
from brain.evaluation.vector_cache import CachingEmbedder
from brain.memory.retention import Curve

if TYPE_CHECKING:
    from brain.ports import Generator

LOADERS = {
    "recall": load_any,
    "memorybank": load_memorybank,
    "locomo": load_locomo,
    "forgetting": load_any,
}
"""How the data of each evaluation is read."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Time at which the clock begins, before all data."""


@click.command("eval")
@click.argument("what", type=click.Choice(list(LOADERS)))
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--json", "figures", type=click.Path(path_type=Path), help="Write the figures to a file."
)
@click.option("--limit", type=click.IntRange(min=1), help="Use only the first N people.")
@click.option(
    "--embedder",
    type=click.Choice(["bundled", "onnx", "sentence-transformers", "openai"]),
    help="Embedder to measure; default: the setting `embedder.kind`.",
)
@click.option(
    "--method",
    type=click.Choice([method.value for method in Method]),
    multiple=True,
    help="How memories are found; may be given several times. Default: every method.",
)
@click.option(
    "--plot",
    "picture",
    type=click.Path(path_type=Path),
    help="Plot forgetting to a .svg or .png file.",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: user_cache_path("siliconfriend"),
    help="Folder to keep vectors in for the next run; default: the user's cache folder.",
)
@click.option("--no-cache", is_flag=True, help="Keep no vectors.")
@debug_option
def command(
    *,
    what: str,
    path: Path,
    figures: Path | None,
    limit: int | None,
    embedder: str | None,
    method: tuple[str, ...],
    picture: Path | None,
    cache: Path,
    no_cache: bool,
) -> None:
    """Measure recall on the data at PATH, with a chat's own recall in a temporary store.

    recall asks the questions in a file of JSON Lines (docs/recall.md describes it) when they come.
    memorybank asks MemoryBank's probing questions (a folder with en and cn). locomo asks LoCoMo's
    questions (a file such as locomo10.json). forgetting lives through any of these, or a folder
    with all of them, and compares rules of forgetting: what can still be answered where each keeps
    75, 50 and 25 % of what was said. It also tells how much stronger the turns grew that questions
    need than the others, as replies use them and as they are given.
    """
    session = open_session()
    if picture and picture.suffix not in SUFFIXES:
        raise click.BadParameter(", ".join(SUFFIXES), param_hint="--plot")
    for file in (figures, picture):
        if file and not file.parent.is_dir():
            raise BadBenchmark(path=str(file), reason="unwritable")
    settings = session.settings
    if embedder:
        chosen = settings.embedder.model_copy(update={"kind": embedder})
        settings = settings.model_copy(update={"embedder": chosen})
    methods = tuple(map(Method, method)) or tuple(Method)
    data = LOADERS[what](path, limit=limit)
    kept_in = None if no_cache else cache
    result = asyncio.run(_run(session, settings, what, data, methods=methods, kept_in=kept_in))
    _show(session, result)
    try:
        if figures:
            figures.write_text(
                json.dumps(_figures(what, result), indent=2, ensure_ascii=False) + "\n"
            )
        if picture and result.forgetting:
            plot_forgetting(result.forgetting, picture)
    except OSError as error:
        raise BadBenchmark(path=error.filename or str(path), reason="unwritable") from error


async def _run(
    session: Session,
    settings: Settings,
    what: str,
    data: Sequence[DataSet],
    *,
    methods: tuple[Method, ...],
    kept_in: Path | None,
) -> RunResult:
    async with AsyncExitStack() as stack:
        embedder = CachingEmbedder(
            await stack.enter_async_context(open_embedder(settings.embedder)), folder=kept_in
        )
        generator: Generator = SilentGenerator()
        if what == "memorybank" and not uses_demonstration_model(settings):
            generator = await stack.enter_async_context(open_generator(settings.model))
        clock = ManualClock(LONG_AGO)

        @asynccontextmanager
        async def opened(curve: Curve) -> AsyncIterator[Companion]:
            with TemporaryDirectory() as folder:
                address = f"sqlite:{Path(folder) / 'memories.db'}"
                async with open_store(settings, address=address) as store:
                    await store.check_embedder(
                        curve=curve, embedder=embedder.name, dimensions=embedder.dimensions
                    )
                    yield Companion(
                        store=store,
                        embedder=embedder,
                        generator=generator,
                        clock=clock,
                        curve=curve,
                        persona=str,
                    )

        sandbox = Sandbox(open=opened, clock=clock)
        with progress_bar("") as show:

            def progress(step: str, done: int, total: int) -> None:
                show(done, total, title=session.say(f"evaluation-{step}"))

            if what == "forgetting":
                return await run_forgetting(sandbox, data, progress=progress)
            judging = not isinstance(generator, SilentGenerator)
            result = await run_retrieval(
                sandbox, data, methods=methods, judging=judging, progress=progress
            )
        if what != "memorybank":
            return result
        remarks = [Remark("evaluation-paper"), *result.remarks]
        if not judging:
            remarks.append(Remark("evaluation-no-judge", is_notice=True))
        return replace(result, remarks=tuple(remarks))


def _show(session: Session, result: RunResult) -> None:
    console = output()
    for table in forgetting_tables(result.forgetting):
        console.print(table)
    if result.weights:
        console.print(weights_table(result.weights))
    if result.growth:
        console.print(growth_table(result.growth))
    for part in result.retrieval:
        for table in retrieval_tables(session, part):
            console.print(table)
    for remark in result.remarks:
        click.echo(session.say(remark.key, **remark.values), err=remark.is_notice)


def _figures(what: str, result: RunResult) -> dict[str, Any]:
    return {
        "benchmark": what,
        "embedder": result.embedder,
        "retrieval": [
            {"data": part.name, "method": method.value, "kind": kind, "questions": questions}
            | {name: score.value for name, score in scores.items()}
            | {"standard_errors": {name: score.error for name, score in scores.items()}}
            for part in result.retrieval
            for method, kind, questions, scores in part.rows()
        ],
        "answers": [asdict(marks) | {"data": name} for name, marks in result.marks.items()],
        "forgetting": [
            asdict(one) | {"is_significant": one.is_significant} for one in result.forgetting
        ],
        "weights": {name: asdict(one) for name, one in result.weights.items()},
        "growth": [
            {"rule": one.rule, "person": one.person}
            | asdict(one.growth)
            | {"ratio_until_asked": one.growth.ratio_until_asked, "ratio": one.growth.ratio}
            for one in result.growth
        ],
    }
