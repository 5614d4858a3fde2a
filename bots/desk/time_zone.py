"""Answers /zone, which sets a person's time zone, as no platform tells it."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bots.desk.request import Request
from bots.screens import CHOICES, Screen, Suggestion

CHOSEN_UTC = "Etc/UTC"
"""Name that is kept for a person who chose UTC; `UTC` itself stands for no choice."""


async def show_or_set_zone(request: Request, options: Mapping[str, str]) -> Screen:
    """Show the person's time zone, or change it. Raises StoreError."""
    name = options.get("name", "").strip().replace(" ", "_")
    if not name:
        zone = request.caller.person.zone.key
        return request.screen("zone-is", zone=zone, time=request.time(request.now))
    found = _named(name)
    if found is None:
        near = get_close_matches(name, _zones(), n=1)
        key = "zone-unknown-near" if near else "zone-unknown"
        return request.screen(key, near=near[0] if near else "")
    person = replace(request.caller.person, zone=ZoneInfo(found))
    await request.store.save_person(person)
    changed = replace(request, caller=replace(request.caller, person=person))
    return changed.screen("zone-set", zone=found, time=changed.time(request.now))


def completions(typed: str) -> tuple[Suggestion, ...]:
    """Return the time zones whose name contains `typed`, at most `CHOICES`."""
    wanted = typed.strip().replace(" ", "_").casefold()
    found = (zone for zone in _zones() if wanted in zone.casefold())
    return tuple(Suggestion(zone, zone) for zone, _ in zip(found, range(CHOICES), strict=False))


def _named(name: str) -> str | None:
    """Return the time zone of a name in any case, or None if there is none."""
    for zone in _zones():
        if zone.casefold() == name.casefold():
            return CHOSEN_UTC if zone == "UTC" else zone
    return None


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))
