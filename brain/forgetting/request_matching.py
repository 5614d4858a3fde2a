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
| "except", "but keep", "the rest stays" | stays, see `brain.forgetting.exclusions` |

Identifiers match whole. Separators, country codes and padding do not matter, and a long identifier
decides alone.
Accents and scripts are folded: José is Jose, Иван is Ivan, 北京 is Beijing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from brain.forgetting.clauses import clauses_of, leans_on, tidy
from brain.forgetting.contents import Content, holds_one_of, refers
from brain.forgetting.exclusions import Wish, separate
from brain.forgetting.request_reading import Reader
from brain.forgetting.terms import Term
from brain.memory.parts import without_companion_headings
from brain.messages import OTHERS

_PART = 0.5
"""The greatest share of a text that lacks a name or an identifier."""

_MOST = 0.6
"""The share that is enough where no text holds all that is asked for."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a request means among the memories that it was read for."""

    groups: tuple[tuple[Term, ...], ...]
    """The terms of each thing that is asked for."""
    enough: float = 1.0
    """The share from which on a text is meant."""
    shares: tuple[float, ...] = ()
    """Of each text that the request was read for, as `share` gives it."""
    exceptions: tuple[tuple[Term, ...], ...] = ()
    """The terms of each thing that is to stay."""
    is_sure: bool = True
    """Whether anything may be taken unasked; not where exceptions cannot be told."""
    is_refusal: bool = False
    """Whether the request asks not to forget."""

    def share(self, text: str) -> float:
        """How much of one of the things a text holds: 0 to 1, and 1 when it surely is meant."""
        return self.share_of(_content(text))

    def share_of(self, content: Content) -> float:
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
        return self.is_refusal or self._excepted(_content(text)) == 1

    def full_share_of(self, content: Content) -> float:
        """The share of a text, whatever is enough and whatever is excepted."""
        return max((_share(group, content) for group in self.groups), default=0.0)

    @staticmethod
    def _takes_of_others(text: str, clauses: Sequence[str], meant: Sequence[bool]) -> bool:
        """Whether one of the clauses that are meant lies in what somebody else said."""
        others = [found.span() for found in OTHERS.finditer(text)]
        starts = accumulate(map(len, clauses), initial=0)
        return any(
            is_meant and start < until and first < start + len(clause)
            for start, clause, is_meant in zip(starts, clauses, meant, strict=False)
            for first, until in others
        )

    def _excepted(self, content: Content) -> float:
        return max((_share(group, content) for group in self.exceptions), default=0.0)

    def rest_of(self, text: str) -> str | None:
        """What is left of a text without the clauses that are meant.

        None where no clause alone is meant, nothing would be left, what is left speaks of it still
        by a pronoun, or one was said by somebody else: what is left of a quotation would lose the
        mark that it is one.
        """
        clauses = clauses_of(text)
        meant = [self.share(clause) == 1 for clause in clauses]
        if not any(meant) or all(meant) or self._takes_of_others(text, clauses, meant):
            return None
        for one, other in pairwise(range(len(clauses))):
            if meant[one] and not meant[other] and leans_on(clauses[other], clauses[one]):
                return None
        first = meant.index(True)
        left = [clause for clause, is_meant in zip(clauses, meant, strict=True) if not is_meant]
        after = "".join(c for c, m in zip(clauses[first:], meant[first:], strict=True) if not m)
        if refers(after) or any(self.share(clause) for clause in left):
            return None
        return tidy("".join(left))


def read(request: str, contents: Iterable[str]) -> Topic:
    """What a request means, given the texts of the memories that may be meant.

    Args:
        request: in the person's words, with or without what asks.
        contents: of all memories that they may forget.
    """
    held = [_content(text) for text in contents]
    wish = separate(request)
    if wish.is_refusal:
        return Topic((), shares=(0.0,) * len(held), is_refusal=True)
    reader = Reader(wish.wanted, held, is_strict=bool(wish.kept))
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


def _content(text: str) -> Content:
    # Who asks to forget a companion of theirs does not mean every turn that quotes this one.
    return Content(without_companion_headings(text))


def _without(topic: Topic, wish: Wish, held: Sequence[Content]) -> Topic:
    """A topic with the exceptions of its request, which is not sure where they cannot be told."""
    names = {term.name for group in topic.groups for term in group if term.name}
    exceptions: list[tuple[Term, ...]] = []
    is_sure = True
    for kept in wish.kept:
        groups = Reader(kept, held, keeps_words=False).groups()
        named = {term.name for group in groups for term in group if term.name}
        others = [[term for term in group if term.name not in names] for group in groups]
        if _is_rest(kept) or not any(others):
            # "Not Tom himself": what names him alone is not meant.
            is_named = not names.isdisjoint(named) or refers(kept)
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
    return holds_one_of("rest", kept)


def asks_for_nothing(request: str) -> bool:
    """Whether a request has no words but those that ask."""
    wish = separate(request)
    if wish.is_refusal or wish.kept:
        return False
    return not any(Reader(request, (), keeps_words=False).groups())


def _share(group: Sequence[Term], content: Content) -> float:
    found = [term for term in group if term.matches(content)]
    if any(term.decides for term in group):
        return float(any(term.decides for term in found))
    share = len(found) / len(group)
    is_exact = all(term in found for term in group if term.is_exact)
    return share if is_exact else min(share, _PART)


def _counting(terms: Sequence[Term], held: Sequence[Content]) -> tuple[Term, ...]:
    """Those that some memory holds; all of them where too little would be left to go by."""
    counting = [term for term in terms if any(term.matches(content) for content in held)]
    lost = [term for term in terms if term not in counting]
    is_vague = 2 * len(counting) < len(terms) and not any(t.is_exact for t in counting)
    if is_vague or any(term.is_exact for term in lost):
        return tuple(terms)
    return tuple(counting)
