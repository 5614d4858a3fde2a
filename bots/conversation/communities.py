"""Keeps the settings that the managers of a server or group chose for it.

They override those of the installation, and are kept in the values of the community. Each process
caches them for some seconds, so that a busy channel costs no query for each message; other
processes see a change that much later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import FIFOCache

from bots.settings.root import Settings
from brain.errors import StoreError
from brain.ids import PlaceId
from brain.ports import Clock
from brain.ports.values import Values

FRESH = timedelta(seconds=5)
"""How long settings that were read are used without another query."""
HELD = 10_000
"""Communities whose settings are kept in memory."""
PERSONA_CHARACTERS = 4_000
"""Most characters of a community's persona, which a person writes into one message."""
MOST_PER_MINUTE = 1_000
"""Highest limit of messages per minute that a community can choose."""
DISCORD = "discord"
TELEGRAM = "telegram"
_FREE = "setting:free:"
_LEAVERS = "setting:leavers"
_LANGUAGE = "setting:language"
_PERSONA = "setting:persona"
_VOICE = "setting:voice"
_RATE = "setting:rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunitySettings:
    """The settings of one server or group."""

    free_places: frozenset[PlaceId] = frozenset()
    """Ids of places, such as `discord:9`, where the bot answers without being mentioned; this
    includes the places within them, such as the threads of a channel."""
    forget_leavers: bool = False
    """Whether what a person said there is erased when they leave."""
    language: str | None = None
    """Code of the interface's language there; None: that of each person."""
    persona: str | None = None
    """The persona there; None: that of the installation."""
    voice: str | None = None
    """The model's voice that answers there; None: the default one."""
    messages_per_minute: int | None = None
    """Most messages of a person there per minute; None: no limit besides the installation's, which
    always holds too."""


class Communities:
    """Reads and writes the settings of communities, and caches them for some seconds.

    There is one in a process, which sees its own changes at once.
    """

    def __init__(self, values: Values, settings: Settings, *, clock: Clock) -> None:
        """Begin with an empty cache.

        Args:
            values: the values of the store.
            settings: the installation's settings, for what a community did not choose.
            clock: tells how old a cached setting is.
        """
        self._values = values
        self._settings = settings
        self._clock = clock
        self._held: FIFOCache[str, tuple[datetime, CommunitySettings]] = FIFOCache(HELD)

    async def settings_of(self, community: str | None) -> CommunitySettings:
        """Return the settings of a community; None, a private place, has the defaults.

        While the store is away, it returns what was read last, else the installation's settings.
        """
        if community is None:
            return CommunitySettings()
        now = self._clock.now()
        known = self._held.get(community)
        if known is not None and now - known[0] < FRESH:
            return known[1]
        try:
            found = self._read(community, await self._values.get(community))
        except StoreError:
            return known[1] if known is not None else self._read(community, {})
        self._held[community] = (now, found)
        return found

    async def stored_settings_of(self, community: str | None) -> CommunitySettings:
        """Read the settings from the store, for what cannot be undone. Raises StoreError."""
        if community is None:
            return CommunitySettings()
        return self._read(community, await self._values.get(community))

    async def set_free_place(self, community: str, place: str, *, free: bool) -> None:
        """Choose whether the bot answers there without being mentioned. Raises StoreError."""
        await self._write(community, f"{_FREE}{place}", "1" if free else "0")

    async def set_forget_leavers(self, community: str, *, forget: bool) -> None:
        """Choose whether what a person said is erased when they leave. Raises StoreError."""
        await self._write(community, _LEAVERS, "1" if forget else "0")

    async def set_language(self, community: str, language: str | None) -> None:
        """Choose the language of the interface; None: that of each person. Raises StoreError."""
        await self._write(community, _LANGUAGE, language)

    async def set_persona(self, community: str, persona: str | None) -> None:
        """Choose the persona there; None: that of the installation. Raises StoreError."""
        await self._write(community, _PERSONA, persona)

    async def set_voice(self, community: str, voice: str | None) -> None:
        """Choose the voice that answers there; None: the default one. Raises StoreError."""
        await self._write(community, _VOICE, voice)

    async def set_rate_limit(self, community: str, messages_per_minute: int | None) -> None:
        """Choose the limit of messages per minute of a person; None: none. Raises StoreError."""
        value = None if messages_per_minute is None else str(messages_per_minute)
        await self._write(community, _RATE, value)

    async def _write(self, community: str, name: str, value: str | None) -> None:
        await self._values.set(community, name, value)
        self._held.pop(community, None)

    def _read(self, community: str, values: Mapping[str, str]) -> CommunitySettings:
        places = self._default_free_places(community)
        for name, value in values.items():
            if name.startswith(_FREE):
                place = PlaceId(name.removeprefix(_FREE))
                places = places | {place} if value == "1" else places - {place}
        leavers = values.get(_LEAVERS)
        rate = values.get(_RATE)
        return CommunitySettings(
            free_places=places,
            forget_leavers=(
                self._default_forget_leavers(community) if leavers is None else leavers == "1"
            ),
            language=values.get(_LANGUAGE),
            persona=values.get(_PERSONA),
            voice=values.get(_VOICE),
            messages_per_minute=int(rate) if rate else None,
        )

    def _default_free_places(self, community: str) -> frozenset[PlaceId]:
        if _platform(community) != DISCORD:
            return frozenset()
        channels = self._settings.discord.free_channels
        prefix = f"{DISCORD}:"
        return frozenset(PlaceId(f"{prefix}{channel.removeprefix(prefix)}") for channel in channels)

    def _default_forget_leavers(self, community: str) -> bool:
        return _platform(community) == DISCORD and self._settings.discord.forget_leavers


def _platform(community: str) -> str:
    return community.partition(":")[0]
