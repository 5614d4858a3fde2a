"""The tokenizer of multilingual-e5-small: SentencePiece's Unigram model (Kudo, 2018).

It is written here because the usual library needs half a second and 260 MB for a vocabulary of
250,000 pieces; this needs a tenth of a second and 40 MB, and some 0.2 ms for a message.
"""

import re
from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SPACE = "\u2581"
"""Stands for a space in pieces; each text begins with one. No piece has it but as its first."""
UNKNOWN_PENALTY = 10.0
"""How much less likely than the rarest piece an unknown character is, in log probability."""
KEPT_WORDS = 10_000
"""How many words are kept with their pieces."""
LONGEST_KEPT = 16
"""Most characters of such a word; in Chinese, what stands between spaces is a sentence."""
_SPACES = re.compile(" {2,}")


class Unigram:
    """Splits a text into the pieces whose probabilities have the greatest product."""

    def __init__(
        self,
        pieces: Iterable[str],
        scores: NDArray[np.float32],
        *,
        unknown: int,
        replaced: Mapping[int, str],
    ) -> None:
        """Builds the table of the pieces.

        Args:
            pieces: the vocabulary; the index of a piece is its id.
            scores: the log probability of each piece.
            unknown: the id of a character that no piece has.
            replaced: what stands for a character, by its code point, before the text is split.
        """
        self._ids = {piece: number for number, piece in enumerate(pieces) if number != unknown}
        # An array of Python's own, because its items are read faster than those of one of numpy.
        self._scores = array("f", scores.tobytes())
        self._longest = max(map(len, self._ids))
        self._unknown = unknown
        self._unknown_score = float(scores.min()) - UNKNOWN_PENALTY
        self._replaced = replaced
        self._kept = lru_cache(KEPT_WORDS)(self._best_path)

    def __call__(self, text: str) -> list[int]:
        """Returns the ids of a text's pieces, without the marks of its beginning and end."""
        text = _SPACES.sub(" ", text.translate(self._replaced)).removeprefix(" ")
        ids: list[int] = []
        for word in text.split(" "):
            split = self._kept if len(word) < LONGEST_KEPT else self._best_path
            ids += split(SPACE + word)
        return ids

    def _best_path(self, text: str) -> list[int]:
        """Searches by dynamic programming (Viterbi) over the positions between characters."""
        ids, scores, longest = self._ids, self._scores, self._longest
        size = len(text)
        best = [0.0] + [float("-inf")] * size
        """The greatest log probability of a split of the text up to each position."""
        last = [(0, 0)] * (size + 1)
        """The last piece of that split, and where it begins."""
        for start in range(size):
            score_here = best[start]
            for end in range(start + 1, min(start + longest, size) + 1):
                piece = ids.get(text[start:end])
                if piece is not None and (score := score_here + scores[piece]) > best[end]:
                    best[end] = score
                    last[end] = piece, start
            if (score := score_here + self._unknown_score) > best[start + 1]:
                best[start + 1] = score
                last[start + 1] = self._unknown, start
        path = []
        position = size
        while position:
            piece, position = last[position]
            path.append(piece)
        return path[::-1]
