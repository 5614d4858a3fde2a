"""Answers a message: checks access, tells of consent, runs the turn, and delivers the reply."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from cachetools import FIFOCache

from bots.conversation.access import Access, as_known, person_of
from bots.conversation.communities import Communities, CommunitySettings
from bots.conversation.departures import forget_leaver
from bots.conversation.notices import waiting_notices
from bots.conversation.ports import Delivery
from bots.error_texts import log_unexpected, public_error_text
from bots.screens import Caller
from brain.accounts import linking
from brain.companion import Companion
from brain.errors import (
    AlreadyAnswered,
    BadInput,
    EmptyMessage,
    SiliconfriendError,
    StoreError,
    StoreUnavailable,
)
from brain.ids import MessageId
from brain.messages import UTC_ZONE, Incoming, Person
from brain.ports import Seeing
from brain.ports.people import Profile
from brain.preferences import mark_informed, preferences_from
from brain.texts import say
from brain.turns.turn import Turn

log = logging.getLogger(__name__)

KNOWN = 10_000
"""People who are kept in memory with their pauses, for when the store cannot be reached."""


class CompanionMessageHandler:
    """Answers messages, and follows edits, deletions and departures; there is one in a process.

    `bots.conversation.ports.MessageHandler` describes its methods.
    """

    def __init__(
        self,
        companion: Companion,
        *,
        access: Access,
        communities: Communities,
        zone: ZoneInfo = UTC_ZONE,
    ) -> None:
        """Prepare to answer messages.

        Args:
            companion: the companion that answers.
            access: decides who is answered.
            communities: the settings that each server or group chose for itself.
            zone: the time zone of people who chose none.
        """
        self._companion = companion
        self._store = companion.store
        self._access = access
        self._communities = communities
        self._zone = zone
        self._known: FIFOCache[str, tuple[Person, frozenset[str]]] = FIFOCache(KNOWN)

    async def admit(
        self, caller: Caller, delivery: Delivery, *, waiting: int, said_at: datetime | None = None
    ) -> bool:
        """Count a message when it arrives, and return whether it is to be answered.

        The arguments are those of `Access.admit_arrival`.
        """
        chosen = await self._communities.settings_of(caller.community)
        caller = replace(caller, language=chosen.language or caller.language)
        try:
            admission = await self._access.admit_arrival(
                caller,
                waiting=waiting,
                per_minute=chosen.messages_per_minute,
                said_at=said_at,
            )
        except StoreError:
            # Nothing is counted while the store is away.
            return True
        if admission.line is not None:
            await self._remark(delivery, admission.line)
        return admission.admitted

    async def answer(self, caller: Caller, incoming: Incoming, delivery: Delivery) -> None:
        """Answer a message, or tell the person why not."""
        chosen = CommunitySettings()
        if caller.community is not None:
            chosen = await self._communities.settings_of(caller.community)
        caller = replace(caller, language=chosen.language or caller.language)
        language, account = caller.language, incoming.person
        try:
            incoming = replace(incoming, persona=chosen.persona, voice=chosen.voice)
            prepared = await self._admit(caller, incoming, delivery)
            if prepared is not None:
                await self._turn(prepared, account, delivery, language)
        except AlreadyAnswered:
            # The platform delivered it twice.
            return
        except SiliconfriendError as error:
            log.warning("A message was not answered: %s", type(error).__name__)
            owner = self._access.is_owner(caller)
            await self._remark(delivery, public_error_text(error, language, to_owner=owner))
        except Exception as error:  # noqa: BLE001 the platform goes on after any error
            log_unexpected(log, "A message was not answered", error)
            await self._remark(delivery, say(language, "chat-unexpected"))

    async def remembered_text(self, caller: Caller, message: str) -> str | None:
        """Return the text that is remembered of a message, or None if nothing is."""
        person = await person_of(self._store, caller.person)
        account = caller.account
        turn = await self._companion.find_turn(
            person.id, caller.place, MessageId(message), account_id=account
        )
        return None if turn is None else turn.text

    async def zone_of(self, caller: Caller) -> ZoneInfo:
        """Return the time zone of a person, in which they read times."""
        return (await person_of(self._store, caller.person, zone=self._zone)).zone

    async def edit_message(self, caller: Caller, incoming: Incoming) -> None:
        """Change what is remembered of a message that the person edited."""
        if not _has_words(incoming):
            if not incoming.images:
                # An edit that leaves nothing of the message deletes it.
                await self.delete_message(caller, incoming.id)
                return
            incoming = replace(incoming, text=say(caller.language, "chat-picture-alone"))
        try:
            account = incoming.person
            person = await person_of(self._store, account, zone=self._zone)
            own = replace(incoming, person=person)
            await self._companion.edit(own, account_id=account.id)
        except BadInput as error:
            log.warning("An edited message was not taken over: %s", type(error).__name__)

    async def delete_message(self, caller: Caller, message: str) -> None:
        """Erase what is remembered of a message."""
        account = caller.account
        try:
            person = await person_of(self._store, caller.person)
        except StoreUnavailable:
            # A turn that waits for the store is erased at once; the caller retries for the rest.
            known, _ = self._known.get(account, (caller.person, None))
            await self._companion.retract(
                known.id, caller.place, MessageId(message), account_id=account
            )
            raise
        await self._companion.retract(
            person.id, caller.place, MessageId(message), account_id=account
        )

    async def forget_leaver(
        self, caller: Caller, is_there: Callable[[str], bool], *, until: datetime | None = None
    ) -> None:
        """Erase what a person said in a community that they left, if the community chose so."""
        if (await self._communities.stored_settings_of(caller.community)).forget_leavers:
            person = await person_of(self._store, caller.person)
            await forget_leaver(self._companion, person.id, is_there, until=until)

    async def _admit(
        self, caller: Caller, incoming: Incoming, delivery: Delivery
    ) -> Incoming | None:
        """Return the message as the companion needs it, or None if it is not answered."""
        account = incoming.person
        try:
            profile = await self._store.profile(account.id)
            if profile.person.id != account.id and await linking.finish_pending_link(
                self._store, account.id, was=account.id
            ):
                # Preferences may have come over as well.
                profile = await self._store.profile(account.id)
            person = as_known(profile.person, account, zone=self._zone)
            admission = await self._access.admit(replace(caller, person=person))
            if not admission.admitted:
                if admission.line is not None:
                    await self._remark(delivery, admission.line)
                return None
        except StoreUnavailable:
            return await self._without_store(caller, incoming, delivery)
        preferences = preferences_from(profile.values)
        self._known[account.id] = (person, preferences.paused)
        # The person counts as informed once the line arrived; until then each message retries.
        if not preferences.informed and await self._remark(
            delivery, say(caller.language, "chat-consent")
        ):
            await mark_informed(self._store.values, person)
        if incoming.place.private:
            await self._tell_notices(profile, delivery)
        manner: str | None = None
        if preferences.persona and incoming.place.private:
            # It holds in private alone, as a preference may tell what nobody else should know.
            manner = say(caller.language, "chat-manner", text=preferences.persona)
        paused = incoming.place.id in preferences.paused
        own = replace(incoming, person=person, off_record=paused, manner=manner)
        if own.images or not own.text.strip():
            return await self._fit(own, delivery, caller.language)
        return own

    async def _tell_notices(self, profile: Profile, delivery: Delivery) -> None:
        for name, text in waiting_notices(profile.values).items():
            if await self._remark(delivery, text):
                await self._store.values.set(profile.person.id, name, None)

    async def _without_store(
        self, caller: Caller, incoming: Incoming, delivery: Delivery
    ) -> Incoming | None:
        """Admit a message while the store is away, by what was last known of the person.

        A person of whom this process knows nothing may be new, or may have paused remembering. They
        are told both, and whether they paused is looked up before their turn is written.
        """
        account = incoming.person
        known = self._known.get(account.id)
        person, paused = known or (account, frozenset())
        if not self._access.may_talk(replace(caller, person=person)):
            return None
        if not known:
            for key in ("chat-consent", "chat-perhaps-paused"):
                await self._remark(delivery, say(caller.language, key))
            self._known[account.id] = (person, paused)
        off_record = incoming.place.id in paused
        return await self._fit(
            replace(incoming, person=person, off_record=off_record), delivery, caller.language
        )

    async def _fit(self, incoming: Incoming, delivery: Delivery, language: str) -> Incoming | None:
        """Drop pictures if the model cannot see them, and give pictures without words a text.

        Returns None if only pictures came and the model cannot see them. Raises EmptyMessage.
        """
        has_words = _has_words(incoming)
        if not (has_words or incoming.images):
            raise EmptyMessage
        if not incoming.images:
            return incoming
        generator = self._companion.generator
        if not (isinstance(generator, Seeing) and generator.sees):
            await self._remark(delivery, say(language, "chat-cannot-see"))
            return replace(incoming, images=()) if has_words else None
        if not has_words:
            return replace(incoming, text=say(language, "chat-picture-alone"))
        return incoming

    async def _turn(
        self, incoming: Incoming, account: Person, delivery: Delivery, language: str
    ) -> None:
        remarks: list[str] = []
        person = incoming.person
        turn: Turn | None = None
        try:
            async with self._companion.turn(incoming) as turn:
                if turn.care:
                    # Help is sent before the model is asked, since the model may fail.
                    await self._remark(delivery, turn.care)
                if turn.without_memory and not incoming.off_record:
                    remarks.append(say(language, "chat-without-memory"))
                await self._speak(turn, delivery, remarks, language)
        finally:
            if turn is not None and self._access.settings.tokens_per_day is not None:
                await self._spend(person, turn.tokens)
            is_theirs = account.id in (person.id, *person.accounts)
            if turn is None or not turn.accounts_unchanged or not is_theirs:
                await self._finish_pending_link(account, person)
        for remark in remarks:
            await self._remark(delivery, remark)

    async def _speak(
        self, turn: Turn, delivery: Delivery, remarks: list[str], language: str
    ) -> None:
        async with delivery.thinking():
            async for _ in turn:
                delivery.draft(turn.reply)
        if turn.is_limited:
            remarks.append(say(language, "chat-limited"))
        if not turn.words:
            remarks.append(say(language, "chat-no-words"))
            return
        try:
            await delivery.finish(turn.reply)
        except asyncio.CancelledError:
            # The turn counts as not answered, so that it is answered after the restart.
            turn.complete = False
            raise
        except Exception as error:  # noqa: BLE001 the turn is kept whatever the platform raises
            log.warning("A reply could not be delivered: %s", type(error).__name__)
            remarks.append(say(language, "chat-undelivered"))

    async def _spend(self, person: Person, tokens: int) -> None:
        try:
            await self._access.spend(person, tokens)
        except StoreError:
            log.warning("The tokens of a turn could not be counted.")

    async def _finish_pending_link(self, account: Person, person: Person) -> None:
        """Move a turn to its person, if its account was joined or split during the reply."""
        try:
            if (await person_of(self._store, account)).id != person.id:
                await linking.finish_pending_link(self._store, account.id, was=person.id)
        except StoreError:
            log.warning("A turn of an account that was joined is moved later.")

    async def _remark(self, delivery: Delivery, text: str) -> bool:
        try:
            await delivery.remark(text)
        except Exception as error:  # noqa: BLE001 a remark that fails must not end the turn
            log.warning("A remark could not be delivered: %s", type(error).__name__)
            return False
        return True


def _has_words(incoming: Incoming) -> bool:
    """Whether a message says anything; what it answers does not count."""
    brings_words = any(part.kind != "quoted" and part.text for part in incoming.parts)
    return bool(incoming.text.strip()) or brings_words
