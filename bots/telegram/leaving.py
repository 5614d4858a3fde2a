"""Somebody left a group, or was thrown out: what they said there is forgotten, if it chose so.

Telegram lists no topics, so the places are those where something of theirs is kept. It is looked
again afterwards, until nothing is left: nobody is there to be told that a store was away, and a
process that is stopped meanwhile goes on after its next start.

The bot itself being thrown out, or its group deleted, is nothing of that kind: the people are still
there, and what they said stays theirs, in private and under /forget. The group's settings stay as
well, for when it is added again. Who leaves while the bot is out is not seen.
"""

import logging

from telegram import Chat, User

from bots.accounts import person_of
from bots.screens import Caller
from bots.telegram.station import Station
from brain.errors import StoreError
from brain.messages import Person, Scope
from brain.ports import MemoryShelf

log = logging.getLogger(__name__)

WAITS_S = (1.0, 5.0, 30.0, 120.0, 300.0)
"""After each attempt that did not get everything, in seconds."""
STEP = 500
"""Memories in hand at a time."""


async def departed(station: Station, user: User, chat: Chat) -> None:
    """Forget what they said there. No error comes out."""
    caller = await station.caller(user, chat, None)
    for wait_s in WAITS_S:
        try:
            if await _is_forgotten(station, caller):
                return
        except StoreError:
            log.info("What a leaver said is erased later: the store is away.")
        await station.pause(wait_s)
    log.warning("What a leaver said in a group could not be erased.")


async def _is_forgotten(station: Station, caller: Caller) -> bool:
    """Whether nothing is left that the group wants to be gone. Raises StoreError."""
    house = station.house
    # First, for where the store is away nobody knows what the group chose.
    person = await person_of(house.companion.store, caller.person)
    if not (await house.communities.of(caller.community)).forget_leavers:
        return True
    places = await _places(house.companion.store, person, caller.place.id)
    if places:
        await house.answering.departed(caller, sorted(places))
        places = await _places(house.companion.store, person, caller.place.id)
    return not places


async def _places(shelf: MemoryShelf, person: Person, group: str) -> set[str]:
    """The group and its topics, where something of theirs is kept. Raises StoreError."""
    everything = Scope.everything_of(person.id)
    found = set()
    for archived in (False, True):
        after: str | None = None
        while True:
            page = await shelf.page(everything, limit=STEP, after=after, archived=archived)
            found |= {memory.place for memory in page.memories}
            after = page.after
            if after is None:
                break
    return {place for place in found if place == group or place.startswith(f"{group}/")}
