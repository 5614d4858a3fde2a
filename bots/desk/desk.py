"""Fulfils `bots.screens.Desk`: finds who asks, and leads them to the one who knows."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import ClassVar

from bots.conversation.accounts import known
from bots.desk import (
    about,
    community_settings,
    forgetting,
    linking,
    memories,
    owner,
    persona,
    remembering,
    time_zone,
)
from bots.desk.buttons import Verb
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
RIGHTS = frozenset({"memories", "forget", "export", "privacy", "help"})
"""What is open to those who may not talk: what is kept of them is theirs."""
UNCOUNTED = frozenset({"forget", "export", "privacy", "help", "pause"})
"""What is open however much somebody calls: nobody waits for that."""
UNCOUNTED_VERBS = frozenset(
    {
        Verb.SHOW_PREVIEW,
        Verb.CONFIRM_FORGET,
        Verb.ERASE,
        Verb.CANCEL_FORGET,
        Verb.UNDO_FORGET,
        Verb.SET_PAUSE,
    }
)
"""Buttons of those."""

COMMANDS = (
    Command(
        name="memories",
        options=(
            Option(name="kind", choices=tuple(memories.KINDS)),
            Option(name="search"),
        ),
    ),
    Command(name="forget", options=(Option(name="what", suggests=True),)),
    Command(name="remember", options=(Option(name="text", required=True),)),
    Command(name="portrait"),
    Command(name="pause"),
    Command(name="export"),
    Command(name="privacy"),
    Command(name="persona", options=(Option(name="text"),)),
    Command(name="link", options=(Option(name="code"),)),
    Command(name="zone", options=(Option(name="name", suggests=True),)),
    Command(name="help"),
    Command(
        name="settings",
        options=(Option(name="name", choices=community_settings.NAMES), Option(name="value")),
        for_managers=True,
    ),
    Command(name="status", for_owner=True),
    Command(name="reload", for_owner=True),
)

Answer = Callable[..., Awaitable[Screen]]


class FrontDesk:
    """One for a whole process."""

    _buttons: ClassVar[Mapping[str, Answer]] = {
        Verb.LIST_MEMORIES: memories.turn_page,
        Verb.SHOW_MEMORY: memories.show_memory,
        Verb.PIN: memories.pin,
        Verb.UNPIN: memories.unpin,
        Verb.SHOW_CURVES: memories.show_curves,
        Verb.SHOW_PREVIEW: forgetting.show_preview,
        Verb.CONFIRM_FORGET: forgetting.confirm_forget,
        Verb.ERASE: forgetting.erase,
        Verb.CANCEL_FORGET: forgetting.cancel_forget,
        Verb.UNDO_FORGET: forgetting.undo_forget,
        Verb.SET_PAUSE: remembering.set_pause,
        Verb.RESET_PERSONA: persona.reset_persona,
        Verb.CHANGE_SETTING: community_settings.change_setting,
        Verb.CONFIRM_LINK: linking.confirm_link,
        Verb.CANCEL_LINK: linking.cancel_link,
        Verb.UNDO_LINK: linking.undo_link,
    }

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    @property
    def commands(self) -> tuple[Command, ...]:
        """See `bots.screens`. A setting that there is no choice for is not offered."""
        offered = community_settings.offered(self._context.companion.generator)
        return tuple(
            replace(each, options=(Option(name="name", choices=offered), *each.options[1:]))
            if each.name == "settings"
            else each
            for each in COMMANDS
        )

    async def command(self, caller: Caller, name: str, options: Mapping[str, str]) -> Screen:
        """See `bots.screens`."""

        async def work(request: Request) -> Screen:
            return await self._command(request, name.casefold(), options)

        return await self._safely(caller, work)

    async def press(self, caller: Caller, action: str) -> Screen:
        """See `bots.screens`."""

        async def work(request: Request) -> Screen:
            verb, values = await self._context.codec.decode(request.caller, request.account, action)
            if verb not in UNCOUNTED_VERBS and (refused := await self._counted(request)):
                return refused
            return await self._buttons[verb](request, *values)

        return await self._safely(caller, work)

    async def suggest(
        self, caller: Caller, name: str, option: str, typed: str
    ) -> tuple[Suggestion, ...]:
        """See `bots.screens`."""
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
        who = await known(context.companion.store, caller, zone=zone_of(context.settings))
        return Request(context=context, caller=who, account=caller.person.id)

    async def _refused(self, request: Request, name: str, *, is_owner: bool) -> Screen | None:
        """Why that command is not for them; None: it is."""
        found = next((command for command in COMMANDS if command.name == name), None)
        if found is None and name != "start":
            return request.screen("desk-unknown-command", name=_short(name))
        if found is not None and found.for_owner and not is_owner:
            return request.screen("desk-only-owner")
        if name not in RIGHTS and not self._context.access.may_talk(
            request.caller, request.account
        ):
            return request.screen("chat-not-admitted")
        return None if name in UNCOUNTED else await self._counted(request)

    async def _counted(self, request: Request) -> Screen | None:
        """A line for whoever calls too often; None: go on."""
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
        is_owner = self._context.access.is_owner(request.caller, request.account)
        if refused := await self._refused(request, name, is_owner=is_owner):
            return refused
        if name == "help":
            return await about.show_help(request, COMMANDS, is_owner=is_owner)
        with_options: Mapping[str, Answer] = {
            "memories": memories.list_memories,
            "forget": forgetting.forget,
            "remember": remembering.remember,
            "link": linking.link,
            "zone": time_zone.show_or_set_zone,
            "persona": persona.show_or_set_persona,
            "settings": community_settings.show_or_change_settings,
        }
        if name in with_options:
            return await with_options[name](request, options)
        without: Mapping[str, Answer] = {
            "start": about.start,
            "portrait": remembering.show_portrait,
            "pause": remembering.toggle_pause,
            "export": about.export,
            "privacy": about.show_privacy,
            "status": owner.show_status,
            "reload": owner.reload,
        }
        return await without[name](request)


def _short(text: str) -> str:
    return " ".join(text.split())[:LABEL]
