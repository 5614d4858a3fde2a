"""Checks for the doctor whether the bot would work on Telegram."""

from telegram.error import TelegramError

from bots.doctor_checks import Check, CheckStatus
from bots.error_texts import error_text
from bots.settings.platforms import TelegramSettings
from bots.telegram.connection import api_root, connect, out_of_reach
from brain.errors import SiliconfriendError
from brain.texts import say

LIMIT_S = 3.0
"""Longest time in seconds to try to reach Telegram."""


async def check_telegram(settings: TelegramSettings, *, language: str) -> Check:
    """Check the token, the connection, the privacy mode and the webhook.

    It changes nothing, and reports errors in its result.
    """
    try:
        return await _examined(settings, language)
    except SiliconfriendError as error:
        return _check(language, CheckStatus.FAILED, error_text(error, language))
    except TelegramError as error:
        failure = out_of_reach(error, api_root(settings.api_base))
        return _check(language, CheckStatus.FAILED, error_text(failure, language))


async def _examined(settings: TelegramSettings, language: str) -> Check:
    async with connect(settings, limit_s=LIMIT_S) as bot:
        info = await bot.get_webhook_info()
        name = bot.username
        if settings.webhook_url and info.url and info.last_error_message:
            detail = say(
                language, "telegram-check-webhook", name=name, reason=info.last_error_message
            )
            return _check(language, CheckStatus.NOTE, detail)
        if not bot.can_read_all_group_messages:
            return _check(
                language, CheckStatus.NOTE, say(language, "telegram-check-privacy", name=name)
            )
        way = "webhook" if settings.webhook_url else "polls"
        return _check(
            language, CheckStatus.OK, say(language, "telegram-check-ok", name=name, way=way)
        )


def _check(language: str, status: CheckStatus, detail: str) -> Check:
    return Check(title=say(language, "telegram-check"), status=status, detail=detail)
