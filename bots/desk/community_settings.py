"""/settings: what those who manage a server or group choose for it."""

from collections.abc import Awaitable, Callable, Mapping

from bots.conversation.communities import (
    MOST_PER_MINUTE,
    PERSONA_CHARACTERS,
    TELEGRAM,
    CommunitySettings,
)
from bots.desk.memory_lines import LINE, PAGE, plain
from bots.desk.request import Visit
from bots.screens import Button, Emphasis, Screen
from brain.messages import clean
from brain.ports import Generator
from brain.texts import languages
from brain.turns.voices import voices_of

RATES = ("3", "6", "12")
"""Messages a minute that have a button; any number can be written."""
VOICES = 3
"""Voices that have a button; any can be written."""
RESET = "reset"
ON, OFF = "on", "off"
VOICE = "voice"


async def asked(visit: Visit, options: Mapping[str, str]) -> Screen:
    """The command: all settings, or a change of one. Raises BadInput, StoreError."""
    name, value = options.get("name", "").strip().casefold(), options.get("value", "").strip()
    if not name:
        # Both in one, as somebody wrote them.
        name, _, value = value.partition(" ")
    if not name:
        return await _screen(visit)
    return await changed(visit, name.casefold(), value.strip())


async def changed(visit: Visit, name: str, value: str) -> Screen:
    """One setting as asked; `value` is ON, OFF, RESET, or what it says. Raises as `asked`."""
    community = visit.caller.community
    if not _may(visit) or community is None:
        return await _screen(visit)
    if name not in NAMES:
        names = offered(visit.kit.companion.generator)
        return visit.screen("community-unknown", names=", ".join(names))
    refusal = await _CHANGES[name](visit, community, value)
    return await _screen(visit) if refusal is None else Screen(text=refusal)


async def _free(visit: Visit, community: str, value: str) -> str | None:
    """Here, that is: in this place."""
    if value.casefold() not in (ON, OFF):
        return visit.say("community-on-or-off")
    caller, free = visit.caller, value.casefold() == ON
    places = {caller.place.id}
    if not free:
        # Free by the channel around it: that one stops, for a thread has no other way.
        places |= caller.around & (await visit.kit.communities.of(community)).free_places
    for place in places:
        await visit.kit.communities.free(community, place, free=free)
    return None


async def _leavers(visit: Visit, community: str, value: str) -> str | None:
    if value.casefold() not in (ON, OFF):
        return visit.say("community-on-or-off")
    forget = value.casefold() == ON
    if forget and not visit.caller.sees_leavers:
        return visit.say("community-leavers-unseen")
    await visit.kit.communities.forget_leavers(community, forget=forget)
    return None


async def _language(visit: Visit, community: str, value: str) -> str | None:
    chosen = None if value.casefold() == RESET else value.casefold()
    if chosen is not None and chosen not in languages():
        return visit.say("community-unknown-language", languages=", ".join(languages()))
    await visit.kit.communities.speak(community, chosen)
    return None


async def _persona(visit: Visit, community: str, value: str) -> str | None:
    if not value:
        return visit.say("community-persona-how", limit=PERSONA_CHARACTERS)
    chosen = None if value.casefold() == RESET else clean(value, limit=PERSONA_CHARACTERS)
    await visit.kit.communities.be(community, chosen)
    return None


async def _voice(visit: Visit, community: str, value: str) -> str | None:
    chosen = None if value.casefold() == RESET else value
    voices = voices_of(visit.kit.companion.generator)
    if chosen is not None and chosen not in voices:
        key = "unknown" if voices else "only"
        return visit.say(f"community-voice-{key}", voices=_listed(voices))
    await visit.kit.communities.sound(community, chosen)
    return None


async def _rate(visit: Visit, community: str, value: str) -> str | None:
    if value.casefold() == RESET:
        await visit.kit.communities.limit(community, None)
        return None
    if not (value.isdecimal() and 1 <= int(value[:6]) <= MOST_PER_MINUTE):
        return visit.say("community-rate-how", most=MOST_PER_MINUTE)
    await visit.kit.communities.limit(community, int(value[:6]))
    return None


_CHANGES: Mapping[str, Callable[[Visit, str, str], Awaitable[str | None]]] = {
    "free": _free,
    "leavers": _leavers,
    "language": _language,
    "persona": _persona,
    VOICE: _voice,
    "rate": _rate,
}
"""Each gives None, or why nothing was changed."""
NAMES = tuple(_CHANGES)


