"""Finds out whether a statement replaces an earlier one, without a model. Pure.

"I moved to Osaka" replaces "I live in Kyoto", and "my number is 2" replaces "my number is 1"; "I
have a dog" replaces nothing. One statement (`brain.memory.statements`) replaces another if both are
about the same of the same person with another value, and either there is only one value of it at a
time (a phone number) or the newer one says that it has changed. A clause that says that something
has ceased ("I quit smoking") replaces those that say it.

In doubt nothing is replaced: two statements that both hold are worse to part than an old one is to
leave.
"""

import re
from datetime import timedelta

from brain.memory.record import Kind, Memory
from brain.memory.statement_reader import hints, read
from brain.memory.statements import Reading, Statement
from brain.messages import own_words

_SAME_CONVERSATION = timedelta(hours=6)
"""Within which "I meant the 14th" corrects a message that it shares nothing else with."""
_SOON = timedelta(days=2)
"""Within which "not the 12th" corrects a message that has the 12th and shares nothing else."""
_CEASED = 0.66
"""The share of what has ceased that the earlier statement has to name."""
_PAIR = 2
"""Words in which two statements have to agree, and may differ, where only one word tells apart."""
_CHARACTERS = 4
"""The same, where they may differ, in characters of an unspaced script."""
_ALIKE = 0.66
"""The share of its words besides the value that the shorter of two statements without a frame has
in common with the other."""


def replaces(newer: Memory, older: Memory) -> bool:
    """Return whether a turn says otherwise than an earlier one, which then counts no longer."""
    if newer.said_at <= older.said_at or not newer.kind is older.kind is Kind.TURN:
        return False
    now = read(newer.text, newer.language)
    if not now.may_replace:
        return False
    before = read(older.text, older.language)
    if _are_apart(now, before):
        return False
    return any(
        _replaces(one, other) for one in now.statements for other in before.statements
    ) or _corrects(now, before, apart=newer.said_at - older.said_at)


def _are_apart(now: Reading, before: Reading) -> bool:
    """Return whether both speak of other people, or of what is so at other times."""
    if now.which and before.which and now.which.isdisjoint(before.which):
        return True
    if not (now.occasions and before.occasions) or not now.occasions.isdisjoint(before.occasions):
        return False
    # Where nothing else differs, the time is what has changed.
    return not now.is_changed and now.terms - now.occasions != before.terms - before.occasions


def may_replace(turn: Memory) -> bool:
    """Return whether it is worth looking for earlier statements that a turn replaces."""
    return turn.kind is Kind.TURN and read(turn.text, turn.language).may_replace


def search_words(turn: Memory) -> str:
    """Return words to search with for statements that a turn may replace."""
    return " ".join([own_words(turn.text), *hints(turn.text, turn.language)])


def _replaces(newer: Statement, older: Statement) -> bool:
    if older.is_denied:
        return _is_no_longer_denied(newer, older)
    if newer.is_added or older.kind == "end":
        return False
    if newer.kind == "end":
        return _ends(newer, older)
    if not _same_person(newer, older):
        return False
    if newer.kind == older.kind == "said":
        return _says_otherwise(newer, older)
    return {newer.kind, older.kind} <= {"is", "new"} and _takes_the_place(newer, older)


def _says_otherwise(newer: Statement, older: Statement) -> bool:
    """Return whether a statement without a frame denies another, or has changed one like it."""
    if newer.is_not_so:
        return bool(newer.about) and newer.about == older.about
    return newer.is_changed and (_say_alike(newer, older) or _fill_alike(newer, older))


def _takes_the_place(newer: Statement, older: Statement) -> bool:
    """Return whether a value takes the place of another, both stated by frames."""
    if newer.apart != older.apart or not _name_the_same(newer, older) or not _differ(newer, older):
        return False
    if newer.kind == "new":
        is_same = newer.about == older.about
        if not newer.value or (is_same and newer.is_single and older.is_single):
            return is_same
        return newer.sort == older.sort and (is_same or newer.sort not in {"", "name"})
    # Of two cats that are called by name, both may be there.
    is_one = (newer.is_single and older.is_single) or newer.sort not in {"", "name"}
    return newer.sort == older.sort and is_one


