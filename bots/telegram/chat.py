"""One chat or topic, as something to speak into."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
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
from bots.telegram.rate_limits import RateLimits
from bots.telegram.rendering import Piece
from bots.telegram.sending import carried_out, is_unchanged
from brain.turns.lease import Pause

Result = TypeVar("Result")
Rows = Sequence[Sequence[Button]]

_STYLES = {Emphasis.MAIN: KeyboardButtonStyle.PRIMARY, Emphasis.DANGER: KeyboardButtonStyle.DANGER}


@dataclass(slots=True, kw_only=True)
class Room:
    """Where something is said. Every method raises TelegramError; those that send, AnswerLost."""

    bot: Bot
    chat: int
    """Telegram's id; it changes when a group becomes a supergroup."""
    private: bool
    rate_limits: RateLimits
    thread: int | None = None
    reply_to: int | None = None
    """The message that the next thing said answers."""
    pause: Pause = field(default=asyncio.sleep)

    async def say(self, piece: Piece, *, rows: Rows = ()) -> int:
        """A message with buttons below; gives its id."""

        async def send(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_message(
                self.chat,
                piece.text,
                entities=entities,
                reply_markup=keyboard(rows),
                message_thread_id=self.thread,
                reply_parameters=self._reply(),
            )

        message = await self._formatted(send, piece)
        self.reply_to = None
        return message.message_id

    async def change(self, message: int, piece: Piece, *, rows: Rows = ()) -> None:
        """Have a message of ours say something else; that it says so already is no error."""

        async def edit(entities: list[MessageEntity]) -> Message | bool:
            return await self.bot.edit_message_text(
                piece.text,
                self.chat,
                message,
                entities=entities,
                reply_markup=keyboard(rows),
            )

        try:
            await self._formatted(edit, piece, harmless=True)
        except BadRequest as error:
            if not is_unchanged(error):
                raise

    async def show_picture(self, picture: bytes, piece: Piece | None, *, rows: Rows = ()) -> int:
        """A PNG with a caption; gives the message's id."""

        async def send(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_photo(
                self.chat,
                InputFile(picture, filename="picture.png"),
                caption=piece.text if piece else None,
                caption_entities=entities,
                reply_markup=keyboard(rows),
                message_thread_id=self.thread,
                reply_parameters=self._reply(),
            )

        message = await self._formatted(send, piece or Piece(""))
        self.reply_to = None
        return message.message_id

    async def hand_over(self, file: File, piece: Piece | None) -> None:
        """A file with a caption. Raises TooLarge."""

        async def send(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_document(
                self.chat,
                InputFile(file.content, filename=file.name),
                caption=piece.text if piece else None,
                caption_entities=entities,
                message_thread_id=self.thread,
                reply_parameters=self._reply(),
            )

        await self._formatted(send, piece or Piece(""))
        self.reply_to = None

    async def draft(self, number: int, piece: Piece) -> None:
        """A reply under way, in a private chat: it is gone after half a minute. Tried once."""
        await self.bot.send_message_draft(
            self.chat,
            number,
            piece.text,
            message_thread_id=self.thread,
            entities=_entities(piece),
        )

    async def remove(self, message: int) -> None:
        """Take a message of ours away, or at least its buttons."""
        try:
            await self.bot.delete_message(self.chat, message)
        except BadRequest:
            with suppress(BadRequest):
                await self.bot.edit_message_reply_markup(self.chat, message)

    async def typing(self) -> None:
        """Show for five seconds that somebody types. Nothing depends on it."""
        with suppress(TelegramError):
            await self.bot.send_chat_action(
                self.chat, ChatAction.TYPING, message_thread_id=self.thread
            )

    async def _formatted(
        self,
        call: Callable[[list[MessageEntity]], Awaitable[Result]],
        piece: Piece,
        *,
        harmless: bool = False,
    ) -> Result:
        """Carry it out; plain, where Telegram does not take how it looks."""
        entities = _entities(piece)
        try:
            return await self._here(lambda: call(entities), harmless=harmless)
        except BadRequest as error:
            if not entities or "entit" not in error.message.casefold():
                raise
            return await self._here(lambda: call([]), harmless=harmless)

    async def _here(self, call: Callable[[], Awaitable[Result]], *, harmless: bool) -> Result:
        try:
            result = await carried_out(call, harmless=harmless, pause=self.pause)
        except ChatMigrated as moved:
            self.chat = moved.new_chat_id
            # Messages have other numbers there.
            self.reply_to = None
            result = await carried_out(call, harmless=harmless, pause=self.pause)
        self.rate_limits.record(self.chat)
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
