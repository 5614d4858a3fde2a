"""Defines the errors that prevent the bot from working on Telegram."""

from bots.platform import PlatformError


class NoToken(PlatformError):
    """There is no token."""

    key = "telegram-no-token"


class TokenRefused(PlatformError):
    """Telegram refused the token."""

    key = "telegram-token-refused"


class WrongRoot(PlatformError):
    """`api_base` is more than the root of a server."""

    key = "telegram-wrong-root"


class OutOfReach(PlatformError):
    """Telegram cannot be reached. Values: `root`, `reason`; `cause` and `detail` of why."""

    key = "telegram-out-of-reach"


class SecondPoller(PlatformError):
    """Another process polls for the updates of this bot. Values: `name`, the bot's."""

    key = "telegram-second-poller"


class WebhookRefused(PlatformError):
    """Telegram refused the webhook. Values: `reason`, in Telegram's words."""

    key = "telegram-webhook-refused"


class WrongSecret(PlatformError):
    """The webhook's secret contains characters that Telegram does not accept, or is too long."""

    key = "telegram-wrong-secret"
