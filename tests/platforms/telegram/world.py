"""The played Telegram without its wire: what people do in it, and what a test may ask it."""

from collections.abc import Iterable

from tests.platforms.telegram.content import NAMES, administrator, named, shown
from tests.platforms.telegram.happenings import Happenings
from tests.platforms.telegram.people import Call, Chat, Json, Upload, User
from tests.platforms.telegram.text import Entity

GROUPS = -4_000_000
SUPERGROUPS = -1_001_000_000_000


class World(Happenings):
    """People who write, press, block and move; what the bot did about it is asked here as well."""

    def user(self, name: str, *, language: str | None = "en") -> User:
        """A new person."""
        number = self.next_number("user", 100_000)
        user = User(number, name, f"{name.lower()}_{number}", language)
        self.users[number] = user
        return user

    def private(self, user: User) -> Chat:
        """The person's chat with the bot: the same one each time."""
        if user.id not in self.chats:
            members = {user.id: user}
            self.chats[user.id] = Chat(
                user.id, "private", user.first_name, members, username=user.username
            )
        return self.chats[user.id]

    def group(self, title: str, *members: User) -> Chat:
        """A basic group with the bot in it."""
        return self._room(GROUPS - self.next_number("group", 1), "group", title, members)

    def supergroup(self, title: str, *members: User, forum: bool = False) -> Chat:
        """A supergroup with the bot in it; as a forum it has topics."""
        room = self._room(SUPERGROUPS - self.next_number("super", 1), "supergroup", title, members)
        room.forum = forum
        return room

    def channel(self, title: str) -> Chat:
        """A channel with the bot as its administrator."""
        room = self._room(SUPERGROUPS - self.next_number("super", 1), "channel", title, ())
        room.bot_status = "administrator"
        return room

    def topic(self, chat: Chat, name: str) -> int:
        """A new topic of a forum; returns its thread id."""
        assert chat.forum, "only a forum has topics"
        thread = self.message_id(chat)
        chat.topics[thread] = name
        return thread

    def say(
        self,
        user: User,
        chat: Chat,
        text: str,
        *,
        reply_to: Json | None = None,
        topic: int | None = None,
        entities: list[Entity] | None = None,
    ) -> Json:
        """Somebody writes; commands and mentions are marked as the apps do. Returns the message."""
        found = named(text) if entities is None else entities
        content: Json = {"text": text, **({"entities": found} if found else {})}
        return self.send(user, chat, content, reply_to=reply_to, topic=topic)

    def attach(
        self,
        user: User,
        chat: Chat,
        kind: str,
        data: bytes,
        *,
        name: str = "file",
        mime_type: str = "application/octet-stream",
        caption: str | None = None,
        said_size: int | None = None,
    ) -> Json:
        """Somebody sends a photo, document, voice, audio or video. `said_size` in bytes."""
        file = self.keep(Upload(name, mime_type, data))
        about: Json = {"file_id": file, "file_unique_id": f"u{file}"}
        about["file_size"] = len(data) if said_size is None else said_size
        if kind == "photo":
            content: Json = {"photo": [{**about, "width": 90, "height": 90}]}
        else:
            about["mime_type"] = mime_type
            extra = {"voice": {"duration": 3}, "audio": {"duration": 3}}.get(kind, {})
            if kind == "video":
                extra = {"duration": 3, "width": 90, "height": 90}
            content = {kind: {**about, **extra}}
            if kind == "document":
                content[kind]["file_name"] = name
        if caption is not None:
            content["caption"] = caption
            if found := named(caption):
                content["caption_entities"] = found
        return self.send(user, chat, content)

    def send(
        self,
        user: User,
        chat: Chat,
        content: Json,
        *,
        reply_to: Json | None = None,
        topic: int | None = None,
    ) -> Json:
        """Somebody sends anything, as a Message has it: `{"location": {...}}`, a sticker..."""
        message = self.put(user, chat, content, reply_to=reply_to, topic=topic)
        if chat.type == "channel":
            self.update("channel_post", message)
        elif self._reaches_bot(chat, message):
            self.update("message", message)
        return message

    def edit(self, message: Json, text: str) -> None:
        """Somebody changes what they wrote."""
        chat = self.chats[message["chat"]["id"]]
        message.pop("entities", None)
        message.update(text=text, edit_date=int(self.clock.now()))
        if found := named(text):
            message["entities"] = found
        chat.versions[message["message_id"]].append(text)
        if self._reaches_bot(chat, message):
            self.update("edited_message", message)
        self.changed()

    def press(self, user: User, message: Json, button: str) -> str:
        """Somebody presses the button with that label, or the first that starts with it.

        An old button still can be pressed when its message is gone. Returns the query's id, which
        is the key in `answers`.
        """
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [one for row in rows for one in row]
        fits = [one for one in buttons if one["text"] == button]
        fits += [one for one in buttons if one["text"].startswith(button)]
        assert fits, f"no button {button!r}, only {[one['text'] for one in buttons]}"
        chat = self.chats[message["chat"]["id"]]
        number = message["message_id"]
        gone = {"chat": chat.json(), "message_id": number, "date": 0}
        return self.query(user, fits[0]["callback_data"], chat.messages.get(number, gone))

    def query(self, user: User, data: str, message: Json) -> str:
        """A callback query with any data, a forged one too; returns its id."""
        query = str(self.next_number("query", 500))
        self.answers[query] = None
        self.update(
            "callback_query",
            {
                "id": query,
                "from": user.json(),
                "chat_instance": str(message["chat"]["id"]),
                "message": message,
                "data": data,
            },
        )
        return query

    def block(self, user: User, *, blocked: bool = True) -> None:
        """The person blocks the bot, or unblocks it: it is told so, and refused with 403."""
        user.has_blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._membership(user, self.private(user), before, after)

    def set_bot_status(self, user: User, chat: Chat, status: str) -> None:
        """The bot is added (member, administrator) or thrown out (kicked, left) by somebody."""
        before, chat.bot_status = chat.bot_status, status
        self._membership(user, chat, before, status)

    def migrate(self, user: User, group: Chat) -> Chat:
        """The group becomes a supergroup with another id; the old one is refused with 400."""
        new = self.supergroup(group.title, *group.members.values())
        group.migrated_to = new.id
        told = self.put(user, group, {"migrate_to_chat_id": new.id})
        self.update("message", told)
        self.update("message", self.put(user, new, {"migrate_from_chat_id": group.id}))
        return new

    async def reply(self, chat: Chat, *, count: int = 1) -> Json:
        """Wait until so many messages of the bot stand in the chat; returns the last of them."""
        return (await self.until(lambda: self.replies(chat)[count - 1 :]))[0]

    def replies(self, chat: Chat) -> list[Json]:
        """The bot's messages in the chat that stand, oldest first."""
        return chat.said_by(self.bot.id)

    def called(self, method: str, *, ok: bool | None = None) -> list[Call]:
        """The calls of one method, those that went well or ill if `ok` says so."""
        return [
            call
            for call in self.calls
            if call.method == method and ok in (None, call.status == 200)
        ]

    def _room(self, number: int, kind: str, title: str, members: Iterable[User]) -> Chat:
        chat = Chat(number, kind, title, {user.id: user for user in members})
        self.chats[number] = chat
        return chat

    def _reaches_bot(self, chat: Chat, message: Json) -> bool:
        if chat.type == "private":
            return not next(iter(chat.members.values())).has_blocked
        if chat.bot_status in ("left", "kicked"):
            return False
        if not self.privacy_mode or chat.bot_status == "administrator":
            return True
        earlier = message.get("reply_to_message", {}).get("from", {}).get("id")
        if earlier == self.bot.id:
            return True
        text = shown(message)
        name = f"@{self.bot.username}".lower()
        spoken = [found.group().lower() for found in NAMES.finditer(text)]
        return any(one.endswith(name) for one in spoken) or (
            # A bare command goes to the bot that wrote last; there is no other one here.
            any(one.startswith("/") and "@" not in one for one in spoken)
        )

    def _membership(self, user: User, chat: Chat, before: str, after: str) -> None:
        def member(status: str) -> Json:
            said: Json = {"status": status, "user": self.bot.json()}
            if status == "kicked":
                said["until_date"] = 0
            return administrator(said) if status == "administrator" else said

        self.update(
            "my_chat_member",
            {
                "chat": chat.json(),
                "from": user.json(),
                "date": int(self.clock.now()),
                "old_chat_member": member(before),
                "new_chat_member": member(after),
            },
        )
