"""Finds the person behind an account, decides who is answered, and limits how often and how much.

Counters are kept in the store, so that all processes agree. A message is counted when it arrives,
not when its turn comes, so that a flood takes no turns. A person who is over a limit is told once
in a while and not each time, since answers to a flood of messages would be a flood too.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bots.screens import Caller
from bots.settings.platforms import AccessSettings
from brain.ids import PersonId
from brain.messages import UTC_ZONE, Person
from brain.ports import Clock, MemoryStore
from brain.ports.people import People
from brain.texts import at_time, say

COMMANDS_A_MESSAGE = 3
"""Commands and taps that a person may use in a minute, for each message allowed in it."""
MINUTE_S = 60.0
DAY_S = 86_400.0
TOLD_AGAIN_S = 3_600.0
"""Seconds before a person who is over a limit of the day is told again."""


async def person_of(store: People, account: Person, *, zone: ZoneInfo = UTC_ZONE) -> Person:
    """Return the person that an account belongs to, as in `as_known`. Raises StoreError."""
    return as_known((await store.profile(account.id)).person, account, zone=zone)


def as_known(person: Person, account: Person, *, zone: ZoneInfo = UTC_ZONE) -> Person:
    """Return the person that an account belongs to, with what the platform tells of them.

    Args:
        person: the person in the store.
        account: the account; its name and language replace those in the store, where it has them.
        zone: the time zone of a person who chose none in `bots.desk.time_zone`; platforms tell
            no time zone.
    """
    # `UTC` stands for no choice; a person who chooses it has `Etc/UTC`.
    chosen = [each for each in (account.zone, person.zone, zone) if each != UTC_ZONE]
    return replace(
        person,
        name=account.name or person.name,
        zone=chosen[0] if chosen else UTC_ZONE,
        language=account.language or person.language,
    )


async def resolve_caller(store: People, caller: Caller, *, zone: ZoneInfo = UTC_ZONE) -> Caller:
    """Replace the caller's account by the person that it belongs to. Raises StoreError."""
    return replace(caller, person=await person_of(store, caller.person, zone=zone))


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a message or a command is answered, and what the person is told if not."""

    admitted: bool
    line: str | None = None
    """None tells the person nothing."""


ADMITTED = Admission(admitted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Decides who may talk, and counts messages, commands and tokens against the limits.

    The methods that count raise StoreError.
    """

    store: MemoryStore
    settings: AccessSettings
    clock: Clock

    def is_owner(self, caller: Caller) -> bool:
        """Whether the person runs this installation."""
        return caller.is_owner or caller.account in self.settings.owners

    def may_talk(self, caller: Caller) -> bool:
        """Whether the lists of the settings let a person talk; a block overrides an allowance.

        The owner may always talk.

        Args:
            caller: the caller, with the person that the account belongs to.
        """
        settings = self.settings
        if self.is_owner(caller):
            return True
        names = {caller.account, caller.person.id, *caller.person.accounts}
        community, places = caller.community, {caller.place.id, *caller.around}
        if (
            names & set(settings.block_people)
            or caller.roles & set(settings.block_roles)
            or community in settings.block_communities
            or places & set(settings.block_places)
        ):
            return False
        if settings.allow_people and not names & set(settings.allow_people):
            return False
        if community is None:
            return True
        return (
            (not settings.allow_communities or community in settings.allow_communities)
            and (not settings.allow_places or bool(places & set(settings.allow_places)))
            and (not settings.allow_roles or bool(caller.roles & set(settings.allow_roles)))
        )

    async def admit_arrival(
        self,
        caller: Caller,
        *,
        waiting: int = 0,
        per_minute: int | None = None,
        said_at: datetime | None = None,
    ) -> Admission:
        """Count a message when it arrives, and return whether it waits for its turn.

        Args:
            caller: the caller, with the account as the platform describes it. Each account is
                counted for itself: to whom it belongs is looked up at its turn.
            waiting: how many messages of theirs are not answered yet. As many may wait as they
                may write in a minute, however long the model takes.
            per_minute: most messages per minute of a person in this community; None for no limit
                besides that of the installation.
            said_at: when it was written; None means now. What was written while the bot was away
                counts in the minute in which it was written, and any number of it may wait.
        """
        now, limit = self.clock.now(), self.settings.messages_per_minute
        said_at = min(said_at or now, now)
        was_missed = now - said_at > timedelta(seconds=MINUTE_S)
        minute = int(said_at.timestamp() // MINUTE_S)
        over = await self._count(caller.account, f"minute:{minute}") > limit
        if per_minute is not None and caller.community is not None and not over:
            name = f"minute:{minute}:{caller.community}"
            over = await self._count(caller.account, name) > per_minute
        if over:
            line = _too_fast(caller, now)
        elif waiting >= limit and not was_missed:
            line = say(caller.language, "chat-still-answering")
        else:
            return ADMITTED
        if not self.may_talk(caller):
            return Admission(admitted=False)
        return await self._tell_once(f"rate:{caller.account}:{minute}", MINUTE_S, line)

    async def admit(self, caller: Caller) -> Admission:
        """Return whether a message is answered when its turn comes, and count it for the day.

        Args:
            caller: the caller, as in `may_talk`.
        """
        if not self.may_talk(caller):
            return await self._refuse(caller)
        if self.settings.tokens_per_day is None and self.settings.messages_per_day is None:
            return ADMITTED
        return await self._admit_today(caller, self.clock.now())

    async def admit_command(self, caller: Caller) -> Admission:
        """Count a command or a tap, and return whether it is answered.

        A minute has room for several commands for each message, and the day's limits count none.
        """
        now = self.clock.now()
        minute = int(now.timestamp() // MINUTE_S)
        count = await self._count(caller.account, f"commands:{minute}")
        if count <= COMMANDS_A_MESSAGE * self.settings.messages_per_minute:
            return ADMITTED
        told = f"commands:{caller.account}:{minute}"
        return await self._tell_once(told, MINUTE_S, _too_fast(caller, now))

    async def spend(self, person: Person, tokens: int) -> None:
        """Count the tokens of a turn, prompt and reply together, against the day's limit."""
        if tokens > 0:
            day = _day(person, self.clock.now())
            name = f"tokens:{day}"
            owner = _counters(person.id)
            await self.store.values.increment(owner, name, by=tokens, ttl_s=2 * DAY_S)

    async def _admit_today(self, caller: Caller, now: datetime) -> Admission:
        settings, person = self.settings, caller.person
        day, owner = _day(person, now), _counters(person.id)
        over = False
        if settings.tokens_per_day is not None:
            spent = (await self.store.values.get(owner)).get(f"tokens:{day}", "0")
            over = int(spent) >= settings.tokens_per_day
        if settings.messages_per_day is not None and not over:
            name = f"messages:{day}"
            count = await self.store.values.increment(owner, name, by=1, ttl_s=2 * DAY_S)
            over = count > settings.messages_per_day
        if not over:
            return ADMITTED
        zone = person.zone
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        until = at_time(caller.language, datetime.combine(tomorrow, time.min, tzinfo=zone), zone)
        line = say(caller.language, "chat-budget-spent", until=until, zone=zone.key)
        return await self._tell_once(f"budget:{person.id}:{day}", TOLD_AGAIN_S, line)

    async def _refuse(self, caller: Caller) -> Admission:
        if self.settings.when_refused == "silence":
            return Admission(admitted=False)
        line = say(caller.language, "chat-not-admitted")
        return await self._tell_once(f"refused:{caller.account}:{caller.place.id}", DAY_S, line)

    async def _count(self, account: PersonId, name: str) -> int:
        """Count something of an account in this minute, and return how often that was."""
        return await self.store.values.increment(_counters(account), name, by=1, ttl_s=2 * MINUTE_S)

    async def _tell_once(self, key: str, again_after_s: float, line: str) -> Admission:
        first = await self.store.claim(f"told:{key}", ttl_s=again_after_s)
        return Admission(admitted=False, line=line if first else None)


def _too_fast(caller: Caller, now: datetime) -> str:
    elapsed_s = now.timestamp() % MINUTE_S
    return say(caller.language, "chat-too-fast", seconds=int(MINUTE_S - elapsed_s) + 1)


def _counters(person: PersonId) -> str:
    # The counters are not among the person's values: forgetting everything must not reset them.
    return f"budget:{person}"


def _day(person: Person, now: datetime) -> str:
    return now.astimezone(person.zone).date().isoformat()
