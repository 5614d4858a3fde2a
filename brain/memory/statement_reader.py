"""Reads a message as statements: about what, of whom, and which value. Pure.

A message is split into clauses, and each is read by the frames of its language
(`brain.languages.parts.Updates`), without a model. A language without frames states nothing.
"""

import re
from functools import cache, lru_cache
from typing import TypedDict

from brain.languages import Language, known
from brain.languages import language as language_of
from brain.languages.parts import Frame, Updates
from brain.memory.lexical import stem, terms
from brain.memory.statements import Reading, Statement
from brain.messages import own_words

_READ_CHARACTERS = 400
"""A longer message states nothing: of all that it says, one thing that has changed is little."""
_CLAUSE_CHARACTERS = 160
_OWNER_CHARACTERS = 8
"""How far before the name of a thing its owner is named: "his", "their"."""
_TYPED = frozenset({"email", "weekday", "date", "time", "daypart", "number"})
"""The sorts of values that a correction may replace: what they are is seen by their form."""
_SENTENCE_END = frozenset(".。;；\n")
_NEVER = re.compile(r"(?!)")
_NUMERALS = re.compile(r"[一二两三四五六七八九十百千万]{2,}")
_WORD = re.compile(r"[^\W_]+")


class _Common(TypedDict):
    """What is true of all statements of a clause."""

    is_added: bool
    is_denied: bool
    is_changed: bool
    is_own: bool


@lru_cache(maxsize=2_048)
def read(text: str, language: str) -> Reading:
    """Return what a person says in their own words; nothing for a language without frames."""
    reader, text = _reader(language), own_words(text)
    return reader.read(text) if reader and len(text) <= _READ_CHARACTERS else Reading()


def hints(text: str, language: str) -> list[str]:
    """Return the words with which earlier statements about the same as in a message are found."""
    reader = _reader(language)
    if reader is None:
        return []
    about = {term for each in read(text, language).statements for term in each.about}
    return [words for name, words in reader.hints if name <= about]


@cache
def _reader(language: str) -> "_Reader | None":
    spoken = language_of(known(language) or language)
    return _Reader(spoken, spoken.updates) if spoken.updates else None


