"""Putting a benchmark's data into a companion's store, as its people would have."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from brain.companion import Companion
from brain.evaluation.cases import Case, Question
from brain.evaluation.locomo import Conversation
from brain.evaluation.memorybank import ProbedBank
from brain.evaluation.questions import Progress, keep
from brain.evaluation.sandbox import Bench
from brain.memory.record import Kind, Memory
from brain.memory_pages import each
from brain.messages import Person, Scope
from brain.transfer.importing import import_file

ZONE = ZoneInfo("Asia/Shanghai")
"""Where MemoryBank's people live, as its days are counted."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What is in the store, and what is asked of it."""

    cases: tuple[Case, ...]
    unanswered: int = 0
    """Questions that no turn holds the answer to: they are not asked."""


async def fill_locomo(
    companion: Companion, conversations: Sequence[Conversation], *, progress: Progress
) -> Filled:
    """Keep every conversation. Raises EmbedderError, StoreError."""
    memories = [memory for one in conversations for memory in one.memories]
    await keep(companion, memories, progress=progress)
    return Filled(tuple(one.case for one in conversations))


async def fill_memorybank(
    bench: Bench, companion: Companion, bank: ProbedBank, *, progress: Progress
) -> Filled:
    """Import the bank the day after its last. Raises BadImport, EmbedderError, StoreError."""
    bench.stand_at(bank.last_day(ZONE) + timedelta(days=1))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bank.json"
        await asyncio.to_thread(file.write_text, json.dumps(bank.people), "utf-8")
        await import_file(
            file,
            store=companion.store,
            embedder=companion.embedder,
            clock=companion.clock,
            curve=companion.curve,
            zone=ZONE,
            person_for=_person,
            progress=progress,
        )
    cases = []
    for name in bank.people:
        person = _person(name)
        by_words: dict[tuple[str, str], str] = {}
        for turn in await history(companion, person):
            by_words.setdefault((turn.day.isoformat(), turn.text), turn.id)
        questions = tuple(
            Question(
                text=probe.text,
                category=bank.language,
                evidence=frozenset(by_words[one] for one in probe.evidence if one in by_words),
                answer=probe.answer,
            )
            for probe in bank.probes
            if probe.person == name and probe.evidence
        )
        cases.append(Case(person=person, now=companion.clock.now(), questions=questions))
    asked = sum(len(case.questions) for case in cases)
    return Filled(tuple(cases), len(bank.probes) - asked)


async def history(companion: Companion, person: Person) -> list[Memory]:
    """Every turn of a person, oldest first."""
    scope = Scope.everything_of(person.id)
    turns = [turn async for turn in each(companion.store, scope, kinds={Kind.TURN})]
    turns.reverse()
    return turns


def _person(name: str) -> Person:
    return Person(f"memorybank:{name}", name, ZONE)
