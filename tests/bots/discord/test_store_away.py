"""The bot starts anew while the store is away: what is said is kept, unless its person paused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from brain.accounts.linking import join
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place, Scope
from brain.preferences import set_paused
from brain.texts import say
from tests.bots.discord.rig import Rig
from tests.platforms.discord.records import User
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World
from tests.stores import KINDS, StoreOnTest, opened


@pytest.fixture(params=KINDS)
async def on_test(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoreOnTest]:
    """Each store in turn."""
    async with opened(request.param, tmp_path, goes_away=True) as found:
        yield found


async def test_who_was_known_before_is_no_stranger(
    world: World, discord_server: DiscordServer, on_test: StoreOnTest, tmp_path: Path
) -> None:
    rig = Rig(discord_server, on_test.store, folder=tmp_path)
    ann, ben, cleo, new = (world.user(name) for name in ("Ann", "Ben", "Cleo", "New"))
    await rig.introduce(ann, ben, cleo)
    await rig.start()
    for person in (ann, ben, cleo):
        world.dm(person, "before")
    await world.until(lambda: all(rig.said(person) for person in (ann, ben, cleo)))
    channel = world.dm_channel(ben).id
    place = Place(PlaceId(f"discord:{channel}"), private=True)
    await set_paused(
        on_test.store.values, Person(PersonId(f"discord:{ben.id}")), place, paused=True
    )
    elsewhere = PersonId("telegram:7")
    await join(on_test.store, elsewhere, PersonId(f"discord:{cleo.id}"))
    await rig.kill()

    on_test.go_away()
    await rig.start()
    for person in (ann, ben, cleo, new):
        world.dm(person, "while it was away")
    everybody = (ann, ben, cleo, new)
    await world.until(
        lambda: all(
            _heard(rig, person).count("I see.") > (person is not new) for person in everybody
        )
    )
    for person in everybody:
        # Nobody can tell who is new, and who has paused.
        assert say("en", "chat-perhaps-paused") in _heard(rig, person)
        assert say("en", "chat-consent") in _heard(rig, person)
    world.dm(ann, "and again")
    await world.until(lambda: _heard(rig, ann).count("I see.") == 3)
    assert _heard(rig, ann).count(say("en", "chat-perhaps-paused")) == 1

    on_test.come_back()
    await rig.until_remembered(ann, ["before", "while it was away", "and again"])
    await rig.until_remembered(new, ["while it was away"])
    await rig.until_remembered(ben, ["before"])
    world.dm(cleo, "after")
    await world.until(lambda: _heard(rig, cleo).count("I see.") == 3)
    cleos = Person(elsewhere)
    async with asyncio.timeout(60):
        while len(await _texts(rig, cleos)) < 3:
            await world.a_moment()
    assert sorted(await _texts(rig, cleos)) == ["after", "before", "while it was away"]
    await rig.stop()


def _heard(rig: Rig, user: User) -> list[str]:
    return [message.content for message in rig.world.replies(user)]


async def _texts(rig: Rig, person: Person) -> list[str]:
    page = await rig.store.page(Scope.everything_of(person.id), limit=50)
    return [memory.text for memory in page.memories]
