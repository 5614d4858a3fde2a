"""Turns that are under way while accounts are joined or parted keep their replies."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from brain.accounts.copying import LinkIncomplete
from brain.accounts.linking import join, split
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place
from brain.preferences import set_paused
from tests.bots.desk.bench import Bench, RecordedDelivery, open_bench
from tests.factories import ANNA, memory

ON_TELEGRAM = Person(PersonId("telegram:7"), "Anna T")
TELEGRAM_DM = Place(PlaceId("telegram:7"), private=True)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path) as opened:
        yield opened


@pytest.fixture
def waits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when somebody has to wait for a conversation that another holds."""
    waiting, take = asyncio.Event(), bench.store.acquire

    async def watched(person: str, place: str, *, holder: str, lease_s: float) -> bool:
        is_taken = await take(PersonId(person), PlaceId(place), holder=holder, lease_s=lease_s)
        if not is_taken:
            waiting.set()
        return is_taken

    monkeypatch.setattr(bench.store, "acquire", watched)
    return waiting


class Held(RecordedDelivery):
    """Shows the first of the reply, and waits."""

    def __init__(self) -> None:
        super().__init__()
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()

    async def finish(self, text: str) -> None:
        self.began.set()
        await self.go_on.wait()
        await super().finish(text)


async def test_a_reply_under_way_while_accounts_are_joined_is_the_person_s(
    bench: Bench, waits: asyncio.Event
) -> None:
    bench.says(["Here ", "it is."])
    told = Held()
    turn = asyncio.create_task(
        bench.say("Asked on Telegram.", person=ON_TELEGRAM, place=TELEGRAM_DM, told=told)
    )
    await asyncio.wait_for(told.began.wait(), 30)
    joining = asyncio.create_task(join(bench.store, ANNA.id, ON_TELEGRAM.id))
    await asyncio.wait_for(waits.wait(), 30)
    told.go_on.set()
    await asyncio.wait_for(asyncio.gather(turn, joining), 30)
    assert told.finished == ["Here it is."]
    assert [(m.text, m.reply) for m in await bench.memories()] == [
        ("Asked on Telegram.", "Here it is.")
    ]
    assert await bench.memories(ON_TELEGRAM.id) == []


async def test_a_reply_that_takes_too_long_for_a_join_comes_over_when_it_ends(
    bench: Bench,
) -> None:
    told = Held()
    turn = asyncio.create_task(
        bench.say("Asked on Telegram.", person=ON_TELEGRAM, place=TELEGRAM_DM, told=told)
    )
    await asyncio.wait_for(told.began.wait(), 30)
    with pytest.raises(LinkIncomplete):
        await join(bench.store, ANNA.id, ON_TELEGRAM.id, patience_s=0)
    assert [m.text for m in await bench.memories(ON_TELEGRAM.id)] == ["Asked on Telegram."]
    told.go_on.set()
    await asyncio.wait_for(turn, 30)
    assert [(m.text, m.reply) for m in await bench.memories()] == [("Asked on Telegram.", "I see.")]
    assert await bench.memories(ON_TELEGRAM.id) == []


async def test_a_reply_under_way_while_accounts_part_is_the_account_s(
    bench: Bench, waits: asyncio.Event
) -> None:
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    told = Held()
    turn = asyncio.create_task(
        bench.say("Asked on Telegram.", person=ON_TELEGRAM, place=TELEGRAM_DM, told=told)
    )
    await asyncio.wait_for(told.began.wait(), 30)
    parting = asyncio.create_task(split(bench.store, ANNA.id, ON_TELEGRAM.id))
    await asyncio.wait_for(waits.wait(), 30)
    told.go_on.set()
    await asyncio.wait_for(asyncio.gather(turn, parting), 30)
    found = await bench.memories(ON_TELEGRAM.id)
    assert [(m.text, m.reply) for m in found] == [("Asked on Telegram.", "I see.")]
    assert await bench.memories() == []


