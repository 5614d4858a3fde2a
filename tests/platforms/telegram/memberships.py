"""Who is where on the played Telegram: people and chats, and who comes, leaves and blocks."""

from collections.abc import Iterable

from tests.platforms.telegram.message_content import administrator
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.state import State

GROUPS = -4_000_000
SUPERGROUPS = -1_001_000_000_000


class Memberships(State):
    """ChatMethods of all kinds, and their members."""

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

    def block(self, user: User, *, blocked: bool = True) -> None:
        """The person blocks the bot, or unblocks it: it is told so, and refused with 403."""
        user.has_blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._membership(user, self.private(user), before, after)

    def set_bot_status(self, user: User, chat: Chat, status: str) -> None:
        """The bot is added (member, administrator) or thrown out (kicked, left) by somebody."""
        before, chat.bot_status = chat.bot_status, status
        self._membership(user, chat, before, status)

    def leave(
        self, user: User, chat: Chat, *, by: User | None = None, in_silence: bool = False
    ) -> None:
        """Somebody leaves, or is thrown out by another.

        The group is told by a message, which reaches the bot in privacy mode, too; in silence, as
        in large groups, only administrators are. The bot hears of both ways where it is one.
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
        """The group becomes a supergroup with another id; the old one is refused with 400."""
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
        """The status of somebody changed by the deed of `user`; of the bot, unless told."""
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
