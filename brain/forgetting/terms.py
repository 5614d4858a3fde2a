"""Makes the terms of a request: names, other words, and text written without spaces. Pure."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from brain.forgetting.contents import Content
from brain.forgetting.spelling import either_script, fold
from brain.forgetting.vocabulary import (
    ENDINGS,
    any_of,
    function_words,
    listed,
    month_names,
    roots_of,
)
from brain.languages import languages
from brain.memory.lexical import UNSPACED

_SHORTEST_ROOT = 5

_LONGEST_NAME = 3
"""Characters of a name in a script without spaces: it is never cut in pieces."""

_ASPECT = "了过着"
"""Chinese particles that stand between a verb and its object."""

_JAPANESE_ENDING = re.compile(
    "(?<=[^ぁ-ゟ])[のをはがにへとでやも](?:[ぁ-ゟ]|話|件|全部|全て|関する|忘れ|消し|削除){0,16}$"
)
"""What follows the name that a Japanese request means: "芽衣の" is in fewer memories than it."""

_SHORTEST_SPELLING = 4
"""Letters of a word that may be the spelling of Chinese characters."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a request that says what is to be forgotten."""

    matches: Callable[[Content], bool]
    is_exact: bool = False
    """Whether it is a name or an identifier: no other word makes up for it."""
    decides: bool = False
    """Whether nothing else counts where it is found."""
    is_relation: bool = False
    """Whether it is a word for a person who is close."""
    name: str = ""
    """Of a name, its folded form, and of a word written without spaces, the word."""


def name_terms(
    run: Sequence[tuple[str, ...]],
    held: Sequence[Content],
    codes: tuple[str, ...],
    *,
    is_person: bool,
    is_time: bool,
) -> Iterator[Term]:
    """The terms of names that follow each other, as the parts of a full name do.

    Args:
        run: the forms of each name.
        held: the texts of the memories that may be meant.
        codes: the languages of the request.
        is_person: the request says who they are, so that they name no place.
        is_time: the request names a month, and no person.
    """
    joined = "".join(forms[0] for forms in run)

    def is_joined(content: Content) -> bool:
        is_spelled = len(joined) >= _SHORTEST_SPELLING and joined in content.spellings
        return is_spelled or joined in content.pairs or (len(run) > 1 and joined in content.words)

    for forms in map(frozenset, run):
        is_capitalised = any(not forms.isdisjoint(content.names) for content in held)
        is_word = not forms.isdisjoint(listed("names")[0] | function_words(languages())) or any(
            content.is_article_before(forms) for content in held
        )
        is_month = not is_time and not forms.isdisjoint(month_names())
        is_told = (is_person or is_month) and any(
            content.is_outside(forms, is_month=is_month) for content in held
        )
        word = word_term(forms, codes)

        has_namesake = (
            is_person
            and len(run) == 1
            and any(
                not forms.isdisjoint(content.words) and not content.is_of_another(forms)
                for content in held
            )
        )

        def matches(
            content: Content,
            forms: frozenset[str] = forms,
            word: Term | None = None if is_capitalised else word,
            *,
            is_word: bool = is_word,
            is_month: bool = is_month,
            is_told: bool = is_told,
            has_namesake: bool = has_namesake,
        ) -> bool:
            if is_joined(content):
                return True
            if has_namesake and content.is_of_another(forms):
                return False
            if not forms.isdisjoint(content.names if is_word else content.words):
                return not is_told or content.is_outside(forms, is_month=is_month)
            return word is not None and word.matches(content)

        yield Term(matches, is_exact=True, name=min(forms))


def word_term(forms: Collection[str], codes: tuple[str, ...], *, is_exact: bool = False) -> Term:
    """A word in any inflection of those languages."""
    family = {root for form in forms for root in roots_of(form, codes)}
    long = [root for root in family if len(root) >= _SHORTEST_ROOT]
    for ending in ENDINGS:
        family |= {root + ending for root in long}
        shorter = {root.removesuffix(ending) for root in long}
        family |= {root for root in shorter if len(root) >= _SHORTEST_ROOT}
    spelled = {form for form in forms if len(form) >= _SHORTEST_SPELLING}

    def matches(content: Content) -> bool:
        return not (
            family.isdisjoint(content.roots(codes)) and spelled.isdisjoint(content.spellings)
        )

    return Term(matches, is_exact=is_exact)


def unspaced_terms(chunk: str, held: Sequence[Content]) -> Iterator[Term]:
    """The terms of a piece of text without spaces: whole, or the longest pieces that are held."""
    chunk = _JAPANESE_ENDING.sub("", chunk)
    found = _as_written(chunk)
    if len(chunk) <= _LONGEST_NAME or any(found.search(content.plain) for content in held):
        spelled = fold(chunk) if len(chunk) > 1 else None
        yield Term(
            lambda content: bool(
                found.search(content.plain) or spelled in content.words or spelled in content.pairs
            ),
            name=chunk,
        )
        return
    for length in range(len(chunk) - 1, 1, -1):
        for at in range(len(chunk) - length + 1):
            piece = chunk[at : at + length]
            part = _as_written(piece)
            if not _JAPANESE_ENDING.search(piece) and any(
                part.search(content.plain) for content in held
            ):
                for side in (chunk[:at], piece, chunk[at + length :]):
                    if len(side) > 1:
                        yield from unspaced_terms(side, held)
                return
    yield Term(lambda content: bool(found.search(content.plain)))


@lru_cache(maxsize=4096)
def _as_written(chunk: str) -> re.Pattern[str]:
    """A piece of text in either script, with particles of aspect, and not within a longer name."""
    pattern = f"[{_ASPECT}]?".join(map(either_script, chunk))
    fields = ("surnames", "after_names", "never_names")
    surnames, after, never = (any_of(listed(field)[1]) for field in fields)
    if len(chunk) == _LONGEST_NAME - 1 and re.match(surnames, chunk):
        # 李伟 is not meant by 李伟明是..., where another character ends the name.
        pattern += rf"(?!(?!{never}|{after})[{UNSPACED}]{after})"
    return re.compile(pattern)
