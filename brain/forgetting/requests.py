"""What a request to forget means: which memories it names surely, which perhaps. Pure.

| part of a request | how it is read |
|---|---|
| function words, words that ask ("please forget all about", 忘掉关于…的事) | they do not count |
| identifier: has a digit or one of `@ / _ . + #` | in one canonical form, see below |
| capitalised word | a name; in small letters the same name, unless it is a word, such as "rose" |
| what a name is put to ("my brother Leo") | does not count |
| month beside a number | only where a memory has it beside a number, too |
| words about what was said ("plans") | count only where nothing else is asked for |
| other word | matches in any inflection |
| text written without spaces | matches in either Chinese script; a long one in pieces |
| Chinese name | not matched by a longer name, where the next word tells that it is one |
| word that no memory holds | does not count, but for a name, and where most words are such |
| "and" | parts the request in two, unless a memory holds both |
| "don't forget" | takes nothing |
| "except", "but keep", "the rest stays" | stays, see `brain.forgetting.exceptions` |

Identifiers match whole. Separators, country codes and padding do not matter, and a long identifier
decides alone.
Accents and scripts are folded: José is Jose, Иван is Ivan, 北京 is Beijing.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from ipaddress import IPv6Address
from itertools import pairwise

import regex
from anyascii import anyascii
from babel.dates import get_month_names

from brain.forgetting.exceptions import Wish, separate
from brain.forgetting.folding import either_script, in_either_script
from brain.languages import all_languages, language, languages
from brain.memory.lexical import UNSPACED, stem, terms

_SEPARATOR = r"[\s\-./:()·_\u2010-\u2015]{0,3}"
_PIECE = regex.compile(
    rf"[{UNSPACED}][{UNSPACED}\p{{M}}]*|[^\s{UNSPACED}，。！？；：、（）《》“”]+|、"
)
_IS_CODE = re.compile(r"\d|[@/_#]|\w\+|\w[.:]\w")
_LITERAL = re.compile(r"[@#/+_]|[^\W\d]\.[^\W\d]")
"""An identifier whose signs tell it from another one, such as an address."""
_WEB = re.compile(r"^(?:https?://)?(?:www\.)?")
_PHONE = re.compile(r"\+?\d{7,15}")
_COUNTRY = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
"""Calling codes of countries (ITU-T E.164)."""
_LIGATURES = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_IP6 = re.compile(r"(?<![0-9a-z:.])[0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*[0-9a-f]|::(?![0-9a-z])")
_LONE_LETTER = re.compile(r"(?<!\w)(?:(O)['’](?=[A-Z])|([^\W\d_])-(?=[^\W\d_]{2}))")
"""The beginning of words such as O'Neil and e-mail, which are written as one, too."""
_POSSESSIVE = re.compile(r"\w['’]s?(?!\w)")
_SIGNS = re.compile(r"[^0-9a-z]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PREFIX = re.compile(r"[A-Z]{1,3}")
"""Capitals that may be the beginning of the identifier after them."""
_TITLE = 3
"""Words of a request that may be written like a title."""
_STRONG = 4
"""Letters and digits of an identifier that decides alone."""
_MASKED = re.compile(
    r"\S+://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?|(?<!\S)/\S+"
    r"|(?<!\w)\w(?:\+\+|#)",
    re.ASCII,
)
"""Identifiers whose parts are no words of the text."""
# Unlike `re`, `regex` takes the marks of a letter for a part of its word.
_WORD = regex.compile(rf"[^\W_{UNSPACED}]+")
_ANY_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ARTICLES = frozenset({"a", "an", "the", "un", "una", "el", "la"})
_RUN = regex.compile(rf"[{UNSPACED}][{UNSPACED}\p{{M}}]*")
_ENDINGS = ("i", "y", "ic", "al", "er", "or", "ist", "ion")
"""What tells two English stems of one family apart: allergi(es), allerg(ic)."""
_SHORTEST_ROOT = 5
_LONGEST_NAME = 3
"""Characters of a name in a script without spaces: it is never cut in pieces."""
_SHORTEST_SPELLING = 4
"""Letters of a word that may be the spelling of Chinese characters."""
_PART = 0.5
"""The greatest share of a text that lacks a name or an identifier."""
_MOST = 0.6
"""The share that is enough where no text holds all that is asked for."""
_SENTENCE = re.compile(r"(?<=[.!?]\s)|(?<=[。！？；;\n])")
_UNSPACED_COMMA = re.compile(r"(?<=[,，])")
_SHORTEST_CLAUSE = (3, 4)
"""Words, and characters of a script without spaces."""


@dataclass(frozen=True)
class _Content:
    """The words of a memory, or of a clause of it, as terms look at them."""

    text: str

    @cached_property
    def plain(self) -> str:
        return unicodedata.normalize("NFKC", self.text).casefold()

    @cached_property
    def _found(self) -> list[str]:
        text = _LONE_LETTER.sub(r"\1\2", unicodedata.normalize("NFKC", self.text))
        found: list[str] = _WORD.findall(_MASKED.sub(" ", text))
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Folded."""
        return frozenset(form for word in self._found for form in _forms(word))

    @cached_property
    def names(self) -> frozenset[str]:
        """Folded, of those that are capitalised or written in a script without capitals."""
        names = (word for word in self._found if not word[0].islower())
        return frozenset(form for word in names for form in _forms(word))

    def is_article_before(self, forms: Collection[str]) -> bool:
        """Whether one of those stands in small letters after an article, as names do not."""
        return any(
            fold(before) in _ARTICLES and word[0].islower() and not forms_of.isdisjoint(forms)
            for before, word in pairwise(self._found)
            for forms_of in [frozenset(_forms(word))]
        )

    def _between(self, forms: Collection[str]) -> Iterator[tuple[str, str]]:
        """The words before and after each of those; none at the beginning and at the end."""
        skipped = _listed("of")[0]
        words = [word for word in _ANY_WORD.findall(self.text) if fold(word) not in skipped]
        for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
            if not frozenset(forms).isdisjoint(_forms(word)):
                yield before, after

    def is_dated(self, forms: Collection[str]) -> bool:
        """Whether one of those stands beside a number, as a month does."""
        return any(
            before[:1].isdigit() or after[:1].isdigit() for before, after in self._between(forms)
        )

    def is_outside(self, forms: Collection[str], *, is_month: bool) -> bool:
        """Whether one of those stands where it names neither a place nor, of a month, a time."""
        return any(
            fold(before) not in _listed("inside")[0]
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
            for form in _forms(word)
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
            self._stems[codes] = frozenset().union(*(_roots(word, codes) for word in self.words))
        return self._stems[codes]

    @cached_property
    def _stems(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    @cached_property
    def spellings(self) -> frozenset[str]:
        """How pairs, threes and fours of Chinese characters are spelled in Latin letters."""
        return frozenset(
            "".join(spelled[at : at + length])
            for run in _RUN.findall(self.plain)
            for spelled in [[fold(character) for character in run]]
            for length in (2, 3, 4)
            for at in range(len(spelled) - length + 1)
        )


@dataclass(frozen=True, slots=True)
class _Term:
    """One part of a request that says what is to be forgotten."""

    matches: Callable[[_Content], bool]
    is_exact: bool = False
    """Whether it is a name or an identifier: no other word makes up for it."""
    decides: bool = False
    """Whether nothing else counts where it is found."""
    is_relation: bool = False
    """Whether it is a word for a person who is close."""
    name: str = ""
    """Of a name, its folded form, and of a word written without spaces, the word."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a request means among the memories that it was read for."""

    groups: tuple[tuple[_Term, ...], ...]
    """The terms of each thing that is asked for."""
    enough: float = 1.0
    """The share from which on a text is meant."""
    shares: tuple[float, ...] = ()
    """Of each text that the request was read for, as `share` gives it."""
    exceptions: tuple[tuple[_Term, ...], ...] = ()
    """The terms of each thing that is to stay."""
    is_sure: bool = True
    """Whether anything may be taken unasked; not where exceptions cannot be told."""
    is_refusal: bool = False
    """Whether the request asks not to forget."""

    def share(self, text: str) -> float:
        """How much of one of the things a text holds: 0 to 1, and 1 when it surely is meant."""
        return self.share_of(_Content(text))

    def share_of(self, content: _Content) -> float:
        """As `share`, of a text that was looked at before."""
        share = self.full_share_of(content)
        if self.is_sure and share >= self.enough:
            share = 1.0
        excepted = self._excepted(content)
        if excepted == 1:
            return 0.0
        return min(share, _PART) if excepted or not self.is_sure else share

    def keeps(self, text: str) -> bool:
        """Whether the request says that a text is to stay."""
        return self.is_refusal or self._excepted(_Content(text)) == 1

    def full_share_of(self, content: _Content) -> float:
        """The share of a text, whatever is enough and whatever is excepted."""
        return max((_share(group, content) for group in self.groups), default=0.0)

    def _excepted(self, content: _Content) -> float:
        return max((_share(group, content) for group in self.exceptions), default=0.0)

    def rest_of(self, text: str) -> str | None:
        """What is left of a text without the clauses that are meant.

        None where no clause alone is meant, nothing would be left, or what is left speaks of it
        still by a pronoun.
        """
        clauses = _clauses(text)
        meant = [self.share(clause) == 1 for clause in clauses]
        if not any(meant) or all(meant):
            return None
        for one, other in pairwise(range(len(clauses))):
            if meant[one] and not meant[other] and _leans_on(clauses[other], clauses[one]):
                return None
        first = meant.index(True)
        left = [clause for clause, is_meant in zip(clauses, meant, strict=True) if not is_meant]
        after = "".join(c for c, m in zip(clauses[first:], meant[first:], strict=True) if not m)
        if _refers(after) or any(self.share(clause) for clause in left):
            return None
        return _tidy("".join(left))


def read(request: str, contents: Iterable[str]) -> Topic:
    """What a request means, given the texts of the memories that may be meant.

    Args:
        request: in the person's words, with or without what asks.
        contents: of all memories that they may forget.
    """
    held = [_Content(text) for text in contents]
    wish = separate(request)
    if wish.is_refusal:
        return Topic((), shares=(0.0,) * len(held), is_refusal=True)
    reader = _Reader(wish.wanted, held, is_strict=bool(wish.kept))
    all_groups = [tuple(terms) for terms in reader.groups() if terms]
    # Where the rest is to stay, what no memory holds cannot be left out.
    groups = all_groups if wish.kept else [_counting(terms, held) for terms in all_groups]
    if len(groups) > 1 and not all(any(term.is_exact for term in group) for group in groups):
        every = tuple(term for group in groups for term in group)
        if any(all(term.matches(content) for term in every) for content in held):
            groups = [every]
    topic = _without(Topic(tuple(groups)), wish, held)
    if not wish.kept:
        best = max(map(topic.full_share_of, held), default=0.0)
        topic = replace(topic, enough=best if best >= _MOST else 1.0)
    return replace(topic, shares=tuple(map(topic.share_of, held)))


def _without(topic: Topic, wish: Wish, held: Sequence[_Content]) -> Topic:
    """A topic with the exceptions of its request, which is not sure where they cannot be told."""
    names = {term.name for group in topic.groups for term in group if term.name}
    exceptions: list[tuple[_Term, ...]] = []
    is_sure = True
    for kept in wish.kept:
        groups = _Reader(kept, held, keeps_words=False).groups()
        named = {term.name for group in groups for term in group if term.name}
        others = [[term for term in group if term.name not in names] for group in groups]
        if _is_rest(kept) or not any(others):
            # "Not Tom himself": what names him alone is not meant.
            is_named = not names.isdisjoint(named) or _refers(kept)
            alone = any(all(term.name for term in group) for group in topic.groups)
            is_sure &= not (is_named and alone)
            continue
        found = [tuple(group) for group in others if group]
        exceptions += found
        meant = [content for content in held if topic.full_share_of(content) == 1]
        is_sure &= all(any(_share(group, one) == 1 for one in meant) for group in found)
    return replace(topic, exceptions=tuple(exceptions), is_sure=is_sure)


def _is_rest(kept: str) -> bool:
    """Whether an exception is all that is not asked for."""
    return _holds_one_of("rest", kept)


def _refers(text: str) -> bool:
    """Whether a text has a pronoun that refers to what was named before."""
    return _holds_one_of("referring", text)


def _holds_one_of(field: str, text: str) -> bool:
    words, unspaced = _listed(field)
    return not words.isdisjoint(_Content(text).words) or any(word in text for word in unspaced)


def asks_for_nothing(request: str) -> bool:
    """Whether a request has no words but those that ask."""
    wish = separate(request)
    if wish.is_refusal or wish.kept:
        return False
    return not any(_Reader(request, (), keeps_words=False).groups())


@lru_cache(maxsize=16_384)
def fold(word: str) -> str:
    """A word without case, accents and script."""
    # Signs stand for sounds that Latin letters lack: Ольга is Ol'ga.
    return word.casefold() if word.isascii() else _SIGNS.sub("", anyascii(word).casefold())


@lru_cache(maxsize=16_384)
def _forms(word: str) -> tuple[str, ...]:
    """A word folded, and what else it may be: Müller is Mueller, and Ивана may be Иван."""
    folded = fold(word)
    if word.isascii():
        return (folded,)
    others = [fold(word.translate(_LIGATURES))]
    if not unicodedata.normalize("NFD", word)[0].isascii():
        others += map(fold, terms(word))
    return tuple(dict.fromkeys((folded, *others)))


def _share(group: Sequence[_Term], content: _Content) -> float:
    found = [term for term in group if term.matches(content)]
    if any(term.decides for term in group):
        return float(any(term.decides for term in found))
    share = len(found) / len(group)
    is_exact = all(term in found for term in group if term.is_exact)
    return share if is_exact else min(share, _PART)


def _counting(terms: Sequence[_Term], held: Sequence[_Content]) -> tuple[_Term, ...]:
    """Those that some memory holds; all of them where too little would be left to go by."""
    counting = [term for term in terms if any(term.matches(content) for content in held)]
    lost = [term for term in terms if term not in counting]
    is_vague = 2 * len(counting) < len(terms) and not any(t.is_exact for t in counting)
    if is_vague or any(term.is_exact for term in lost):
        return tuple(terms)
    return tuple(counting)


class _Reader:
    """Reads the pieces of a request, one after another, into groups of terms."""

    def __init__(
        self,
        request: str,
        held: Sequence[_Content],
        *,
        keeps_words: bool = True,
        is_strict: bool = False,
    ) -> None:
        """Prepare to read a request.

        Args:
            request: in the person's words.
            held: the texts of the memories that may be meant.
            keeps_words: words of which a request wholly consists count, whatever they are.
            is_strict: words before a name count, such as those of "where works Leo".
        """
        self._is_strict = is_strict
        self._held = held
        self._pieces = _PIECE.findall(
            _LONE_LETTER.sub(r"\1\2", unicodedata.normalize("NFKC", request))
        )
        words = [w for piece in self._pieces if not _is_code(piece) for w in _WORD.findall(piece)]
        folded = {fold(word) for word in words}
        self._languages = codes = _languages_of(folded)
        # Who asks for "The Who" has no other words.
        is_empty = keeps_words and folded <= _function_words(codes)
        self._ignored = frozenset() if is_empty else _ignored(codes)
        vague = _listed("vague")[0]
        if not is_empty and not folded <= self._ignored | vague:
            self._ignored |= vague
        # In a title capitals tell nothing.
        self._is_title = len(words) >= _TITLE and not any(word[0].islower() for word in words)
        self._groups: list[list[_Term]] = [[]]
        self._codes: list[str] = []
        self._prefix: str | None = None
        """Capitals that were the last piece."""
        self._before: int | None = None
        """Of the last terms: how many are words since one that does not count; None: no such."""
        self._names: list[tuple[str, ...]] = []
        """The names that stand right before this piece, one after another."""
        self._is_first = True
        self._has_number = any(piece[0].isdigit() for piece in self._pieces)
        self._is_related = False
        """Whether the last word says who the next one is, as in "my brother leo"."""

    def groups(self) -> list[list[_Term]]:
        """The terms of each topic."""
        for piece in self._pieces:
            bare = _bare(piece)
            if _is_code(bare):
                self._codes.append(bare)
                self._before, self._is_first = None, False
                self._names = []
                continue
            self._end_code()
            if piece == "、" or _RUN.match(piece):
                self._read_unspaced(piece)
                continue
            before = self._groups[-1][-1:]
            is_owner = _POSSESSIVE.search(piece) is not None
            for word in _WORD.findall(piece):
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
                self._groups[-1] += _unspaced(chunk, self._held)
        self._before, self._is_first = None, False
        self._names = []

    def _read_word(self, word: str, *, is_owner: bool) -> None:
        """`is_owner`: something of theirs is meant."""
        folded = fold(word)
        group = self._groups[-1]
        is_related, self._is_related = self._is_related, False
        if self._has_number and folded in _months():
            forms = _forms(word)
            group.append(_Term(lambda content: content.is_dated(forms), is_exact=True))
            self._before, self._names = None, []
            return
        if self._is_name(word, folded) or (is_related and self._is_known_name(folded)):
            self._is_related = is_related
            before = 0 if self._is_strict else self._before
            del group[len(group) - (before or len(self._names)) :]
            is_person = bool(before or self._is_related)
            self._names.append(_forms(word))
            group += _names(self._names, self._held, self._languages, is_person=is_person)
            self._before = None
            return
        self._names = []
        if folded in _listed("joining")[0]:
            self._end_group()
        elif folded in self._ignored or len(folded) == 1:
            self._before = 0
        else:
            # Nobody else's affair makes up for "my wife's affair".
            self._is_related = folded in _listed("relations")[0] and not is_owner
            term = _word(_forms(word), self._languages, is_exact=is_owner)
            group.append(replace(term, is_relation=self._is_related))
            if self._before is not None:
                self._before += 1

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
            _word(_forms(word), self._languages).matches(content) for content in self._held
        )

    def _end_code(self) -> None:
        found = list(_codes(self._codes))
        if found and self._prefix:
            word = self._groups[-1].pop()
            found[0] = _prefixed(self._prefix + self._codes[0], word, found[0])
        self._groups[-1] += found
        self._codes, self._prefix = [], None

    def _end_group(self) -> None:
        self._groups.append([])
        self._before = None
        self._names = []


