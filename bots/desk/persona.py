"""/persona: who the companion is, and how somebody would like it to be with them.

A person's words stand beside the persona and not in its place: a short wish, such as “call me
Captain and be brief”, leaves everything else as it is. They hold in private alone.
"""

from collections.abc import Mapping

from bots.desk.memory_lines import PAGE, plain
from bots.desk.request import Visit
from bots.screens import Emphasis, Screen
from brain.messages import clean
from brain.preferences import PERSONA_CHARACTERS, wish_for, wishes_of

RESET = "reset"


async def asked(visit: Visit, options: Mapping[str, str]) -> Screen:
    """Show it, or change it. Raises BadInput, StoreError."""
    text = options.get("text", "").strip()
    if not visit.caller.place.private:
        return visit.screen("persona-only-private") if text else await _there(visit)
    if text.casefold() == RESET:
        return await reset(visit)
    if text:
        wish = clean(text, limit=PERSONA_CHARACTERS)
        if await visit.store.person(visit.caller.person.id) is None:
            # Whose wish it is, so that it goes when they are erased.
            await visit.store.save_person(visit.caller.person)
        await wish_for(visit.store, visit.caller.person, wish)
    return await _screen(visit)


async def reset(visit: Visit) -> Screen:
    """As it is with everybody. Raises StoreError."""
    await wish_for(visit.store, visit.caller.person, None)
    return await _screen(visit)


async def _screen(visit: Visit) -> Screen:
    wish = (await wishes_of(visit.store, visit.caller.person)).persona
    own = visit.kit.persona(visit.caller.language)
    lines = [visit.say("persona-heading"), plain(own, limit=PAGE)]
    if wish is None:
        return Screen(text="\n".join([*lines, visit.say("persona-how")]))
    lines += [visit.say("persona-wish-heading"), plain(wish, limit=PERSONA_CHARACTERS)]
    label = visit.say("persona-button-reset")
    row = (await visit.button(label, "pr", emphasis=Emphasis.DANGER),)
    return Screen(text="\n".join(lines), rows=(row,))


async def _there(visit: Visit) -> Screen:
    chosen = (await visit.kit.communities.of(visit.caller.community)).persona
    text = chosen or visit.kit.persona(visit.caller.language)
    return Screen(text=f"{visit.say('persona-heading')}\n{plain(text, limit=2 * PAGE)}")
