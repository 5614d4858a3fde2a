"""The state of the simulated Telegram, and waiting for changes of it.

The state outlives the server and the bot: chats, messages and updates that were not confirmed are
still there after a restart.
"""

import asyncio
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import TypeVar

from tests.platforms.telegram.flood_limits import FloodLimits, ServerClock
from tests.platforms.telegram.message_content import shown
from tests.platforms.telegram.records import Call, Chat, Delivery, Json, Upload, User

T = TypeVar("T")

GENEROUS_SECONDS = 30.0
"""The longest that `until` waits by default; no test asserts how long a wait took."""
BOT_ID = 7_000_000_001


class State:
    """Users, chats, messages, files, calls and the queue of updates, all open to tests."""

    def __init__(self) -> None:
        self.clock = ServerClock()
        self.flood = FloodLimits(self.clock)
        self.bot = User(BOT_ID, "Friend", "friend_bot", is_bot=True)
        self.privacy_mode = True
        """Whether only commands, mentions and replies reach the bot in groups."""
        self.has_drafts = True
        """Whether the server knows sendMessageDraft, which older self-hosted servers do not."""
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Upload] = {}
        self.calls: list[Call] = []
        self.faults: list[str] = []
        """Violations of the published API by the bot; a test with one fails at its end."""
        self.deliveries: list[Delivery] = []
        self.answers: dict[str, Json | None] = {}
        """By callback query, what the bot answered; None until it does."""
        self.updates: list[Json] = []
        """All updates, oldest first."""
        self.queue: list[Json] = []
        """Updates that wait for the bot, in the order of delivery."""
        self.again: list[Json] = []
        """Updates that are delivered once more although they were confirmed."""
        self._held: list[Json] | None = None
        self._numbers: dict[str, int] = {}
        self._changed = asyncio.Event()

    def hold(self) -> None:
        """Hold back all further updates until `release`."""
        self._held = []

    def release(self, order: Callable[[list[Json]], Iterable[Json]] = list) -> None:
        """Deliver the updates that were held; `release(reversed)` reverses their order."""
        held, self._held = self._held or [], None
        self.queue += order(held)
        self.changed()

    def repeat(self, update: Json, times: int = 1) -> None:
        """Deliver an update again under the same id, as Telegram does without a 200."""
        self.again += [update] * times
        self.changed()

    async def until(self, predicate: Callable[[], T], *, within: float = GENEROUS_SECONDS) -> T:
        """Returns the predicate's value as soon as it is true; fails after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while not (found := predicate()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            lately = [f"{c.method} {c.status} {c.description}" for c in self.calls[-12:]]
            raise AssertionError(f"It did not happen. The last calls: {lately}") from None
        return found

    def put(
        self,
        user: User,
        chat: Chat,
        content: Json,
        *,
        reply_to: Json | None = None,
        topic: int | None = None,
    ) -> Json:
        """Adds a message to a chat without an update, and returns it."""
        number = self.message_id(chat)
        message: Json = {
            "message_id": number,
            "date": int(self.clock.now()),
            "chat": chat.json(),
            **({} if chat.type == "channel" else {"from": user.json()}),
            **content,
        }
        if topic is not None:
            assert topic in chat.topics, f"no topic {topic}"
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None:
            earlier = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
            message["reply_to_message"] = deepcopy(earlier)
        chat.messages[number] = message
        chat.versions[number] = [shown(content)]
        self.changed()
        return message

    def update(self, kind: str, content: Json) -> Json:
        """Queues an update for the bot, and returns it."""
        update = {"update_id": self.next_number("update", 90_000), kind: deepcopy(content)}
        self.updates.append(update)
        (self.queue if self._held is None else self._held).append(update)
        self.changed()
        return update

    def keep(self, upload: Upload) -> str:
        """Stores a file, and returns its id."""
        file = f"file-{self.next_number('file', 1)}"
        self.files[file] = upload
        return file

    def message_id(self, chat: Chat) -> int:
        """Returns the next id of a message; all private chats and basic groups share one series."""
        own = chat.id if chat.type in ("supergroup", "channel") else 0
        return self.next_number(f"message {own}", 1)

    def changed(self) -> None:
        """Let waiting calls of `until` check their predicates again."""
        self._changed.set()

    def next_number(self, what: str, first: int) -> int:
        """Returns the next number of a series that begins with `first`."""
        self._numbers[what] = self._numbers.get(what, first - 1) + 1
        return self._numbers[what]
