"""Somebody left a group, or was thrown out: what they said there is forgotten, if it chose so.

Telegram lists no topics, so the places are those where something of theirs is kept. Where that
fails it is tried again (`bots.again`), and a process that is stopped meanwhile goes on after its
next start. They may be back by then: only what is older than their leaving goes.

The bot itself being thrown out, or its group deleted, is nothing of that kind: the people are still
there, and what they said stays theirs, in private and under /forget. The group's settings stay as
well, for when it is added again. Who leaves while the bot is out is not seen.
"""

from datetime import datetime, timedelta

from telegram import Chat, User

from bots.again import Again, Rest
from bots.telegram.station import Station

_TICK = timedelta(seconds=1)
"""Telegram's dates are whole seconds: what was said within the last one is older, too."""


async def departed(station: Station, user: User, chat: Chat, when: datetime) -> Rest | None:
    """Forget what they said there until `when`, UTC. No StoreError comes out.

    Given is what is left to do, if it did not succeed.
    """
    caller = await station.caller(user, chat, None)
    group = caller.place.id

    async def forget() -> None:
        await station.house.answering.departed(
            caller,
            lambda place: place == group or place.startswith(f"{group}/"),
            until=when + _TICK,
        )

    # By itself, also if they left before: what they said until then goes in any case.
    return await Again(pause=station.pause).attempt(None, forget)