def _without_descriptions(groups: list[list[_Term]]) -> list[list[_Term]]:
    """Topics without the one before a comma that says what the next one is.

    "My address, 14B Elm Street" asks for one thing, as "my ex, Martin" does.
    """
    if len(groups) != 2:  # noqa: PLR2004 the description and what it describes
        return groups
    one, other = groups
    if not one or any(term.is_exact for term in one):
        return groups
    if any(term.decides for term in other) or (one[-1].is_relation and _is_name(other)):
        return [other]
    return groups


def _is_name(group: Sequence[_Term]) -> bool:
    return bool(group) and all(term.is_exact and term.name for term in group)


_SENTENCE_END = re.compile(r"[!?]$|\w{4}\.$")
"""The last word of a sentence, which is no abbreviation such as "Dr."."""
_ASPECT = "了过着"
"""Chinese particles that stand between a verb and its object."""
_FIRST_UNSPACED = "\u3001"


def _names(
    run: Sequence[tuple[str, ...]],
    held: Sequence[_Content],
    codes: tuple[str, ...],
    *,
    is_person: bool,
) -> Iterator[_Term]:
    """The terms of names that follow each other, as the parts of a full name do.

    Args:
        run: the forms of each name.
        held: the texts of the memories that may be meant.
        codes: the languages of the request.
        is_person: the request says who they are, so that they name no place.
    """
    joined = "".join(forms[0] for forms in run)

    def is_joined(content: _Content) -> bool:
        is_spelled = len(joined) >= _SHORTEST_SPELLING and joined in content.spellings
        return is_spelled or joined in content.pairs or (len(run) > 1 and joined in content.words)

    for forms in map(frozenset, run):
        is_capitalised = any(not forms.isdisjoint(content.names) for content in held)
        is_word = not forms.isdisjoint(_listed("names")[0] | _function_words(languages())) or any(
            content.is_article_before(forms) for content in held
        )
        is_month = not forms.isdisjoint(_months())
        is_told = (is_person or is_month) and any(
            content.is_outside(forms, is_month=is_month) for content in held
        )
        word = _word(forms, codes)

        def matches(
            content: _Content,
            forms: frozenset[str] = forms,
            word: _Term | None = None if is_capitalised else word,
            *,
            is_word: bool = is_word,
            is_month: bool = is_month,
            is_told: bool = is_told,
        ) -> bool:
            if is_joined(content):
                return True
            if not forms.isdisjoint(content.names if is_word else content.words):
                return not is_told or content.is_outside(forms, is_month=is_month)
            return word is not None and word.matches(content)

        yield _Term(matches, is_exact=True, name=min(forms))


