"""Removes the reasoning of models that put it in `<think>` tags before their reply."""

OPENING_TAG = "<think>"
CLOSING_TAG = "</think>"


class ThinkingFilter:
    """Takes a reply piece by piece and passes on what is meant for the person.

    Only a tag at the very beginning counts as reasoning; later tags are part of the reply. White
    space before the first word is removed too. A tag may be split between pieces anywhere.
    """

    __slots__ = ("_answering", "_buffer", "_thinking")

    def __init__(self) -> None:
        self._buffer = ""
        self._thinking = False
        self._answering = False

    def feed(self, piece: str) -> str:
        """Adds a piece and returns the text that can be shown now, which is often empty."""
        self._buffer += piece
        while self._advance():
            pass
        return self._release() if self._answering else ""

    def finish(self) -> str:
        """Returns the rest after the last piece: text that looked like the beginning of a tag."""
        return "" if self._thinking else self._release()

    def _advance(self) -> bool:
        """Processes one complete tag; returns whether there was one."""
        if self._answering:
            return False
        if self._thinking:
            _, closing, rest = self._buffer.partition(CLOSING_TAG)
            # Without the closing tag, only what may be its beginning is kept.
            self._buffer = rest if closing else self._buffer[1 - len(CLOSING_TAG) :]
            self._thinking = not closing
            return bool(closing)
        self._buffer = self._buffer.lstrip()
        if self._buffer.startswith(OPENING_TAG):
            self._buffer = self._buffer.removeprefix(OPENING_TAG)
            self._thinking = True
            return True
        self._answering = not OPENING_TAG.startswith(self._buffer)
        return False

    def _release(self) -> str:
        held, self._buffer = self._buffer, ""
        return held
