"""Looks up the person that an account on a platform belongs to."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bots.screens import Caller
from brain.messages import UTC_ZONE, Person
from brain.ports.people import People


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
