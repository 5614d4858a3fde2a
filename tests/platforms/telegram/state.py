"""What stands and what happened on the played Telegram, and the wait for more of it.

It outlives the server and the bot: chats, messages and updates that nobody confirmed are still
there after a restart.
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
"""No wait lasts longer, and none asserts how long it took."""
BOT_ID = 7_000_000_001


class State:
    """Users, chats, messages, files and the queue of updates. All of it may be looked into."""

    def __init__(self) -> None:
        self.clock = ServerClock()
        self.flood = FloodLimits(self.clock)
        self.bot = User(BOT_ID, "Friend", "friend_bot", is_bot=True)
        self.privacy_mode = True
        """As BotFather sets it: in groups only commands, mentions and replies reach the bot."""
        self.has_drafts = True
        """False plays an older self-hosted server, which knows no sendMessageDraft."""
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Upload] = {}
        self.calls: list[Call] = []
        self.faults: list[str] = []
        """What the bot did against the published description; a test with one fails at its end."""
        self.deliveries: list[Delivery] = []
        self.answers: dict[str, Json | None] = {}
        """By callback query, what the bot answered; None until it did."""
        self.updates: list[Json] = []
        """Every update there ever was, oldest first."""
        self.queue: list[Json] = []
        """Updates that wait for the bot, in the order in which they go out."""
        self.again: list[Json] = []
        """Updates that go out once more although they were confirmed."""
        self._held: list[Json] | None = None
        self._numbers: dict[str, int] = {}
        self._changed = asyncio.Event()

    def hold(self) -> None:
        """Keep back what happens from now on, until `release`."""
        self._held = []

    def release(self, order: Callable[[list[Json]], Iterable[Json]] = list) -> None:
        """Let out what was held: `release(reversed)` gives the updates in the wrong order."""
        held, self._held = self._held or [], None
        self.queue += order(held)
        self.changed()

    def repeat(self, update: Json, times: int = 1) -> None:
        """Deliver an update again, under the same id, as Telegram does when it heard no 200."""
        self.again += [update] * times
        self.changed()

    async def until(self, predicate: Callable[[], T], *, within: float = GENEROUS_SECONDS) -> T:
        """Return what the predicate gives as soon as it is true; fail after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while not (found := predicate()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            lately = [f"{c.method} {c.status} {c.description}" for c in self.calls[-12:]]
            raise AssertionError(f"It did not come to pass. The last calls: {lately}") from None
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
        """A message that stands in a chat; nobody is told."""
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
        """Something happened: it goes out to the bot."""
        update = {"update_id": self.next_number("update", 90_000), kind: deepcopy(content)}
        self.updates.append(update)
        (self.queue if self._held is None else self._held).append(update)
        self.changed()
        return update

    def keep(self, upload: Upload) -> str:
        """Keep a file; returns its id."""
        file = f"file-{self.next_number('file', 1)}"
        self.files[file] = upload
        return file

    def message_id(self, chat: Chat) -> int:
        """Supergroups and channels count for themselves; all other chats share one count."""
        own = chat.id if chat.type in ("supergroup", "channel") else 0
        return self.next_number(f"message {own}", 1)

    def changed(self) -> None:
        """Let those look again who wait in `until`."""
        self._changed.set()

    def next_number(self, what: str, first: int) -> int:
        """The next number of a count that begins with `first`."""
        self._numbers[what] = self._numbers.get(what, first - 1) + 1
        return self._numbers[what]
