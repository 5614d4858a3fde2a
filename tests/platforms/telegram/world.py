"""The simulated Telegram without HTTP: what people do in it, and what a test can ask about it."""

from tests.platforms.telegram.memberships import Memberships
from tests.platforms.telegram.message_content import NAMES, named, shown
from tests.platforms.telegram.message_text import Entity
from tests.platforms.telegram.records import Call, Chat, Json, Upload, User


class World(Memberships):
    """Lets people write messages and press buttons, and finds the bot's replies and calls."""

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
        """Sends a text of a user, with entities for commands and mentions; returns the message."""
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
        album: str | None = None,
    ) -> Json:
        """Sends a file of a user, and returns the message.

        Args:
            user: the sender.
            chat: the chat.
            kind: photo, document, voice, audio or video.
            data: the content of the file.
            name: its name.
            mime_type: its type.
            caption: the caption, if any.
            said_size: the size that the message states, in bytes; by default the real one.
            album: messages with the same album were sent together.
        """
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
        if album is not None:
            content["media_group_id"] = album
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
        """Sends any content in the form of the Bot API, such as `{"location": {...}}`."""
        message = self.put(user, chat, content, reply_to=reply_to, topic=topic)
        if chat.type == "channel":
            self.update("channel_post", message)
        elif self._reaches_bot(chat, message):
            self.update("message", message)
        return message

    def say_as(self, sender: Chat, chat: Chat, text: str, *, is_automatic: bool = False) -> Json:
        """Sends a text to a group in the name of the group itself, or of a channel.

        Telegram gives an account of its own in place of the person's. With `is_automatic` it is a
        post of the channel that came into its group by itself.
        """
        own = User(1_087_968_824, "Group", "GroupAnonymousBot", None, is_bot=True)
        of_channels = User(136_817_688, "Channel", "Channel_Bot", None, is_bot=True)
        found = named(text)
        content: Json = {"text": text, **({"entities": found} if found else {})}
        message = self.put(own if sender is chat else of_channels, chat, content)
        message["sender_chat"] = sender.json()
        if is_automatic:
            message["is_automatic_forward"] = True
        if self._reaches_bot(chat, message):
            self.update("message", message)
        return message

    def edit(self, message: Json, text: str) -> None:
        """Edits the text or caption of a user's message; a caption may become empty."""
        chat = self.chats[message["chat"]["id"]]
        words, marks = (
            ("text", "entities") if "text" in message else ("caption", "caption_entities")
        )
        message.pop(words, None)
        message.pop(marks, None)
        message["edit_date"] = int(self.clock.now())
        if text:
            message[words] = text
        if found := named(text):
            message[marks] = found
        chat.versions[message["message_id"]].append(text)
        if self._reaches_bot(chat, message):
            self.update("edited_message", message)
        self.changed()

    def press(self, user: User, message: Json, button: str) -> str:
        """Presses the button with a label, or the first whose label starts with it.

        A button can still be pressed when its message was deleted. Returns the id of the query,
        which is the key in `answers`.
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
        """Sends a callback query with any data, also forged data; returns its id."""
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

    async def reply(self, chat: Chat, *, count: int = 1) -> Json:
        """Waits until the chat has `count` messages of the bot, and returns the last of them."""
        return (await self.until(lambda: self.replies(chat)[count - 1 :]))[0]

    def replies(self, chat: Chat) -> list[Json]:
        """Returns the bot's messages in a chat that were not deleted, oldest first."""
        return chat.said_by(self.bot.id)

    def called(self, method: str, *, ok: bool | None = None) -> list[Call]:
        """Returns the calls of a method; `ok` selects those that succeeded, or the others."""
        return [
            call
            for call in self.calls
            if call.method == method and ok in (None, call.status == 200)
        ]

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
            # A command without a name goes to the only bot in the chat.
            any(one.startswith("/") and "@" not in one for one in spoken)
        )
