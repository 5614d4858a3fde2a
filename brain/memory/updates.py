"""Finds out whether a statement replaces an earlier one, without a model. Pure.

"I moved to Osaka" replaces "I live in Kyoto", and "my number is 2" replaces "my number is 1"; "I
have a dog" replaces nothing. A message is split into clauses, and each is read by the frames of its
language (`brain.languages.parts.Updates`) as statements: about what, of whom, and which value. One
replaces another if both are about the same of the same person with another value, and either there
is only one value of it at a time (a phone number) or the newer one says that it has changed. A
clause that says that something has ceased ("I quit smoking") replaces those that say it.

In doubt nothing is replaced: two statements that both hold are worse to part than an old one is to
leave. A language without frames replaces nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, lru_cache

from brain.languages import known
from brain.languages import language as language_of
from brain.languages.parts import Updates
from brain.memory.lexical import query_terms
from brain.memory.record import Kind, Memory

_READ_CHARACTERS = 1_500
"""How much of a message is read: statements stand at its beginning."""
_CLAUSE_CHARACTERS = 160
_SAME_CONVERSATION = timedelta(hours=6)
"""Within which "I meant the 14th" corrects a message that it shares nothing else with."""
_CEASED = 0.66
"""The share of what has ceased that the earlier statement has to name."""
_ALIKE = 0.5
"""The share of their words, besides the value, that two statements without a frame have in common."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a clause says."""

    kind: str
    """`is` and `new` as in `Frame`; `end` where something has ceased; `said` without a frame."""
    about: frozenset[str]
    """The terms of what it is said of."""
    who: frozenset[str]
    """The people it is said of; empty for the person who speaks."""
    value: frozenset[str]
    """The terms of the value; for `end` and `said`, those of the clause."""
    sort: str = ""
    """The sort of the value (`Updates.values`)."""
    apart: frozenset[str] = frozenset()
    is_added: bool = False
    is_denied: bool = False
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says."""

    statements: tuple[Statement, ...] = ()
    old: tuple[frozenset[str], ...] = ()
    """Wrong values that it names ("not the 12th")."""
    is_correction: bool = False
    sorts: frozenset[str] = field(default_factory=frozenset)
    """The sorts of the values in it."""
    terms: frozenset[str] = field(default_factory=frozenset)

    @property
    def may_replace(self) -> bool:
        """Whether it is worth looking for earlier statements that it replaces."""
        return (
            self.is_correction
            or bool(self.old)
            or any(
                each.kind in {"new", "end"} or (each.kind == "is" and (each.is_single or each.sort))
                for each in self.statements
                if not each.is_added
            )
        )


def replaces(newer: Memory, older: Memory) -> bool:
    """Return whether a turn says otherwise than an earlier one, which then counts no longer."""
    if newer.id == older.id or not newer.said_at > older.said_at:
        return False
    if not newer.kind is older.kind is Kind.TURN:
        return False
    now = read(newer.text, newer.language)
    if not now.may_replace:
        return False
    before = read(older.text, older.language)
    if any(_replaces(one, other) for one in now.statements for other in before.statements):
        return True
    return _corrects(now, before, apart=newer.said_at - older.said_at)


def may_replace(turn: Memory) -> bool:
    """Return whether it is worth looking for earlier statements that a turn replaces."""
    return turn.kind is Kind.TURN and read(turn.text, turn.language).may_replace


def search_words(turn: Memory) -> str:
    """Return words to search with for statements that a turn may replace."""
    reading = read(turn.text, turn.language)
    reader = _reader(turn.language)
    about = {term for each in reading.statements for term in each.about}
    return " ".join([turn.text, *sorted(about), *(reader.hints(about) if reader else ())])


def latest_first(turns: Sequence[Memory]) -> list[Memory]:
    """Return turns in the order in which the latest that says something comes first."""
    return sorted(turns, key=lambda turn: (turn.said_at, turn.id), reverse=True)


def _replaces(newer: Statement, older: Statement) -> bool:
    if newer.is_added or newer.kind == "said":
        return False
    if newer.kind == "end":
        return _ends(newer, older)
    if not _same_person(newer, older):
        return False
    if newer.kind == "new" and not newer.about:
        return False
    if older.kind == "end" or older.is_denied:
        return False
    if older.kind == "said":
        return newer.kind == "new" and _says_alike(newer, older)
    if newer.apart != older.apart or not newer.about or not older.about:
        return False
    if newer.kind == "is" or older.kind == "new":
        same = newer.about == older.about
    else:
        same = newer.about <= older.about or older.about <= newer.about
    if not same or not _differ(newer, older):
        return False
    if newer.is_single and older.is_single:
        return newer.kind == "new" or newer.sort == older.sort or newer.sort == "" == older.sort
    if newer.kind == "new":
        return newer.sort == older.sort or not newer.value
    return newer.sort == older.sort != ""


def _ends(newer: Statement, older: Statement) -> bool:
    if older.kind == "end" or older.is_denied or not newer.value or older.who - newer.who - newer.value:
        return False
    said = older.value | older.about | older.who
    return len(newer.value & said) >= _CEASED * len(newer.value)


def _says_alike(newer: Statement, older: Statement) -> bool:
    """Whether both say the same of other numbers or days: "up at six", "up at eight now"."""
    if not newer.sort or newer.sort != older.sort:
        return False
    return False


def _differ(newer: Statement, older: Statement) -> bool:
    if newer.kind == "new":
        return not newer.value or not newer.value <= older.value
    return bool(newer.value - older.value) and bool(older.value - newer.value)


def _same_person(newer: Statement, older: Statement) -> bool:
    if newer.who == older.who:
        return True
    return any(
        each.startswith("?") and any(re.match(each[1:], other) for other in older.who)
        for each in newer.who
    )


def _corrects(newer: Reading, older: Reading, *, apart: timedelta) -> bool:
    if newer.old:
        others = newer.terms - frozenset().union(*newer.old)
        for old in newer.old:
            if old and old <= older.terms:
                if others & (older.terms - old):
                    return True
                if newer.is_correction and apart <= _SAME_CONVERSATION:
                    return True
        return False
    if not newer.is_correction or apart > _SAME_CONVERSATION:
        return False
    shared = newer.sorts & older.sorts
    return bool(shared) and not newer.terms <= older.terms


@lru_cache(maxsize=2_048)
def read(text: str, language: str) -> Reading:
    """Return what a message says; nothing for a language without frames."""
    reader = _reader(language)
    return reader.read(text[:_READ_CHARACTERS]) if reader else Reading()


@cache
def _reader(language: str) -> "_Reader | None":
    updates = language_of(known(language) or language).updates
    return _Reader(updates) if updates else None


class _Reader:
    """Reads messages by the frames of a language."""

    def __init__(self, updates: Updates) -> None:
        def compiled(pattern: str) -> re.Pattern[str]:
            return re.compile(pattern, re.IGNORECASE)

        self._spellings = [(compiled(pattern), form) for pattern, form in updates.spellings]
        self._clauses = compiled(updates.clauses)
        self._unreal = compiled(updates.unreal)
        self._added = compiled(updates.added)
        self._changed = compiled(updates.changed)
        self._ended = compiled(updates.ended)
        self._denied = compiled(updates.denied)
        self._corrected = compiled(updates.corrected)
        self._instead_of = compiled(updates.instead_of)
        self._frames = [(frame, compiled(frame.pattern)) for frame in updates.frames]
        self._own = compiled(updates.own)
        self._people = compiled(updates.people)
        self._pronouns = [
            (compiled(rf"\b(?:{words})\b" if words.isascii() else words), f"?{meant}")
            for words, meant in updates.pronouns
        ]
        self._names = re.compile(updates.names)
        self._single = compiled(updates.single)
        self._apart = compiled(updates.apart)
        self._light = compiled(rf"\b{updates.light}\b" if updates.light.isascii() else updates.light)
        self._values = [(sort, re.compile(pattern)) for sort, pattern in updates.values]

    def hints(self, about: set[str]) -> list[str]:
        """Return further words with which things of these names are stated."""
        return []

    def read(self, text: str) -> Reading:
        """Return what a message says."""
        for pattern, form in self._spellings:
            text = pattern.sub(form, text)
        statements: list[Statement] = []
        before: frozenset[str] = frozenset()
        start = 0
        for end in [*self._clauses.finditer(text), None]:
            clause = text[start : end.start() if end else len(text)].strip()
            asks = end is not None and "?" in end[0]
            start = end.end() if end else len(text)
            if not clause or len(clause) > _CLAUSE_CHARACTERS or asks:
                continue
            found, before = self._statements(clause, before)
            statements += found
        corrects = self._corrected.search(text) is not None
        old = [
            self._terms(next(filter(None, found.groups())))
            for found in self._instead_of.finditer(text)
        ]
        sorts = frozenset(sort for sort, pattern in self._values[:5] if pattern.search(text))
        return Reading(
            tuple(statements),
            tuple(filter(None, old)),
            is_correction=corrects,
            sorts=sorts,
            terms=self._terms(text),
        )

    def _statements(
        self, clause: str, before: frozenset[str]
    ) -> tuple[list[Statement], frozenset[str]]:
        """Return what a clause says, and whom it is about."""
        if self._unreal.search(clause):
            return [], self._who(clause, clause, before)
        is_added = self._added.search(clause) is not None
        is_denied = self._denied.search(clause) is not None
        is_changed = self._changed.search(clause) is not None
        who = self._who(clause, clause, before)
        found: list[Statement] = []
        taken: set[str] = set()
        for frame, pattern in self._frames:
            match = pattern.search(clause)
            if match is None or (taken and (not frame.about or taken & {*frame.about})):
                continue
            groups = match.groupdict()
            value, what = groups.get("value") or "", groups.get("what") or ""
            if not frame.about and not what:
                continue
            head = clause[: match.start("value") if groups.get("value") else match.end()]
            if groups.get("what") and groups.get("value") and match.start("what") > match.start("value"):
                head = clause[: match.start("value")] + what
            who = self._who(clause, head, before)
            kind = "new" if frame.kind == "is" and is_changed and not is_denied else frame.kind
            names = frame.about or ("",)
            for name in names:
                about = self._terms(self._people.sub(" ", what) if not frame.about else what)
                about |= {name} - {""}
                if not about:
                    continue
                taken.add(name)
                single = bool(self._single.search(name or what))
                found.append(
                    Statement(
                        kind,
                        about,
                        who,
                        self._terms(value),
                        self._sort(value),
                        frozenset(self._apart.findall(what)),
                        is_added=is_added,
                        is_denied=is_denied and not self._ended.search(clause),
                        is_single=single,
                    )
                )
            if not frame.about:
                break
        if self._ended.search(clause):
            rest = self._terms(self._ended.sub(" ", clause))
            if rest:
                found.append(
                    Statement("end", frozenset(), who, rest, is_added=is_added)
                )
        else:
            found.append(
                Statement(
                    "said", frozenset(), who, self._terms(clause), self._sort(clause), is_denied=is_denied
                )
            )
        return found, who

    def _who(self, clause: str, head: str, before: frozenset[str]) -> frozenset[str]:
        others = frozenset(word.casefold().removesuffix("'s") for word in self._people.findall(head))
        if others:
            return others
        named = self._names.search(clause)
        if named:
            return frozenset([named[1].casefold()])
        if self._own.search(head):
            return frozenset()
        for pattern, meant in self._pronouns:
            if pattern.search(head):
                return before or frozenset([meant])
        return before

    def _sort(self, value: str) -> str:
        value = value.strip()
        return next((sort for sort, pattern in self._values if pattern.search(value)), "")

    def _terms(self, text: str) -> frozenset[str]:
        return frozenset(query_terms(self._light.sub(" ", text))) if text.strip() else frozenset()