def offered(generator: Generator) -> tuple[str, ...]:
    """The settings that there is something to choose for, with that model."""
    return tuple(name for name in NAMES if name != VOICE or voices_of(generator))


def _on(platform: str, community: str) -> bool:
    return community.startswith(f"{platform}:")


def _may(visit: Visit) -> bool:
    return visit.caller.may_manage or visit.kit.rules.is_owner(visit.caller, visit.account)


async def _screen(visit: Visit) -> Screen:
    community = visit.caller.community
    if community is None:
        return visit.screen("community-only-shared")
    if not _may(visit):
        return visit.screen("community-only-managers")
    now = await visit.kit.communities.of(community)
    is_free = bool({visit.caller.place.id, *visit.caller.around} & now.free_places)
    lines = [
        visit.say("community-heading"),
        visit.say("community-free-on" if is_free else "community-free-off"),
        visit.say("community-free-places", count=len(now.free_places)),
        *_leaver_lines(visit, community, now),
        visit.say("community-language", language=now.language or "none"),
        _rate_line(visit, now),
        _persona_line(visit, now),
        *_voice_lines(visit, now),
        visit.say("community-how"),
    ]
    return Screen(text="\n".join(lines), rows=await _rows(visit, now, is_free=is_free))


def _leaver_lines(visit: Visit, community: str, now: CommunitySettings) -> list[str]:
    if not now.forget_leavers:
        return [visit.say("community-leavers-off")]
    lines = [visit.say("community-leavers-on")]
    if _on(TELEGRAM, community):
        lines.append(visit.say("community-leavers-large"))
    return lines


async def _rows(
    visit: Visit, now: CommunitySettings, *, is_free: bool
) -> tuple[tuple[Button, ...], ...]:
    first = [await _switch(visit, "free", is_on=is_free)]
    if now.forget_leavers or visit.caller.sees_leavers:
        first.append(await _switch(visit, "leavers", is_on=now.forget_leavers))
    if now.persona is not None:
        label = visit.say("community-button-persona")
        first.append(await visit.button(label, "cs", "persona", RESET, emphasis=Emphasis.DANGER))
    spoken = [await visit.button(name, "cs", "language", name) for name in languages()]
    label = visit.say("community-button-language")
    spoken.append(await visit.button(label, "cs", "language", RESET))
    rates: list[Button] = []
    for rate in RATES:
        label = visit.say("community-button-rate", count=int(rate))
        rates.append(await visit.button(label, "cs", "rate", rate))
    rates.append(await visit.button(visit.say("community-button-rate-all"), "cs", "rate", RESET))
    voices = await _voices(visit, now)
    return tuple(first), tuple(spoken), tuple(rates), *((voices,) if voices else ())


async def _voices(visit: Visit, now: CommunitySettings) -> tuple[Button, ...]:
    others = [name for name in voices_of(visit.kit.companion.generator) if name != now.voice]
    buttons: list[Button] = []
    for name in others[:VOICES]:
        label = visit.say("community-button-voice", voice=name)
        buttons.append(await visit.button(label, "cs", VOICE, name))
    if now.voice is not None:
        label = visit.say("community-button-voice-all")
        buttons.append(await visit.button(label, "cs", VOICE, RESET))
    return tuple(buttons)


def _rate_line(visit: Visit, now: CommunitySettings) -> str:
    everywhere = visit.kit.settings.access.messages_per_minute
    count = min(now.messages_per_minute or everywhere, everywhere)
    return visit.say("community-rate", count=count)


def _persona_line(visit: Visit, now: CommunitySettings) -> str:
    if now.persona is None:
        return visit.say("community-persona-none")
    return visit.say("community-persona", text=plain(now.persona, limit=PAGE))


def _voice_lines(visit: Visit, now: CommunitySettings) -> list[str]:
    voices = voices_of(visit.kit.companion.generator)
    lines: list[str] = []
    if now.voice is not None:
        key = "community-voice" if now.voice in voices else "community-voice-gone"
        lines.append(visit.say(key, voice=plain(now.voice, limit=LINE)))
    elif voices:
        lines.append(visit.say("community-voice-none"))
    if voices:
        lines.append(visit.say("community-voices", voices=_listed(voices)))
    return lines


def _listed(voices: tuple[str, ...]) -> str:
    return plain(", ".join(voices), limit=PAGE // 2)


async def _switch(visit: Visit, name: str, *, is_on: bool) -> Button:
    other = OFF if is_on else ON
    label = visit.say(f"community-button-{name}-{other}")
    return await visit.button(label, "cs", name, other, emphasis=Emphasis.MAIN)
