"""Parses updates by the library, and ignores those that it cannot parse.

Telegram sends things that a library does not know yet. Such an update still counts as taken, or it
would come again for ever, with the others waiting behind it.
"""

import json
import logging
import warnings
from datetime import datetime
from typing import Any

from telegram import Bot, Update
from telegram.warnings import PTBUserWarning

log = logging.getLogger(__name__)


def parse_update(found: object, bot: Bot) -> Update | None:
    """The update, empty where it cannot be read; None: that is no update.

    Args:
        found: JSON, decoded.
        bot: whose update it is.
    """
    if not isinstance(found, dict) or not isinstance(found.get("update_id"), int):
        return None
    try:
        return Update.de_json(found, bot)
    except Exception as error:  # noqa: BLE001 the library raises what its constructors raise
        # Only the kind: the message may quote what a person said.
        log.warning("An update could not be read and is passed over: %s", type(error).__name__)
        return Update(found["update_id"])


def update_to_json(update: Update) -> str:
    """The update as JSON, for `parse_update`."""
    return json.dumps(update.to_dict(), default=_seconds)


def _seconds(left: object) -> float | None:
    """The library does not turn the date of a message that is accessible no more into a number."""
    return left.timestamp() if isinstance(left, datetime) else None


def inbox_key(update: Update, *, after: str = "") -> str:
    """Names an update in the inbox, which gives out what was left in the order of the keys.

    All are of one length, so that they are ordered as the updates are.

    Args:
        update: that is kept.
        after: the key under which it was left behind; empty: it is new.
    """
    times = int(after.partition(".")[2] or 0) + 1 if after else 0
    return f"{update.update_id:012}.{times:02}"


async def get_updates_one_by_one(bot: Bot, **options: Any) -> list[Update]:  # noqa: ANN401 as Telegram has them
    """What `Bot.get_updates` gives, where it fails at one of them. Raises TelegramError."""
    with warnings.catch_warnings():
        # The library would rather be asked for all of them, which it cannot read.
        warnings.simplefilter("ignore", PTBUserWarning)
        found: Any = await bot.do_api_request("getUpdates", api_kwargs=options)
    return [update for each in found if (update := parse_update(each, bot)) is not None]
