"""Somebody left a group, or was thrown out: what they said there is forgotten, if it chose so.

Telegram lists no topics, so the places are those where something of theirs is kept. Where that
fails it is tried again, beside all others: nobody is there to be told that a store was away, and a
process that is stopped meanwhile goes on after its next start. They may be back by then: only what
is older than their leaving goes.

The bot itself being thrown out, or its group deleted, is nothing of that kind: the people are still
there, and what they said stays theirs, in private and under /forget. The group's settings stay as
well, for when it is added again. Who leaves while the bot is out is not seen.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Chat, User

from bots.accounts import person_of
from bots.leavers import everything, forget_leaver
from bots.screens import Caller
from bots.telegram.intake import Rest
from bots.telegram.station import Station
from brain.errors import SiliconfriendError
from brain.messages import Person, Scope
from brain.ports import MemoryShelf

log = logging.getLogger(__name__)

WAITS_S = (1.0, 5.0, 30.0, 120.0, 300.0)
"""Before each further attempt, in seconds."""
_TICK = timedelta(seconds=1)
"""Telegram's dates are whole seconds: what was said within the last one is older, too."""


async def departed(station: Station, user: User, chat: Chat, when: datetime) -> Rest | None:
    """Forget what they said there until `when`, UTC. No error comes out.

    Given is what is left to do, if it did not succeed.
    """
    caller = await station.caller(user, chat, None)
    attempt = _Attempt(station, caller, when + _TICK)
    if await attempt.succeeds():
        return None

    async def again() -> None:
        for wait_s in WAITS_S:
            await station.pause(wait_s)
            if await attempt.succeeds():
                return
        log.warning("What a leaver said in a group could not be erased.")

    return again


@dataclass(frozen=True, slots=True)
class _Attempt:
    station: Station
    caller: Caller
    until: datetime
    """What was said from then on stays."""

    async def succeeds(self) -> bool:
        """Whether nothing is left that the group wants to be gone. No error comes out."""
        house, caller = self.station.house, self.caller
        store = house.companion.store
        try:
            # First, for where the store is away nobody knows what the group chose.
            person = await person_of(store, caller.person)
            if (await house.communities.of(caller.community)).forget_leavers:
                for place in await _places(store, person, caller.place.id):
                    await forget_leaver(
                        house.companion.forgetting, Scope(person.id, place), until=self.until
                    )
        except SiliconfriendError as error:
            log.info("What a leaver said is erased later: %s", type(error).__name__)
            return False
        return True


async def _places(shelf: MemoryShelf, person: Person, group: str) -> list[str]:
    """The group and its topics, where something of theirs is kept. Raises StoreError."""
    found = {memory.place async for memory in everything(shelf, Scope.everything_of(person.id))}
    return sorted(place for place in found if place == group or place.startswith(f"{group}/"))
