"""Answers /settings, with which the managers of a server or group choose its settings."""

from collections.abc import Awaitable, Callable, Mapping

from bots.conversation.communities import (
    MOST_PER_MINUTE,
    PERSONA_CHARACTERS,
    TELEGRAM,
    CommunitySettings,
)
from bots.desk.button_codec import Verb
from bots.desk.memory_lines import LINE, PAGE, plain
from bots.desk.request import Request
from bots.screens import Button, Emphasis, Screen
from brain.languages import languages
from brain.messages import clean
from brain.ports import Generator
from brain.turns.voices import voices_of

RATES = ("3", "6", "12")
"""Limits of messages per minute that have a button; others can be typed."""
VOICES = 3
"""Most voices that have a button; others can be typed."""
RESET = "reset"
"""The value that restores the default of a setting."""
ON, OFF = "on", "off"
VOICE = "voice"


async def show_or_change_settings(request: Request, options: Mapping[str, str]) -> Screen:
    """Show all settings, or change one. Raises BadInput, StoreError."""
    name, value = options.get("name", "").strip().casefold(), options.get("value", "").strip()
    if not name:
        # Without named options, name and value come as one text.
        name, _, value = value.partition(" ")
    if not name:
        return await _screen(request)
    return await change_setting(request, name.casefold(), value.strip())


async def change_setting(request: Request, name: str, value: str) -> Screen:
    """Change one setting, and show all of them, or why nothing was changed.

    Args:
        request: the request of a manager; others see the settings' screen, which refuses them.
        name: the name of the setting.
        value: ON, OFF, RESET, or a text.

    Raises:
        BadInput, StoreError: the text is too long, or the store failed.
    """
    community = request.caller.community
    if not _may_change(request) or community is None:
        return await _screen(request)
    if name not in NAMES:
        names = offered_settings(request.context.companion.generator)
        return request.screen("community-unknown", names=", ".join(names))
    refusal = await _SETTERS[name](request, community, value)
    return await _screen(request) if refusal is None else Screen(text=refusal)


async def _set_free(request: Request, community: str, value: str) -> str | None:
    """Set whether the bot answers without a mention in the caller's place."""
    if value.casefold() not in (ON, OFF):
        return request.say("community-on-or-off")
    caller, free = request.caller, value.casefold() == ON
    places = {caller.place.id}
    if not free:
        # A thread is free because of its channel, so that the channel has to stop being free.
        places |= (
            caller.around & (await request.context.communities.settings_of(community)).free_places
        )
    for place in places:
        await request.context.communities.set_free_place(community, place, free=free)
    return None


async def _set_leavers(request: Request, community: str, value: str) -> str | None:
    if value.casefold() not in (ON, OFF):
        return request.say("community-on-or-off")
    forget = value.casefold() == ON
    if forget and not request.caller.sees_leavers:
        return request.say("community-leavers-unseen")
    await request.context.communities.set_forget_leavers(community, forget=forget)
    return None


async def _set_language(request: Request, community: str, value: str) -> str | None:
    chosen = None if value.casefold() == RESET else value.casefold()
    if chosen is not None and chosen not in languages():
        return request.say("community-unknown-language", languages=", ".join(languages()))
    await request.context.communities.set_language(community, chosen)
    return None


async def _set_persona(request: Request, community: str, value: str) -> str | None:
    if not value:
        return request.say("community-persona-how", limit=PERSONA_CHARACTERS)
    chosen = None if value.casefold() == RESET else clean(value, limit=PERSONA_CHARACTERS)
    await request.context.communities.set_persona(community, chosen)
    return None


async def _set_voice(request: Request, community: str, value: str) -> str | None:
    chosen = None if value.casefold() == RESET else value
    voices = voices_of(request.context.companion.generator)
    if chosen is not None and chosen not in voices:
        key = "unknown" if voices else "only"
        return request.say(f"community-voice-{key}", voices=_listed(voices))
    await request.context.communities.set_voice(community, chosen)
    return None


async def _set_rate(request: Request, community: str, value: str) -> str | None:
    if value.casefold() == RESET:
        await request.context.communities.set_rate_limit(community, None)
        return None
    if not (value.isdecimal() and 1 <= int(value[:6]) <= MOST_PER_MINUTE):
        return request.say("community-rate-how", most=MOST_PER_MINUTE)
    await request.context.communities.set_rate_limit(community, int(value[:6]))
    return None


_SETTERS: Mapping[str, Callable[[Request, str, str], Awaitable[str | None]]] = {
    "free": _set_free,
    "leavers": _set_leavers,
    "language": _set_language,
    "persona": _set_persona,
    VOICE: _set_voice,
    "rate": _set_rate,
}
"""By name of a setting, the function that changes it; it returns None, or why it did not."""
NAMES = tuple(_SETTERS)


