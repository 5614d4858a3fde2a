"""Keeps the language in which each person on Discord reads the interface."""

from cachetools import FIFOCache

from brain.languages import known
from brain.languages.detection import detect

KNOWN = 10_000


class UserLanguages:
    """Takes a person's language from their commands, or detects it in their messages.

    Discord tells the language of its app with each command, but not with a message.
    """

    def __init__(self, fallback: str) -> None:
        """Begin with nobody's language; `fallback` is the code of the installation's language."""
        self._fallback = fallback
        self._told: FIFOCache[int, str] = FIFOCache(KNOWN)
        self._guessed: FIFOCache[tuple[int, bool], str] = FIFOCache(KNOWN)

    def record(self, user: int, language: str | None) -> str:
        """Record the language of a person's command, and return it.

        If the catalogue lacks it (None), the fallback is returned.
        """
        if language is not None:
            self._told[user] = language
        return language or self._fallback

    def of(self, user: int, text: str) -> str:
        """Return the language of a person's last command, else of what they write.

        It is detected once in ASCII and once in other texts, since detection takes a millisecond.
        """
        told = self._told.get(user)
        if told is not None:
            return told
        key = (user, text.isascii())
        guessed = self._guessed.get(key)
        if guessed is None:
            guessed = known(detect(text, fallback=""))
            if not guessed:
                return self._fallback
            self._guessed[key] = guessed
        return guessed
