"""Answers /persona, which shows who the companion is and sets how it should be with a person.

A person's preference, such as “call me Captain and be brief”, is added to the persona and does not
replace it. It holds in private alone.
"""

from collections.abc import Mapping

from bots.desk.button_codec import Verb
from bots.desk.memory_lines import PAGE, plain
from bots.desk.request import Request
from bots.screens import Emphasis, Screen
from bots.settings.persona import default_text
from brain.messages import clean
from brain.preferences import PERSONA_CHARACTERS, load_preferences, set_persona_preference

RESET = "reset"


async def show_or_set_persona(request: Request, options: Mapping[str, str]) -> Screen:
    """Show the persona, or set or reset the person's preference. Raises BadInput, StoreError."""
    text = options.get("text", "").strip()
    if not request.caller.place.private:
        return request.screen("persona-only-private") if text else await _shared_screen(request)
    if text.casefold() == RESET:
        return await reset_persona(request)
    if text:
        preference = clean(text, limit=PERSONA_CHARACTERS)
        if await request.store.person(request.caller.person.id) is None:
            # The store must know the person, so that erasing them erases the preference.
            await request.store.save_person(request.caller.person)
        await set_persona_preference(request.store.values, request.caller.person, preference)
    return await _screen(request)


async def reset_persona(request: Request) -> Screen:
    """Remove the person's preference. Raises StoreError."""
    await set_persona_preference(request.store.values, request.caller.person, None)
    return await _screen(request)


async def _screen(request: Request) -> Screen:
    preference = (await load_preferences(request.store.values, request.caller.person)).persona
    lines = [request.say("persona-heading"), _installed(request)]
    if preference is None:
        return Screen(text="\n".join([*lines, request.say("persona-how")]))
    lines += [request.say("persona-wish-heading"), plain(preference, limit=PERSONA_CHARACTERS)]
    label = request.say("persona-button-reset")
    row = (await request.button(label, Verb.RESET_PERSONA, emphasis=Emphasis.DANGER),)
    return Screen(text="\n".join(lines), rows=(row,))


async def _shared_screen(request: Request) -> Screen:
    """Return a screen with the persona of a server or group, without the person's preference."""
    chosen = (await request.context.communities.settings_of(request.caller.community)).persona
    text = plain(chosen, limit=2 * PAGE) if chosen else _installed(request)
    return Screen(text=f"{request.say('persona-heading')}\n{text}")


def _installed(request: Request) -> str:
    """Return the persona that whoever runs the installation wrote, or a sentence where none did.

    The bundled persona is an instruction to the model, and no words of a person.
    """
    language = request.caller.language
    written = request.context.persona(language)
    if written == default_text(language):
        return request.say("persona-bundled")
    return plain(written, limit=PAGE)