@cache
def _months() -> frozenset[str]:
    """The names of the months in all languages, folded."""
    return frozenset(
        fold(name) for code in languages() for name in get_month_names(locale=code).values()
    )


def _word(forms: Collection[str], codes: tuple[str, ...], *, is_exact: bool = False) -> _Term:
    """A word in any inflection of those languages."""
    family = {root for form in forms for root in _roots(form, codes)}
    long = [root for root in family if len(root) >= _SHORTEST_ROOT]
    for ending in _ENDINGS:
        family |= {root + ending for root in long}
        shorter = {root.removesuffix(ending) for root in long}
        family |= {root for root in shorter if len(root) >= _SHORTEST_ROOT}
    spelled = {form for form in forms if len(form) >= _SHORTEST_SPELLING}

    def matches(content: _Content) -> bool:
        return not (
            family.isdisjoint(content.roots(codes)) and spelled.isdisjoint(content.spellings)
        )

    return _Term(matches, is_exact=is_exact)


def _unspaced(chunk: str, held: Sequence[_Content]) -> Iterator[_Term]:
    """The terms of a piece of text without spaces: whole, or the longest pieces that are held."""
    found = _as_written(chunk)
    if len(chunk) <= _LONGEST_NAME or any(found.search(content.plain) for content in held):
        spelled = fold(chunk) if len(chunk) > 1 else None
        yield _Term(
            lambda content: bool(
                found.search(content.plain) or spelled in content.words or spelled in content.pairs
            ),
            name=chunk,
        )
        return
    for length in range(len(chunk) - 1, 1, -1):
        for at in range(len(chunk) - length + 1):
            part = _as_written(chunk[at : at + length])
            if any(part.search(content.plain) for content in held):
                for side in (chunk[:at], chunk[at : at + length], chunk[at + length :]):
                    if len(side) > 1:
                        yield from _unspaced(side, held)
                return
    yield _Term(lambda content: bool(found.search(content.plain)))


