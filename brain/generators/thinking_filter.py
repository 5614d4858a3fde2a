"""Removes the thoughts that reasoning models write before, or between, the words of their reply.

Servers are meant to send thoughts in a field of their own, but send them in the text where their
parser of reasoning is off or does not know the model. The marks stand in `thinking_marks`.
"""

import re

from brain.generators import thinking_marks as marks
from brain.ports import Replacement


def has_mark(text: str) -> bool:
    """Returns whether a mark of thoughts stands anywhere in a text."""
    return any(mark.lastgroup != "over" for mark in marks.MARK.finditer(text))


def ends_in_thoughts(prompt: str) -> bool:
    """Returns whether a prompt has opened the thoughts of the reply that it asks for."""
    return bool(marks.OPENED.search(prompt))


class ThinkingFilter:
    """Takes a reply piece by piece and passes on what is meant for the person.

    A closing mark whose opening mark stood in the prompt makes thoughts of all that came before it:
    the next piece is then a `Replacement`. Marks in code, in quotes or within a sentence are words
    of the reply. White space before the first word is removed. A mark may be split between pieces
    anywhere.
    """

    def __init__(self, *, is_held: bool = False) -> None:
        """Begins a reply.

        Args:
            is_held: whether the reply is known to begin with thoughts, without an opening mark:
                nothing is passed on before the closing one.
        """
        self.is_held = is_held
        self.has_thoughts = False
        """Whether the reply had thoughts."""
        self.is_unmarked = False
        """Whether they began without an opening mark."""
        self.is_over = False
        """Whether the model's turn ended: nothing that follows is passed on."""
        self._buffer = ""
        self._closing: re.Pattern[str] | None = marks.CLOSES if is_held else None
        """What ends the thoughts; None outside of them."""
        self._begins = is_held
        """Whether thoughts begin, where a second opening mark wants a second closing one."""
        self._depth = 0
        """How many opening marks the thoughts have."""
        self._after: str | None = None
        """Within thoughts, the text that is the reply if no other mark ends them."""
        self.is_endless = False
        """Whether thoughts were dropped of which nothing told the end, and the reply with them."""
        self._is_doubtful = False
        """Whether the thoughts were opened by a word alone, so that they may be the reply."""
        self._was_shown = False
        self._is_blank = True
        self._replaces = False
        self._line = ""
        """The last line of what was passed on."""
        self._fences = 0
        self._mentions = 0
        """Opening marks that are words of the reply and were not followed by a closing one yet."""

    def feed(self, piece: str) -> str:
        """Adds a piece and returns the text that can be shown now, which is often empty."""
        self._buffer += "" if self.is_over else piece
        return self._shown(self._take(is_over=False))

    def finish(self) -> str:
        """Returns the rest after the last piece: text that looked like the beginning of a mark."""
        text = self._take(is_over=True)
        if self._closing is not None and self._after is not None:
            # No other mark ended the thoughts, so that the last one did.
            self._closing, text = None, self._after
            if self._is_doubtful:
                self.has_thoughts = self.is_endless = marks.is_musing(text)
                text = "" if self.is_endless else text
        shown = self._shown(text)
        return Replacement("") if self._replaces and not shown else shown

    def _take(self, *, is_over: bool) -> str:
        """Returns what of the buffer is no thought and no mark, as far as that is certain."""
        text = ""
        while True:
            if self._is_blank and not text.strip():
                text, self._buffer = "", self._buffer.lstrip()
                if self._closing is None and self._begins_in_prose(is_over=is_over):
                    return text
            if self._closing is not None:
                if not self._skip_thoughts(self._closing, is_over=is_over):
                    return text
                continue
            mark = None if self.is_over else marks.MARK.search(self._buffer)
            text += self._pass_on(mark.start() if mark else self._end_without_mark(is_over=is_over))
            if mark is None:
                return text
            if mark.lastgroup == "over":
                text += self._read_end(mark, is_first=not text.strip())
                continue
            words, were_thoughts = self._read_mark(mark, is_over=is_over)
            if were_thoughts:
                self._replaces |= self._was_shown
                self._is_blank, self._line, text = True, "", ""
            if words is None:
                return text
            text += words

    def _end_without_mark(self, *, is_over: bool) -> int:
        """Returns the length of the buffer up to what may be the beginning of a mark."""
        unfinished = None if is_over else marks.UNFINISHED.search(self._buffer)
        return unfinished.start() if unfinished else len(self._buffer)

    def _read_mark(self, mark: re.Match[str], *, is_over: bool) -> tuple[str | None, bool]:
        """Processes the mark at the beginning of the buffer.

        Returns the text that it turned out to be, None to wait for more, and whether all before it
        were thoughts.
        """
        kind, words = str(mark.lastgroup), mark[0]
        rest = self._buffer[len(words) :]
        if kind == "header" and not self._is_code():
            header = marks.HEADER.match(rest)
            if header is None and len(rest) < marks.LONGEST_MARK * 2 and not is_over:
                return None, False
            self._buffer = rest[header.end() :] if header else rest
            if header is None or marks.HEADER_OF_THOUGHT.search(header[1]):
                self._think(marks.CLOSES)
            return "", False
        is_mark: bool | None = not self._is_code()
        if is_mark and kind in {"opening", "closing"}:
            is_mark = self._is_mark(kind, rest, is_over=is_over)
            if is_mark is None:
                return None, False
        if (
            not is_mark
            or kind == "over"
            or (kind == "frame" and words[1] in "/arsARS" and not self.has_thoughts)
        ):
            self._mentions += {"opening": 1, "closing": -1 if self._mentions else 0}.get(kind, 0)
            return self._pass_on(len(words)), False
        self._buffer = rest
        if kind == "opening":
            self._think(marks.CLOSES)
        elif kind == "closing":
            self.has_thoughts = True
            self.is_unmarked = True
            return "", True
        return "", False

    def _read_end(self, mark: re.Match[str], *, is_first: bool) -> str:
        """Processes the mark of a turn's end, or of the next turn; returns the words that it is."""
        if self._is_code() or self._line[-1:] in {" ", *marks.QUOTES}:
            return self._pass_on(len(mark[0]))
        # Before the first word, it ends nothing.
        self.is_over = not (is_first and self._is_blank)
        self._buffer = "" if self.is_over else self._buffer[len(mark[0]) :]
        return ""

    def _is_mark(self, kind: str, rest: str, *, is_over: bool) -> bool | None:
        """Whether a mark is none of the reply's words; None: the next character will tell."""
        before = self._line.rstrip()
        if not before:
            return True
        is_opening, is_glued = kind == "opening", self._line == before
        if (before[-1] in marks.QUOTES and is_glued) or (self._mentions and not is_opening):
            return False
        if is_glued:
            # Chinese is written without spaces, so that its words may go on with the mark.
            return before[-1].isascii() or not before[-1].isalnum() or not is_opening
        if not (before[-1].isalnum() or before[-1] in ",，、"):
            return True
        after = rest if is_opening else rest.lstrip(" ")
        if not after:
            return False if is_over else None
        begins = after[0] in "\r\n" or (rest[0].isascii() and rest[0].isalnum())
        return begins or (not is_opening and (after[0].isupper() or after[0].isdecimal()))

    def _skip_thoughts(self, closing: re.Pattern[str], *, is_over: bool) -> bool:
        """Drops thoughts up to a mark that may end them; returns whether there was one."""
        if self._begins:
            start = self._buffer.lstrip()
            if again := marks.AGAIN.match(start):
                self._depth += 1
                self._after, self._is_doubtful = None, False
                self._buffer = start[again.end() :]
                return True
            if not is_over and (not start or marks.UNFINISHED.match(start)):
                return False
            self._begins = False
        found = closing.search(self._buffer)
        if found is None:
            kept = len(self._buffer) if is_over else max(0, len(self._buffer) - marks.LONGEST_MARK)
            self._drop(kept)
            return False
        self._is_doubtful = False
        after = self._buffer[found.end() :]
        quoted = found.start() > 0 and self._buffer[found.start() - 1] in marks.QUOTES
        if quoted and not after and not is_over:
            return False
        if self._depth > 1 or (quoted and after and after[0] in marks.QUOTES_AFTER):
            self._depth -= self._depth > 1
            self._drop(found.end())
            self._after = ""
            return True
        self.is_unmarked |= not self.has_thoughts
        self.has_thoughts = True
        self._closing = self._after = None
        # A header of harmony is read as one.
        keeps = found[0].lower() in {"<|channel|>", "<|start|>"}
        self._buffer = self._buffer[found.start() if keeps else found.end() :]
        return True

    def _drop(self, end: int) -> None:
        if self._after is not None:
            self._after += self._buffer[:end]
        self._buffer = self._buffer[end:]

    def _begins_in_prose(self, *, is_over: bool) -> bool:
        """Whether the reply may yet begin with words that open thoughts; opens them if it did."""
        if self._was_shown or self.has_thoughts:
            return False
        for words, opening, closing in marks.PROSE:
            if found := opening.match(self._buffer):
                self._buffer = self._buffer[found.end() :]
                self._think(closing)
                if words == marks.WORD_ALONE:
                    self._after, self._is_doubtful = "", True
                return False
            begun = words.startswith(self._buffer) or words.replace(" is", "'s").startswith(
                self._buffer
            )
            if self._buffer and begun and not is_over:
                return True
        return False

    def _think(self, closing: re.Pattern[str]) -> None:
        self.has_thoughts = True
        self._closing, self._after = closing, None
        self._begins, self._depth = True, 1

    def _is_code(self) -> bool:
        return self._fences % 2 == 1 or self._line.count("`") % 2 == 1

    def _pass_on(self, end: int) -> str:
        text, self._buffer = self._buffer[:end], self._buffer[end:]
        *lines, self._line = (self._line + text).split("\n")
        self._fences += sum(line.lstrip().startswith("```") for line in lines)
        return text

    def _shown(self, text: str) -> str:
        if self._is_blank:
            text = text.lstrip()
        if not text:
            return ""
        replaces, self._replaces = self._replaces, False
        self._is_blank, self._was_shown = False, True
        return Replacement(text) if replaces else text
