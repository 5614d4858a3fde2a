"""Measures the floor of relevance: `python -m benchmarks.relevance DATA LIVES`.

DATA holds `locomo/locomo5.json`, `memorybank/` and `recall/realmem4.jsonl.gz`. LIVES is a file of
small lives (`tests/brain/relevance_lives.jsonl`), in which some messages need no memory. Without a
floor, each message is given six memories; with floors of several heights, some of these are left:

missed       of the turns that hold the answer and that are given without a floor, those that are
             cut
others'      of what the same question is given of the memories of another person of the set
             without a floor, all of which is false, that which is still given
needless     the same of what a message is given that needs no memory
beside       the same of what a message of a small life is given beside the memories that it needs

All figures are percent. A last table chooses the height without one of the sets, and tells what it
does there. The first run embeds ten thousand texts.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from msgspec.structs import replace
from platformdirs import user_cache_path
from rich import box
from rich.console import Console
from rich.table import Table

from brain.clock import ManualClock
from brain.embedders.e5_small import E5SmallEmbedder
from brain.evaluation.lives import Life, Question, RecordedTurn, read_lives, to_memory
from brain.evaluation.runs import load_any
from brain.evaluation.vector_cache import CachingEmbedder
from brain.ids import MemoryId, PersonId
from brain.memory.record import FOREVER
from brain.memory.relevance import LEAST, embedded_text
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import Candidates, Embedder, MemoryStore
from brain.recall import Recall
from storage.sqlite.store import SqliteStore

GIVEN = 6
HEIGHTS = (0.0, 0.5, 1.0, 1.2, 1.3, 1.4, 1.6, 1.8, 2.0)
MISSED = 10.0
"""Percent of the evidence that the chosen height may miss in any of the sets."""
Given = tuple[set[MemoryId], dict[float, set[MemoryId]]]
"""Ids of the memories that are given without a floor, and those that are given by its height."""
SMALL = ("seen", "held out")
"""The kinds of the questions of the small lives."""
SORTS = ("missed", "beside", "others'", "needless")


@dataclass(slots=True)
class Counts:
    """How many memories were given without a floor and, by height, with one; by sort."""

    without: dict[str, int] = field(default_factory=dict)
    left: dict[tuple[str, float], int] = field(default_factory=dict)

    def add(self, sort: str, before: set[MemoryId], after: Mapping[float, set[MemoryId]]) -> None:
        """Count what was given to one message."""
        self.without[sort] = self.without.get(sort, 0) + len(before)
        for height, given in after.items():
            key = (sort, height)
            self.left[key] = self.left.get(key, 0) + len(before & given)

    def add_own(
        self, question: Question, before: set[MemoryId], after: Mapping[float, set[MemoryId]]
    ) -> None:
        """Count what was given to one message of the memories of the person who wrote it."""
        if not question.evidence:
            self.add("needless", before, after)
            return
        self.add("missed", before & question.evidence, after)
        if question.kind in SMALL:
            self.add("beside", before - question.evidence, after)

    def percent(self, sort: str, height: float) -> float | None:
        """Return the percentage of one sort at a height; None without any such memory."""
        if not self.without.get(sort):
            return None
        share = 100.0 * self.left[sort, height] / self.without[sort]
        return 100.0 - share if sort == "missed" else share


class OnceSearched:
    """A store that answers the same search once, because only the floor differs between heights."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.found: dict[str, Candidates] = {}
        """What was found, by the arguments without the vector; to be cleared for the next text."""

    async def search(self, scope: Scope, **asked: Any) -> Candidates:  # noqa: ANN401
        """Returns the candidates of a search."""
        key = repr((scope, {**asked, "vector": None}))
        if key not in self.found:
            self.found[key] = await self._store.search(scope, **asked)
        return self.found[key]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._store, name)


def read_sets(data: Path, small: Path) -> dict[str, list[Life]]:
    """Return the lives by the name of their set."""
    paths = [*data.glob("locomo/*.json"), *data.glob("memorybank"), *data.glob("recall/*.jsonl*")]
    sets = {part.name: list(part.lives) for path in sorted(paths) for part in load_any(path)}
    lives = read_lives(small)
    for kind in SMALL:
        sets[f"small, {kind}"] = [one for one in lives if one.questions[0].kind == kind]
    return sets


