"""The methods of the Bot API about chats, and the look-up of the chat that a call names."""

from tests.platforms.telegram.errors import bad, forbidden
from tests.platforms.telegram.message_content import administrator
from tests.platforms.telegram.params import Params
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.world import World

GIFTS = ("unlimited", "limited", "unique")


class ChatMethods:
    """Answers calls about chats, and finds the chat of a call; raises `Refused` where it cannot."""

    def __init__(self, world: World) -> None:
        self._world = world

    def get(self, params: Params) -> Json:
        return {
            **self.find(params).json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                **{f"{kind}_gifts": False for kind in GIFTS},
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    def get_member(self, params: Params) -> Json:
        chat = self.find(params)
        number = params.integer("user_id")
        everybody: dict[int, User] = {**self._world.users, self._world.bot.id: self._world.bot}
        if number not in everybody:
            raise bad("PARTICIPANT_ID_INVALID")
        user = everybody[number].json()
        if number == self._world.bot.id:
            said: Json = {"status": chat.bot_status, "user": user}
            return administrator(said) if chat.bot_status == "administrator" else said
        if number in chat.administrators:
            return administrator({"status": "administrator", "user": user, "can_be_edited": False})
        return {"status": "member" if number in chat.members else "left", "user": user}

    def leave(self, params: Params) -> bool:
        chat = self.find(params)
        if chat.type == "private":
            raise bad("chat member status can't be changed in private chats")
        chat.bot_status = "left"
        return True

    def find(self, params: Params) -> Chat:
        wanted = params.text("chat_id")
        for chat in self._world.chats.values():
            if wanted == str(chat.id) or (chat.username and wanted == f"@{chat.username}"):
                break
        else:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise bad(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        return chat

    def writable(self, params: Params) -> Chat:
        chat = self.find(params)
        if chat.type == "private":
            if next(iter(chat.members.values())).has_blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.messages:
                raise forbidden("bot can't initiate conversation with a user")
        elif chat.bot_status in ("left", "kicked"):
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        return chat
