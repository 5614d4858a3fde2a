"""In which language somebody reads the interface."""

from bots.recent import Recent
from brain.languages.detection import detect

KNOWN = 10_000


class Locales:
    """Discord tells it with a command, and not with a message: there it is guessed."""

    def __init__(self, fallback: str) -> None:
        """`fallback`: of the installation."""
        self._fallback = fallback
        self._told: Recent[int, str] = Recent(KNOWN)
        self._guessed: Recent[tuple[int, bool], str] = Recent(KNOWN)

    def told(self, user: int, language: str | None) -> str:
        """Discord told it (None: one that there is no catalogue for)."""
        if language is not None:
            self._told.set(user, language)
        return language or self._fallback

    def of(self, user: int, text: str) -> str:
        """As it was told last, else that of what they write.

        The guess is made once for each alphabet that somebody writes: it takes a millisecond.
        """
        told = self._told.get(user)
        if told is not None:
            return told
        key = (user, text.isascii())
        guessed = self._guessed.get(key)
        if guessed is None:
            guessed = detect(text, fallback="")
            if not guessed:
                return self._fallback
            self._guessed.set(key, guessed)
        return guessed
