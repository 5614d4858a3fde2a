"""Chooses settings of recall on some data, and tells what they bring on other data.

    python -m benchmarks.recall_settings DATA
    python -m benchmarks.recall_settings DATA --vary brain.memory.bm25.REPLY_WEIGHT=0.5,1.0

The folder DATA holds `locomo/`, `memorybank/` and `recall/`, or some of them. Each question is
asked once by each setting, through the companion's own recall over one store; a setting replaces
variables, by their full names. With `--vary`, which may be repeated, all combinations are asked;
otherwise `ONE_BY_ONE`. Vectors are kept as `siliconfriend eval` keeps them.

The last table leaves one out: for each data set, the setting with the best NDCG@10 on the other
ones, each of these weighing the same, and what it brings on this one. Differences are over the same
questions, with their standard errors.
"""

import argparse
import asyncio
import itertools
import json
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from platformdirs import user_cache_path
from rich import box
from rich.console import Console
from rich.table import Table

from bots.opening import SilentGenerator
from brain.clock import ManualClock
from brain.companion import Companion
from brain.embedders.e5_small import E5SmallEmbedder
from brain.evaluation.retrieval import Asked, Method, ask
from brain.evaluation.runs import DataSet, load_any
from brain.evaluation.sandbox import Sandbox
from brain.evaluation.scores import DEPTH, Mean, Outcome, mean_scores
from brain.evaluation.vector_cache import CachingEmbedder
from brain.ids import MemoryId
from brain.memory.ranking import asked_times
from brain.memory.record import Vector
from brain.memory.retention import COMPANION, Curve
from brain.memory.temporal import resolved
from brain.messages import Scope
from brain.ports import Candidates, Embedder, MemoryStore
from storage.sqlite.store import SqliteStore

Change = tuple[str, object]
"""The full name of a variable or function, and what replaces it."""
SEARCHING = ("storage.", "brain.memory.bm25.", "brain.memory.lexical.")
"""How the names begin of what changes the searches of a store."""
Outcomes = Mapping[str, Mapping[str, Sequence[Outcome]]]
"""What was found for each question, by the names of the data and of the setting."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A way to retrieve, with some parts of it replaced."""

    name: str
    changes: tuple[Change, ...] = ()
    method: Method = Method.FULL


AS_IT_IS = Setting("as it is")
ONE_BY_ONE: Mapping[str, Sequence[object]] = {
    "brain.memory.ranking.DENSE_WEIGHT": (0.35, 0.7, 1.0),
    "brain.memory.ranking.SHARE": (0.4, 0.5, 0.7),
    "brain.memory.ranking.BACKWARDS": (0.5, 1.0),
    "brain.memory.ranking.WHOLE_SHARE_CHARACTERS": (150, 400, 1_000_000),
    "brain.memory.ranking.OPEN_QUESTION": (0.8, 1.0),
    "brain.memory.ranking.SAID_THEN": (1.0, 1.5),
    "brain.recall.REACH": (1,),
    "brain.recall.SPREAD_FROM": (5, 16),
    "brain.recall.CANDIDATES": (64,),
    "brain.memory.bm25.K1": (1.2,),
    "brain.memory.bm25.MESSAGE_B": (0.2, 0.75),
    "brain.memory.bm25.REPLY_B": (0.4, 1.0),
    "brain.memory.bm25.REPLY_WEIGHT": (0.4, 0.8, 1.0),
    "brain.memory.bm25.POSTINGS": (300, 1_000_000),
}


def load(data: Path) -> list[DataSet]:
    """Returns the data sets in a folder."""
    paths = [*data.glob("locomo/*.json"), *data.glob("memorybank"), *data.glob("recall/*.jsonl*")]
    return [part for path in sorted(paths) for part in load_any(path)]


async def measure(
    data: Sequence[DataSet], settings: Sequence[Setting], embedder: Embedder
) -> Outcomes:
    """Asks each question by each setting, when it comes."""
    found: dict[str, dict[str, list[Outcome]]] = {}
    clock = ManualClock(datetime(2020, 1, 1, tzinfo=UTC))
    for part in data:
        of_part = found[part.name] = {setting.name: [] for setting in settings}
        sandbox = Sandbox(open=lambda curve: _opened(embedder, clock, curve), clock=clock)
        async with sandbox.open(COMPANION) as companion:
            searches = _Searches(companion.store)
            shared = (
                patch.object(companion.store, "search", searches.search),
                # Which times a text names takes the longest to find out.
                patch("brain.recall.asked_times", cache(asked_times)),
                patch("brain.memory.ranking.resolved", cache(resolved)),
            )
            with ExitStack() as stack:
                for one in shared:
                    stack.enter_context(one)
                async for asked in ask(sandbox, companion, part.lives, progress=lambda *_: None):
                    searches.known.clear()
                    for setting in settings:
                        searches.use(setting)
                        ids = await _find(asked, setting)
                        of_part[setting.name].append(Outcome(asked.question, ids))
    return found


async def _find(asked: Asked, setting: Setting) -> tuple[MemoryId, ...]:
    with ExitStack() as changed:
        for name, instead in setting.changes:
            changed.enter_context(patch(name, instead))
        return await asked.find(setting.method)


