"""Answers commands and taps: finds out who asks, checks that they may, and calls the handler."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bots.conversation.access import resolve_caller
from bots.desk import community_settings, help_and_privacy, time_zone
from bots.desk.button_codec import BETWEEN, Verb
from bots.desk.commands import ANSWERS, BUTTONS, COMMANDS, START, nearest_command
from bots.desk.memory_lines import plain
from bots.desk.person_memories import UnknownMemory
from bots.desk.request import DeskContext, Request
from bots.error_texts import log_unexpected, public_error_text
from bots.screens import CHOICES, Caller, Command, Option, Screen, Suggestion
from bots.settings.loading import zone_of
from brain.errors import SiliconfriendError
from brain.memory.record import RECALLED
from brain.texts import say

log = logging.getLogger(__name__)

SEARCHED_MEMORIES = 200
"""How many of the newest memories a completion searches."""
LABEL_CHARACTERS = 90
"""Most characters of a suggestion; Discord takes 100."""
_BY_NAME = {command.name: command for command in (START, *COMMANDS)}


class FrontDesk:
    """Implements `bots.screens.Desk`; there is one in a process.

    It resolves the caller, checks that they may call, and leaves the answer to the handler of the
    command or button. Errors become texts.
    """

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of the menu; /settings offers only settings with a choice."""
        offered = community_settings.offered_settings(self._context.companion.generator)
        return tuple(
            replace(command, options=(Option(name="name", choices=offered), *command.options[1:]))
            if command.name == "settings"
            else command
            for command in COMMANDS
        )

    def nearest(self, typed: str) -> str | None:
        """Return the command of the menu that a typed name is or resembles, or None."""
        return nearest_command(typed, (each.name for each in COMMANDS if not each.for_owner))

    async def command(self, caller: Caller, name: str, options: Mapping[str, str]) -> Screen:
        """Answer a command with its options by name."""

        async def work(request: Request) -> Screen:
            return await self._command(request, name.casefold(), options)

        return await self._safely(caller, work)

    async def press(self, caller: Caller, action: str) -> Screen:
        """Answer the tap of a button by what its signed action says."""

        async def work(request: Request) -> Screen:
            verb, values = await self._context.codec.decode(request.caller, action)
            button = BUTTONS[verb]
            if button.is_counted and (refusal := await self._count(request)):
                return refusal
            return _about_place(request, await button.handler(request, *values))

        return await self._safely(caller, work)

    def asks(self, action: str) -> bool:
        """Return whether the button of an action only asks a question."""
        return action.partition(BETWEEN)[0] == Verb.ASK_CORRECTION

    async def answer(self, caller: Caller, action: str, text: str) -> Screen:
        """Answer the question that a signed action asks."""

        async def work(request: Request) -> Screen:
            verb, values = await self._context.codec.decode(request.caller, action)
            if refusal := await self._count(request):
                return refusal
            return _about_place(request, await ANSWERS[verb](request, *values, text))

        return await self._safely(caller, work)

    async def suggest(
        self, caller: Caller, name: str, option: str, typed: str
    ) -> tuple[Suggestion, ...]:
        """Complete the name of a time zone, or find the newest memories that are meant."""
        if (name, option) == ("zone", "name"):
            return time_zone.completions(typed, caller.language)
        if option not in {"what", "memory"}:
            return ()
        try:
            request = await self._request_from(caller)
            page = await request.store.page(
                request.caller.scope, limit=SEARCHED_MEMORIES, kinds=RECALLED
            )
        except SiliconfriendError:
            return ()
        wanted = typed.casefold().strip()
        return tuple(
            Suggestion(
                f"{request.day(memory.said_at)} · {_shorten(memory.text)}"[:LABEL_CHARACTERS],
                memory.id,
            )
            for memory in page.memories
            if wanted in memory.text.casefold() or (wanted and memory.id.startswith(wanted))
        )[:CHOICES]

    async def _request_from(self, caller: Caller) -> Request:
        context = self._context
        zone = zone_of(context.settings)
        resolved = await resolve_caller(context.companion.store, caller, zone=zone)
        return Request(context=context, caller=resolved)

    async def _count(self, request: Request) -> Screen | None:
        """Count a command or a tap, and return a refusal for too many, else None."""
        admission = await self._context.access.admit_command(request.caller)
        return None if admission.admitted else Screen(text=admission.line or "")

    async def _safely(self, caller: Caller, work: Callable[[Request], Awaitable[Screen]]) -> Screen:
        """Do the work of a handler, and turn its errors into screens."""
        chosen = await self._context.communities.settings_of(caller.community)
        caller = replace(caller, language=chosen.language or caller.language)
        try:
            return await work(await self._request_from(caller))
        except UnknownMemory:
            return Screen(text=say(caller.language, "desk-no-such-memory"))
        except SiliconfriendError as error:
            is_owner = self._context.access.is_owner(caller)
            return Screen(text=public_error_text(error, caller.language, to_owner=is_owner))
        except Exception as error:  # noqa: BLE001 the platform goes on after any error
            log_unexpected(log, "A command failed", error)
            return Screen(text=say(caller.language, "chat-unexpected"))

    async def _command(self, request: Request, name: str, options: Mapping[str, str]) -> Screen:
        command = _BY_NAME.get(name)
        if command is None:
            offered = [each.name for each in help_and_privacy.offered_to(request, COMMANDS)]
            near = nearest_command(name, offered)
            key = "desk-unknown-command-near" if near else "desk-unknown-command"
            return request.screen(key, name=_shorten(name), near=near or "")
        if command.for_owner and not request.is_owner:
            return request.screen("desk-only-owner")
        access = self._context.access
        if not (command.is_open or access.may_talk(request.caller)):
            return request.screen("chat-not-admitted")
        if missing := [
            each for each in command.options if each.required and not options.get(each.name)
        ]:
            what = request.say(f"command-{command.name}-{missing[0].name}")
            return request.screen("desk-usage", name=command.name, what=what)
        if command.is_counted and (refusal := await self._count(request)):
            return refusal
        return _about_place(request, await command.handler(request, options))


def _about_place(request: Request, screen: Screen) -> Screen:
    """Name the place that a screen is about, where it is shown elsewhere."""
    place = request.caller.place_name
    if not (place and screen.private and screen.text) or screen.direct:
        return screen
    heading = request.say("desk-about", place=plain(place, limit=LABEL_CHARACTERS))
    return replace(screen, text=f"{heading}\n{screen.text}")


def _shorten(text: str) -> str:
    return " ".join(text.split())[:LABEL_CHARACTERS]