async def test_what_a_dead_process_wrote_to_a_joined_account_comes_over_with_the_next_turn(
    bench: Bench,
) -> None:
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    late = memory("Said too late.", id="late", person=ON_TELEGRAM, place=TELEGRAM_DM)
    await bench.store.add([late], [None])
    await bench.say("And now?", person=ON_TELEGRAM, place=TELEGRAM_DM)
    assert {m.text for m in await bench.memories()} == {"Said too late.", "And now?"}


async def test_a_pause_goes_along_when_accounts_are_joined_and_parted(bench: Bench) -> None:
    await set_paused(bench.store.values, ON_TELEGRAM, TELEGRAM_DM, paused=True)
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    await bench.say("Off the record.", person=ON_TELEGRAM, place=TELEGRAM_DM)
    await split(bench.store, ANNA.id, ON_TELEGRAM.id)
    await bench.say("Still off.", person=ON_TELEGRAM, place=TELEGRAM_DM)
    assert await bench.memories() == []
    assert await bench.memories(ON_TELEGRAM.id) == []


MOMENTS = ("acquire", "begin", "search", "finish")
"""Calls of the store in a turn, after the one that told whose account it is."""


def before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, moment: str, do: Callable[[], Awaitable[object]]
) -> None:
    """Have something done once, just before a call of the store."""
    call = getattr(bench.store, moment)

    async def interrupted(*args: Any, **options: Any) -> object:  # noqa: ANN401
        monkeypatch.setattr(bench.store, moment, call)
        # While the turn is under way it is not waited for: it ends after this.
        with suppress(LinkIncomplete):
            await do()
        return await call(*args, **options)

    monkeypatch.setattr(bench.store, moment, interrupted)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("is_first", [True, False])
async def test_whenever_accounts_are_joined_during_a_turn_it_is_the_person_s(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, moment: str, is_first: bool
) -> None:
    said = [] if is_first else [("Hello.", "I see.")]
    if not is_first:
        await bench.say("Hello.", person=ON_TELEGRAM, place=TELEGRAM_DM)
    before(
        bench, monkeypatch, moment, lambda: join(bench.store, ANNA.id, ON_TELEGRAM.id, patience_s=0)
    )
    await bench.say("Asked on Telegram.", person=ON_TELEGRAM, place=TELEGRAM_DM)
    found = [(memory.text, memory.reply) for memory in await bench.memories()]
    assert sorted(found) == sorted([*said, ("Asked on Telegram.", "I see.")])
    assert await bench.memories(ON_TELEGRAM.id) == []


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("is_first", [True, False])
async def test_whenever_accounts_part_during_a_turn_it_is_the_account_s(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, moment: str, is_first: bool
) -> None:
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    said = [] if is_first else [("Hello.", "I see.")]
    if not is_first:
        await bench.say("Hello.", person=ON_TELEGRAM, place=TELEGRAM_DM)
    before(
        bench,
        monkeypatch,
        moment,
        lambda: split(bench.store, ANNA.id, ON_TELEGRAM.id, patience_s=0),
    )
    await bench.say("Asked on Telegram.", person=ON_TELEGRAM, place=TELEGRAM_DM)
    found = [(memory.text, memory.reply) for memory in await bench.memories(ON_TELEGRAM.id)]
    assert sorted(found) == sorted([*said, ("Asked on Telegram.", "I see.")])
    assert await bench.memories() == []


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("joined", [True, False])
async def test_a_turn_between_the_two_writes_of_a_link_ends_where_it_belongs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, moment: str, joined: bool
) -> None:
    store, anna = bench.store, replace(ANNA, accounts=(ON_TELEGRAM.id,))
    pointing = replace(ON_TELEGRAM, same_as=ANNA.id)
    # The person has the account already, or no more; the account does not say so yet.
    await store.save_person(anna if joined else ANNA)
    await store.save_person(ON_TELEGRAM if joined else pointing)
    second = pointing if joined else ON_TELEGRAM
    before(bench, monkeypatch, moment, lambda: store.save_person(second))
    await bench.say("Asked on Telegram.", person=ON_TELEGRAM, place=TELEGRAM_DM)
    owner, other = (ANNA, ON_TELEGRAM) if joined else (ON_TELEGRAM, ANNA)
    assert [memory.text for memory in await bench.memories(owner.id)] == ["Asked on Telegram."]
    assert await bench.memories(other.id) == []
