"""The methods of the Bot API that a chat bot uses, over the simulated world.

`Methods.answer` takes a call and returns its result, or raises `Refused`. Updates and webhooks are
in `updates`, HTTP is in `server`.
"""

from typing import TYPE_CHECKING, Any

from tests.platforms.telegram.bot_profile import Profile
from tests.platforms.telegram.chat_methods import ChatMethods
from tests.platforms.telegram.errors import Refused, bad
from tests.platforms.telegram.markup import parse
from tests.platforms.telegram.message_content import shown
from tests.platforms.telegram.message_text import CAPTION_UNITS, TEXT_UNITS, Entity, accept
from tests.platforms.telegram.params import Params, keyboard
from tests.platforms.telegram.records import Chat, Json
from tests.platforms.telegram.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_BYTES = 20 * 2**20
"""The largest file that a bot can download, in bytes."""
ANSWER_CHARACTERS = 200
ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location", "upload_document", "upload_photo"}
    | {f"{what}_{kind}" for what in ("record", "upload") for kind in ("video", "voice")}
    | {"record_video_note", "upload_video_note"}
)
KEPT = ("text", "caption", "entities", "caption_entities", "reply_markup")


class Methods:
    """Answers calls; a server has one instance."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._profile = Profile()
        self._chats = ChatMethods(world)
        self._known: dict[str, Callable[[Params], Any]] = {
            "getMe": self._get_me,
            "sendMessage": self._send_message,
            "sendMessageDraft": self._send_message_draft,
            "editMessageText": self._edit_message_text,
            "editMessageReplyMarkup": self._edit_message_reply_markup,
            "deleteMessage": self._delete_message,
            "sendChatAction": self._send_chat_action,
            "setMessageReaction": self._set_message_reaction,
            "answerCallbackQuery": self._answer_callback_query,
            "sendDocument": lambda params: self._send_file(params, "document"),
            "sendPhoto": lambda params: self._send_file(params, "photo"),
            "getFile": self._get_file,
            "getChat": self._chats.get,
            "getChatMember": self._chats.get_member,
            "leaveChat": self._chats.leave,
            **self._profile.methods,
        }

    def answer(self, method: str, params: Params) -> Any:  # noqa: ANN401 JSON is anything
        """Returns the result of a call as JSON; raises `Refused` as Telegram does."""
        if method not in self._known or (
            method == "sendMessageDraft" and not self._world.has_drafts
        ):
            raise Refused(404, "Not Found: method not found")
        result = self._known[method](params)
        self._world.changed()
        return result

    def _get_me(self, _: Params) -> Json:
        return {
            **self._world.bot.json(),
            "can_join_groups": True,
            "can_read_all_group_messages": not self._world.privacy_mode,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def _send_message(self, params: Params) -> Json:
        chat = self._chats.writable(params)
        text, entities = _formatted(params, "text")
        content: Json = {"text": text, **({"entities": entities} if entities else {})}
        return self._put(params, chat, content)

    def _send_message_draft(self, params: Params) -> bool:
        chat = self._chats.writable(params)
        if chat.type != "private":
            raise bad("TEXTDRAFT_PEER_INVALID")
        draft = params.integer("draft_id")
        if draft == 0:
            raise bad("RANDOM_ID_INVALID")
        text, _ = _formatted(params, "text", may_be_empty=True)
        self._thread(params, chat)
        chat.drafts.setdefault(draft, []).append(text)
        return True

    def _edit_message_text(self, params: Params) -> Json:
        chat, message = self._own_message(params)
        text, entities = _formatted(params, "text")
        content: Json = {"text": text, **({"entities": entities} if entities else {})}
        if markup := keyboard(params):
            content["reply_markup"] = markup
        return self._change(chat, message, content)

    def _edit_message_reply_markup(self, params: Params) -> Json:
        chat, message = self._own_message(params)
        content = {key: message[key] for key in KEPT if key in message}
        content.pop("reply_markup", None)
        if markup := keyboard(params):
            content["reply_markup"] = markup
        return self._change(chat, message, content)

    def _delete_message(self, params: Params) -> bool:
        chat = self._chats.writable(params)
        message = chat.messages.get(params.integer("message_id"))
        if message is None:
            raise bad("message to delete not found")
        theirs = message.get("from", {}).get("id") != self._world.bot.id
        if theirs and chat.type != "private" and chat.bot_status != "administrator":
            raise bad("message can't be deleted")
        del chat.messages[message["message_id"]]
        return True

    def _send_chat_action(self, params: Params) -> bool:
        chat = self._chats.writable(params)
        self._thread(params, chat)
        if params.text("action") not in ACTIONS:
            raise bad("wrong parameter action in request")
        chat.actions.append(params.text("action"))
        return True

    def _set_message_reaction(self, params: Params) -> bool:
        chat = self._chats.writable(params)
        if params.integer("message_id") not in chat.messages:
            raise bad("message to react not found")
        return True

    def _answer_callback_query(self, params: Params) -> bool:
        query = params.text("callback_query_id")
        if query not in self._world.answers:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(params.text("text")) > ANSWER_CHARACTERS:
            raise bad("MESSAGE_TOO_LONG")
        self._world.answers[query] = dict(params.raw)
        return True

    def _send_file(self, params: Params, kind: str) -> Json:
        chat = self._chats.writable(params)
        upload = params.upload(kind)
        file = self._world.keep(upload) if upload else params.text(kind)
        kept = self._world.files.get(file)
        if kept is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if not kept.data:
            raise bad("file must be non-empty")
        about: Json = {"file_id": file, "file_unique_id": f"u{file}", "file_size": len(kept.data)}
        if kind == "photo":
            content: Json = {"photo": [{**about, "width": 90, "height": 90}]}
        else:
            content = {kind: {**about, "file_name": kept.name, "mime_type": kept.mime_type}}
        caption, entities = _formatted(params, "caption", may_be_empty=True, limit=CAPTION_UNITS)
        if caption:
            content["caption"] = caption
        if entities:
            content["caption_entities"] = entities
        return self._put(params, chat, content)

    def _get_file(self, params: Params) -> Json:
        file = params.text("file_id")
        kept = self._world.files.get(file)
        if kept is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(kept.data) > FILE_BYTES:
            raise bad("file is too big")
        return {
            "file_id": file,
            "file_unique_id": f"u{file}",
            "file_size": len(kept.data),
            "file_path": f"files/{file}",
        }

    def _own_message(self, params: Params) -> tuple[Chat, Json]:
        chat = self._chats.writable(params)
        message = chat.messages.get(params.integer("message_id"))
        if message is None:
            raise bad("message to edit not found")
        if message.get("from", {}).get("id") != self._world.bot.id:
            raise bad("message can't be edited")
        return chat, message

    def _thread(self, params: Params, chat: Chat) -> int | None:
        if "message_thread_id" not in params.raw:
            return None
        thread = params.integer("message_thread_id")
        if thread not in chat.topics:
            raise bad("message thread not found")
        return thread

    def _put(self, params: Params, chat: Chat, content: Json) -> Json:
        thread = self._thread(params, chat)
        earlier = None
        reply: Json = params.json("reply_parameters") or {}
        if reply:
            earlier = chat.messages.get(reply["message_id"])
            if earlier is None and not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
        if markup := keyboard(params):
            content["reply_markup"] = markup
        # The limit is checked last because a call that is refused otherwise does not count.
        self._world.flood.spend(chat.id, group=chat.is_group)
        return self._world.put(self._world.bot, chat, content, reply_to=earlier, topic=thread)

    def _change(self, chat: Chat, message: Json, content: Json) -> Json:
        # An edit that changes nothing counts as well, as on Telegram.
        self._world.flood.spend(chat.id, group=chat.is_group)
        if {key: message[key] for key in KEPT if key in message} == content:
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        for key in KEPT:
            message.pop(key, None)
        message.update(content, edit_date=int(self._world.clock.now()))
        chat.versions[message["message_id"]].append(shown(content))
        return message


def _formatted(
    params: Params, name: str, *, may_be_empty: bool = False, limit: int = TEXT_UNITS
) -> tuple[str, list[Entity]]:
    prefix = "caption_" if name == "caption" else ""
    text = params.text(name)
    entities: list[Entity] = params.json(f"{prefix}entities") or []
    if mode := params.text("parse_mode"):
        text, entities = parse(text, mode)
    return accept(text, entities, limit=limit, may_be_empty=may_be_empty)