@lru_cache(maxsize=4096)
def _as_written(chunk: str) -> re.Pattern[str]:
    """A piece of text in either script, with particles of aspect, and not within a longer name."""
    pattern = f"[{_ASPECT}]?".join(map(either_script, chunk))
    fields = ("surnames", "after_names", "never_names")
    surnames, after, never = (_any_of(_listed(field)[1]) for field in fields)
    if len(chunk) == _LONGEST_NAME - 1 and re.match(surnames, chunk):
        # 李伟 is not meant by 李伟明是..., where another character ends the name.
        pattern += rf"(?!(?!{never}|{after})[{UNSPACED}]{after})"
    return re.compile(pattern)


def _any_of(words: Iterable[str]) -> str:
    """A pattern of words in a script without spaces, longer ones first; of none, it never holds."""
    ordered = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(in_either_script, map(re.escape, ordered))) or '(?!)'})"


def _chunks(text: str) -> Iterator[str | None]:
    """What is left of a run of text without spaces; None where it is parted in two topics."""
    joining = set(_listed("joining")[1])
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
    return re.compile(_any_of((*_listed("asking")[1], *_listed("joining")[1])))


def _bare(piece: str) -> str:
    """A piece of text between spaces, without the punctuation around it."""
    bare = piece.lstrip("\"'([{<‘“").rstrip(".,;:!?)]}>\"'’”")
    return re.sub(r"['’]s$", "", bare)


