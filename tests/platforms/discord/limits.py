"""Counts rate limits as Discord does: a bucket for each route and place, and a global one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from time import monotonic, time

from tests.platforms.discord.records import Payload


class Group(StrEnum):
    """Groups of routes that share a limit."""

    MESSAGES = "messages"
    EDITS = "edits"
    WEBHOOKS = "webhooks"
    OTHERS = "others"
    FREE = "free"
    """Interaction callbacks, which have no limit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of requests in a window of seconds, which opens with the first request."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of Discord; each is counted for a channel or the token of an interaction."""

    messages: Limit = Limit(5, 5.0)
    edits: Limit = Limit(5, 5.0)
    webhooks: Limit = Limit(5, 2.0)
    others: Limit = Limit(50, 1.0)
    overall: Limit = Limit(50, 1.0)
    """The global limit of the bot."""


NO_LIMITS = Limits(
    messages=Limit(10**9, 1.0),
    edits=Limit(10**9, 1.0),
    webhooks=Limit(10**9, 1.0),
    others=Limit(10**9, 1.0),
    overall=Limit(10**9, 1.0),
)


@dataclass(slots=True)
class _Window:
    limit: Limit
    until: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        if now >= self.until:
            self.until, self.used = now + self.limit.seconds, 0
        if self.used >= self.limit.count:
            return False
        self.used += 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request is allowed, with the headers and body of the answer."""

    allowed: bool
    headers: dict[str, str]
    body: Payload = field(default_factory=dict)


class Limiter:
    """Counts requests; one that is refused does not count."""

    def __init__(self, limits: Limits, *, seconds: Callable[[], float] = monotonic) -> None:
        """`seconds` returns the time of a monotonic clock."""
        self.limits = limits
        self._seconds = seconds
        self._overall = _Window(limits.overall)
        self._windows: dict[tuple[Group, str], _Window] = {}

    def take(self, group: Group, place: str) -> Verdict:
        """Counts one request of a group in a place, and returns whether it is allowed."""
        if group is Group.FREE:
            return Verdict(allowed=True, headers={})
        now = self._seconds()
        # Requests with an interaction's token do not count for the global limit.
        if group is not Group.WEBHOOKS and not self._overall.take(now):
            return refusal(max(0.0, self._overall.until - now), everywhere=True)
        limit: Limit = getattr(self.limits, group)
        window = self._windows.setdefault((group, place), _Window(limit))
        allowed = window.take(now)
        left = max(0.0, window.until - now)
        headers = {
            "X-RateLimit-Limit": str(limit.count),
            "X-RateLimit-Remaining": str(limit.count - window.used),
            "X-RateLimit-Reset": f"{time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": blake2b(group.encode(), digest_size=16).hexdigest(),
        }
        if allowed:
            return Verdict(allowed=True, headers=headers)
        refused = refusal(left)
        return Verdict(allowed=False, headers=headers | refused.headers, body=refused.body)


def refusal(retry_after: float, *, everywhere: bool = False) -> Verdict:
    """Returns a 429 of Discord itself; one of the proxy in front of it would have no Via header."""
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(int(retry_after) + 1),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    body: Payload = {
        "message": "You are being rate limited.",
        "retry_after": round(retry_after + 0.001, 3),
        "global": everywhere,
    }
    return Verdict(
        allowed=False,
        headers=headers | ({"X-RateLimit-Global": "true"} if everywhere else {}),
        body=body,
    )
