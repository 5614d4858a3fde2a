"""Who the companion is: a text of the user's own, or the one that comes along."""

from collections.abc import Callable
from pathlib import Path

from bots.settings import Settings, config_folder
from brain.errors import BadSettings
from brain.texts import DEFAULT_LANGUAGE, LOCALES, languages, say

LONGEST = 32_768
"""Characters: a persona that fills a model's context leaves no room for memories."""


def own_file(settings: Settings) -> Path:
    """Where a persona of the user's own is read from, whether or not it is there."""
    return settings.persona or config_folder() / "persona.md"


def own_text(settings: Settings, *, language: str) -> str | None:
    """The user's own persona, or None. Raises BadSettings, in that language."""
    path = own_file(settings)
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        if settings.persona is None:
            return None
        raise BadSettings(problems=say(language, "settings-no-file", path=str(path))) from None
    except OSError as exc:
        raise BadSettings(problems=f"{path}: {exc.strerror}") from exc
    except UnicodeDecodeError:
        raise BadSettings(problems=say(language, "settings-not-utf8", path=str(path))) from None
    if len(text) > LONGEST or not text.strip():
        raise BadSettings(
            problems=say(language, "settings-persona-size", path=str(path), limit=LONGEST)
        )
    return text.strip()


def default_text(language: str) -> str:
    """The persona that comes along, in that language or in English."""
    known = language if language in languages() else DEFAULT_LANGUAGE
    return (LOCALES / known / "persona.md").read_text(encoding="utf-8").strip()


def persona(settings: Settings, *, language: str) -> Callable[[str], str]:
    """The text in force, by the language of the conversation. Raises BadSettings.

    The files are read here and once: a conversation does no file work.
    """
    own = own_text(settings, language=language)
    defaults = {name: default_text(name) for name in languages()}
    return lambda spoken: own or defaults.get(spoken, defaults[DEFAULT_LANGUAGE])
