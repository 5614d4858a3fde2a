"""Sends to a chat or topic of Telegram. A call is retried until it succeeds, but never done twice.

429              the call was not carried out: it is retried after the time that Telegram tells
413              the request is too large, and is not retried
502              the server behind the gateway did not answer: the call is retried
not connected    the request was never sent: the call is retried
connection lost  the call may have been carried out: it is retried only if that does no harm
other refusals   Telegram's error is raised as it is
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

import httpx
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    MessageEntity,
)
from telegram.constants import ChatAction, KeyboardButtonStyle
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter, TelegramError

from bots.screens import Button, Emphasis, File
from bots.telegram.markdown_rendering import Piece
from bots.telegram.outgoing_rate_limits import OutgoingLimits
from brain.turns.lease import Pause

Result = TypeVar("Result")
Rows = Sequence[Sequence[Button]]

LIMIT_S = 300.0
"""Longest time in seconds that one call is tried, with all waiting."""
PLACEHOLDER_CHARACTERS = 64
"""Most characters that are shown in the field of a reply that is asked for."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 15.0
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_STYLES = {Emphasis.MAIN: KeyboardButtonStyle.PRIMARY, Emphasis.DANGER: KeyboardButtonStyle.DANGER}


class TooLarge(TelegramError):
    """The server does not accept a request of this size."""


class AnswerLost(Exception):
    """The connection was lost after the call was sent, so that it may have been carried out."""


@dataclass(slots=True, kw_only=True)
class ChatTarget:
    """A chat or a topic to send to.

    Every method raises TelegramError, and those that send raise AnswerLost as well.
    """

    bot: Bot
    chat_id: int
    """Telegram's id of the chat; it changes when a group becomes a supergroup."""
    private: bool
    outgoing_limits: OutgoingLimits
    thread: int | None = None
    reply_to: int | None = None
    """Id of the message that the next message replies to."""
    pause: Pause = field(default=asyncio.sleep)

    async def send(self, piece: Piece, *, rows: Rows = (), asks_for: str = "") -> int:
        """Send a message with buttons below it, and return its id.

        With `asks_for`, the app begins a reply to it in place of buttons, and shows what is asked
        for.
        """
        placeholder = asks_for[:PLACEHOLDER_CHARACTERS]
        markup = ForceReply(input_field_placeholder=placeholder) if asks_for else keyboard(rows)

        async def send_message(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_message(
                self.chat_id,
                piece.text,
                entities=entities,
                reply_markup=markup,
                message_thread_id=self.thread,
                reply_to_message_id=self.reply_to,
                allow_sending_without_reply=True,
            )

        message = await self._send_formatted(send_message, piece)
        self.reply_to = None
        return message.message_id

    async def edit(self, message: int, piece: Piece, *, rows: Rows = ()) -> None:
        """Edit a message of the bot; an edit that changes nothing is no error."""

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
        """Send a PNG with a caption, and return the id of the message."""

        async def send_message(entities: list[MessageEntity]) -> Message:
            return await self.bot.send_photo(
                self.chat_id,
                InputFile(picture, filename="picture.png"),
                caption=piece.text if piece else None,
                caption_entities=entities,
                reply_markup=keyboard(rows),
                message_thread_id=self.thread,
                reply_to_message_id=self.reply_to,
                allow_sending_without_reply=True,
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
                reply_to_message_id=self.reply_to,
                allow_sending_without_reply=True,
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
            entities=[*piece.entities],
        )

    async def delete(self, message: int) -> None:
        """Delete a message of the bot, or at least its buttons if Telegram refuses that."""
        try:
            await self.bot.delete_message(self.chat_id, message)
        except BadRequest:
            with suppress(BadRequest):
                await self.bot.edit_message_reply_markup(self.chat_id, message)

    async def show_typing(self) -> None:
        """Show for five seconds that the bot is typing; failing does no harm."""
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
        """Make a call, and again without entities if Telegram refuses them."""
        entities = [*piece.entities]
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
            # The message has another id in the supergroup.
            self.reply_to = None
            result = await with_retries(call, repeatable=repeatable, pause=self.pause)
        if not self.private:
            self.outgoing_limits.record(self.chat_id)
        return result


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return the buttons; their callback data holds all that they mean, even after a restart."""
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


async def with_retries(
    call: Callable[[], Awaitable[Result]],
    *,
    repeatable: bool = False,
    limit_s: float = LIMIT_S,
    pause: Pause = asyncio.sleep,
) -> Result:
    """Make a call, and retry it while that may help.

    Args:
        call: makes the call once.
        repeatable: whether the call may be carried out twice, as an edit may.
        limit_s: longest time in seconds that the call is tried.
        pause: waits for a number of seconds.

    Raises:
        AnswerLost: the call may have been carried out.
        TooLarge: the call can never be carried out.
        TelegramError: the call was not carried out.
    """
    waited, wait = 0.0, FIRST_WAIT_S
    while True:
        try:
            return await call()
        except RetryAfter as refusal:
            error: TelegramError = refusal
            next_wait = seconds_of(refusal)
        except NetworkError as broken:
            # In the library, a refused request is a NetworkError too.
            if isinstance(broken, BadRequest):
                raise
            if _is_too_large(broken):
                raise TooLarge(broken.message) from broken
            if not repeatable and _may_have_arrived(broken):
                raise AnswerLost from broken
            error = broken
            next_wait, wait = wait, min(LONGEST_WAIT_S, 2 * wait)
        waited += next_wait
        if waited > limit_s:
            raise error
        await pause(next_wait)


def seconds_of(refusal: RetryAfter) -> float:
    """Return the seconds after which Telegram may be asked again."""
    # Its type depends on the environment and on the version of the library.
    given = refusal.retry_after
    return given.total_seconds() if isinstance(given, timedelta) else float(given)


def is_unchanged(error: BadRequest) -> bool:
    """Whether an edit was refused because it would change nothing."""
    return "not modified" in error.message.casefold()


def _is_too_large(error: NetworkError) -> bool:
    # The library does not tell the status: it is in the words of Telegram or of HTTP.
    said = error.message.casefold()
    return "(413)" in said or "entity too large" in said


def _may_have_arrived(error: NetworkError) -> bool:
    """Whether the request may have arrived; answers such as a 502 have no httpx error as cause."""
    cause = error.__cause__
    return isinstance(cause, httpx.HTTPError) and not isinstance(cause, _NEVER_SENT)
