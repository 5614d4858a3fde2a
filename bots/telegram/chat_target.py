"""Sends to one chat or topic of Telegram, and edits what was sent there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    MessageEntity,
    ReplyParameters,
)
from telegram.constants import ChatAction, KeyboardButtonStyle
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bots.screens import Button, Emphasis, File
from bots.telegram.outgoing_limits import OutgoingLimits
from bots.telegram.rendering import Piece
from bots.telegram.sending import is_unchanged, with_retries
from brain.turns.lease import Pause

Result = TypeVar("Result")
Rows = Sequence[Sequence[Button]]

_STYLES = {Emphasis.MAIN: KeyboardButtonStyle.PRIMARY, Emphasis.DANGER: KeyboardButtonStyle.DANGER}


@dataclass(slots=True, kw_only=True)
class ChatTarget:
    """A chat or a topic that messages are sent to.

    Every method raises TelegramError; those that send raise AnswerLost as well.
    """

    bot: Bot
    chat_id: int
    """Telegram's id; it changes when a group becomes a supergroup."""
    private: bool
    outgoing_limits: OutgoingLimits
    thread: int | None = None
    reply_to: int | None = None
    """Id of the message that the next message replies to."""
    pause: Pause = field(default=asyncio.sleep)

    async def send(self, piece: Piece, *, rows: Rows = ()) -> int:
        """Send a message with buttons below it; return its id."""

        async def send_message(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_message(
                self.chat_id,
                piece.text,
                entities=entities,
                reply_markup=keyboard(rows),
                message_thread_id=self.thread,
                reply_parameters=self._reply(),
            )

        message = await self._send_formatted(send_message, piece)
        self.reply_to = None
        return message.message_id

    async def edit(self, message: int, piece: Piece, *, rows: Rows = ()) -> None:
        """Edit a message of the bot; that it reads so already is no error."""

        async def edit_message(entities: list[MessageEntity]) -> Message | bool:
            return await self.bot.edit_message_text(
                piece.text,
                self.chat_id,
                message,
                entities=entities,
                reply_markup=keyboard(rows),
            )

        try:
            await self._send_formatted(edit_message, piece, repeatable=True)
        except BadRequest as error:
            if not is_unchanged(error):
                raise

    async def send_picture(self, picture: bytes, piece: Piece | None, *, rows: Rows = ()) -> int:
        """Send a PNG with a caption; return the id of the message."""

        async def send_message(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_photo(
                self.chat_id,
                InputFile(picture, filename="picture.png"),
                caption=piece.text if piece else None,
                caption_entities=entities,
                reply_markup=keyboard(rows),
                message_thread_id=self.thread,
                reply_parameters=self._reply(),
            )

        message = await self._send_formatted(send_message, piece or Piece(""))
        self.reply_to = None
        return message.message_id

    async def send_file(self, file: File, piece: Piece | None) -> None:
        """Send a file with a caption. Raises TooLarge."""

        async def send_message(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_document(
                self.chat_id,
                InputFile(file.content, filename=file.name),
                caption=piece.text if piece else None,
                caption_entities=entities,
                message_thread_id=self.thread,
                reply_parameters=self._reply(),
            )

        await self._send_formatted(send_message, piece or Piece(""))
        self.reply_to = None

    async def send_draft(self, number: int, piece: Piece) -> None:
        """Show a draft in a private chat for half a minute, with one attempt."""
        await self.bot.send_message_draft(
            self.chat_id,
            number,
            piece.text,
            message_thread_id=self.thread,
            entities=_entities(piece),
        )

    async def delete(self, message: int) -> None:
        """Delete a message of the bot, or at least its buttons where Telegram refuses that."""
        try:
            await self.bot.delete_message(self.chat_id, message)
        except BadRequest:
            with suppress(BadRequest):
                await self.bot.edit_message_reply_markup(self.chat_id, message)

    async def show_typing(self) -> None:
        """Show for five seconds that somebody types. Nothing depends on it."""
        with suppress(TelegramError):
            await self.bot.send_chat_action(
                self.chat_id, ChatAction.TYPING, message_thread_id=self.thread
            )

    async def _send_formatted(
        self,
        call: Callable[[list[MessageEntity]], Awaitable[Result]],
        piece: Piece,
        *,
        repeatable: bool = False,
    ) -> Result:
        """Make the call; without entities where Telegram refuses those."""
        entities = _entities(piece)
        try:
            return await self._migrate_if_needed(partial(call, entities), repeatable=repeatable)
        except BadRequest as error:
            if not entities or "entit" not in error.message.casefold():
                raise
            return await self._migrate_if_needed(partial(call, []), repeatable=repeatable)

    async def _migrate_if_needed(
        self, call: Callable[[], Awaitable[Result]], *, repeatable: bool
    ) -> Result:
        try:
            result = await with_retries(call, repeatable=repeatable, pause=self.pause)
        except ChatMigrated as moved:
            self.chat_id = moved.new_chat_id
            # Messages have other numbers there.
            self.reply_to = None
            result = await with_retries(call, repeatable=repeatable, pause=self.pause)
        if not self.private:
            self.outgoing_limits.record(self.chat_id)
        return result

    def _reply(self) -> ReplyParameters | None:
        if self.reply_to is None:
            return None
        return ReplyParameters(self.reply_to, allow_sending_without_reply=True)


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """The buttons; what each means is its callback data, so that it outlives a restart."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    button.label,
                    callback_data=button.action,
                    style=_STYLES.get(button.emphasis),
                )
                for button in row
            ]
            for row in rows
        ]
    )


def _entities(piece: Piece) -> list[MessageEntity]:
    return [MessageEntity(**entity.to_dict()) for entity in piece.entities]
