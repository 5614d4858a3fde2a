"""Lists the commands and buttons of the desk, with their handlers and who may use them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial

from bots.desk import (
    community_settings,
    correcting,
    forgetting,
    help_and_privacy,
    linking,
    memories,
    persona,
    remembering,
    status_and_reload,
    time_zone,
)
from bots.desk.button_codec import Verb
from bots.desk.request import Request
from bots.screens import Command, Option, Screen

CommandHandler = Callable[[Request, Mapping[str, str]], Awaitable[Screen]]
"""Answers a command, given the request and the options by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCommand(Command):
    """A command with what the desk needs to answer it."""

    handler: CommandHandler
    is_open: bool = False
    """Whether people who may not talk may call it, as they may with what is kept of them."""
    is_counted: bool = True
    """Whether it counts against the limit of commands; forgetting and pausing are not limited."""


@dataclass(frozen=True, slots=True)
class DeskButton:
    """The handler of a button, and whether a tap is counted."""

    handler: Callable[..., Awaitable[Screen]]
    """Answers a tap, given the request and the values that the button was made with."""
    is_counted: bool = True
    """Whether a tap counts against the limit of commands."""


def _without_options(handler: Callable[[Request], Awaitable[Screen]]) -> CommandHandler:
    return lambda request, _: handler(request)


START = DeskCommand(name="start", handler=_without_options(help_and_privacy.start))
"""The command that Telegram sends when a person opens a conversation; no menu lists it."""
COMMANDS: tuple[DeskCommand, ...] = (
    DeskCommand(
        name="memories",
        options=(
            Option(name="kind", choices=tuple(memories.KINDS)),
            Option(name="search"),
        ),
        handler=memories.list_memories,
        is_open=True,
    ),
    DeskCommand(
        name="forget",
        options=(Option(name="what", suggests=True),),
        handler=forgetting.forget,
        is_open=True,
        is_counted=False,
    ),
    DeskCommand(
        name="undo",
        handler=_without_options(forgetting.undo),
        is_open=True,
        is_counted=False,
    ),
    DeskCommand(
        name="correct",
        options=(Option(name="memory", suggests=True), Option(name="text")),
        handler=correcting.correct,
        is_open=True,
    ),
    DeskCommand(
        name="pin",
        options=(Option(name="memory", required=True, suggests=True),),
        handler=partial(memories.pin_named, pinned=True),
        is_open=True,
    ),
    DeskCommand(
        name="unpin",
        options=(Option(name="memory", required=True, suggests=True),),
        handler=partial(memories.pin_named, pinned=False),
        is_open=True,
    ),
    DeskCommand(
        name="remember",
        options=(Option(name="text", required=True),),
        handler=remembering.remember,
    ),
    DeskCommand(name="portrait", handler=_without_options(remembering.show_portrait)),
    DeskCommand(
        name="pause",
        handler=_without_options(partial(remembering.set_pause, stop="1")),
        is_counted=False,
    ),
    DeskCommand(
        name="resume",
        handler=_without_options(partial(remembering.set_pause, stop="")),
        is_counted=False,
    ),
    DeskCommand(
        name="export",
        handler=_without_options(help_and_privacy.export),
        is_open=True,
        is_counted=False,
    ),
    DeskCommand(
        name="privacy",
        handler=_without_options(help_and_privacy.show_privacy),
        is_open=True,
        is_counted=False,
    ),
    DeskCommand(
        name="persona",
        options=(Option(name="text"),),
        handler=persona.show_or_set_persona,
    ),
    DeskCommand(name="link", options=(Option(name="code"),), handler=linking.link),
    DeskCommand(
        name="zone",
        options=(Option(name="name", suggests=True),),
        handler=time_zone.show_or_set_zone,
    ),
    DeskCommand(
        name="help",
        handler=_without_options(lambda request: help_and_privacy.show_help(request, COMMANDS)),
        is_open=True,
        is_counted=False,
    ),
    DeskCommand(
        name="settings",
        options=(Option(name="name", choices=community_settings.NAMES), Option(name="value")),
        for_managers=True,
        handler=community_settings.show_or_change_settings,
    ),
    DeskCommand(
        name="status", for_owner=True, handler=_without_options(status_and_reload.show_status)
    ),
    DeskCommand(name="reload", for_owner=True, handler=_without_options(status_and_reload.reload)),
)
"""The commands in the order of a menu."""
BUTTONS: Mapping[Verb, DeskButton] = {
    Verb.LIST_MEMORIES: DeskButton(memories.turn_page),
    Verb.SHOW_MEMORY: DeskButton(memories.show_memory),
    Verb.PIN: DeskButton(memories.pin),
    Verb.UNPIN: DeskButton(memories.unpin),
    Verb.SHOW_CURVES: DeskButton(memories.show_curves),
    Verb.SHOW_PREVIEW: DeskButton(forgetting.show_preview, is_counted=False),
    Verb.CONFIRM_FORGET: DeskButton(forgetting.confirm_forget, is_counted=False),
    Verb.FORGET_PARTS: DeskButton(forgetting.forget_parts, is_counted=False),
    Verb.ERASE: DeskButton(forgetting.erase, is_counted=False),
    Verb.CANCEL_FORGET: DeskButton(forgetting.cancel_forget, is_counted=False),
    Verb.UNDO_FORGET: DeskButton(forgetting.undo_forget, is_counted=False),
    Verb.ASK_CORRECTION: DeskButton(correcting.ask),
    Verb.CONFIRM_CORRECTION: DeskButton(correcting.confirm),
    Verb.SET_PAUSE: DeskButton(remembering.set_pause, is_counted=False),
    Verb.RESET_PERSONA: DeskButton(persona.reset_persona),
    Verb.CHANGE_SETTING: DeskButton(community_settings.change_setting),
    Verb.CONFIRM_LINK: DeskButton(linking.confirm_link),
    Verb.CANCEL_LINK: DeskButton(linking.cancel_link),
    Verb.UNDO_LINK: DeskButton(linking.undo_link),
}
ANSWERS: Mapping[Verb, Callable[..., Awaitable[Screen]]] = {Verb.ASK_CORRECTION: correcting.answer}
"""By the button that asks a question: what is done with the text that answers it."""
_NEAR = 0.65
"""Lowest similarity of a typed name to the command that is suggested for it, from 0 to 1."""


def nearest_command(typed: str, names: Iterable[str]) -> str | None:
    """Return the name that a typed one is or resembles, or None."""
    near = get_close_matches(typed.casefold(), list(names), n=1, cutoff=_NEAR)
    return near[0] if near else None
