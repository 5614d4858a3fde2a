"""From the account that a platform names to the person that it belongs to."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bots.screens import Caller
from brain.messages import UTC_ZONE, Person
from brain.ports import People

JOINS = 4
"""How many joins are followed: an account is joined with a person, and that one perhaps again."""


async def person_of(store: People, account: Person, *, zone: ZoneInfo = UTC_ZONE) -> Person:
    """Whose account it is, with what is known of them. Raises StoreError.

    The name and language are those of the platform at hand, where it gives them. Platforms tell no
    zone: it is the one that the person chose (`bots.desk.time_zone`), else `zone`.
    """
    known = await store.person(account.id)
    for _ in range(JOINS):
        if known is None or known.same_as is None:
            break
        known = await store.person(known.same_as) or Person(known.same_as)
    if known is None:
        return replace(account, zone=_first(account.zone, zone))
    return replace(
        known,
        name=account.name or known.name,
        zone=_first(account.zone, known.zone, zone),
        language=account.language or known.language,
    )


async def resolve_caller(store: People, caller: Caller, *, zone: ZoneInfo = UTC_ZONE) -> Caller:
    """Put the person that the account belongs to in its place. Raises StoreError."""
    return replace(caller, person=await person_of(store, caller.person, zone=zone))


def _first(*zones: ZoneInfo) -> ZoneInfo:
    """The first that somebody chose: `UTC` stands for none, `Etc/UTC` is chosen."""
    return next((zone for zone in zones if zone != UTC_ZONE), UTC_ZONE)
