"""Models that think aloud: what they think does not reach the person."""

OPENING = "<think>"
CLOSING = "</think>"


class ThinkingFilter:
    """Takes a reply piece by piece and lets out what is meant for the person.

    Only a thought at the beginning is one: later tags are part of what is said. White space
    before the first word goes too. Tags may be split anywhere.
    """

    __slots__ = ("_held", "_speaking", "_thinking")

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._speaking = False

    def feed(self, piece: str) -> str:
        """What of the reply so far can be shown now and has not been yet; often nothing."""
        self._held += piece
        while self._advance():
            pass
        return self._release() if self._speaking else ""

    def finish(self) -> str:
        """The rest, when the reply is over: what looked like a tag and was none."""
        return "" if self._thinking else self._release()

    def _advance(self) -> bool:
        """Pass one tag, if it is there in whole."""
        if self._speaking:
            return False
        if self._thinking:
            _, closing, rest = self._held.partition(CLOSING)
            # Without the tag only as much is kept as may be the beginning of one.
            self._held = rest if closing else self._held[1 - len(CLOSING) :]
            self._thinking = not closing
            return bool(closing)
        self._held = self._held.lstrip()
        if self._held.startswith(OPENING):
            self._held = self._held.removeprefix(OPENING)
            self._thinking = True
            return True
        self._speaking = not OPENING.startswith(self._held)
        return False

    def _release(self) -> str:
        held, self._held = self._held, ""
        return held