def _is_code(bare: str) -> bool:
    return bool(_IS_CODE.search(bare)) and any(map(str.isalnum, bare)) and bare.isascii()


def _codes(pieces: Sequence[str]) -> Iterator[_Term]:
    """The identifiers that pieces side by side make: `415 555 0100` is one."""
    joined = "".join(pieces)
    can_join = len(pieces) > 1 and not any(_LITERAL.search(p.lstrip("+#")) for p in pieces)
    if can_join and sum(map(str.isdigit, joined)) >= 7:  # noqa: PLR2004 as of a phone number
        yield _code(joined)
    else:
        yield from map(_code, pieces)


def _prefixed(code: str, word: _Term, term: _Term) -> _Term:
    """An identifier after capitals, which may be a part of it: LH 438, the MAC 00:1A."""
    whole = _code(code)
    return _Term(
        lambda content: whole.matches(content) or (word.matches(content) and term.matches(content)),
        is_exact=True,
        decides=term.decides or whole.decides,
    )


def identifiers(text: str) -> list[Callable[[str], bool]]:
    """Of each identifier in a text that tells it from others: whether another text holds it."""
    codes = [bare for piece in _PIECE.findall(text) if _is_code(bare := _bare(piece))]
    terms = [term for code in codes if (term := _code(code)).decides]
    return [lambda other, term=term: term.matches(_Content(other)) for term in terms]  # type: ignore[misc]


