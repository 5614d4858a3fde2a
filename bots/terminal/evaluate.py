"""Defines the command `siliconfriend eval`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from bots.opening import SilentGenerator, open_embedder, open_generator, open_store
from bots.settings.answering_model import uses_demonstration_model
from bots.settings.root import Settings
from bots.terminal.evaluation_tables import forgetting_table, retrieval_tables
from bots.terminal.options import debug_option
from bots.terminal.progress import progress_bar
from bots.terminal.session import Session, open_session, output
from brain.clock import ManualClock
from brain.companion import Companion
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting_plot import SUFFIXES, plot_forgetting
from brain.evaluation.retrieval import Method
from brain.evaluation.runs import RunResult, run_forgetting, run_locomo, run_memorybank
from brain.evaluation.sandbox import CachingEmbedder, Sandbox
from brain.memory.retention import Curve

if TYPE_CHECKING:
    from brain.ports import Generator

RUNS = {"memorybank": run_memorybank, "locomo": run_locomo, "forgetting": run_forgetting}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Time at which the clock begins, before all data."""


@click.command("eval")
@click.argument("what", type=click.Choice(list(RUNS)))
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--json", "figures", type=click.Path(path_type=Path), help="Write the figures to a file."
)
@click.option("--limit", type=click.IntRange(min=1), help="Use only the first N people.")
@click.option(
    "--embedder",
    type=click.Choice(["bundled", "sentence-transformers", "openai"]),
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
) -> None:
    """Measure recall on the data at PATH, with a chat's own recall in a temporary store.

    memorybank asks MemoryBank's probing questions (a folder with en and cn). locomo asks LoCoMo's
    questions (a file such as locomo10.json). forgetting replays months of either, without
    forgetting, with the paper's forgetting, and with the default one.
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
    result = asyncio.run(_run(session, settings, what, path, limit=limit, methods=methods))
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
    path: Path,
    *,
    limit: int | None,
    methods: tuple[Method, ...],
) -> RunResult:
    async with AsyncExitStack() as stack:
        embedder = CachingEmbedder(
            await stack.enter_async_context(open_embedder(settings.embedder))
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

        with progress_bar("") as show:
            return await RUNS[what](
                Sandbox(open=opened, clock=clock),
                path,
                limit=limit,
                methods=methods,
                judging=not isinstance(generator, SilentGenerator),
                progress=lambda step, done, total: show(
                    done, total, title=session.say(f"evaluation-{step}")
                ),
            )


def _show(session: Session, result: RunResult) -> None:
    console = output()
    if result.forgetting:
        console.print(forgetting_table(result.forgetting))
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
            {"data": part.name, "method": method.value, "category": category} | figures
            for part in result.retrieval
            for method, category, figures in part.rows()
        ],
        "answers": [asdict(marks) | {"data": name} for name, marks in result.marks.items()],
        "forgetting": [asdict(one) for one in result.forgetting],
    }
