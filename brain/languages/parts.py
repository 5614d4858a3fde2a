"""Defines what the Python modules in the folder of a language provide. All of them are optional.

    importance.py   SIGNS: Signs              words that tell how much a message matters
    care.py         SELF_HARM: SelfHarm       how people say that they want to die
    times.py        TIMES: Times              how people speak of times
    refusals.py     REFUSAL: str              pattern of the beginning of a model's refusal
    requests.py     REQUESTS: Requests        how people ask to forget something
    updates.py      UPDATES: Updates          how people say that something has changed

`brain.languages` loads them. Their users document what happens without them:
`brain.memory.importance`, `brain.care`, `brain.memory.temporal`, `brain.consolidation.summariser`,
`brain.forgetting.request_matching`, `brain.memory.updates`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from brain.memory.temporal.finding import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Words that tell how much a message matters, as patterns that ignore case.

    Each pattern lists the words of one subject. An empty pattern never matches.
    """

    whole_words: bool = True
    """Whether patterns match whole words only; False for languages written without spaces."""
    plain: Callable[[str], str] | None = None
    """Normalises a text before it is searched, for example by removing accents."""

    own: str = ""
    """The person speaks of themselves, or of people and things of theirs."""
    remember: str = ""
    """The person asks for it to be remembered."""
    i_am_named: str = ""
    """The person gives their name, such as "I'm Anna"; this pattern observes case."""
    figure: str = r"\d{1,4}"
    """Dates and numbers."""

    # Who the person is.
    names: str = ""
    """Names of the person and of those close to them."""
    work: str = ""
    """Work and study."""
    home: str = ""
    """Home and origin."""
    age: str = ""
    """Age and birthdays."""
    health: str = ""
    """Health of body and mind."""
    bonds: str = ""
    """Births, marriages, separations and deaths."""
    beliefs: str = ""
    """Beliefs, sexual orientation and ways of life."""

    # What matters to the person for a while.
    near: str = ""
    """People and animals close to the person."""
    tastes: str = ""
    """Likes and dislikes."""
    feelings: str = ""
    """Feelings and moods."""
    plans: str = ""
    """Plans and beginnings."""
    turns: str = ""
    """Successes, failures and turning points."""
    quarrels: str = ""
    """Quarrels, and trust between people."""

    chatter: str = ""
    """Phrases of small talk."""
    filler: str = ""
    """Words without meaning of their own between phrases of small talk."""


WHO_KINDS = ("names", "work", "home", "age", "health", "bonds", "beliefs")
"""Fields of `Signs` that tell who the person is."""
MATTERS_KINDS = ("near", "tastes", "feelings", "plans", "turns", "quarrels")
"""Fields of `Signs` that matter to the person for a while."""


