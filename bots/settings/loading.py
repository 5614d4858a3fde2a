"""Reads the settings from `config.toml` and the environment, and reports all mistakes at once."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsError
from tzlocal import get_localzone_name

from bots.settings.addresses import expanded, web_address
from bots.settings.hub_section import HubSettings
from bots.settings.problems import SettingProblem, problem_text
from bots.settings.root import (
    CONFIG_VARIABLE,
    DELIMITER,
    PREFIX,
    Settings,
    config_folder,
    settings_table,
)
from bots.settings.sections import OPENAI_URL
from brain.errors import BadSettings
from brain.languages import DEFAULT_LANGUAGE, known, languages
from brain.messages import UTC_ZONE
from brain.texts import say

LONGEST_PATH = 300
"""Characters of a path that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The settings, and where each that is not a default comes from."""

    settings: Settings
    origins: Mapping[str, str]
    """An environment variable or the path of the file, by dotted key of the setting."""
    config: Path
    """Path of the file that was read, or would be if it existed."""


def load() -> Loaded:
    """Read the settings. Raises BadSettings, with one line for each problem."""
    language = locale_language()
    problems: list[str] = []
    config, tables = _file(language, problems)
    variables = {row.variable: row.key for row in settings_table()}
    given = {name.upper(): name for name, value in os.environ.items() if value}
    known = [*variables, CONFIG_VARIABLE]
    problems += (
        _unknown(language, given[name], known)
        for name in sorted(given)
        if name.startswith(PREFIX) and name not in known
    )
    origins = {key: given[name] for name, key in variables.items() if name in given}
    for key in _keys(tables):
        origins.setdefault(key, str(config))
    if address := os.environ.get("OPENAI_BASE_URL"):
        try:
            web_address(address)
        except SettingProblem as exc:
            problems.append(f"OPENAI_BASE_URL: {exc.text(language)}")
    # The library has arguments of its own by such names.
    for key in [key for key in tables if key.startswith("_")]:
        del tables[key]
        problems.append(f"{config}: {_unknown(language, key, variables.values())}")
    try:
        settings = Settings(**tables)
    except SettingsError:
        # A section itself was set, such as SILICONFRIEND_MODEL; `_unknown` has reported it.
        raise BadSettings(problems="\n".join(problems)) from None
    except ValidationError as exc:
        problems += _mistakes(language, exc, tables, origins, config)
        raise BadSettings(problems="\n".join(dict.fromkeys(problems))) from None
    if problems:
        raise BadSettings(problems="\n".join(problems))
    settings = _with_hub(_with_openai(settings, origins), origins)
    return Loaded(settings=settings, origins=origins, config=config)


def locale_language() -> str:
    """Return the interface's language without the settings: from its variable, else the locale."""
    chosen = os.environ.get(f"{PREFIX}LANGUAGE", "")
    if chosen in languages():
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := os.environ.get(name):
            return known(locale) or DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


def interface_language(settings: Settings) -> str:
    """Return the code of the language that the interface is in."""
    return locale_language() if settings.language == "auto" else settings.language


