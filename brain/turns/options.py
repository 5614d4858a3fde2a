"""The options of a turn."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOptions:
    """How much a reply is given, and what happens while the store is away; all of it can be set."""

    recall_count: int = 6
    """The most memories that a reply is given."""
    recent_turns: int = 8
    """The most turns of the conversation at hand (the paper's demo: 7)."""
    recent_hours: float = 6.0
    """How long a conversation lasts: what was said before then comes back by recall, or not."""
    message_characters: int = 32_768
    """The longest message that is taken."""
    when_store_is_away: Literal["answer", "refuse"] = "answer"
    """Answer without memory and write the turn later, or raise StoreUnavailable."""
