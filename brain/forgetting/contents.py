"""Looks at the text of a memory in the ways in which terms of a request match it. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import regex

from brain.forgetting.spelling import all_forms, fold, plain_form
from brain.forgetting.vocabulary import WORD, before_names, listed, roots_of
from brain.memory.lexical import UNSPACED

LONE_LETTER = re.compile(r"(?<!\w)(?:(O)['’](?=[A-Z])|([^\W\d_])-(?=[^\W\d_]{2}))")
"""The beginning of words such as O'Neil and e-mail, which are written as one, too."""

_MASKED = re.compile(
    # Each begins where no earlier sign could be its beginning, so that a long one is read once.
    r"(?<!\S)\S+?://\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w-])(?<![\w-]\.)(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?|(?<!\S)/\S+|(?<!\w)\w(?:\+\+|#)",
    re.ASCII,
)
"""Identifiers whose parts are no words of the text."""

_ANY_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")

RUN = regex.compile(rf"[{UNSPACED}][{UNSPACED}\p{{M}}]*")


@dataclass(frozen=True)
class Content:
    """The words of a memory, or of a clause of it, as terms look at them."""

    text: str

    @cached_property
    def plain(self) -> str:
        """The text in its plain form, case-folded."""
        return plain_form(self.text).casefold()

    @cached_property
    def _found(self) -> list[str]:
        text = LONE_LETTER.sub(r"\1\2", unicodedata.normalize("NFKC", self.text))
        found: list[str] = WORD.findall(_MASKED.sub(" ", text))
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Folded."""
        return frozenset(form for word in self._found for form in all_forms(word))

    @cached_property
    def names(self) -> frozenset[str]:
        """Folded, of those that are capitalised or written in a script without capitals."""
        names = (word for word in self._found if not word[0].islower())
        return frozenset(form for word in names for form in all_forms(word))

    def is_article_before(self, forms: Collection[str]) -> bool:
        """Whether one of those stands in small letters after an article, as names do not."""
        articles = listed("articles")[0]
        return any(
            fold(before) in articles and word[0].islower() and not forms_of.isdisjoint(forms)
            for before, word in pairwise(self._found)
            for forms_of in [frozenset(all_forms(word))]
        )

    def is_named(self, forms: Collection[str]) -> bool:
        """Whether one of those, which are words, too, stands where a name does: "with rose"."""
        return any(
            (word[0].isupper() or not before or fold(before) in before_names())
            and not frozenset(forms).isdisjoint(all_forms(word))
            for before, word in zip(["", *self._found], self._found, strict=False)
        )

    def is_of_another(self, forms: Collection[str]) -> bool:
        """Whether those stand before a family name each time, and nobody close is named.

        "Grace Jones" is no "boss Grace".
        """
        after = [
            following
            for word, following in pairwise([*self._found, ""])
            if not frozenset(forms).isdisjoint(all_forms(word))
        ]
        return all(word[:1].isupper() for word in after) and self.words.isdisjoint(
            listed("relations")[0]
        )

    def _between(self, forms: Collection[str]) -> Iterator[tuple[str, str]]:
        """The words before and after each of those; none at the beginning and at the end."""
        skipped = listed("of")[0]
        words = [word for word in _ANY_WORD.findall(self.text) if fold(word) not in skipped]
        for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
            if not frozenset(forms).isdisjoint(all_forms(word)):
                yield before, after

    def is_dated(self, forms: Collection[str]) -> bool:
        """Whether one of those stands beside a number, as a month does."""
        return any(
            before[:1].isdigit() or after[:1].isdigit() for before, after in self._between(forms)
        )

    def is_outside(self, forms: Collection[str], *, is_month: bool) -> bool:
        """Whether one of those stands where it names neither a place nor, of a month, a time."""
        return any(
            fold(before) not in listed("inside")[0]
            and not (is_month and (before[:1].isdigit() or after[:1].isdigit()))
            for before, after in self._between(forms)
        )

    @cached_property
    def names_within(self) -> frozenset[str]:
        """Folded, of those that are capitalised after a word that is not."""
        return frozenset(
            form
            for before, word in pairwise(self._found)
            if before[0].islower() and word[0].isupper()
            for form in all_forms(word)
        )

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Neighbouring names, folded and joined: Zhang San."""
        return frozenset(
            fold(one) + fold(other)
            for one, other in pairwise(self._found)
            if not (one[0].islower() or other[0].islower())
        )

    def roots(self, codes: tuple[str, ...]) -> frozenset[str]:
        """The stems of the words, by the stemmers of those languages."""
        if codes not in self._stems:
            self._stems[codes] = frozenset().union(*(roots_of(word, codes) for word in self.words))
        return self._stems[codes]

    @cached_property
    def _stems(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    @cached_property
    def spellings(self) -> frozenset[str]:
        """How pairs, threes and fours of Chinese characters are spelled in Latin letters."""
        return frozenset(
            "".join(spelled[at : at + length])
            for run in RUN.findall(self.plain)
            for spelled in [[fold(character) for character in run]]
            for length in (2, 3, 4)
            for at in range(len(spelled) - length + 1)
        )


def refers(text: str) -> bool:
    """Whether a text has a pronoun that refers to what was named before."""
    return holds_one_of("referring", text)


def holds_one_of(field: str, text: str) -> bool:
    """Whether a text has a word of one of the lists of all languages."""
    words, unspaced = listed(field)
    return not words.isdisjoint(Content(text).words) or any(word in text for word in unspaced)
