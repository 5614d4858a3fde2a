"""The sessions of the gateway, which keep the events of each shard for RESUME."""

from asyncio import Queue
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from tests.platforms.discord.records import Payload, User

KEPT = 1_000
"""Events that a session keeps for RESUME. Discord keeps them for some minutes."""

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_MESSAGES = 1 << 9
DIRECT_MESSAGES = 1 << 12
MESSAGE_CONTENT = 1 << 15

_NEEDED = {
    "GUILD_CREATE": GUILDS,
    "GUILD_DELETE": GUILDS,
    "CHANNEL_CREATE": GUILDS,
    "THREAD_CREATE": GUILDS,
    "GUILD_MEMBER_ADD": GUILD_MEMBERS,
    "GUILD_MEMBER_REMOVE": GUILD_MEMBERS,
}
_SILENCED: Payload = {"content": "", "embeds": [], "attachments": [], "components": []}


class Owner(Protocol):
    """The bot whose sessions these are."""

    bot: User


@dataclass(slots=True, kw_only=True)
class Session:
    """The session of one shard of a bot, connected or not."""

    id: str
    shard: int
    shards: int
    intents: int
    sequence: int = 0
    sent: deque[Payload] = field(default_factory=lambda: deque(maxlen=KEPT))
    wire: Queue[Payload] | None = None
    """The queue of the connection; None without one."""
    resumed: int = 0
    """How often it was resumed."""
    lost: bool = False
    """Whether it cannot be resumed; RESUME is then answered with op 9."""

    def dispatch(self, event: str, data: Payload) -> None:
        """Send an event at once, or when the session is resumed."""
        self.sequence += 1
        frame = {"op": 0, "t": event, "s": self.sequence, "d": data}
        self.sent.append(frame)
        if self.wire is not None:
            self.wire.put_nowait(frame)

    def missed(self, sequence: int) -> list[Payload] | None:
        """Returns the frames after a sequence number; None if they are not kept any more."""
        known_from = self.sent[0]["s"] if self.sent else self.sequence + 1
        if self.lost or sequence > self.sequence or sequence + 1 < known_from:
            return None
        return [frame for frame in self.sent if frame["s"] > sequence]


class Sessions:
    """All sessions that were opened, in order."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._all: dict[str, Session] = {}

    def open(self, *, shard: int, shards: int, intents: int) -> Session:
        """Opens a session, which replaces the last one of the same shard."""
        for old in self.live():
            if (old.shard, old.shards) == (shard, shards):
                old.lost = True
        name = f"session-{len(self._all) + 1}"
        self._all[name] = Session(id=name, shard=shard, shards=shards, intents=intents)
        return self._all[name]

    def find(self, session_id: str) -> Session | None:
        return self._all.get(session_id)

    def live(self) -> list[Session]:
        """Returns the sessions that are connected or can be resumed."""
        return [session for session in self._all.values() if not session.lost]

    def connected(self) -> list[Session]:
        """Returns the sessions that are connected."""
        return [session for session in self.live() if session.wire is not None]

    @property
    def opened(self) -> int:
        """How often a bot has identified."""
        return len(self._all)

    @property
    def resumed(self) -> int:
        """How often a bot has resumed."""
        return sum(session.resumed for session in self._all.values())

    def lose(self) -> None:
        """Forget all sessions, so that the next RESUME is answered with op 9."""
        for session in self._all.values():
            session.lost = True

    def publish(self, event: str, data: Payload, guild_id: int | None) -> None:
        """Send an event to each session whose shard and intents it is for."""
        for session in self.live():
            # Discord's formula: the guild's id decides the shard, and DMs go to the first one.
            if ((guild_id or 0) >> 22) % session.shards != session.shard:
                continue
            if needed := self._needed(event, guild_id):
                if not session.intents & needed:
                    continue
                if needed == GUILD_MESSAGES and not session.intents & MESSAGE_CONTENT:
                    session.dispatch(event, self._without_content(data))
                    continue
            session.dispatch(event, data)

    def tail(self) -> list[str]:
        return [
            f"{found.id}: shard {found.shard}/{found.shards}, {found.sequence} events,"
            f" resumed {found.resumed} times, {'connected' if found.wire else 'not connected'}"
            for found in self.live()
        ]

    def _needed(self, event: str, guild_id: int | None) -> int:
        if event.startswith("MESSAGE_"):
            return DIRECT_MESSAGES if guild_id is None else GUILD_MESSAGES
        return _NEEDED.get(event, 0)

    def _without_content(self, data: Payload) -> Payload:
        """Return a message as a bot without the privileged intent sees it.

        It is empty unless it mentions the bot or was written by it.
        """
        me = str(self._owner.bot.id)
        named = any(found["id"] == me for found in data.get("mentions", ()))
        if named or "author" not in data or data["author"]["id"] == me:
            return data
        return {**data, **_SILENCED}
