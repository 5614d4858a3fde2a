"""Answers the commands /start, /help, /privacy and /export."""

from collections.abc import Sequence

from bots.conversation.communities import DISCORD, TELEGRAM
from bots.desk.request import Request
from bots.screens import Command, File, Screen
from brain.accounts.copying import platform_of
from brain.preferences import load_preferences, mark_informed
from brain.transfer.export import export_person


async def start(request: Request) -> Screen:
    """Greet the person, and record that they were told what is kept. Raises StoreError."""
    await mark_informed(request.store.values, request.caller.person)
    return Screen(
        text=f"{request.say('start-hello')}\n\n{request.say('chat-consent')}", private=False
    )


async def show_help(request: Request, commands: Sequence[Command]) -> Screen:
    """List the commands that the person may call."""
    lines = [
        request.say("help-line", name=command.name, text=request.say(f"command-{command.name}"))
        for command in offered_to(request, commands)
    ]
    return Screen(text="\n".join([request.say("help-heading"), *lines]))


def offered_to(request: Request, commands: Sequence[Command]) -> list[Command]:
    """Return the commands that the person may call."""
    is_owner, may_manage = request.is_owner, request.caller.may_manage
    return [
        command
        for command in commands
        if is_owner or not (command.for_owner or (command.for_managers and not may_manage))
    ]


async def show_privacy(request: Request) -> Screen:
    """Show what is kept, where it is sent, and what the person can do. Raises StoreError."""
    caller = request.caller
    preferences = await load_preferences(request.store.values, caller.person)
    account = await request.person_memories.account()
    grace = round(request.context.companion.curve.grace)
    lines = [
        request.say("privacy-kept", alive=account.alive, archived=account.archived),
        request.say("privacy-scope"),
        request.say("privacy-waiting"),
        request.say("privacy-model", generator=request.context.companion.generator.name),
        request.say("privacy-rights", grace=request.say("days", days=grace)),
        *_edits_and_deletions(request),
        request.say(
            "privacy-paused" if caller.place.id in preferences.paused else "privacy-not-paused"
        ),
    ]
    return Screen(text="\n".join(lines))


def _edits_and_deletions(request: Request) -> list[str]:
    """Return what editing and deleting a message do, as far as its platform tells of them."""
    platform = platform_of(request.caller.account)
    return [request.say(f"privacy-messages-{platform}")] if platform in (DISCORD, TELEGRAM) else []


async def export(request: Request) -> Screen:
    """Send the person all that is kept of them, in a direct conversation. Raises StoreError."""
    lines = [
        line
        async for line in export_person(request.store, request.caller.person.id, now=request.now)
    ]
    name = f"siliconfriend-{request.now.date().isoformat()}.jsonl"
    return Screen(
        text=request.say("export-done", count=max(0, len(lines) - 2)),
        file=File(name, "".join(lines).encode()),
        direct=True,
    )
