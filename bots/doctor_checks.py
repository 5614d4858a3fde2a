"""Defines what the doctor reports, and builds its reports on a store and on the settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, SecretStr

from bots.settings.addresses import HIDDEN, masked, sqlite_path
from bots.settings.loading import Loaded
from bots.settings.root import settings_table
from brain.texts import say

Facts = Mapping[str, str | int]
"""What `Diagnosable.diagnose` of a store returns."""


class CheckStatus(StrEnum):
    """The result of a check."""

    OK = "ok"
    NOTE = "note"
    """It works, and could work better."""
    FAILED = "failed"
    """A chat would not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the doctor's report, in the person's language."""

    title: str
    status: CheckStatus
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInForce:
    """One setting with its value in this process. Keys and passwords are hidden."""

    variable: str
    value: str
    origin: str | None
    """An environment variable or the path of a file; None for a default."""


def store_checks(facts: Facts, *, address: str, language: str) -> list[Check]:
    """Return the checks of how a store keeps the memories.

    Args:
        facts: what the store reports of itself.
        address: the address of the store; its password is hidden here.
        language: the code of the person's language.
    """
    found = _redis(facts, address) if "redis" in facts else [_file(facts, address)]
    return [
        Check(
            title=say(language, f"doctor-title-{title}"),
            status=status,
            detail=say(language, key, **values),
        )
        for title, status, key, values in found
    ]


_Finding = tuple[str, CheckStatus, str, dict[str, str | int]]
"""The key of a title, a status, and the key of a text with its values."""


def _file(facts: Facts, address: str) -> _Finding:
    status = CheckStatus.OK if facts["integrity"] == "ok" else CheckStatus.FAILED
    values = {
        "path": str(sqlite_path(address)),
        "format": facts["schema"],
        "integrity": facts["integrity"],
        "memories": facts["memories"],
        "people": facts["people"],
        "kilobytes": round(int(facts["bytes"]) / 1024),
    }
    return "store", status, "doctor-store", values


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
    yield "store", CheckStatus.OK, "doctor-redis", values
    fsync = str(facts["fsync"]) if facts["fsync"] in {"always", "everysec", "no"} else "unknown"
    durable = fsync if facts["aof"] else "off"
    status = CheckStatus.NOTE if durable in {"no", "off"} else CheckStatus.OK
    yield "durability", status, f"doctor-durable-{durable}", {}
    if facts["eviction"] != "noeviction":
        yield "eviction", CheckStatus.NOTE, "doctor-eviction", {"policy": facts["eviction"]}
    if count := facts["unreadable"]:
        yield "unreadable", CheckStatus.NOTE, "doctor-unreadable", {"count": count}


def settings_in_force(loaded: Loaded) -> list[SettingInForce]:
    """Return every setting with its value and where that comes from, in the order of the docs."""
    return [
        SettingInForce(
            variable=row.variable,
            value=_shown(_value(loaded.settings, row.key)),
            origin=_origin(loaded, row.key),
        )
        for row in settings_table()
    ]


def _origin(loaded: Loaded, key: str) -> str | None:
    # A setting that is a table in the file has an origin for each key of the table.
    inside = (origin for name, origin in loaded.origins.items() if name.startswith(f"{key}."))
    return loaded.origins.get(key) or next(inside, None)


def _value(settings: BaseModel, key: str) -> object:
    value: object = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    # An address may hold a password.
    return masked(str(value))