def _code(code: str) -> _Term:
    plain = _WEB.sub("", code.casefold()).rstrip("/")
    plain = _ordinal().sub("", plain)
    letters = _SIGNS.sub("", plain)
    if address := _ip6(plain):
        return _Term(
            lambda content: any(_ip6(one) == address for one in _IP6.findall(content.plain)),
            is_exact=True,
            decides=True,
        )
    if plain.startswith("@") and "@" not in plain[1:]:
        return _handle(code)
    if _LITERAL.search(plain.lstrip("+#") if letters[:1].isdigit() else plain):
        pattern = _literal(plain)
    elif _IP.fullmatch(plain):
        numbers = r"\.".join(f"0*{int(part)}" for part in plain.split("."))
        pattern = rf"(?<![0-9a-z.]){numbers}(?![0-9a-z])(?!\.[0-9])"
    else:
        pattern = _number(plain, letters)
    decides = len(letters) >= _STRONG and not _YEAR.fullmatch(letters)
    found = re.compile(pattern)
    return _Term(
        lambda content: bool(found.search(content.plain)),
        is_exact=True,
        decides=decides or not letters.isdigit(),
    )


def _ip6(text: str) -> IPv6Address | None:
    try:
        return IPv6Address(text)
    except ValueError:
        return None


def _handle(code: str) -> _Term:
    """A handle with its sign; without it as it is written: Ann may be somebody else than @ann."""
    name = re.escape(code[1:])
    end = r"(?![0-9a-z_@]|[.-][0-9a-z])"
    signed = re.compile(rf"(?<![0-9a-z_.])@{name}{end}", re.IGNORECASE)
    bare = re.compile(rf"(?<![0-9A-Za-z_.@-]){name}(?![0-9A-Za-z_@]|[.-][0-9A-Za-z])")
    return _Term(
        lambda content: bool(signed.search(content.text) or bare.search(content.text)),
        is_exact=True,
        decides=True,
    )