def offered_settings(generator: Generator) -> tuple[str, ...]:
    """Return the settings that offer a choice; a voice needs a model with several."""
    return tuple(name for name in NAMES if name != VOICE or voices_of(generator))


def _on(platform: str, community: str) -> bool:
    return community.startswith(f"{platform}:")


def _may_change(request: Request) -> bool:
    return request.caller.may_manage or request.is_owner


async def _screen(request: Request) -> Screen:
    community = request.caller.community
    if community is None:
        return request.screen("community-only-shared")
    if not _may_change(request):
        return request.screen("community-only-managers")
    now = await request.context.communities.settings_of(community)
    is_free = bool({request.caller.place.id, *request.caller.around} & now.free_places)
    lines = [
        request.say("community-heading"),
        request.say("community-free-on" if is_free else "community-free-off"),
        request.say("community-free-places", count=len(now.free_places)),
        *_leaver_lines(request, community, now),
        request.say("community-language", language=now.language or "none"),
        _rate_line(request, now),
        _persona_line(request, now),
        *_voice_lines(request, now),
        request.say("community-how"),
    ]
    return Screen(text="\n".join(lines), rows=await _rows(request, now, is_free=is_free))


def _leaver_lines(request: Request, community: str, now: CommunitySettings) -> list[str]:
    if not now.forget_leavers:
        return [request.say("community-leavers-off")]
    lines = [request.say("community-leavers-on")]
    if _on(TELEGRAM, community):
        lines.append(request.say("community-leavers-large"))
    return lines


async def _rows(
    request: Request, now: CommunitySettings, *, is_free: bool
) -> tuple[tuple[Button, ...], ...]:
    first = [await _switch(request, "free", is_on=is_free)]
    if now.forget_leavers or request.caller.sees_leavers:
        first.append(await _switch(request, "leavers", is_on=now.forget_leavers))
    if now.persona is not None:
        label = request.say("community-button-persona")
        first.append(
            await request.button(
                label, Verb.CHANGE_SETTING, "persona", RESET, emphasis=Emphasis.DANGER
            )
        )
    spoken = [
        await request.button(code, Verb.CHANGE_SETTING, "language", code) for code in languages()
    ]
    label = request.say("community-button-language")
    spoken.append(await request.button(label, Verb.CHANGE_SETTING, "language", RESET))
    rates: list[Button] = []
    for rate in RATES:
        label = request.say("community-button-rate", count=int(rate))
        rates.append(await request.button(label, Verb.CHANGE_SETTING, "rate", rate))
    rates.append(
        await request.button(
            request.say("community-button-rate-all"), Verb.CHANGE_SETTING, "rate", RESET
        )
    )
    voices = await _voice_buttons(request, now)
    return tuple(first), tuple(spoken), tuple(rates), *((voices,) if voices else ())


async def _voice_buttons(request: Request, now: CommunitySettings) -> tuple[Button, ...]:
    others = [name for name in voices_of(request.context.companion.generator) if name != now.voice]
    buttons: list[Button] = []
    for name in others[:VOICES]:
        label = request.say("community-button-voice", voice=name)
        buttons.append(await request.button(label, Verb.CHANGE_SETTING, VOICE, name))
    if now.voice is not None:
        label = request.say("community-button-voice-all")
        buttons.append(await request.button(label, Verb.CHANGE_SETTING, VOICE, RESET))
    return tuple(buttons)


def _rate_line(request: Request, now: CommunitySettings) -> str:
    everywhere = request.context.settings.access.messages_per_minute
    count = min(now.messages_per_minute or everywhere, everywhere)
    return request.say("community-rate", count=count)


def _persona_line(request: Request, now: CommunitySettings) -> str:
    if now.persona is None:
        return request.say("community-persona-none")
    return request.say("community-persona", text=plain(now.persona, limit=PAGE))


def _voice_lines(request: Request, now: CommunitySettings) -> list[str]:
    voices = voices_of(request.context.companion.generator)
    lines: list[str] = []
    if now.voice is not None:
        key = "community-voice" if now.voice in voices else "community-voice-gone"
        lines.append(request.say(key, voice=plain(now.voice, limit=LINE)))
    elif voices:
        lines.append(request.say("community-voice-none"))
    if voices:
        lines.append(request.say("community-voices", voices=_listed(voices)))
    return lines


def _listed(voices: tuple[str, ...]) -> str:
    return plain(", ".join(voices), limit=PAGE // 2)


async def _switch(request: Request, name: str, *, is_on: bool) -> Button:
    other = OFF if is_on else ON
    label = request.say(f"community-button-{name}-{other}")
    return await request.button(label, Verb.CHANGE_SETTING, name, other, emphasis=Emphasis.MAIN)
