"""Prepares a turn: recall, notes, the voice that answers, and what is shown beside the reply."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from brain.care import Care, speaks_of_self_harm
from brain.errors import StoreUnavailable
from brain.memory.ranking import Recalled
from brain.memory.record import Kind, Memory
from brain.messages import Incoming
from brain.ports import Clock, Generator
from brain.prompt import Prompt, Setting, compose
from brain.turns.ledger import Ledger, OpenTurn
from brain.turns.turn import Turn
from brain.turns.voices import Voices

Remember = Callable[[OpenTurn], Awaitable[tuple[Sequence[Recalled], Sequence[Memory]]]]
"""Gives what comes to mind at a message, and the notes on who says it. Raises StoreError."""


class TurnPreparer:
    """Reads what a turn needs, and composes the `Turn` that a platform is given."""

    def __init__(
        self,
        remember: Remember,
        *,
        ledger: Ledger,
        clock: Clock,
        voices: Voices,
        persona: Callable[[str], str],
        care: Care,
    ) -> None:
        """`remember`: see there. The others: see `brain.companion.Companion`."""
        self._remember = remember
        self._ledger = ledger
        self._clock = clock
        self._voices = voices
        self._persona = persona
        self._care = care

    async def prepare(self, open_turn: OpenTurn, incoming: Incoming, given: list[Memory]) -> Turn:
        """Prepare the turn; `given` gets the notes that it is given. Raises StoreError.

        StoreUnavailable only as the options say.
        """
        begun, recent = open_turn.begun, open_turn.recent
        recalled: Sequence[Recalled] = ()
        notes: Mapping[Kind, str] = {}
        without_memory = open_turn.lease is None and not open_turn.off_record
        if not without_memory:
            try:
                recalled, kept = await self._remember(open_turn)
                given += kept
                notes = {note.kind: note.text for note in kept}
            except StoreUnavailable as error:
                self._ledger.tolerate_outage(error, open_turn.options)
                without_memory = True
        is_heavy = speaks_of_self_harm(begun.text)
        setting = Setting(
            persona="\n\n".join(
                filter(None, (incoming.persona or self._persona(begun.language), incoming.manner))
            ),
            name=open_turn.person.name,
            language=begun.language,
            now=self._clock.now(),
            zone=open_turn.person.zone,
            portrait=notes.get(Kind.PORTRAIT, ""),
            summary=notes.get(Kind.HISTORY, ""),
            # Said a minute ago, it still stands between them.
            worried=is_heavy or any(speaks_of_self_harm(turn.text) for turn in recent),
        )

        def arrange(speaker: Generator, budget: int) -> Prompt:
            return compose(
                setting,
                begun.text,
                recalled=recalled,
                recent=recent,
                budget=budget,
                count=speaker.count_tokens,
                images=open_turn.images,
            )

        voice = incoming.voice
        return Turn(
            begun=begun,
            generator=self._voices.of(voice),
            arrange=arrange,
            instead=None if voice is None else partial(self._voices.instead_of, voice),
            without_memory=without_memory,
            care=self._care.remark(begun.language, open_turn.person.zone) if is_heavy else None,
            said=self._care.words(begun.language, is_first=is_heavy) if setting.worried else None,
        )
