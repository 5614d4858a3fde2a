"""Answers /zone, which sets a person's time zone, as no platform tells it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from zoneinfo import ZoneInfo

from bots.desk.request import Request
from bots.desk.zone_names import all_zones, city_zone, label_of, zone_named, zones_like
from bots.screens import CHOICES, Screen, Suggestion


async def show_or_set_zone(request: Request, options: Mapping[str, str]) -> Screen:
    """Show the person's time zone, or change it. Raises StoreError."""
    name = options.get("name", "").strip()
    if not name:
        zone = request.caller.person.zone.key
        return request.screen("zone-is", zone=label_of(zone), time=request.time(request.now))
    found = zone_named(name, request.caller.language)
    if found is None:
        found = await asyncio.to_thread(city_zone, name)
    if found is None:
        near = get_close_matches(name.replace(" ", "_"), all_zones(), n=1)
        key = "zone-unknown-near" if near else "zone-unknown"
        return request.screen(key, near=near[0] if near else "")
    person = replace(request.caller.person, zone=ZoneInfo(found))
    await request.store.save_person(person)
    changed = replace(request, caller=replace(request.caller, person=person))
    return changed.screen("zone-set", zone=label_of(found), time=changed.time(request.now))


def completions(typed: str, language: str) -> tuple[Suggestion, ...]:
    """Return the time zones that are meant by `typed` or contain it, at most `CHOICES`."""
    found = islice(zones_like(typed, language), CHOICES)
    return tuple(Suggestion(label_of(zone), zone) for zone in found)
