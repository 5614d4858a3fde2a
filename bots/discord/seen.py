"""How far each conversation was read, so that what came meanwhile can be fetched afterwards."""

import json
from collections.abc import Collection
from dataclasses import dataclass

import discord

from bots.discord.recent import Recent
from brain.notes import Notes

MOST = 300
"""Conversations that are read on after a gap: the last ones."""
KEPT_S = 3 * 86_400.0
"""How long a stopped bot may be away, in seconds, to read on where it was."""
_OWNER = "discord"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a conversation stands."""

    guild: int | None
    message: int
    """The last one that was read."""


class Seen:
    """By channel."""

    def __init__(self, notes: Notes, *, shards: Collection[int]) -> None:
        """`shards` of this process (none: all): each process keeps its own."""
        self._notes = notes
        self._name = f"seen:{','.join(map(str, shards)) or 'all'}"
        self._marks: Recent[int, Mark] = Recent(MOST)

    def saw(self, message: discord.Message) -> None:
        """That message was read."""
        channel = message.channel.id
        before = self._marks.get(channel)
        # What was left behind is read late: it must not turn the mark back.
        newest = max(message.id, before.message if before else 0)
        self._marks.set(channel, Mark(message.guild.id if message.guild else None, newest))

    def marks(self) -> list[tuple[int, Mark]]:
        """Of every channel, by id."""
        return self._marks.items()

    async def load(self) -> None:
        """Take up what the last run kept. Raises StoreError."""
        kept = await self._notes.take_note(_OWNER, self._name)
        for channel, guild, message in json.loads(kept or "[]"):
            self._marks.set(channel, Mark(guild, message))

    async def keep(self) -> None:
        """Keep it for the next run. Raises StoreError."""
        rows = [[channel, mark.guild, mark.message] for channel, mark in self._marks.items()]
        await self._notes.write_note(_OWNER, self._name, json.dumps(rows), ttl_s=KEPT_S)
