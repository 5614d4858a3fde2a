"""Defines the limits and delays of the bot, so that tests can wait for less."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Limits and delays of one bot, in seconds; the defaults are those for Discord itself."""

    requests_per_second: float | None = 40.0
    """Most requests of the whole bot per second; Discord allows 50. None: no limit."""
    window_s: float | None = 5.25
    """Window for five messages and five edits of a channel; Discord's is 5. None: no limit."""
    typing_after_s: float = 0.25
    """Time before typing is shown, which a quicker reply does not need."""
    typing_every_s: float = 8.0
    """Time between two requests to show typing; Discord shows it for 10 s."""
    draft_after_s: float = 0.7
    """Time before the first draft; a reply that is whole sooner is sent with one request."""
    retry_after_s: float = 0.5
    """Time before a request that failed is sent again; then twice as long each time."""
    identify_every_s: float = 5.0
    """Time between two new sessions, which is Discord's rule."""
    guild_ready_s: float = 2.0
    """Longest wait for the next guild at start."""
    heartbeat_s: float = 60.0
    """Longest silence of the gateway before the connection is closed."""
    dead_after_s: float = 15.0
    """How much longer than its heartbeat's interval a healthy gateway may be silent."""
