"""Prepares a turn: recall, notes, the model's voice, and what is shown beside the reply."""

from collections.abc import Callable
from functools import partial

from brain.care import Care, speaks_of_self_harm
from brain.errors import StoreUnavailable
from brain.memory.record import Kind
from brain.messages import Incoming
from brain.ports import Clock, Generator
from brain.prompt import Prompt, Setting, compose
from brain.recall import Recall
from brain.turns.ledger import Ledger
from brain.turns.turn import OpenTurn, Turn
from brain.turns.voices import Voices


class TurnPreparer:
    """Recalls what a reply needs, and creates the `Turn` that a platform is given."""

    def __init__(
        self,
        recall: Recall,
        *,
        ledger: Ledger,
        clock: Clock,
        generator: Generator,
        persona: Callable[[str], str],
        care: Care,
    ) -> None:
        """Create it of the parts of `brain.companion.Companion`."""
        self._recall = recall
        self._ledger = ledger
        self._clock = clock
        self._generator = generator
        self._voices = Voices(generator)
        self._persona = persona
        self._care = care

    async def prepare(self, open_turn: OpenTurn, incoming: Incoming) -> Turn:
        """Prepare a turn. Raises StoreError; StoreUnavailable only if the options say so."""
        begun, recent = open_turn.begun, open_turn.recent
        without_memory = open_turn.lease is None and not open_turn.off_record
        try:
            recalled = (
                ()
                if without_memory
                else await self._recall.find(
                    open_turn.scope,
                    begun.text,
                    limit=open_turn.options.recall_count,
                    without={begun.id, *[turn.id for turn in recent]},
                    zone=open_turn.person.zone,
                    language=begun.language,
                    only_relevant=True,
                )
            )
        except StoreUnavailable as error:
            self._ledger.tolerate_outage(error, open_turn.options)
            recalled, without_memory = (), True
        notes = {} if without_memory else {note.kind: note.text for note in open_turn.notes}
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
            # What was said in the recent turns still counts.
            worried=is_heavy or any(map(speaks_of_self_harm, [turn.text for turn in recent])),
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
            generator=self._generator if voice is None else self._voices.get(voice),
            arrange=arrange,
            fallback=None if voice is None else partial(self._voices.fall_back_from, voice),
            without_memory=without_memory,
            care=self._care.remark(begun.language, open_turn.person.zone)
            if is_heavy and incoming.reply is None
            else None,
            fixed_reply=self._care.words(begun.language, is_first=is_heavy)
            if setting.worried and incoming.reply is None
            else incoming.reply,
        )
