"""The options of a turn, which the settings of an installation choose."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOptions:
    """How much a reply is given, and what happens while the store is unavailable."""

    recall_count: int = 6
    """The most memories that a reply is given."""
    recent_turns: int = 8
    """The most recent turns of the conversation that a reply is given (7 in the paper's demo)."""
    recent_hours: float = 6.0
    """Hours that a conversation lasts: earlier turns can only be recalled."""
    message_characters: int = 32_768
    """The most characters of a message."""
    when_store_is_away: Literal["answer", "refuse"] = "answer"
    """Whether to answer without memory and write the turn later, or to raise StoreUnavailable."""
