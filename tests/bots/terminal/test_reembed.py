"""Another embedder takes over: by the command, and by itself when a bot starts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bots.bootstrap import open_companion
from bots.settings.loading import load
from brain.clock import SystemClock
from brain.errors import EmbedderChanged
from brain.ids import MemoryId, MessageId, PersonId, PlaceId
from brain.messages import Incoming, Person, Place, Scope
from storage.sqlite.store import SqliteStore
from tests.bots.conftest import Sandbox, memory

MODEL = "SILICONFRIEND_EMBEDDER__MODEL"
ME = Person(PersonId("terminal:me"))
PLACE = Place(PlaceId("terminal:me"), private=True)
MINE = Scope.of(ME, PLACE)


async def spaces(sandbox: Sandbox) -> tuple[tuple[str, int] | None, int]:
    """The embedder of the store, and how many memories wait."""
    store = await SqliteStore.open(sandbox.database)
    try:
        return await store.embedder(), len(await store.unembedded(limit=99))
    finally:
        await store.close()


def begun(sandbox: Sandbox) -> None:
    earlier = datetime.now(UTC) - timedelta(days=2)
    sandbox.seed(
        memory("My cat is called Mochi.", id="cat", said_at=earlier),
        memory("I drink tea.", id="tea", said_at=earlier),
    )
    done = sandbox.start("reembed")
    assert done.returncode == 0
    assert b"2 memories were embedded with words (64 dimensions)." in done.stdout


def test_the_command_embeds_all_anew_and_then_has_nothing_to_do(sandbox: Sandbox) -> None:
    begun(sandbox)
    sandbox.env[MODEL] = "others"
    refused = sandbox.start("memories", "--search", "cat")
    assert refused.returncode == 1
    assert b"words/64" in refused.stderr
    assert b"siliconfriend reembed" in refused.stderr
    done = sandbox.start("reembed")
    assert done.returncode == 0
    assert b"2 memories were embedded with others (64 dimensions)." in done.stdout
    again = sandbox.start("reembed")
    assert b"Every memory has its vector: others, 64 dimensions." in again.stdout
    assert b"Mochi" in sandbox.start("memories", "--search", "cat").stdout


def test_the_bar_is_shown_at_a_terminal(sandbox: Sandbox) -> None:
    sandbox.seed(*(memory(f"Number {n}.", id=f"n{n}") for n in range(40)))
    child = sandbox.open_terminal("reembed")
    child.expect("embedding")
    child.expect("40 memories were embedded")


async def test_a_bot_that_starts_with_another_embedder_answers_at_once(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(begun, sandbox)
    monkeypatch.setenv(MODEL, "others")
    async with open_companion(load().settings, clock=SystemClock()) as companion:
        assert companion.reembedding == 2
        incoming = Incoming(id=MessageId("1"), person=ME, place=PLACE, text="Do you know my cat?")
        async with companion.turn(incoming) as turn:
            async for _ in turn:
                pass
        # Found by its words: there is no vector yet.
        assert turn.given[0].memory.id == "cat"
        assert await companion.store.vectors(MINE, [MemoryId("cat")]) == (None,)
        await companion.upkeep()
        found = await companion.store.vectors(MINE, [MemoryId("cat"), MemoryId("tea")])
        assert [vector is not None for vector in found] == [True, True]
    assert await spaces(sandbox) == (("others", 64), 0)
    async with open_companion(load().settings, clock=SystemClock()) as companion:
        assert companion.reembedding == 0


async def test_it_can_be_told_to_refuse_instead(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(begun, sandbox)
    monkeypatch.setenv(MODEL, "others")
    monkeypatch.setenv("SILICONFRIEND_EMBEDDER__WHEN_CHANGED", "refuse")
    with pytest.raises(EmbedderChanged):
        async with open_companion(load().settings, clock=SystemClock()):
            pass
    assert await spaces(sandbox) == (("words", 64), 0)


async def test_what_only_looks_changes_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(begun, sandbox)
    monkeypatch.setenv(MODEL, "others")
    with pytest.raises(EmbedderChanged):
        async with open_companion(load().settings, clock=SystemClock(), speaking=False):
            pass
    assert await spaces(sandbox) == (("words", 64), 0)


async def test_vectors_of_the_wrong_length_are_one_clear_sentence(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_EMBEDDER__DIMENSIONS", "32")
    sandbox.env["SILICONFRIEND_EMBEDDER__DIMENSIONS"] = "32"
    told = sandbox.start("reembed")
    assert told.returncode == 1
    assert b"gives vectors of 64 numbers, 32 were expected" in told.stderr