class _Searches:
    """Searches a store once for all settings that search it alike, until `known` is cleared."""

    def __init__(self, store: MemoryStore) -> None:
        self._search = store.search
        self._changes: tuple[Change, ...] = ()
        self.known: dict[object, Candidates] = {}

    def use(self, setting: Setting) -> None:
        """Search as a setting says from now on."""
        self._changes = tuple(one for one in setting.changes if one[0].startswith(SEARCHING))

    async def search(self, scope: Scope, *, vector: Vector | None, **more: Any) -> Candidates:  # noqa: ANN401 all that `MemoryIndex.search` takes
        """Return what the store finds."""
        searched = None if vector is None else vector.tobytes()
        key = (self._changes, scope, searched, *sorted(more.items()))
        if key not in self.known:
            self.known[key] = await self._search(scope, vector=vector, **more)
        return self.known[key]


@asynccontextmanager
async def _opened(embedder: Embedder, clock: ManualClock, curve: Curve) -> AsyncIterator[Companion]:
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "memories.db")
        await store.check_embedder(
            curve=curve, embedder=embedder.name, dimensions=embedder.dimensions
        )
        yield Companion(
            store=store,
            embedder=embedder,
            generator=SilentGenerator(),
            clock=clock,
            curve=curve,
            persona=str,
        )
        await store.close()


def settings_of(varied: Mapping[str, Sequence[object]], *, combined: bool) -> list[Setting]:
    """Returns the present setting, and those with other values: one by one, or all combinations."""
    if combined:
        rows = [tuple(zip(varied, row, strict=True)) for row in itertools.product(*varied.values())]
    else:
        rows = [((name, value),) for name, values in varied.items() for value in values]
    named = (
        Setting(", ".join(f"{name.rpartition('.')[2]} {value}" for name, value in row), row)
        for row in rows
    )
    return [AS_IT_IS, *named]


def every_setting(found: Outcomes, settings: Sequence[Setting]) -> Table:
    """Returns a table of all settings on all data."""
    table = Table("setting", box=box.MARKDOWN)
    for name in found:
        table.add_column(f"{name} any@5")
        table.add_column("any@10")
        table.add_column("ndcg@10")
    for setting in settings:
        cells = [
            f"{100 * one.value:.1f}"
            for outcomes in found.values()
            for one in _scores(outcomes[setting.name]).values()
        ]
        table.add_row(setting.name, *cells)
    return table


def leaving_one_out(found: Outcomes, settings: Sequence[Setting]) -> Table:
    """Returns a table of what the setting that is the best on the other data brings on each."""
    ndcg = {
        (data, setting.name): _scores(outcomes[setting.name])[f"ndcg@{DEPTH}"].value
        for data, outcomes in found.items()
        for setting in settings
    }
    table = Table("data", "chosen on the others", "any@5", "any@10", "ndcg@10", box=box.MARKDOWN)
    for data, outcomes in found.items():
        others = [other for other in found if other != data]
        chosen = max(
            settings, key=lambda setting: sum(ndcg[other, setting.name] for other in others)
        )
        pairs = list(zip(outcomes[chosen.name], outcomes[AS_IT_IS.name], strict=True))
        differences = (
            [float(new.any_at(5)) - old.any_at(5) for new, old in pairs],
            [float(new.any_at(DEPTH)) - old.any_at(DEPTH) for new, old in pairs],
            [new.ndcg - old.ndcg for new, old in pairs],
        )
        means = zip(_scores(outcomes[chosen.name]).values(), map(Mean.of, differences), strict=True)
        cells = (f"{100 * mean.value:.1f} ({more.percent('+.1f')})" for mean, more in means)
        table.add_row(data, chosen.name, *cells)
    return table


def _scores(outcomes: Sequence[Outcome]) -> Mapping[str, Mean]:
    scores = mean_scores(outcomes, (5, DEPTH))
    return {name: mean for name, mean in scores.items() if not name.startswith("recall")}


def _varied(texts: Sequence[str]) -> dict[str, list[object]]:
    pairs = (text.partition("=") for text in texts)
    return {name: [json.loads(value) for value in values.split(",")] for name, _, values in pairs}


async def main() -> None:
    """Ask, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--vary", action="append", metavar="NAME=VALUE,VALUE", default=[])
    parser.add_argument("--cache", type=Path, default=user_cache_path("siliconfriend"))
    arguments = parser.parse_args()
    varied = _varied(arguments.vary)
    settings = settings_of(varied or ONE_BY_ONE, combined=bool(varied))
    embedder = E5SmallEmbedder()
    start = time.process_time()
    found = await measure(
        load(arguments.data), settings, CachingEmbedder(embedder, folder=arguments.cache)
    )
    await embedder.aclose()
    console = Console(width=200)
    console.print(every_setting(found, settings))
    console.print(leaving_one_out(found, settings))
    console.print(
        f"{(time.process_time() - start) / len(settings):.1f} seconds of processor time a setting"
    )


if __name__ == "__main__":
    asyncio.run(main())
