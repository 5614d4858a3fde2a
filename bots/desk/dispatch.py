"""The desk: who asks, whether they may, and the handler that answers them."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bots.conversation.accounts import resolve_caller
from bots.desk import community_settings, time_zone
from bots.desk.commands import BUTTONS, COMMANDS, START
from bots.desk.request import DeskContext, Request
from bots.desk.shelf import UnknownMemory
from bots.error_texts import public_error_text
from bots.screens import CHOICES, Caller, Command, Option, Screen, Suggestion
from bots.settings.loading import zone_of
from brain.errors import SiliconfriendError
from brain.memory.record import RECALLED
from brain.texts import say

log = logging.getLogger(__name__)

LOOKED_AT = 200
"""Memories that a completion looks through: the newest."""
LABEL = 90
"""Characters of a suggestion; Discord takes 100."""
_BY_NAME = {command.name: command for command in (START, *COMMANDS)}


class FrontDesk:
    """Fulfils `bots.screens.Desk`: one for a whole process.

    Finds out who asks, checks that they may, and leaves the answer to the handler of the command or
    button. Errors become texts.
    """

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of the menu; a setting that there is no choice for is not offered."""
        offered = community_settings.offered(self._context.companion.generator)
        return tuple(
            replace(each, options=(Option(name="name", choices=offered), *each.options[1:]))
            if each.name == "settings"
            else each
            for each in COMMANDS
        )

    async def command(self, caller: Caller, name: str, options: Mapping[str, str]) -> Screen:
        """Answer a command with its options by name."""

        async def work(request: Request) -> Screen:
            return await self._command(request, name.casefold(), options)

        return await self._safely(caller, work)

    async def press(self, caller: Caller, action: str) -> Screen:
        """Answer the tap of a button by what its signed action says."""

        async def work(request: Request) -> Screen:
            verb, values = await self._context.codec.decode(request.caller, request.account, action)
            button = BUTTONS[verb]
            if button.is_counted and (refusal := await self._count(request)):
                return refusal
            return await button.handler(request, *values)

        return await self._safely(caller, work)

    async def suggest(
        self, caller: Caller, name: str, option: str, typed: str
    ) -> tuple[Suggestion, ...]:
        """Complete the name of a zone, or what is to be forgotten: the newest memories that fit."""
        if (name, option) == ("zone", "name"):
            return time_zone.completions(typed)
        if (name, option) != ("forget", "what"):
            return ()
        try:
            request = await self._request_from(caller)
            page = await request.store.page(request.caller.scope, limit=LOOKED_AT, kinds=RECALLED)
        except SiliconfriendError:
            return ()
        wanted = typed.casefold().strip()
        return tuple(
            Suggestion(f"{request.day(memory.said_at)} · {_short(memory.text)}"[:LABEL], memory.id)
            for memory in page.memories
            if wanted in memory.text.casefold() or (wanted and memory.id.startswith(wanted))
        )[:CHOICES]

    async def _request_from(self, caller: Caller) -> Request:
        context = self._context
        who = await resolve_caller(context.companion.store, caller, zone=zone_of(context.settings))
        return Request(context=context, caller=who, account=caller.person.id)

    async def _count(self, request: Request) -> Screen | None:
        """Count a command or a tap: a line for whoever calls too often; None: go on."""
        admission = await self._context.access.admit_command(request.caller)
        return Screen(text=admission.line) if admission.line is not None else None

    async def _safely(self, caller: Caller, work: Callable[[Request], Awaitable[Screen]]) -> Screen:
        there = await self._context.communities.settings_of(caller.community)
        caller = replace(caller, language=there.language or caller.language)
        try:
            return await work(await self._request_from(caller))
        except UnknownMemory:
            return Screen(text=say(caller.language, "desk-no-such-memory"))
        except SiliconfriendError as error:
            is_owner = self._context.access.is_owner(caller, caller.person.id)
            return Screen(text=public_error_text(error, caller.language, to_owner=is_owner))
        except Exception as error:  # noqa: BLE001 whatever it was, the platform goes on
            # Only the kind: the message of a foreign error may quote what a person said.
            log.error("A command failed: %s", type(error).__name__)  # noqa: TRY400
            return Screen(text=say(caller.language, "chat-unexpected"))

    async def _command(self, request: Request, name: str, options: Mapping[str, str]) -> Screen:
        command = _BY_NAME.get(name)
        if command is None:
            return request.screen("desk-unknown-command", name=_short(name))
        if command.for_owner and not request.is_owner:
            return request.screen("desk-only-owner")
        access = self._context.access
        if not (command.is_open or access.may_talk(request.caller, request.account)):
            return request.screen("chat-not-admitted")
        if command.is_counted and (refusal := await self._count(request)):
            return refusal
        return await command.handler(request, options)


def _short(text: str) -> str:
    return " ".join(text.split())[:LABEL]
