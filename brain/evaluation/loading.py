"""Loads the data of a benchmark into a companion's store."""

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
from brain.evaluation.retrieval import Progress
from brain.evaluation.sandbox import Sandbox
from brain.ids import PersonId
from brain.memory.record import Kind, Memory
from brain.memory_pages import iterate_memories
from brain.messages import Person, Scope
from brain.transfer.importing import BATCH, import_file

ZONE = ZoneInfo("Asia/Shanghai")
"""The time zone in which MemoryBank's days are counted."""


@dataclass(frozen=True, slots=True)
class LoadedCases:
    """The people whose memories are in the store, with the questions about them."""

    cases: tuple[Case, ...]
    unanswered: int = 0
    """Number of questions that are not asked because no turn holds their answer."""


async def load_locomo(
    companion: Companion, conversations: Sequence[Conversation], *, progress: Progress
) -> LoadedCases:
    """Store the memories of all conversations with their vectors.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    memories = [memory for one in conversations for memory in one.memories]
    for start in range(0, len(memories), BATCH):
        batch = memories[start : start + BATCH]
        vectors = await companion.embedder.passages([memory.content for memory in batch])
        await companion.store.add(batch, vectors)
        progress(start + len(batch), len(memories))
    return LoadedCases(tuple(one.case for one in conversations))


async def load_memorybank(
    sandbox: Sandbox, companion: Companion, bank: ProbedBank, *, progress: Progress
) -> LoadedCases:
    """Import a bank, with the clock set to the day after its last.

    Raises:
        BadImport: the people of the bank are not what `brain.transfer` imports.
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    sandbox.set_clock(bank.last_day(ZONE) + timedelta(days=1))
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
        for turn in await turns_of(companion, person):
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
    return LoadedCases(tuple(cases), len(bank.probes) - asked)


async def turns_of(companion: Companion, person: Person) -> list[Memory]:
    """Returns all turns of a person that are not archived, oldest first."""
    scope = Scope.everything_of(person.id)
    turns = [turn async for turn in iterate_memories(companion.store, scope, kinds={Kind.TURN})]
    turns.reverse()
    return turns


def _person(name: str) -> Person:
    return Person(PersonId(f"memorybank:{name}"), name, ZONE)
