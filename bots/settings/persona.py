"""Reads the persona, which says who the companion is: the user's own text, or the bundled one."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bots.settings.answering_model import uses_demonstration_model
from bots.settings.root import Settings, config_folder
from brain.errors import BadSettings
from brain.languages import DEFAULT_LANGUAGE, FOLDER, languages
from brain.texts import say

LONGEST = 32_768
"""Most characters of a persona: one that fills the model's context leaves none for memories."""
_FENCE = "---"
_ADAPTER = re.compile(r"adapter:\s*(\S.*?)\s*")


def own_file(settings: Settings) -> Path:
    """Return the path that the user's own persona is read from, whether or not it exists."""
    return settings.persona or config_folder() / "persona.md"


def own_text(settings: Settings, *, language: str) -> str | None:
    """Return the user's own persona, or None if there is none.

    Args:
        settings: the settings, which may name the file.
        language: the code of the language that errors are written in.

    Raises:
        BadSettings: the file cannot be read, is empty or too long, or its head is not understood.
    """
    own = _own(settings, language=language)
    return own and own[1]


def own_adapter(settings: Settings, *, language: str) -> str | None:
    """Return the adapter that the user's own persona names, or None. Raises as `own_text` does.

    The head of the file names it: a line `---`, a line `adapter: NAME`, a line `---`.
    """
    own = _own(settings, language=language)
    return own and own[0]


def _own(settings: Settings, *, language: str) -> tuple[str | None, str] | None:
    """Return the adapter and the text of the user's own persona, or None if there is none."""
    path = own_file(settings)
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        if settings.persona is None:
            return None
        raise BadSettings(problems=say(language, "settings-no-file", path=str(path))) from None
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        problem = say(language, "settings-unreadable", path=str(path), reason=reason)
        raise BadSettings(problems=problem) from exc
    except UnicodeDecodeError:
        raise BadSettings(problems=say(language, "settings-not-utf8", path=str(path))) from None
    whole = len(text)
    front, text = _front(text)
    if unknown := [line for line in front if not _ADAPTER.fullmatch(line)]:
        raise BadSettings(
            problems=say(language, "settings-persona-front", path=str(path), line=unknown[0])
        )
    if whole > LONGEST or not text.strip():
        raise BadSettings(
            problems=say(language, "settings-persona-size", path=str(path), limit=LONGEST)
        )
    adapter = _ADAPTER.fullmatch(front[-1]) if front else None
    return (adapter[1] if adapter else None), text.strip()


def _front(text: str) -> tuple[list[str], str]:
    """Return the lines between the first two lines of three hyphens, and the text after them."""
    first, *lines = text.lstrip("\ufeff").splitlines(keepends=True) or [""]
    ends = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
    if first.strip() != _FENCE or not ends:
        return [], text
    front = [line.strip() for line in lines[: ends[0]] if line.strip()]
    return front, "".join(lines[ends[0] + 1 :])


@cache
def default_text(language: str) -> str:
    """Return the bundled persona in that language, or in English if it has none."""
    paths = (FOLDER / code / "persona.md" for code in (language, DEFAULT_LANGUAGE))
    return next(path for path in paths if path.exists()).read_text(encoding="utf-8").strip()


def persona(settings: Settings, *, language: str) -> Callable[[str], str]:
    """Read the persona, and return a function that gives its text in a language.

    All files are read here, so that a conversation reads none. `language` and the errors are those
    of `own_text`. The demonstration model can follow one sentence, and is told no more.
    """
    own = own_text(settings, language=language)
    if uses_demonstration_model(settings):
        defaults = {name: say(name, "prompt-demonstration") for name in languages()}
    else:
        defaults = {name: default_text(name) for name in languages()}
    return lambda spoken: own or defaults.get(spoken, defaults[DEFAULT_LANGUAGE])