class Asking:
    """Asks for memories without a floor, and with floors of all heights."""

    def __init__(self, store: OnceSearched, embedder: Embedder, clock: ManualClock) -> None:
        self._store = store
        self._clock = clock
        self._recall = Recall(cast("MemoryStore", store), embedder, clock)

    async def given(self, question: Question, person: PersonId) -> Given:
        """Return what a question is given of a person's memories."""
        self._store.found.clear()
        self._clock.advance(question.asked_at - self._clock.now())
        found = []
        for height in (None, *HEIGHTS):
            with patch("brain.memory.relevance.LEAST", height):
                recalled = await self._recall.find(
                    Scope.everything_of(person),
                    question.text,
                    limit=GIVEN,
                    without=question.without,
                    language=question.language,
                    only_relevant=height is not None,
                )
            found.append({one.memory.id for one in recalled})
        return found[0], dict(zip(HEIGHTS, found[1:], strict=True))


async def measure_set(lives: Sequence[Life], embedder: Embedder) -> Counts:
    """Ask all questions of a set, each against its own person's memories and another's."""
    counts, clock = Counts(), ManualClock(datetime(2020, 1, 1, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "memories.db")
        await store.check_embedder(
            curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
        )
        asking = Asking(OnceSearched(store), embedder, clock)
        for life in lives:
            for event in life.events:
                if isinstance(event, RecordedTurn):
                    memory = to_memory(event, curve=COMPANION)
                    lasting = replace(memory, fades_at=FOREVER, forgotten_at=FOREVER)
                    await store.add([lasting], await embedder.passages([embedded_text(memory)]))
                else:
                    counts.add_own(event, *await asking.given(event, life.person))
        for number, life in enumerate(lives):
            other = lives[(number + 1) % len(lives)].person
            for question in life.questions:
                if question.evidence and other != life.person:
                    counts.add("others'", *await asking.given(question, other))
        await store.close()
    return counts


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def chosen(counts: Sequence[Counts]) -> float:
    """Return the greatest height that misses no more than `MISSED` percent of any of the sets."""
    allowed = [
        height
        for height in HEIGHTS
        if all((one.percent("missed", height) or 0.0) <= MISSED for one in counts)
    ]
    return max(allowed, default=HEIGHTS[0])


def show(results: Mapping[str, Counts]) -> None:
    """Print the table of all heights, and the one that leaves a set out."""
    console = Console(width=160)
    table = Table("set", "of", "memories", *map(str, HEIGHTS), box=box.MARKDOWN)
    for name, counts in results.items():
        for sort in SORTS:
            if sort in counts.without:
                shares = [_percent(counts.percent(sort, height)) for height in HEIGHTS]
                table.add_row(name, sort, str(counts.without[sort]), *shares)
    console.print(table)
    left_out = Table("left out", "chosen", *SORTS, box=box.MARKDOWN)
    tuned = {name: counts for name, counts in results.items() if name != "small, held out"}
    for name, counts in results.items():
        height = chosen([one for other, one in tuned.items() if other != name])
        shares = [_percent(counts.percent(sort, height)) for sort in SORTS]
        left_out.add_row(name, str(height), *shares)
    console.print(left_out)
    console.print(f"Chosen on all but the held-out lives: {chosen(list(tuned.values()))}", end="")
    console.print(f"; in the code: {LEAST}")


async def main(data: Path, small: Path) -> None:
    """Measure with the bundled embedder, and print the tables."""
    embedder = E5SmallEmbedder()
    cached = CachingEmbedder(embedder, folder=user_cache_path("siliconfriend"))
    results = {
        name: await measure_set(lives, cached) for name, lives in read_sets(data, small).items()
    }
    show(results)
    await embedder.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the data sets")
    parser.add_argument("lives", type=Path, help="file of small lives")
    parsed = parser.parse_args()
    asyncio.run(main(parsed.data, parsed.lives))