def zone_of(settings: Settings) -> ZoneInfo:
    """Return the zone in the settings, else the machine's; UTC if the machine's is unknown."""
    try:
        return ZoneInfo(settings.zone or get_localzone_name() or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC_ZONE


def file_path() -> Path:
    """Return where `config.toml` is, or would be. Raises BadSettings if its folder is unknown."""
    named = os.environ.get(CONFIG_VARIABLE)
    try:
        return expanded(Path(named) if named else config_folder() / "config.toml")
    except SettingProblem as exc:
        problem = f"{CONFIG_VARIABLE}: {exc.text(locale_language())}"
        raise BadSettings(problems=problem) from None


def _file(language: str, problems: list[str]) -> tuple[Path, dict[str, Any]]:
    named = os.environ.get(CONFIG_VARIABLE)
    path = file_path()
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if named:
            problems.append(say(language, "settings-no-file", path=str(path)))
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        problems.append(say(language, "settings-unreadable", path=short_path(path), reason=reason))
    except UnicodeDecodeError:
        problems.append(say(language, "settings-not-utf8", path=str(path)))
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        problems.append(say(language, "settings-not-toml", path=str(path), detail=str(exc)))
    return path, {}


def short_path(path: Path) -> str:
    """Return a path that is not too long to be shown."""
    text = str(path)
    return text if len(text) <= LONGEST_PATH else f"{text[:LONGEST_PATH]}…"


def _keys(tables: Mapping[str, Any], prefix: str = "") -> Iterable[str]:
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def _mistakes(
    language: str,
    exc: ValidationError,
    tables: Mapping[str, Any],
    origins: Mapping[str, str],
    config: Path,
) -> Iterable[str]:
    keys = [row.key for row in settings_table()]
    for error in exc.errors(include_url=False):
        key = ".".join(str(part) for part in error["loc"])
        in_file = _holds(tables, error["loc"]) and origins.get(key, str(config)) == str(config)
        in_list = any(isinstance(part, int) for part in error["loc"])
        if error["type"] != "extra_forbidden" or in_list:
            label = f"{config}: {key}" if in_file else PREFIX + key.replace(".", DELIMITER).upper()
            yield f"{label}: {problem_text(language, error)}"
        elif in_file:
            # `load` has reported unknown variables of the environment already.
            yield f"{config}: {_unknown(language, key, keys)}"


def _holds(tables: Mapping[str, Any], path: tuple[int | str, ...]) -> bool:
    within: Any = tables
    for part in path:
        if isinstance(within, list) and isinstance(part, int):
            if part >= len(within):
                return False
        elif not isinstance(within, dict) or part not in within:
            return False
        within = within[part]
    return True


def _unknown(language: str, name: str, known: Iterable[str]) -> str:
    # The common prefix is left out of the comparison: it would make any two names look alike.
    meant = {candidate.removeprefix(PREFIX).casefold(): candidate for candidate in known}
    shape = name.upper().removeprefix(PREFIX).casefold()
    within = f"{shape}{DELIMITER}"
    # The name of a section alone, such as SILICONFRIEND_MODEL.
    if named := next((full for short, full in meant.items() if short.startswith(within)), None):
        return say(language, "settings-unknown-near", name=name, near=named)
    if near := get_close_matches(shape, meant, n=1, cutoff=0.7):
        return say(language, "settings-unknown-near", name=name, near=meant[near[0]])
    return say(language, "settings-unknown", name=name)


def openai_url() -> str:
    """Return the address of OpenAI, or the one that `OPENAI_BASE_URL` puts in its place."""
    return os.environ.get("OPENAI_BASE_URL") or OPENAI_URL


def ollama_host() -> str:
    """Return where Ollama serves by its own variable, or an empty text."""
    return os.environ.get("OLLAMA_HOST", "").strip()


def _with_openai(settings: Settings, origins: dict[str, str]) -> Settings:
    """Fill in OPENAI_BASE_URL and OPENAI_API_KEY where no setting of this program was set.

    The key is used only for OPENAI_BASE_URL or OpenAI, never for a server that was set otherwise.
    """
    base_url = os.environ.get("OPENAI_BASE_URL") or None
    key = os.environ.get("OPENAI_API_KEY") or None
    updated: dict[str, Any] = {}
    for name in ("model", "embedder"):
        section = getattr(settings, name)
        if (name == "embedder" and section.kind != "openai") or (
            name == "model" and (section.file or settings.local.answers)
        ):
            continue
        changes: dict[str, Any] = {}
        if base_url and not section.base_url:
            changes["base_url"] = base_url
            origins[f"{name}.base_url"] = "OPENAI_BASE_URL"
        own = (section.base_url or base_url or OPENAI_URL).rstrip("/")
        belongs = own in {(base_url or OPENAI_URL).rstrip("/"), OPENAI_URL}
        if key and not section.api_key and belongs:
            changes["api_key"] = SecretStr(key)
            origins[f"{name}.api_key"] = "OPENAI_API_KEY"
        if changes:
            updated[name] = section.model_copy(update=changes)
    return settings.model_copy(update=updated)


def _with_hub(settings: Settings, origins: dict[str, str]) -> Settings:
    """Fill in HF_ENDPOINT, which other programs read too, if `hub.url` was not set."""
    url = os.environ.get("HF_ENDPOINT")
    if not url or "hub.url" in origins:
        return settings
    try:
        hub = HubSettings(url=url, folder=settings.hub.folder)
    except ValidationError:
        return settings
    origins["hub.url"] = "HF_ENDPOINT"
    return settings.model_copy(update={"hub": hub})