def _literal(plain: str) -> str:
    before = r"(?<![0-9a-z_@.+-])(?:www\.)?" if plain[0].isalnum() else r"(?<![0-9a-z_])"
    after = r"(?![0-9a-z_@+#-]|\.[0-9a-z])"
    return before + re.escape(plain) + after


def _number(plain: str, letters: str) -> str:
    """A pattern of digits and letters, whatever separates them."""
    before = r"(?<![0-9a-z])(?<![0-9][-./:_])"
    after = r"(?![0-9a-z])(?![-./:_][0-9])"
    prefix = ""
    compact = re.sub(r"[^0-9+]", "", plain)
    if _PHONE.fullmatch(compact) and letters.isdigit():
        before += r"(?<![0-9]\s)"
        after += r"(?!\s[0-9])"
        digits = re.sub(r"^(?:\+|00)", "", compact)
        if digits != compact and (country := _COUNTRY.match(digits)):
            letters = digits[country.end() :].removeprefix("0")
            prefix = rf"(?:(?:\+|00)?{country[0]}{_SEPARATOR})?"
        else:
            letters = digits.removeprefix("0")
            prefix = rf"(?:(?:\+|00)[0-9]{{1,3}}{_SEPARATOR}|1{_SEPARATOR})?"
        prefix += rf"(?:0{_SEPARATOR})?"
    is_long = len(letters) >= _STRONG
    parts = [letters[:1]]
    for one, other in pairwise(letters):
        is_border = one.isdigit() != other.isdigit()
        parts.append(_SEPARATOR if is_long or is_border else r"[-./:_]?")
        parts.append(other)
    ordinal = _ordinal().pattern.removesuffix("$") if letters.isdigit() and not is_long else ""
    return before + prefix + "".join(parts) + (f"{ordinal}?" if ordinal else "") + after


@cache
def _ordinal() -> re.Pattern[str]:
    """What makes an ordinal of a number, as in the 3rd of May."""
    return re.compile(rf"(?<=[0-9])(?:{'|'.join(sorted(_listed('ordinals')[0]))})$")


