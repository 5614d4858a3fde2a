"""Puts together the pieces in which a server streams a text."""

import re

LEAST = 4
"""Characters of a piece from which on it tells something that the next one repeats it."""
SURE = 16
"""Characters of a piece from which on one repetition is enough."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class Pieces:
    """Takes the pieces of one text as they come, and returns what each of them adds.

    Some servers send the whole text so far each time (DashScope, QwenLM/qwen-code#3896): each piece
    then begins with the one before, from the first on. Others cut a character in two, since JSON
    writes one outside of Unicode's first plane as a pair of surrogates (elizaOS/eliza#30904).
    """

    def __init__(self) -> None:
        """Begins a text."""
        self._half = ""
        """The first surrogate of a pair whose second one is still to come."""
        self._last = ""
        """The last piece; where pieces are whole texts, the text so far."""
        self._repetitions = 0
        self._may_repeat = True
        """Whether each piece began with the one before so far."""
        self._repeats = False

    def add(self, piece: str) -> tuple[str, bool]:
        """Takes a piece.

        Returns:
            The text that it adds, and whether that is the whole text, in place of all before.
        """
        text, last = self._paired(piece), self._last
        if not text:
            return "", False
        grows = len(text) > len(last) and text.startswith(last)
        if self._repeats:
            if last.startswith(text):
                return "", False
            self._last = text if grows else last + text
            return self._last[len(last) :], False
        self._last = text
        if last and self._may_repeat:
            self._may_repeat = grows
            self._repetitions += grows
            is_likely = self._repetitions > 1 and len(last) >= LEAST
            self._repeats = grows and (is_likely or len(last) >= SURE)
        return text, self._repeats

    def _paired(self, piece: str) -> str:
        """Returns the piece with pairs of surrogates as the characters that they mean.

        A surrogate without its other half is left out.
        """
        text = self._half + piece
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        text = text[: len(text) - len(self._half)]
        if text.isascii() or not _SURROGATE.search(text):
            return text
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
