"""Fixtures for the benchmarks: small made-up data, and a sandbox with real stores."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from brain.clock import ManualClock
from brain.companion import Companion
from brain.evaluation.sandbox import Sandbox
from brain.evaluation.vector_cache import CachingEmbedder
from brain.memory.retention import Curve
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, NotesGenerator
from tests.factories import NOON

TALK: dict[str, Any] = {
    "sample_id": "small",
    "conversation": {
        "speaker_a": "Ann",
        "speaker_b": "Bob",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ann", "dia_id": "D1:1", "text": "I adopted a kitten named Pickle."},
            {"speaker": "Bob", "dia_id": "D1:2", "text": "Lovely! I started pottery lessons."},
        ],
        "session_2_date_time": "9:05 am on 2 August, 2023",
        "session_2": [
            {
                "speaker": "Ann",
                "dia_id": "D2:1",
                "text": "Look at this.",
                "blip_caption": "a photo of a lighthouse",
            },
            {"speaker": "Bob", "dia_id": "D2:2", "text": "Beautiful weather there."},
        ],
        "session_3_date_time": "9:05 am on 3 August, 2023",
    },
    "qa": [
        {
            "question": "What is the kitten called?",
            "answer": "Pickle",
            "evidence": ["D1:1"],
            "category": 4,
        },
        {
            "question": "Where is the lighthouse, and who does pottery?",
            "answer": 2,
            "evidence": ["D1:02; D2:1", "D9:9"],
            "category": 1,
        },
        {
            "question": "Who sings opera?",
            "adversarial_answer": "Bob",
            "evidence": [],
            "category": 5,
        },
    ],
}


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.json"
    path.write_text(json.dumps([TALK]), "utf-8")
    return path


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """Data in MemoryBank's form; this project's labels name Emily's turns by day and index."""
    folder = tmp_path / "bank" / "en"
    folder.mkdir(parents=True)
    history = {
        f"2023-{month:02}-{day:02}": [
            {"query": f"On day {day} of month {month} I read book {n}.", "response": "Nice."}
            for n in range(6)
        ]
        for month, days in ((4, range(27, 31)), (5, range(1, 7)))
        for day in days
    }
    questions = [f"Which was book {n}?" for n in range(8)]
    (folder / "memory_bank_en.json").write_text(
        json.dumps({" Emily ": {"name": "Emily", "history": history}}), "utf-8"
    )
    (folder / "probing_questions_en.jsonl").write_text(
        json.dumps({" Emily ": questions}) + "\n", "utf-8"
    )
    return folder.parent


@pytest.fixture
def generator() -> NotesGenerator:
    return NotesGenerator()


@pytest.fixture
def sandbox(tmp_path: Path, generator: NotesGenerator) -> Sandbox:
    clock = ManualClock(NOON)
    embedder = CachingEmbedder(HashEmbedder())
    opened = 0

    @asynccontextmanager
    async def new(curve: Curve) -> AsyncIterator[Companion]:
        nonlocal opened
        opened += 1
        store = await SqliteStore.open(tmp_path / f"{opened}.db")
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
        await store.close()

    return Sandbox(open=new, clock=clock)
