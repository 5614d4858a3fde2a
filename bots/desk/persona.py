"""/persona: who the companion is, and how somebody would like it to be with them.

A person's words stand beside the persona and not in its place: a short preference, such as “call me
Captain and be brief”, leaves everything else as it is. They hold in private alone.
"""

from collections.abc import Mapping

from bots.desk.buttons import Verb
from bots.desk.memory_lines import PAGE, plain
from bots.desk.request import Request
from bots.screens import Emphasis, Screen
from brain.messages import clean
from brain.preferences import PERSONA_CHARACTERS, load_preferences, set_persona_preference

RESET = "reset"


async def show_or_set_persona(request: Request, options: Mapping[str, str]) -> Screen:
    """Show who the companion is, or set how it is to be. Raises BadInput, StoreError."""
    text = options.get("text", "").strip()
    if not request.caller.place.private:
        return request.screen("persona-only-private") if text else await _there(request)
    if text.casefold() == RESET:
        return await reset_persona(request)
    if text:
        preference = clean(text, limit=PERSONA_CHARACTERS)
        if await request.store.person(request.caller.person.id) is None:
            # Whose preference it is, so that it goes when they are erased.
            await request.store.save_person(request.caller.person)
        await set_persona_preference(request.store.values, request.caller.person, preference)
    return await _screen(request)


async def reset_persona(request: Request) -> Screen:
    """Make it as it is with everybody. Raises StoreError."""
    await set_persona_preference(request.store.values, request.caller.person, None)
    return await _screen(request)


async def _screen(request: Request) -> Screen:
    preference = (await load_preferences(request.store.values, request.caller.person)).persona
    own = request.context.persona(request.caller.language)
    lines = [request.say("persona-heading"), plain(own, limit=PAGE)]
    if preference is None:
        return Screen(text="\n".join([*lines, request.say("persona-how")]))
    lines += [request.say("persona-wish-heading"), plain(preference, limit=PERSONA_CHARACTERS)]
    label = request.say("persona-button-reset")
    row = (await request.button(label, Verb.RESET_PERSONA, emphasis=Emphasis.DANGER),)
    return Screen(text="\n".join(lines), rows=(row,))


async def _there(request: Request) -> Screen:
    chosen = (await request.context.communities.settings_of(request.caller.community)).persona
    text = chosen or request.context.persona(request.caller.language)
    return Screen(text=f"{request.say('persona-heading')}\n{plain(text, limit=2 * PAGE)}")
