"""The people and chats of the simulated Telegram, and who joins, leaves and blocks."""

from collections.abc import Iterable

from tests.platforms.telegram.message_content import administrator
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.state import State

GROUPS = -4_000_000
SUPERGROUPS = -1_001_000_000_000


class Memberships(State):
    """Makes people and chats, and changes who is a member of what."""

    def user(self, name: str, *, language: str | None = "en") -> User:
        """Makes a new person."""
        number = self.next_number("user", 100_000)
        user = User(number, name, f"{name.lower()}_{number}", language)
        self.users[number] = user
        return user

    def private(self, user: User) -> Chat:
        """Returns the person's chat with the bot, the same one each time."""
        if user.id not in self.chats:
            members = {user.id: user}
            self.chats[user.id] = Chat(
                user.id, "private", user.first_name, members, username=user.username
            )
        return self.chats[user.id]

    def group(self, title: str, *members: User) -> Chat:
        """Makes a basic group with the bot in it."""
        return self._room(GROUPS - self.next_number("group", 1), "group", title, members)

    def supergroup(self, title: str, *members: User, forum: bool = False) -> Chat:
        """Makes a supergroup with the bot in it; as a forum it has topics."""
        room = self._room(SUPERGROUPS - self.next_number("super", 1), "supergroup", title, members)
        room.forum = forum
        return room

    def channel(self, title: str) -> Chat:
        """Makes a channel with the bot as its administrator."""
        room = self._room(SUPERGROUPS - self.next_number("super", 1), "channel", title, ())
        room.bot_status = "administrator"
        return room

    def topic(self, chat: Chat, name: str) -> int:
        """Makes a topic in a forum, and returns its thread id."""
        assert chat.forum, "only a forum has topics"
        thread = self.message_id(chat)
        chat.topics[thread] = name
        return thread

    def block(self, user: User, *, blocked: bool = True) -> None:
        """Let a person block or unblock the bot, which gets an update; messages are refused."""
        user.has_blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._membership(user, self.private(user), before, after)

    def set_bot_status(self, user: User, chat: Chat, status: str) -> None:
        """Let a user add the bot (member, administrator) or remove it (kicked, left)."""
        before, chat.bot_status = chat.bot_status, status
        self._membership(user, chat, before, status)

    def leave(
        self, user: User, chat: Chat, *, by: User | None = None, in_silence: bool = False
    ) -> None:
        """Let a user leave a chat, or be removed from it by another user.

        A service message tells the group, and reaches the bot in privacy mode, too. In silence, as
        in large groups, there is no such message. A bot that is an administrator also gets a
        `chat_member` update.
        """
        del chat.members[user.id]
        doer = by or user
        if not in_silence:
            told = self.put(doer, chat, {"left_chat_member": user.json()})
            if chat.bot_status not in ("left", "kicked"):
                self.update("message", told)
        if chat.bot_status == "administrator":
            self._membership(doer, chat, "member", "kicked" if by else "left", of=user)

    def migrate(self, user: User, group: Chat) -> Chat:
        """Turns a group into a supergroup with another id; calls with the old id are refused."""
        new = self.supergroup(group.title, *group.members.values())
        group.migrated_to = new.id
        told = self.put(user, group, {"migrate_to_chat_id": new.id})
        self.update("message", told)
        self.update("message", self.put(user, new, {"migrate_from_chat_id": group.id}))
        return new

    def _room(self, number: int, kind: str, title: str, members: Iterable[User]) -> Chat:
        chat = Chat(number, kind, title, {user.id: user for user in members})
        self.chats[number] = chat
        return chat

    def _membership(
        self, user: User, chat: Chat, before: str, after: str, *, of: User | None = None
    ) -> None:
        """Queue the update of a status that `user` changed: that of `of`, or the bot's."""
        whose = of or self.bot

        def member(status: str) -> Json:
            said: Json = {"status": status, "user": whose.json()}
            if status == "kicked":
                said["until_date"] = 0
            return administrator(said) if status == "administrator" else said

        self.update(
            "my_chat_member" if whose is self.bot else "chat_member",
            {
                "chat": chat.json(),
                "from": user.json(),
                "date": int(self.clock.now()),
                "old_chat_member": member(before),
                "new_chat_member": member(after),
            },
        )
