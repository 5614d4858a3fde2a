"""How long the bot waits for what, in seconds, so that tests can wait for less."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Limits and delays of one bot; the defaults are those for Discord itself."""

    requests_per_second: float | None = 40.0
    """Of the whole bot, by REST; Discord allows 50 and tells of no other. None: no limit."""
    window_s: float | None = 5.25
    """In which a channel takes five messages and five edits; Discord's own is of 5. None: none."""
    typing_after_s: float = 0.25
    """A reply that is there sooner needs no typing."""
    typing_every_s: float = 8.0
    """Discord shows it for 10 s."""
    draft_after_s: float = 0.7
    """A reply that is whole sooner is sent at once, with one request."""
    retry_after_s: float = 0.5
    """Before a request that failed is sent again; then twice as long each time."""
    identify_every_s: float = 5.0
    """Discord's own rule between two new sessions."""
    guild_ready_s: float = 2.0
    """How long the last guild is waited for at start."""
    heartbeat_s: float = 60.0
    """Silence after which the gateway is left."""
    dead_after_s: float = 15.0
    """How much longer than its heartbeat's interval a healthy gateway may be silent."""
