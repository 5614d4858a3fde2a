"""Changes `config.toml`, and leaves comments, order and unknown keys in it as they are."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError

from bots.settings.addresses import HIDDEN, masked
from bots.settings.loading import file_path
from bots.settings.root import settings_table
from brain.errors import BadSettings
from brain.texts import say

_SECRETS = ("api_key", "token", "webhook_secret", "store")
"""Keys whose values nobody else may read; the address of a store may hold a password."""


class ConfigFile:
    """The file with the settings, and changes that are not written yet."""

    def __init__(self, *, language: str) -> None:
        """Reads the file that the settings are read from, if it exists.

        Args:
            language: the code of the language that errors are written in.

        Raises:
            BadSettings: it cannot be read, or is not TOML.
        """
        self.path = file_path()
        self._language = language
        try:
            # Line ends stay as they are.
            with self.path.open(encoding="utf-8", newline="") as file:
                self._before = file.read()
            self._document = tomlkit.parse(self._before)
        except (FileNotFoundError, NotADirectoryError):
            self._before, self._document = "", tomlkit.document()
        except OSError as exc:
            reason = exc.strerror or type(exc).__name__
            problem = say(language, "settings-unreadable", path=str(self.path), reason=reason)
            raise BadSettings(problems=problem) from exc
        except UnicodeDecodeError:
            problem = say(language, "settings-not-utf8", path=str(self.path))
            raise BadSettings(problems=problem) from None
        except (ParseError, RecursionError) as exc:
            problem = say(language, "settings-not-toml", path=str(self.path), detail=str(exc))
            raise BadSettings(problems=problem) from None

    def get(self, key: str) -> Any:  # noqa: ANN401 whatever stands there
        """Returns the value of a setting, with dots between the parts of its name, or None."""
        within: Any = self._document.unwrap()
        for part in key.split("."):
            if not isinstance(within, dict) or part not in within:
                return None
            within = within[part]
        return within

    def set(self, key: str, value: str | int | bool | None) -> None:  # noqa: FBT001 a value
        """Changes a setting; None removes it.

        Raises:
            BadSettings: something else stands where its section should.
        """
        *sections, name = key.split(".")
        within: Any = self._document
        for section in sections:
            if section not in within:
                if value is None:
                    return
                within[section] = tomlkit.table()
            within = within[section]
            if not isinstance(within, MutableMapping):
                problem = say(self._language, "settings-wrong-table")
                raise BadSettings(problems=f"{self.path}: {section}: {problem}")
        if value is None:
            within.pop(name, None)
        elif self.get(key) != value:
            within[name] = value

    @property
    def is_changed(self) -> bool:
        """Whether there are changes that are not written yet."""
        return self._document.as_string() != self._before

    def changes(self) -> list[tuple[str, str | None]]:
        """Returns what `save` will change: names with dots, and values or None for what goes.

        Keys, passwords and tokens are hidden.
        """
        before = dict(_leaves(tomlkit.parse(self._before).unwrap()))
        after = dict(_leaves(self._document.unwrap()))
        return [
            (key, _shown(key, after[key]) if key in after else None)
            for key in dict.fromkeys([*after, *before])
            if before.get(key) != after.get(key)
        ]

    def save(self) -> None:
        """Writes the changes, all or none of them. Raises OSError.

        A new file, and one with keys or passwords in it, can be read by its owner alone.
        """
        # A link stays one, and the file that it leads to is replaced.
        target = self.path.resolve()
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file of mkstemp is readable by its owner alone from the beginning.
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        partial = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(self._document.as_string())
                file.flush()
                os.fsync(file.fileno())
            if target.exists() and not _holds_secret(self._document.unwrap()):
                partial.chmod(target.stat().st_mode & 0o777)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        self._before = self._document.as_string()


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _shown(key: str, value: object) -> str:
    name = key.rpartition(".")[2]
    return masked(str(value)) if name == "store" or name not in _SECRETS else HIDDEN


def _holds_secret(table: object) -> bool:
    if isinstance(table, list):
        return any(map(_holds_secret, table))
    if not isinstance(table, dict):
        return False
    return any(name in _SECRETS or _holds_secret(value) for name, value in table.items())


def in_environment(keys: Iterable[str]) -> list[str]:
    """Returns the variables of the environment that win over the file, of those of these settings.

    Args:
        keys: names of settings with dots, or of whole sections.
    """
    wanted = tuple(keys)
    return [
        row.variable
        for row in settings_table()
        if os.environ.get(row.variable)
        and any(row.key == key or row.key.startswith(f"{key}.") for key in wanted)
    ]
