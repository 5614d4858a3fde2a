"""What the Python modules of a language's folder hold: all of them optional, all of them pure.

    importance.py   SIGNS: Signs              which words tell how much a message matters
    care.py         SELF_HARM: SelfHarm       how people say that they want to die
    times.py        TIMES: Times              how people speak of times
    refusals.py     REFUSAL: str              how a model begins when it refuses
    requests.py     REQUESTS: Requests        how people ask to forget something

`brain.languages` reads them. What a folder lacks falls back as its readers say:
`brain.memory.importance`, `brain.care`, `brain.memory.temporal`,
`brain.consolidation.summariser`, `brain.forgetting.requests`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from brain.memory.temporal.finding import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Words that tell how much a message matters, as patterns without regard to case.

    Kinds, not sayings: a word stands in a pattern because it belongs to the kind. An empty pattern
    is never found.
    """

    whole_words: bool = True
    """Whether patterns match whole words only; not where words are written without spaces."""
    plain: Callable[[str], str] | None = None
    """What the text goes through before it is searched, such as leaving out accents."""

    own: str = ""
    """They speak of themselves or their own."""
    remember: str = ""
    """They wish it to be remembered."""
    i_am_named: str = ""
    """Who they are by a name, with regard to case: "I'm Anna"."""
    figure: str = r"\d{1,4}"
    """Dates and numbers."""

    # What says who somebody is.
    names: str = ""
    """Their own, and those of their own."""
    work: str = ""
    """And study."""
    home: str = ""
    """And origin."""
    age: str = ""
    """And birthdays."""
    health: str = ""
    """Of body and mind."""
    bonds: str = ""
    """Births, marriages, deaths."""
    beliefs: str = ""
    """What they believe, whom they love, how they live."""

    # What matters for a while.
    near: str = ""
    """People and animals close by."""
    tastes: str = ""
    feelings: str = ""
    plans: str = ""
    """And beginnings."""
    turns: str = ""
    """Success, failure, and what turns a life."""
    quarrels: str = ""
    """And bonds that are tried."""

    chatter: str = ""
    """What small talk is made of."""
    filler: str = ""
    """What may stand between phrases of small talk, and says nothing."""


WHO_KINDS = ("names", "work", "home", "age", "health", "bonds", "beliefs")
MATTERS_KINDS = ("near", "tastes", "feelings", "plans", "turns", "quarrels")
"""Fields of `Signs`."""


class IsMeant(Protocol):
    """Decides whether words that were found are said of the person, and are meant."""

    def __call__(self, clause: str, found: re.Match[str], *, laughs: bool) -> bool:
        """Return it for the words that were `found` in a clause; `laughs`: the text laughs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfHarm:
    """How people say that they want to die or to harm themselves; what only hints is not here.

    A text in small letters goes through `letters` and `spellings`, and is split by `clauses`; each
    of its clauses is searched for `words`, and `is_meant` decides about those that are found.
    """

    letters: Mapping[int, int] = field(default_factory=dict)
    """Letters that are written in several ways, for `str.translate`."""
    spellings: Sequence[tuple[re.Pattern[str], str]] = ()
    """Patterns and what replaces them, such as a short form and the whole word."""
    clauses: re.Pattern[str]
    """What stands between two clauses."""
    words: re.Pattern[str]
    """The words of somebody who says so. Nearly every message has none of them."""
    is_meant: IsMeant
    laughter: re.Pattern[str]
    """How people laugh in writing, or take back what they said as a joke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How people speak of times."""

    rules: "tuple[Rule, ...]"
    """Longer phrases stand before what they hold."""
    hint: re.Pattern[str]
    """What no phrase is without."""
    ahead: re.Pattern[str] | None = None
    """What says that a text speaks of what is to come."""
    behind: re.Pattern[str] | None = None
    """What says that it does not, all the same."""
    plain: Callable[[str], str] | None = None
    """What the text goes through before it is searched; it keeps its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The words of a request to forget that do not say what is to be forgotten.

    Words are parted by white space. Of a language that is written without spaces, they are cut out
    of the request wherever they stand, longer ones first.
    """

    asking: str
    """What asks: "please forget everything that I told you about"."""
    joining: str
    """What stands between two topics, or between two clauses of a sentence."""
    referring: str
    """Pronouns that point back to what an earlier sentence named."""
    speaking: str = ""
    """What people call themselves, alone or with others, as a subject."""
    ordinals: str = ""
    """What follows a number in an ordinal, in ASCII: "3rd"."""
