"""Builds the arguments that several scripts take."""

from brain.memory.record import Memory
from brain.memory.reinforcement import Gain
from brain.memory.retention import SECONDS_PER_DAY, Curve
from brain.messages import Scope
from storage.conversions import digest, to_milliseconds
from storage.redis.connection import Command, Connection
from storage.redis.keys import Keys
from storage.redis.rows import fields_of, state_of

LEAVING = 20
"""Memories per step of purging, which takes a few milliseconds in which Redis does nothing else."""
_MILLISECONDS_PER_DAY = SECONDS_PER_DAY * 1_000


def kept(keys: Keys, memory: Memory, vector: bytes | None, *, is_open: bool = False) -> Command:
    """Return the arguments of `add` for a memory."""
    entered = entry(memory, vector, is_open=is_open)
    return (keys.person(digest(memory.person)), "", memory.person, *entered)


def entry(memory: Memory, vector: bytes | None, *, is_open: bool = False) -> Command:
    """Return a new memory as the scripts take it (`keep` in changes.lua)."""
    fields = fields_of(memory, vector, is_open=is_open)
    return (
        memory.id,
        to_milliseconds(memory.said_at),
        state_of(memory),
        *(part for pair in fields.items() for part in pair),
    )


def target(keys: Keys, scope: Scope) -> tuple[str, str]:
    """Return the first arguments of every script: the person's key, and the scope's place."""
    return keys.person(digest(scope.person)), "" if scope.place is None else digest(scope.place)


async def purge(connection: Connection, person_key: str) -> None:
    """Archive or erase, step by step, the memories of a person that are marked for it."""
    while await connection.run("purge_marked", person_key, "", LEAVING):
        pass


def gained(gain: Gain) -> tuple[str, int | str]:
    """Return a gain as `reinforce` takes it: the days, and the last recall that it was for."""
    return repr(gain.days), "" if gain.since is None else to_milliseconds(gain.since)


def spans(curve: Curve) -> tuple[str, str]:
    """Return the spans of fading and forgetting, in milliseconds per day of strength."""
    return (
        repr(curve.fade_span * _MILLISECONDS_PER_DAY),
        repr(curve.forget_span * _MILLISECONDS_PER_DAY),
    )
