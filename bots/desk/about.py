"""/start, /help, /privacy and /export."""

from bots.desk.request import Visit
from bots.screens import Command, File, Screen
from brain.preferences import inform, wishes_of
from brain.transfer.export import export_person


async def start(visit: Visit) -> Screen:
    """The first words. Raises StoreError."""
    await inform(visit.store, visit.caller.person)
    return Screen(text=f"{visit.say('start-hello')}\n\n{visit.say('chat-consent')}", private=False)


async def helped(visit: Visit, commands: tuple[Command, ...], *, is_owner: bool) -> Screen:
    """What there is."""
    may_manage = visit.caller.may_manage
    lines = [
        visit.say("help-line", name=command.name, text=visit.say(f"command-{command.name}"))
        for command in commands
        if is_owner or not (command.for_owner or (command.for_managers and not may_manage))
    ]
    return Screen(text="\n".join([visit.say("help-heading"), *lines]))


async def privacy(visit: Visit) -> Screen:
    """What is kept, where it goes, and what they can do. Raises StoreError."""
    caller = visit.caller
    wishes = await wishes_of(visit.store, caller.person)
    account = await visit.shelf.account()
    grace = round(visit.kit.companion.curve.grace)
    lines = [
        visit.say("privacy-kept", alive=account.alive, archived=account.archived),
        visit.say("privacy-scope"),
        visit.say("privacy-model", generator=visit.kit.companion.generator.name),
        visit.say("privacy-rights", grace=visit.say("days", days=grace)),
        visit.say("privacy-paused" if caller.place.id in wishes.paused else "privacy-not-paused"),
    ]
    return Screen(text="\n".join(lines))


async def exported(visit: Visit) -> Screen:
    """Everything of theirs, for their direct conversation alone. Raises StoreError."""
    lines = [
        line async for line in export_person(visit.store, visit.caller.person.id, now=visit.now)
    ]
    name = f"siliconfriend-{visit.now.date().isoformat()}.jsonl"
    return Screen(
        text=visit.say("export-done", count=max(0, len(lines) - 2)),
        file=File(name, "".join(lines).encode()),
        direct=True,
    )
