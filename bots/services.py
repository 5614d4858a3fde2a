"""All that the platforms of one process share: one brain, one desk, one set of rules."""

from dataclasses import dataclass

from bots.conversation.access import Rules
from bots.conversation.communities import Communities
from bots.conversation.ports import Answering
from bots.screens import Desk
from bots.settings.root import Settings
from brain.companion import Companion
from brain.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a platform is given. `bots.bootstrap.open_house` opens and closes it."""

    companion: Companion
    desk: Desk
    answering: Answering
    settings: Settings
    clock: Clock
    communities: Communities
    rules: Rules
