"""Answers the messages that are addressed to the bot on Telegram, with their attachments."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from telegram import Message, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from bots.screens import Caller
from bots.telegram.album_parts import AlbumParts, Part, is_composed, join_parts, joint_between
from bots.telegram.attachments import AttachmentContent, read_attachments
from bots.telegram.context import TelegramContext
from bots.telegram.conversion import (
    has_attachment,
    incoming_of,
    is_addressed,
    own_words_of,
    thread_of,
)
from bots.telegram.delivery import TelegramDelivery
from bots.telegram.edits import Edits
from bots.telegram.markdown_rendering import render_plain
from bots.telegram.message_parts import parts_of
from bots.telegram.sending import AnswerLost, ChatTarget
from bots.transport.journal import Entry
from bots.transport.retrying import Retry
from brain.messages import Part as Brought
from brain.messages import printable
from brain.ports import Seeing
from brain.texts import say

TOLD_AGAIN_S = 60.0
"""Seconds before a person is told again in a place what cannot be read."""


class Messages:
    """Answers the messages of one bot, and applies their edits."""

    def __init__(self, context: TelegramContext) -> None:
        self._context = context
        self._message_handler = context.services.message_handler
        self._album_parts = AlbumParts(context.services.companion.store.values)
        self._edits = Edits(context, self._album_parts)

    async def admits(self, message: Message, user: User, *, waiting: int) -> bool:
        """Count a message that is addressed to the bot as it arrives, as in `MessageHandler`."""
        context, thread = self._context, thread_of(message)
        if not (message.text or message.caption or has_attachment(message)):
            return True
        caller = await context.caller(user, message.chat, thread)
        in_private = caller.place.private
        if not in_private and not await self._is_to_answer([message], caller):
            return True
        target = context.target(
            message.chat, thread, reply_to=None if in_private else message.message_id
        )
        delivery = self._delivery(target, caller, message)
        return await self._message_handler.admit(
            caller, delivery, waiting=waiting, said_at=message.date
        )

    async def answer(self, parts: Sequence[Message], user: User, entry: Entry) -> None:
        """Answer a message if it is addressed to the bot.

        Args:
            parts: the message; of an album or a long text that the app cut, all parts in order.
            user: who sent it.
            entry: tells what of its reply was sent, perhaps by a process that died.
        """
        context, message = self._context, parts[0]
        thread = thread_of(message)
        caller = await context.caller(user, message.chat, thread)
        words = [printable(own_words_of(part, context.me, caller.language)) for part in parts]
        brought: tuple[Brought, ...] = ()
        answers = message.reply_to_message or message.external_reply or message.reply_to_story
        if message.forward_origin or answers:
            brought = parts_of(parts, me=context.me.id, language=caller.language)
        has_attachments = any(map(has_attachment, parts))
        is_forwarded = bool(brought) and any(
            part.kind == "forwarded" and part.text for part in brought
        )
        if not (has_attachments or any(words) or is_forwarded):
            # Telegram also sends messages about members and pins, which say nothing.
            return
        in_private = message.chat.type == ChatType.PRIVATE
        if not in_private and not await self._is_to_answer(parts, caller):
            return
        target = context.target(
            message.chat, thread, reply_to=None if in_private else message.message_id
        )
        text, attached = words[0], AttachmentContent()
        if has_attachments or len(parts) > 1:
            attached = await self._read_attachments(parts, sees=self._sees())
            for refusal in attached.refusals:
                await self._send_refusal(refusal, caller, target)
            text = await self._compose(parts, words, attached)
        if text or attached.images or is_forwarded:
            incoming = incoming_of(message, caller, text, attached.images, parts=brought)
            await self._message_handler.answer(
                caller,
                replace(incoming, reply=entry.said),
                self._delivery(target, caller, message, entry),
            )

    def _delivery(
        self,
        target: ChatTarget,
        caller: Caller,
        message: Message,
        entry: Entry | None = None,
    ) -> TelegramDelivery:
        return TelegramDelivery(
            target,
            entry=entry,
            options=self._context.delivery_options,
            language=caller.language,
            draft_number=message.message_id,
        )

    async def handle_edit(self, message: Message, user: User, *, update: int) -> Retry | None:
        """Apply an edit, as in `bots.telegram.edits`; return the retries if that failed."""
        return await self._edits.handle_edit(message, user, update=update)

    async def _compose(
        self, messages: Sequence[Message], words: Sequence[str], attached: AttachmentContent
    ) -> str:
        """Join words and files to one text, and record which part came from which message."""
        texts = attached.texts or ("",) * len(messages)
        joints = ("", *(joint_between(*pair) for pair in pairwise(messages)))
        parts = [
            Part(
                number=each.message_id,
                words=said,
                joint=joint,
                file=text,
                file_id=each.document.file_unique_id if text and each.document else "",
            )
            for each, said, text, joint in zip(messages, words, texts, joints, strict=True)
        ]
        text = join_parts(parts)
        is_whole = len(messages) == 1 and not is_composed(messages[0])
        if (text or attached.images) and not is_whole:
            await self._album_parts.record(messages[0], parts)
        return text

    async def _read_attachments(self, parts: Sequence[Message], *, sees: bool) -> AttachmentContent:
        return await read_attachments(
            parts, self._context.bot, sees=sees, pause=self._context.pause
        )

    async def _send_refusal(self, key: str, caller: Caller, target: ChatTarget) -> None:
        """Tell a person who may talk why an attachment was not read, but not again and again."""
        context = self._context
        told = f"{key}:{caller.place.id}:{caller.person.id}"
        if not await context.may_talk(caller):
            return
        if await context.first_time(told, again_after_s=TOLD_AGAIN_S):
            with suppress(TelegramError, AnswerLost):
                for piece in render_plain(say(caller.language, key)):
                    await replace(target).send(piece)

    async def _is_to_answer(self, parts: Sequence[Message], caller: Caller) -> bool:
        """Whether a group's message is addressed to the bot, or in a place where it answers all."""
        if any(is_addressed(part, self._context.me) for part in parts):
            return True
        chosen = await self._context.services.communities.settings_of(caller.community)
        return bool(chosen.free_places & {caller.place.id, *caller.around})

    def _sees(self) -> bool:
        generator = self._context.services.companion.generator
        return isinstance(generator, Seeing) and generator.sees