class _Reader:
    """Reads messages by the frames of a language."""

    def __init__(self, language: Language, updates: Updates) -> None:
        self._stemmer = language.stemmer
        self._function_words = frozenset(language.function_words.split())

        def compiled(pattern: str) -> re.Pattern[str]:
            return re.compile(pattern, re.IGNORECASE)

        self._spellings = [(compiled(pattern), form) for pattern, form in updates.spellings]
        self._clauses = compiled(updates.clauses)
        self._unreal = compiled(updates.unreal)
        self._added = compiled(updates.added)
        self._changed = compiled(updates.changed)
        self._announced = compiled(updates.announced)
        self._ended = compiled(updates.ended)
        self._gone = compiled(updates.gone)
        self._aside = compiled(updates.aside)
        self._denied = compiled(updates.denied)
        self._not_so = compiled(updates.not_so)
        self._adds_up = compiled(updates.adds_up)
        self._corrected = compiled(updates.corrected)
        self._instead_of = compiled(updates.instead_of)
        self._frames = [(frame, compiled(frame.pattern)) for frame in updates.frames]
        self.hints = [(self._stems(name), words) for name, words in updates.hints]
        self._own = compiled(updates.own)
        self._people = compiled(updates.people)
        self._sole = compiled(updates.sole)
        self._several = compiled(updates.several)
        self._named = re.compile(updates.named)
        self._it = compiled(updates.it)
        self._pronouns = [
            (compiled(self._whole_words(words)), f"?{meant}") for words, meant in updates.pronouns
        ]
        self._names = re.compile(updates.names)
        self._single = compiled(updates.single)
        self._apart = compiled(updates.apart)
        self._which = compiled(updates.which)
        self._occasions = compiled(updates.occasions)
        self._light = compiled(self._whole_words(updates.light))
        self._values = [(sort, re.compile(pattern)) for sort, pattern in updates.values]

    def _whole_words(self, words: str) -> str:
        # A language that no stemmer knows is written without spaces.
        return words if self._stemmer is None else rf"\b(?:{words})\b"

    def read(self, text: str) -> Reading:
        """Return what a message says."""
        corrects = self._corrected.search(text) is not None
        for pattern, form in self._spellings:
            text = pattern.sub(form, text)
        statements: list[Statement] = []
        before: frozenset[str] = frozenset()
        start, thing, is_own, is_announced = 0, "", False, False
        for end in [*self._clauses.finditer(text), None]:
            clause = text[start : end.start() if end else len(text)].strip()
            asks = end is not None and "?" in end[0]
            is_last = end is None or not _SENTENCE_END.isdisjoint(end[0])
            start = end.end() if end else len(text)
            if not clause or len(clause) > _CLAUSE_CHARACTERS or asks:
                continue
            if thing:
                article = "the " if self._stemmer else ""
                clause = self._it.sub(article + thing.replace("\\", ""), clause)
            # A mother who is named without more is one's own.
            is_own = is_own or bool(self._own.search(clause) or self._people.match(clause))
            found, before, named = self._statements(
                clause, before, is_own=is_own, is_announced=is_announced
            )
            thing = named or thing
            statements += found
            announces = is_announced or self._announced.search(clause) is not None
            is_announced = announces and not is_last
        wrong = [next(filter(None, found.groups())) for found in self._instead_of.finditer(text)]
        old = [self._terms(value) for value in wrong if self._sort(value) in _TYPED]
        typed = [(sort, pattern) for sort, pattern in self._values if sort in _TYPED]
        sorts = frozenset(sort for sort, pattern in typed if pattern.search(text))
        return Reading(
            tuple(statements),
            tuple(filter(None, old)),
            is_correction=corrects,
            sorts=sorts,
            terms=self._terms(text),
            which=frozenset(map(str.casefold, self._which.findall(text))),
            occasions=self._stems(" ".join(found[0] for found in self._occasions.finditer(text))),
        )

    def _statements(
        self, clause: str, before: frozenset[str], *, is_own: bool, is_announced: bool
    ) -> tuple[list[Statement], frozenset[str], str]:
        """Return what a clause says, whom it is about, and the thing that it names."""
        who = self._who(clause, clause, before)
        if self._unreal.search(clause):
            wish = Statement("wish", frozenset(), who, self._terms(clause), is_own=is_own)
            return [wish], who, ""
        common = _Common(
            is_added=self._added.search(clause) is not None,
            is_denied=self._denied.search(clause) is not None,
            is_changed=is_announced or self._changed.search(clause) is not None,
            is_own=is_own,
        )
        found: list[Statement] = []
        taken: set[str] = set()
        thing = ""
        for frame, pattern in self._frames:
            if taken and (not frame.about or taken & {*frame.about}):
                continue
            match = pattern.search(clause)
            if match is None:
                continue
            framed = self._framed(clause, frame, match, before, common)
            found += framed
            if framed:
                taken.update(frame.about)
                thing = thing or match.groupdict().get("what") or ""
            if framed and not frame.about:
                break
        rest, owner = self._ended_in(clause, before)
        is_own = is_own or self._stemmer is None or self._ended.match(clause) is not None
        if rest and (owner or is_own or self._gone.search(clause)):
            # What is stated of it is no longer so.
            found = [one for one in found if one.kind == "new"]
            common["is_denied"] = False
            found.append(Statement("end", frozenset(), owner, rest, **common))
        else:
            sort = self._sort(clause)
            sort = sort if sort in _TYPED else ""
            bare = dict(self._values).get(sort, _NEVER).sub(" ", clause)
            found.append(
                Statement(
                    "said",
                    self._words(bare),
                    who,
                    self._terms(clause) | self._typed(clause, sort),
                    sort,
                    is_one_of_several=self._is_one_of_several(who),
                    is_not_so=self._not_so.search(clause) is not None,
                    adds_up=self._adds_up.search(clause) is not None,
                    **common,
                )
            )
        return found, who, thing

    def _framed(
        self,
        clause: str,
        frame: Frame,
        match: re.Match[str],
        before: frozenset[str],
        common: "_Common",
    ) -> list[Statement]:
        """Return what a clause says by a frame that matches it, once for each name of the frame."""
        value, what = (match.groupdict().get(name) or "" for name in ("value", "what"))
        head = clause[: match.start("value") if value else match.end()]
        if what and value and match.start("what") > match.start("value"):
            head += what
        owner = self._who(clause, head, before)
        if what and not frame.about and any(one.startswith("?") for one in owner):
            # Whoever moved the meeting, it is the meeting of its owner, who is named beside it.
            beside = clause[max(0, match.start("what") - _OWNER_CHARACTERS) : match.end("what")]
            owner = self._who(beside, beside, frozenset())
        named = self._terms(self._people.sub(" ", what))
        if not named and self._sole.search(what):
            named = self._terms(what)
            owner = frozenset(one for one in owner if not self._sole.fullmatch(one))
        if not frame.about and not named:
            return []
        is_new = frame.kind == "new" or (
            common["is_changed"] and not common["is_denied"] and not self._ended.search(clause)
        )
        return [
            Statement(
                "new" if is_new else "is",
                named | self._stems(name),
                owner,
                self._terms(value) | self._typed(value, self._sort(value)),
                self._sort(value),
                frozenset(self._apart.findall(what)),
                is_single=bool(self._single.search(name or what))
                and bool(frame.about or owner or self._is_own(head)),
                is_one_of_several=self._is_one_of_several(owner),
                **common,
            )
            for name in frame.about or ("",)
        ]

    def _ended_in(
        self, clause: str, before: frozenset[str]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the terms of what has ceased, if anything has, and whose it was."""
        gone = self._gone.search(clause)
        ended = gone or self._ended.search(clause)
        if ended is None:
            return frozenset(), before
        head, tail = clause[: ended.start()], clause[ended.end() :]
        # Whoever "took me off" it, it was mine.
        is_mine = self._own.search(ended[0]) is not None
        who = frozenset() if is_mine else self._who(clause, head, before)
        for part in (head, tail) if gone else (tail, head):
            named = self._ended.sub(" ", part)
            for text in (self._aside.sub(" ", named), named):
                rest = self._terms(self._people.sub(" ", text)) or self._terms(text)
                if rest:
                    # In an unspaced script, pairs of characters tell more than characters.
                    return frozenset(term for term in rest if len(term) > 1) or rest, who
        return frozenset(), who

    def _who(self, clause: str, head: str, before: frozenset[str]) -> frozenset[str]:
        others = frozenset(
            word.casefold().removesuffix("'s") for word in self._people.findall(head)
        )
        if others:
            called = [self._stems(name) for name in self._named.findall(head)]
            return others.union(*called)
        named = self._names.search(clause)
        if named:
            return self._stems(named[1])
        if self._own.search(head):
            return frozenset()
        for pattern, meant in self._pronouns:
            if pattern.search(head):
                return before or frozenset([meant])
        return before

    def _is_one_of_several(self, who: frozenset[str]) -> bool:
        return any(self._several.fullmatch(one) for one in who) and all(
            self._people.fullmatch(one) for one in who
        )

    def _is_own(self, head: str) -> bool:
        # Chinese names whose thing it is only where it is another's.
        return self._stemmer is None or self._own.search(head) is not None

    def _sort(self, value: str) -> str:
        value = value.strip()
        return next((sort for sort, pattern in self._values if pattern.search(value)), "")

    def _typed(self, text: str, sort: str) -> frozenset[str]:
        """Return what makes a text of a sort that is seen by its form, as it stands there."""
        pattern = dict(self._values).get(sort, _NEVER) if sort in _TYPED else _NEVER
        return frozenset(found[0].casefold() for found in pattern.finditer(text))

    def _words(self, clause: str) -> frozenset[str]:
        """Return the terms of a clause besides pronouns and words of change."""
        rest = self._changed.sub(" ", self._own.sub(" ", self._denied.sub(" ", clause)))
        return self._terms(rest) or self._stems(rest)

    def _terms(self, text: str) -> frozenset[str]:
        return self._stems(self._light.sub(" ", text))

    def _stems(self, text: str) -> frozenset[str]:
        # Unlike `lexical.terms`, by the language of the message: a clause is too short to tell it.
        if self._stemmer is None:
            # As single characters and pairs, eleven would contain one.
            return frozenset(terms(_NUMERALS.sub(" ", text))).union(_NUMERALS.findall(text))
        words = _WORD.findall(text.casefold())
        return frozenset(
            stem(word, self._stemmer) for word in words if word not in self._function_words
        )