def _name_the_same(newer: Statement, older: Statement) -> bool:
    """Return whether both are about the same; a word of change lets one be named in short."""
    if newer.kind == "is" or older.kind == "new":
        return newer.about == older.about
    return newer.about <= older.about or older.about <= newer.about


def _ends(newer: Statement, older: Statement) -> bool:
    is_own = older.is_own or older.kind in {"is", "new"}
    if not is_own or not newer.who <= older.who | older.value:
        return False
    is_named = bool(newer.who) and newer.who <= older.value
    is_anothers = bool(older.who - newer.who) and not is_named
    if is_anothers and (older.kind in {"said", "wish"} or not newer.value & older.value):
        return False
    said = older.value | older.about
    return len(newer.value & said) >= _CEASED * len(newer.value)


def _is_no_longer_denied(newer: Statement, older: Statement) -> bool:
    """Return whether a change makes true what was denied: "I hate olives", "I like olives now"."""
    if not newer.kind == older.kind == "said" or not newer.is_changed or newer.is_denied:
        return False
    if newer.who != older.who or not older.about:
        return False
    before, now = _units(older.about), _units(newer.about)
    return before <= now and len(now - before) <= (1 if before is older.about else _CHARACTERS)


def _say_alike(newer: Statement, older: Statement) -> bool:
    """Return whether both say the same of other numbers or days: "up at six", "up at eight now"."""
    if not newer.sort or newer.sort != older.sort or newer.value == older.value:
        return False
    if newer.about == older.about:
        return bool(newer.about)
    before, now = _units(older.about), _units(newer.about)
    fewer, shared = min(len(now), len(before)), len(now & before)
    if before is not older.about:
        return shared > _PAIR and shared >= _ALIKE * fewer
    if fewer == shared == 1:
        return len(now | before) == _PAIR
    return fewer > 1 and shared >= _ALIKE * fewer


def _fill_alike(newer: Statement, older: Statement) -> bool:
    """Return whether both say the same with another word: "I cycle to work", "I walk to work"."""
    if newer.sort or older.sort or newer.adds_up or older.adds_up:
        return False
    people = frozenset("".join(newer.who)) | newer.who
    before, now = _units(older.about) - people, _units(newer.about) - people
    is_spaced = _units(older.about) is older.about
    most = _PAIR if is_spaced else _CHARACTERS
    shared = len(now & before)
    return (
        shared >= (_PAIR if is_spaced else _PAIR + 1)
        and shared >= max(len(now), len(before)) / 2
        and 1 <= len(now - before) <= most
        and 1 <= len(before - now) <= most
    )


def _units(terms: frozenset[str]) -> frozenset[str]:
    """Return terms without the pairs of characters of an unspaced script."""
    if any(len(term) == 1 and not term.isascii() for term in terms):
        return frozenset(term for term in terms if len(term) == 1 or term.isascii())
    return terms


def _differ(newer: Statement, older: Statement) -> bool:
    if newer.kind == "new":
        return not newer.value or not newer.value <= older.value
    return bool(newer.value - older.value) and bool(older.value - newer.value)


def _same_person(newer: Statement, older: Statement) -> bool:
    if newer.who == older.who:
        # Of two friends, one may live here and the other there.
        return not older.is_one_of_several
    if newer.who and older.who and (newer.who <= older.who or older.who <= newer.who):
        # "My daughter Ella", and later "my daughter" or "Ella".
        return not newer.is_one_of_several and not older.is_one_of_several
    return any(
        each.startswith("?") and any(re.match(each[1:], other) for other in older.who)
        for each in newer.who
    )


def _corrects(newer: Reading, older: Reading, *, apart: timedelta) -> bool:
    """Return whether a message corrects an earlier one: "I meant the 14th, not the 12th"."""
    if not newer.is_correction or not newer.sorts & older.sorts:
        return False
    if not newer.old:
        return apart <= _SAME_CONVERSATION and not newer.terms <= older.terms
    others = newer.terms - frozenset().union(*newer.old)
    return any(
        old <= older.terms and (apart <= _SOON or bool(others & (older.terms - old)))
        for old in newer.old
    )
