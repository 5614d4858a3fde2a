"""Measures what each step of recall contributes: `python -m benchmarks.ablation DATA`.

The folder DATA holds `locomo/`, `memorybank/` and `recall/`, or some of them. Each row asks all
questions when they come, through the companion's own recall, with some parts of recall replaced.
Figures are percent: any@2 and any@6 of MemoryBank, any@5 and any@10 of other data.
"""

import argparse
import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.recall_settings import Change, Setting, load, measure
from brain.embedders.e5_small import E5SmallEmbedder
from brain.evaluation.retrieval import Method
from brain.evaluation.scores import DEPTH, mean_scores
from brain.evaluation.vector_cache import CachingEmbedder
from brain.ids import MemoryId
from brain.memory.lexical import terms
from brain.memory.ranking import Scored, rank
from brain.memory.record import Memory
from brain.memory.relevance import Floor
from brain.ports import Embedder

RANK_CONSTANT = 5.0
Ranking = Sequence[tuple[Memory, float]]


def by_rank(dense: Ranking, lexical: Ranking, **__: object) -> Scored:
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


def floorless(_: Floor, memories: Collection[Memory], **__: object) -> set[MemoryId]:
    """Replaces `Floor.reached`: everything has to do with the message."""
    return {one.id for one in memories}


ALIKE: tuple[Change, ...] = (
    ("brain.memory.bm25.REPLY_B", 0.4),
    ("brain.memory.bm25.REPLY_WEIGHT", 1.0),
)
"""Replies weigh as much as messages, and are as little lowered for their length."""
USUAL: tuple[Change, ...] = (
    ("brain.memory.bm25.K1", 1.2),
    ("brain.memory.bm25.MESSAGE_B", 0.75),
    ("brain.memory.bm25.REPLY_B", 0.75),
    ("brain.memory.bm25.REPLY_WEIGHT", 1.0),
)
EVERY_WORD: tuple[Change, ...] = (("storage.sqlite.search.query_terms", terms),)
BY_RANK: tuple[Change, ...] = (("brain.recall.fuse", by_rank),)
ALONE: tuple[Change, ...] = (("brain.recall.spread", alone),)
OPEN: tuple[Change, ...] = (("brain.memory.ranking.OPEN_QUESTION", 1.0),)
TIMELESS: tuple[Change, ...] = (("brain.recall.rank", timeless),)
UNSEARCHED: tuple[Change, ...] = (("brain.recall.MOST_TIMES", 0),)

FLOORLESS: Change = ("brain.memory.relevance.Floor.reached", floorless)
BARE = ALONE + OPEN + TIMELESS + UNSEARCHED
_FLOORLESS = (
    Setting("words alone, BM25 1.2 / 0.75, every word", USUAL + EVERY_WORD, Method.BM25),
    Setting("words alone, BM25 0.9 / 0.4, every word", ALIKE + EVERY_WORD, Method.BM25),
    Setting("words alone, without function words", ALIKE, Method.BM25),
    Setting("words alone, replies weighed apart", (), Method.BM25),
    Setting("meaning alone", (), Method.DENSE),
    Setting("both by rank (k = 5), BM25 1.2 / 0.75", BY_RANK + USUAL + EVERY_WORD + BARE),
    Setting("both by score, BM25 1.2 / 0.75", USUAL + EVERY_WORD + BARE),
    Setting("+ BM25 0.9 / 0.4", ALIKE + EVERY_WORD + BARE),
    Setting("+ without function words", ALIKE + BARE),
    Setting("+ replies weighed apart", BARE),
    Setting("+ neighbours", OPEN + TIMELESS + UNSEARCHED),
    Setting("+ questions count less", TIMELESS + UNSEARCHED),
    Setting("+ what was said at the time asked about counts more", UNSEARCHED),
    Setting("+ and is searched for by itself"),
    Setting("that, by rank", BY_RANK),
    Setting("that, one neighbour to each side", (("brain.recall.REACH", 1),)),
    Setting("that, the best 20 pass on", (("brain.recall.SPREAD_FROM", 20),)),
    Setting(
        "that, long turns get a whole share",
        (("brain.memory.ranking.WHOLE_SHARE_CHARACTERS", 1_000_000),),
    ),
    Setting("that, 100 candidates", (("brain.recall.CANDIDATES", 100),)),
    Setting("that, the commonest words too", (("brain.memory.bm25.POSTINGS", 1_000_000),)),
)
ROWS = (
    *(replace(row, changes=(*row.changes, FLOORLESS)) for row in _FLOORLESS),
    Setting("that, with the floor of relevance: what a chat does"),
)


async def measure_rows(data: Path, embedder: Embedder) -> Table:
    """Returns the table of all rows."""
    found = await measure(load(data), ROWS, embedder)
    depths = {name: (2, 6) if name.startswith("memorybank") else (5, DEPTH) for name in found}
    headings = (f"{name} any@{depth}" for name, pair in depths.items() for depth in pair)
    table = Table("recall", *headings, box=box.MARKDOWN)
    for row in ROWS:
        means = (
            mean_scores(found[name][row.name], pair)[f"any@{depth}"]
            for name, pair in depths.items()
            for depth in pair
        )
        table.add_row(row.name, *(f"{100 * mean.value:.1f}" for mean in means))
    return table


async def main(data: Path, cache: Path) -> None:
    """Run the ablation with the bundled embedder."""
    embedder = E5SmallEmbedder()
    table = await measure_rows(data, CachingEmbedder(embedder, folder=cache))
    await embedder.aclose()
    Console(width=260).print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with locomo/, memorybank/ and recall/")
    parser.add_argument("--cache", type=Path, default=user_cache_path("siliconfriend"))
    arguments = parser.parse_args()
    asyncio.run(main(arguments.data, arguments.cache))