@lru_cache(maxsize=16_384)
def _roots(word: str, codes: tuple[str, ...]) -> frozenset[str]:
    """The word, its stem in each of the languages, and its irregular forms."""
    known = [language(code).stemmer for code in codes]
    stems = {stem(word, stemmer) for stemmer in known if stemmer}
    forms = {form for one in (word, *stems) for form in _irregular().get(one, ())}
    return frozenset({word, *stems, *forms})


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    """By word: the forms of the same word that no stemmer knows for one."""
    lists = [one.requests.irregular for one in all_languages() if one.requests]
    families = [line.split() for text in lists for line in text.split(",")]
    return {word: tuple(family) for family in families for word in family}


def _languages_of(words: set[str]) -> tuple[str, ...]:
    """The languages whose function and asking words stand most often among those."""
    counts = {code: len(words & _ignored((code,))) for code in languages()}
    most = max(counts.values())
    return tuple(code for code, count in counts.items() if count == most)


@cache
def _ignored(codes: tuple[str, ...]) -> frozenset[str]:
    known = [language(code).requests for code in codes]
    asking = " ".join(one.asking for one in known if one)
    return _function_words(codes) | {fold(word) for word in _WORD.findall(asking)}


@cache
def _function_words(codes: tuple[str, ...]) -> frozenset[str]:
    known = map(language, codes)
    text = " ".join(f"{one.function_words} {one.common_words}" for one in known)
    return frozenset(fold(word) for word in _WORD.findall(text))


@cache
def _listed(field: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """One of the lists of all languages: words, folded; and those of scripts without spaces."""
    lists = [getattr(one.requests, field) for one in all_languages() if one.requests]
    words = " ".join(lists).split()
    unspaced = tuple(word for word in words if word[0] >= _FIRST_UNSPACED)
    return frozenset(fold(word) for word in words if word not in unspaced), unspaced


def _clauses(text: str) -> list[str]:
    """The clauses of a text with what separates them; together they are the text.

    Of a sentence with spaces only one "and" tells where a clause begins: of several, or beside
    commas, some stand between the parts of a clause.
    """
    found: list[str] = []
    for sentence in filter(None, _SENTENCE.split(text)):
        if _RUN.search(sentence):
            clauses = [clause for clause in _UNSPACED_COMMA.split(sentence) if clause]
        else:
            joints = list(_joint().finditer(sentence))
            is_plain = len(joints) == 1 and sentence.count(",") == joints[0][0].count(",")
            at = joints[0].start(1) if is_plain else 0
            clauses = [clause for clause in (sentence[:at], sentence[at:]) if clause]
        if any(map(_is_short, clauses)):
            clauses = [sentence]
        found += clauses
    return found


def _leans_on(clause: str, before: str) -> bool:
    """Whether a clause has its subject from the one before it, and that is not the speaker."""
    if _SENTENCE.search(before):
        return False
    own, speakers = _listed("speaking")
    first = _WORD.findall(before)[:1]
    if _RUN.search(before):
        return not before.strip().startswith(speakers) and not clause.strip().startswith(speakers)
    if first and fold(first[0]) in own:
        return False
    joint = _joint().match(f" {clause}")
    words = _WORD.findall(clause[joint.end() - 1 :] if joint else clause)
    return not words or (
        words[0][0].islower() and fold(words[0]) not in _function_words(languages())
    )


@cache
def _joint() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _listed("joining")[0])))
    return re.compile(rf",?\s+((?:(?:{words})\s+)+)", re.IGNORECASE)


def _is_short(clause: str) -> bool:
    words, characters = _SHORTEST_CLAUSE
    unspaced = sum(map(len, _RUN.findall(clause)))
    return unspaced < characters if unspaced else len(_WORD.findall(clause)) < words


def _tidy(text: str) -> str:
    """A text that was cut: without a conjunction at its beginning, closed by a full stop."""
    words = "|".join(sorted(map(re.escape, _listed("joining")[0])))
    opening = rf"(^|[.!?]\s)\s*(?:(?:{words})\s+)*([^\W\d_]?)"
    text = re.sub(
        opening, lambda match: match[1] + match[2].upper(), text.strip(), flags=re.IGNORECASE
    )
    text = text.rstrip(" ,，;；、")
    if not text:
        return text
    if text[-1] not in ".!?。！？":
        text += "。" if text[-1] >= _FIRST_UNSPACED else "."
    return text
