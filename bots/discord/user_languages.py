"""The language in which each person on Discord reads the interface."""

from brain.bounded_dict import BoundedDict
from brain.languages import known
from brain.languages.detection import detect

KNOWN = 10_000


class UserLanguages:
    """Knows the language of a person from their commands, and detects it from their messages.

    Discord tells the language of its app with each command, but not with a message.
    """

    def __init__(self, fallback: str) -> None:
        """`fallback`: of the installation."""
        self._fallback = fallback
        self._told: BoundedDict[int, str] = BoundedDict(KNOWN)
        self._guessed: BoundedDict[tuple[int, bool], str] = BoundedDict(KNOWN)

    def record(self, user: int, language: str | None) -> str:
        """Record the language of a command (None: there is no catalogue for it), and return it.

        Where there is no catalogue, the fallback is returned.
        """
        if language is not None:
            self._told[user] = language
        return language or self._fallback

    def of(self, user: int, text: str) -> str:
        """The language of their last command, else of what they write.

        It is detected once for each alphabet that a person writes, for that takes a millisecond.
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