class IsMeant(Protocol):
    """Decides whether words that were found are about the author of the text, and are meant."""

    def __call__(self, clause: str, found: re.Match[str], *, laughs: bool) -> bool:
        """Whether the words `found` in a clause are meant; `laughs`: the text has laughter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfHarm:
    """How people say in a language that they want to die or to harm themselves, without hints.

    A text in lower case goes through `letters` and `spellings`, and is split by `clauses`. Each
    clause is searched for `words`, and `is_meant` decides about those that are found.
    """

    letters: Mapping[int, int] = field(default_factory=dict)
    """Replacements of letters that are written in several ways, for `str.translate`."""
    spellings: Sequence[tuple[re.Pattern[str], str]] = ()
    """Patterns and their replacements, such as a short form and the whole word."""
    clauses: re.Pattern[str]
    """Pattern of what separates two clauses."""
    words: re.Pattern[str]
    """Pattern of the words themselves, which nearly no message contains."""
    is_meant: IsMeant
    laughter: re.Pattern[str]
    """Pattern of written laughter, and of words that call a message a joke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How people speak of times in a language."""

    rules: "tuple[Rule, ...]"
    """Rules that find and read phrases; a longer phrase comes before phrases that it contains."""
    hint: re.Pattern[str]
    """Pattern that every phrase of time contains, for a quick search."""
    ahead: re.Pattern[str] | None = None
    """Pattern of words that tell that a text speaks of the future."""
    behind: re.Pattern[str] | None = None
    """Pattern of words that tell that a text speaks of the past, even if `ahead` matches."""
    plain: Callable[[str], str] | None = None
    """Normalises a text before it is searched, without changing its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The words of a request to forget that do not tell what to forget.

    Words are separated by white space. In a language that is written without spaces, they are cut
    out of the request wherever they are, longer ones first.
    """

    asking: str
    """Words that ask, such as "please forget everything that I told you about"."""
    joining: str
    """Words between two topics, or between two clauses of a sentence."""
    referring: str
    """Pronouns that refer to what an earlier sentence named."""
    irregular: str = ""
    """Forms of one word that no stemmer knows for one: families, parted by commas."""
    speaking: str = ""
    """Pronouns with which people call themselves, alone or with others, as a subject."""
    ordinals: str = ""
    """Endings of a number that make it an ordinal, in ASCII, such as the "rd" of "3rd"."""
    names: str = ""
    """Names of people that are also words, such as "rose": only capitals tell which is meant."""
    relations: str = ""
    """What people call those close to them, before a name: "my brother leo"."""
    surnames: str = ""
    """In a script without spaces: characters with which a person's name begins."""
    after_names: str = ""
    """In a script without spaces: characters before which a name ends."""
    never_names: str = ""
    """In a script without spaces: characters that follow a name often and are no part of one."""
    vague: str = ""
    """Words for what was said that count only where nothing else is asked for, such as "plans"."""
    articles: str = ""
    """Articles, after which no name stands."""
    owning: str = ""
    """Other words after which no name stands, such as "my"."""
    of: str = ""
    """Words between the number of a day and its month."""
    inside: str = ""
    """Words after which a name is that of a place or of a time, such as "in"."""
    forgetting: str = r"(?!)"
    """Pattern of the verbs that ask to forget."""
    refusing: str = r"(?!)"
    """Pattern of words that ask not to forget, such as "don't forget"."""
    excepting: str = r"(?!)"
    """Pattern of an exception, with what stays in memory in its groups named `kept`."""
    rest: str = ""
    """Words of an exception that stand for all that is not asked for, such as "the rest"."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A form in which people state something of which there is one value at a time.

    `pattern` is searched in a clause; its group `value` is what is said, its group `what` belongs
    to the name of what it is said of. Either may be missing.
    """

    kind: str
    """`is` states a value; `new` states one that replaces another."""
    about: tuple[str, ...]
    """Names of what it is said of, such as "residence". Several are as many statements; none leaves
    the name to the group `what`."""
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """How people state things in a language, and say that they have changed.

    Patterns ignore case, except where they say otherwise. A text goes through `spellings` and is
    split into clauses, which are read one by one.
    """

    spellings: tuple[tuple[str, str], ...] = ()
    """Patterns, and the form in which the frames know what they match."""
    clauses: str
    """What separates two clauses."""
    unreal: str
    """Tells that a clause is a wish, a condition, a plan or of the past, and states nothing."""
    added: str
    """Tells that something holds besides what was said before: "also", "another"."""
    changed: str
    """Tells that a statement replaces an earlier one: "now", "instead"."""
    announced: str = r"(?!)"
    """Tells that what follows in its sentence has changed: "change of plan, we go to Rome"."""
    ended: str
    """Words that tell that something has ceased, which what follows names, or else what precedes:
    "I quit smoking"."""
    gone: str = r"(?!)"
    """The same, where what precedes names it: "Rex died"."""
    aside: str = r"(?!)"
    """What follows the name of what has ceased and is no part of it: "in January"."""
    denied: str
    """Tells that a clause denies something, so that it cannot cease."""
    not_so: str = r"(?!)"
    """The denials among these that say of the present that something is not so: "I do not"."""
    adds_up: str = r"(?!)"
    """Tells that a clause may hold beside another of other words: "I like"."""
    corrected: str = r"(?!)"
    """Tells that an earlier message was wrong."""
    instead_of: str = r"(?!)"
    """A wrong value that is named, in the group `old`: "not the 12th"."""
    frames: tuple[Frame, ...] = ()
    """The first that matches counts, apart from those of other names."""
    own: str
    """Words with which the person speaks of themselves."""
    people: str
    """Words for others whose life has values of its own, such as "sister"."""
    several: str = r"(?!)"
    """Those of `people` of whom one has several, so that two of them may be two: "friend"."""
    named: str = r"(?!)"
    """A name beside one of `people`, in a group: "my friend Ines"; this pattern observes case."""
    pronouns: tuple[tuple[str, str], ...] = ()
    """Pronouns, and the words of `people` that each may stand for."""
    sole: str = r"(?!)"
    """Those of `people` of whom one has one at a time, so that they can be replaced: "partner"."""
    it: str = r"(?!)"
    """A pronoun at the beginning of a clause that stands for the thing in the clause before."""
    names: str = r"(?!)"
    """A person's name as the subject of a clause; this pattern observes case."""
    single: str
    """Names of things of which there is one value, whatever it is: "phone", "favourite colour"."""
    apart: str
    """Words that tell two things of one name from each other: "work" and "home" numbers."""
    which: str
    """Words that tell one of several people of one name: "older" sister."""
    occasions: str
    """Times to which a statement may be limited: "on Mondays", "in winter"."""
    light: str
    """Words that neither tell values nor things apart: "new", "number", words of times."""
    hints: tuple[tuple[str, str], ...] = ()
    """Names of frames, and the words with which an earlier statement of that name is found."""
    values: tuple[tuple[str, str], ...] = ()
    """Sorts of values with their patterns, the most telling first; two values of different sorts do
    not replace each other. The patterns observe case."""
