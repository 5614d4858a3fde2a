"""Reads a request to forget, piece by piece, into terms of each thing that it asks for. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from brain.forgetting.contents import LONE_LETTER, RUN, Content
from brain.forgetting.identifiers import (
    PIECE,
    is_code,
    prefixed_code,
    read_codes,
    without_punctuation,
)
from brain.forgetting.spelling import all_forms, fold, plain_form
from brain.forgetting.terms import Term, name_terms, unspaced_terms, word_term
from brain.forgetting.vocabulary import (
    WORD,
    any_of,
    function_words,
    ignored_words,
    languages_of,
    listed,
    month_names,
)

_POSSESSIVE = re.compile(r"\w['’]s?(?!\w)")

_PREFIX = re.compile(r"[A-Z]{1,3}")
"""Capitals that may be the beginning of the identifier after them."""

_SENTENCE_END = re.compile(r"[!?]$|\w{4}\.$")
"""The last word of a sentence, which is no abbreviation such as "Dr."."""

_TITLE = 3
"""Words of a request that may be written like a title."""


class Reader:
    """Reads the pieces of a request, one after another, into groups of terms."""

    def __init__(
        self,
        request: str,
        held: Sequence[Content],
        *,
        keeps_words: bool = True,
        is_strict: bool = False,
    ) -> None:
        """Prepare to read a request.

        Args:
            request: in the person's words.
            held: the texts of the memories that may be meant.
            keeps_words: words of which a request wholly consists count, whatever they are.
            is_strict: words before a name count, too, such as those of "dónde trabaja Leo".
        """
        self._is_strict = is_strict
        self._held = held
        self._pieces = PIECE.findall(LONE_LETTER.sub(r"\1\2", plain_form(request)))
        words = [w for piece in self._pieces if not is_code(piece) for w in WORD.findall(piece)]
        folded = {fold(word) for word in words}
        self._languages = codes = languages_of(folded)
        # Who asks for "The Who" has no other words.
        is_empty = keeps_words and folded <= function_words(codes)
        self._ignored = frozenset() if is_empty else ignored_words(codes)
        vague = listed("vague")[0]
        if not is_empty and not folded <= self._ignored | vague:
            self._ignored |= vague
        # In a title capitals tell nothing.
        self._is_title = len(words) >= _TITLE and not any(word[0].islower() for word in words)
        self._groups: list[list[Term]] = [[]]
        self._codes: list[str] = []
        self._prefix: str | None = None
        """Capitals that were the last piece."""
        self._before: int | None = None
        """Of the last terms: how many are words since one that does not count; None: no such."""
        self._names: list[tuple[str, ...]] = []
        """The names that stand right before this piece, one after another."""
        self._is_first = True
        self._words = [*map(fold, words), ""]
        """All words of the request, folded."""
        self._at = -1
        self._has_number = any(piece[0].isdigit() for piece in self._pieces)
        self._is_related = False
        """Whether the last word says who the next one is, as in "my brother leo"."""

    def groups(self) -> list[list[Term]]:
        """The terms of each topic."""
        for piece in self._pieces:
            bare = without_punctuation(piece)
            if is_code(bare):
                self._codes.append(bare)
                self._before, self._is_first = None, False
                self._names = []
                continue
            self._end_code()
            if piece == "、" or RUN.match(piece):
                self._read_unspaced(piece)
                continue
            before = self._groups[-1][-1:]
            is_owner = _POSSESSIVE.search(piece) is not None
            for word in WORD.findall(piece):
                self._read_word(word, is_owner=is_owner)
                self._is_first = False
            if _PREFIX.fullmatch(piece) and self._groups[-1][-1:] != before:
                self._prefix = piece
            if piece.endswith((",", ";")):
                self._end_group()
            if _SENTENCE_END.search(piece):
                self._is_first, self._names = True, []
        self._end_code()
        return _without_descriptions(self._groups)

    def _read_unspaced(self, piece: str) -> None:
        for chunk in _chunks(piece):
            if chunk is None:
                self._end_group()
            else:
                self._groups[-1] += unspaced_terms(chunk, self._held)
        self._before, self._is_first = None, False
        self._names = []

    def _read_word(self, word: str, *, is_owner: bool) -> None:
        """`is_owner`: something of theirs is meant."""
        folded = fold(word)
        group = self._groups[-1]
        self._at += 1
        last = self._words[self._at - 1] if self._at else ""
        is_related, self._is_related = self._is_related, False
        if self._has_number and folded in month_names():
            forms = all_forms(word)
            group.append(Term(lambda content: content.is_dated(forms), is_exact=True))
            self._before, self._names = None, []
            return
        if self._is_name(word, folded) or (is_related and self._is_known_name(folded)):
            self._is_related = is_related
            before = 0 if self._is_strict else self._before
            del group[len(group) - (before or len(self._names)) :]
            is_person = bool(before or self._is_related)
            is_time = folded in month_names() and last in listed("inside")[0]
            self._names.append(all_forms(word))
            group += name_terms(
                self._names, self._held, self._languages, is_person=is_person, is_time=is_time
            )
            self._before = None
            return
        self._names = []
        if self._is_bare_name(folded, last):
            forms = all_forms(word)
            group.append(Term(lambda content: content.is_named(forms), is_exact=True, name=folded))
            group.append(word_term(forms, self._languages))
            self._before = None
            return
        if folded in listed("joining")[0]:
            self._end_group()
        elif folded in self._ignored or len(folded) == 1:
            self._before = 0
        else:
            # Nobody else's affair makes up for "my wife's affair".
            self._is_related = folded in listed("relations")[0] and not is_owner
            term = word_term(all_forms(word), self._languages, is_exact=is_owner)
            group.append(replace(term, is_relation=self._is_related))
            if self._before is not None:
                self._before += 1

    def _is_bare_name(self, folded: str, last: str) -> bool:
        """Whether a word stands alone as names do, and some memory has it as a name."""
        after = self._words[self._at + 1]
        # The "don" of "don't" is no name.
        is_alone = not after or (
            len(after) > 1 and (after in self._ignored or after in listed("joining")[0])
        )
        return (
            is_alone
            and folded in listed("names")[0]
            and last not in listed("articles")[0] | listed("owning")[0]
            and any(content.is_named((folded,)) for content in self._held)
        )

    def _is_known_name(self, folded: str) -> bool:
        """Whether memories have a word as a name within a sentence, and else in small letters."""
        return any(folded in content.names_within for content in self._held)

    def _is_name(self, word: str, folded: str) -> bool:
        """Whether a capitalised word is a name, and not the beginning of a sentence."""
        if word[0].islower() or folded in {"i", "s"} or self._is_title:
            return False
        if not self._is_first:
            return True
        if folded in self._ignored:
            return False
        if any(folded in content.names for content in self._held):
            return not any(folded in content.words - content.names for content in self._held)
        return not any(
            word_term(all_forms(word), self._languages).matches(content) for content in self._held
        )

    def _end_code(self) -> None:
        found = list(read_codes(self._codes))
        if found and self._prefix:
            word = self._groups[-1].pop()
            found[0] = prefixed_code(self._prefix + self._codes[0], word, found[0])
        self._groups[-1] += found
        self._codes, self._prefix = [], None

    def _end_group(self) -> None:
        self._groups.append([])
        self._before = None
        self._names = []


def _without_descriptions(groups: list[list[Term]]) -> list[list[Term]]:
    """Topics without the one before a comma that says what the next one is.

    "My address, 14B Elm Street" asks for one thing, as "my ex, Martin" does.
    """
    if len(groups) != 2:  # noqa: PLR2004 the description and what it describes
        return groups
    one, other = groups
    if not one or any(term.is_exact for term in one):
        return groups
    if any(term.decides for term in other) or (one[-1].is_relation and _is_full_name(other)):
        return [other]
    return groups


def _is_full_name(group: Sequence[Term]) -> bool:
    return bool(group) and all(term.is_exact and term.name for term in group)


def _chunks(text: str) -> Iterator[str | None]:
    """What is left of a run of text without spaces; None where it is parted in two topics."""
    joining = set(listed("joining")[1])
    at = 0
    for match in _cuts().finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        if match[0] in joining:
            yield None
        at = match.end()
    if at < len(text):
        yield text[at:]


@cache
def _cuts() -> re.Pattern[str]:
    return re.compile(any_of((*listed("asking")[1], *listed("joining")[1])))
