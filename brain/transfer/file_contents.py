"""Says what an import would take of a file, what not, and what summarising it would cost."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from brain.consolidation.failed_days import Part
from brain.memory.record import Kind
from brain.transfer.file_check import check, open_file
from brain.transfer.memorybank import Bank, BankPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContents:
    """What a file holds."""

    people: tuple[str, ...]
    """Names, or ids where there are none."""
    kinds: Counter[Kind]
    """Number of memories of each kind."""
    skipped: int
    """Number of entries of a MemoryBank file that could not be understood."""
    ignored: tuple[str, ...]
    """Names of parts of a MemoryBank file that are not read."""
    unsummarised_days: int
    """Days of turns that come without their summary, each person counted by themselves."""

    @property
    def requests(self) -> int:
        """About how many requests to a model the summaries of those days take."""
        return len(Part) * self.unsummarised_days


def read_contents(path: Path) -> FileContents:
    """Check a whole file and return what it holds.

    Raises:
        BadImport: the file cannot be imported.
    """
    with open_file(path) as file:
        found = check(file, path)
    if isinstance(found, Bank):
        return FileContents(
            people=tuple(person.name for person in found.people),
            kinds=sum((_kinds_of(person) for person in found.people), Counter()),
            skipped=found.junk,
            ignored=found.ignored,
            unsummarised_days=sum(map(_unsummarised_days, found.people)),
        )
    return FileContents(
        people=(found.owner.name or found.owner.id,),
        kinds=found.kinds,
        skipped=0,
        ignored=(),
        unsummarised_days=len(found.turn_days - found.days),
    )


def _kinds_of(person: BankPerson) -> Counter[Kind]:
    return Counter(
        {
            Kind.TURN: len(person.turns),
            Kind.DAY: len(person.summaries),
            Kind.INSIGHT: len(person.insights),
            Kind.HISTORY: int(bool(person.history)),
            Kind.PORTRAIT: int(bool(person.portrait)),
        }
    )


def _unsummarised_days(person: BankPerson) -> int:
    return len({turn.day for turn in person.turns} - {note.day for note in person.summaries})
