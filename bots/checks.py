"""What the doctor reports, and what it says about a store. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bots.settings.addresses import masked, sqlite_path
from brain.texts import say

Facts = Mapping[str, str | int]
"""What `diagnose` of a store gives."""


class Verdict(StrEnum):
    """What a check found."""

    OK = "ok"
    NOTE = "note"
    """It works, and could be better."""
    FAILED = "failed"
    """A chat would not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the list, in the person's language."""

    title: str
    verdict: Verdict
    detail: str


def store_checks(facts: Facts, *, address: str, language: str) -> list[Check]:
    """How the memories are kept.

    Args:
        facts: of the store.
        address: of the store; its password is hidden here.
        language: of the person.
    """
    found = _redis(facts, address) if "redis" in facts else [_file(facts, address)]
    return [
        Check(
            title=say(language, f"doctor-title-{title}"),
            verdict=verdict,
            detail=say(language, key, **values),
        )
        for title, verdict, key, values in found
    ]


_Finding = tuple[str, Verdict, str, dict[str, str | int]]
"""Title, verdict, and what is said: a key and its values."""


def _file(facts: Facts, address: str) -> _Finding:
    verdict = Verdict.OK if facts["integrity"] == "ok" else Verdict.FAILED
    values = {
        "path": str(sqlite_path(address)),
        "format": facts["schema"],
        "integrity": facts["integrity"],
        "memories": facts["memories"],
        "people": facts["people"],
        "kilobytes": round(int(facts["bytes"]) / 1024),
    }
    return "store", verdict, "doctor-store", values


def _redis(facts: Facts, address: str) -> Iterator[_Finding]:
    values = {
        "path": masked(address),
        "version": facts["redis"],
        "format": facts["schema"],
        "precision": facts["precision"],
        "memories": facts["memories"],
        "people": facts["people"],
        "mebibytes": round(int(facts["bytes"]) / (1 << 20)),
    }
    yield "store", Verdict.OK, "doctor-redis", values
    promise = str(facts["fsync"]) if facts["fsync"] in {"always", "everysec", "no"} else "unknown"
    durable = promise if facts["aof"] else "off"
    verdict = Verdict.NOTE if durable in {"no", "off"} else Verdict.OK
    yield "durability", verdict, f"doctor-durable-{durable}", {}
    if facts["eviction"] != "noeviction":
        yield "eviction", Verdict.NOTE, "doctor-eviction", {"policy": facts["eviction"]}
    if count := facts["unreadable"]:
        yield "unreadable", Verdict.NOTE, "doctor-unreadable", {"count": count}
