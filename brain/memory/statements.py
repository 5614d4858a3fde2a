"""The records of what a message states. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statement:
    """What a clause says."""

    kind: str
    """`is` and `new` as in `Frame`; `end` where something has ceased; `said` without a frame;
    `wish` where it is not so (`Updates.unreal`)."""
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
    is_changed: bool = False
    is_one_of_several: bool = False
    """Whether it is said of one of those of whom there may be several, and not of whom by name."""
    is_not_so: bool = False
    """Whether it denies what it says of the present."""
    adds_up: bool = False
    """Whether another of its form may hold beside it."""
    is_own: bool = False
    """Whether the message speaks of the person themselves."""


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
    which: frozenset[str] = field(default_factory=frozenset)
    """Words that tell whom of several people it speaks of (`Updates.which`)."""
    occasions: frozenset[str] = field(default_factory=frozenset)
    """The terms of the times to which it is limited (`Updates.occasions`)."""

    @property
    def is_changed(self) -> bool:
        """Whether it says that something has changed."""
        return any(each.is_changed or each.kind in {"new", "end"} for each in self.statements)

    @property
    def may_replace(self) -> bool:
        """Whether it is worth looking for earlier statements that it replaces."""
        return (
            self.is_correction
            or bool(self.old)
            or any(
                each.kind in {"new", "end"}
                or (each.kind == "is" and (each.is_single or each.sort))
                or (each.kind == "said" and (each.is_changed or each.is_not_so))
                for each in self.statements
                if not each.is_added or each.is_changed
            )
        )
