"""From the account that a platform names to the person that it belongs to."""

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

    The name and language are those of the platform at hand, where it gives them. Platforms tell no
    zone: it is the one that the person chose (`bots.desk.time_zone`), else `zone`.
    """
    zones = (account.zone, person.zone, zone)
    return replace(
        person,
        name=account.name or person.name,
        # `UTC` stands for no choice, `Etc/UTC` is chosen.
        zone=next((chosen for chosen in zones if chosen != UTC_ZONE), UTC_ZONE),
        language=account.language or person.language,
    )


async def resolve_caller(store: People, caller: Caller, *, zone: ZoneInfo = UTC_ZONE) -> Caller:
    """Put the person that the account belongs to in its place. Raises StoreError."""
    return replace(caller, person=await person_of(store, caller.person, zone=zone))
