"""The errors that keep the bot from Telegram; the sentence of each says what to do."""

from bots.platform import PlatformError


class NoToken(PlatformError):
    """None is set."""

    key = "telegram-no-token"


class TokenRefused(PlatformError):
    """Telegram does not know it."""

    key = "telegram-token-refused"


class WrongRoot(PlatformError):
    """`api_base` is more than the root of a server."""

    key = "telegram-wrong-root"


class OutOfReach(PlatformError):
    """Values: `root`, `reason`."""

    key = "telegram-out-of-reach"


class SecondPoller(PlatformError):
    """Values: `name`. Somebody else asks for the updates of this bot."""

    key = "telegram-second-poller"


class WebhookRefused(PlatformError):
    """Values: `reason`, in Telegram's words."""

    key = "telegram-webhook-refused"


class WrongSecret(PlatformError):
    """A secret that Telegram would not take."""

    key = "telegram-wrong-secret"
