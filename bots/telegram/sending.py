"""Repeats a call to Telegram until it is done, and never does it twice.

429         waited for, as long as it says; the call was not carried out
413         more than the server takes, which trying again does not change
502         no answer from behind the gateway: tried again
no line     the connection was never made: tried again
lost line   the call may have been carried out: not repeated, unless repeating does no harm
the rest    Telegram's own refusal: comes out as it is
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from brain.turns.lease import Pause

Result = TypeVar("Result")

LIMIT_S = 300.0
"""The longest that one call is tried, waiting included, in seconds."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 15.0
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class TooLarge(TelegramError):
    """The server takes no request of that size."""


class AnswerLost(Exception):
    """The line broke after the call was sent: nobody knows whether it was carried out."""


async def with_retries(
    call: Callable[[], Awaitable[Result]],
    *,
    repeatable: bool = False,
    limit_s: float = LIMIT_S,
    pause: Pause = asyncio.sleep,
) -> Result:
    """Make a call, again while that may help.

    Args:
        call: makes it once.
        repeatable: whether it may be carried out twice, as an edit may.
        limit_s: the longest that it is tried.
        pause: what waiting is done with.

    Raises:
        AnswerLost: it may have been carried out.
        TooLarge: it never will be.
        TelegramError: it was not.
    """
    waited, wait = 0.0, FIRST_WAIT_S
    while True:
        try:
            return await call()
        except RetryAfter as refusal:
            error: TelegramError = refusal
            next_wait = seconds_of(refusal)
        except NetworkError as broken:
            # The library counts a refused request among them.
            if isinstance(broken, BadRequest):
                raise
            if _is_too_large(broken):
                raise TooLarge(broken.message) from broken
            if not repeatable and _may_have_arrived(broken):
                raise AnswerLost from broken
            error = broken
            next_wait, wait = wait, min(LONGEST_WAIT_S, 2 * wait)
        waited += next_wait
        if waited > limit_s:
            raise error
        await pause(next_wait)


def seconds_of(refusal: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    # Which of the two it is depends on the environment and on the version of the library.
    given = refusal.retry_after
    return given.total_seconds() if isinstance(given, timedelta) else float(given)


def is_unchanged(error: BadRequest) -> bool:
    """Whether an edit was refused because there was nothing to change: it is as wished."""
    return "not modified" in error.message.casefold()


def _is_too_large(error: NetworkError) -> bool:
    # The library tells no status: by Telegram's own words, or by those of HTTP.
    said = error.message.casefold()
    return "(413)" in said or "entity too large" in said


def _may_have_arrived(error: NetworkError) -> bool:
    """Answers with a status such as 502 come without an httpx error behind them."""
    cause = error.__cause__
    return isinstance(cause, httpx.HTTPError) and not isinstance(cause, _NEVER_SENT)
