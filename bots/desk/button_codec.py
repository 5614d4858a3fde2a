"""Encodes what a button does in 64 bytes that cannot be forged or used by another account.

An action is `verb|arguments|signature`. The signature covers the account and the place that the
button was made for, so that it works for no other account and nowhere else. What does not fit is
kept in the store under a short handle, and `~handle` is signed in its place. The key is kept in the
store too, so that buttons work after a restart and in every process.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from enum import StrEnum

from bots.screens import ACTION_BYTES, Caller
from brain.errors import BadInput, StoreUnavailable
from brain.ports import MemoryStore

INSTALLATION = "house"
"""Owner of the installation's own values in a store."""
KEY = "action-key"
"""Name of the signing key among those values."""
KEPT_S = 30 * 86_400.0
"""Seconds that a button works whose meaning did not fit into its action."""
_SIGNATURE_BYTES = 9
BETWEEN = "|"
"""What stands between the parts of an action."""
_ATTEMPTS, _POLL_S = 40, 0.05


class Verb(StrEnum):
    """What a button does. Messages that were sent long ago contain the values: keep them."""

    LIST_MEMORIES = "ml"
    SHOW_MEMORY = "mo"
    PIN = "mp"
    UNPIN = "mu"
    SHOW_CURVES = "mc"
    SHOW_PREVIEW = "fp"
    CONFIRM_FORGET = "fc"
    FORGET_PARTS = "fr"
    ERASE = "fe"
    CANCEL_FORGET = "fx"
    UNDO_FORGET = "fu"
    ASK_CORRECTION = "ca"
    CONFIRM_CORRECTION = "cc"
    SET_PAUSE = "pa"
    RESET_PERSONA = "pr"
    CHANGE_SETTING = "cs"
    CONFIRM_LINK = "lk"
    CANCEL_LINK = "lx"
    UNDO_LINK = "lu"


class OldButton(BadInput):
    """A button was made for another account or place, or so long ago that its meaning is lost."""

    key = "desk-old-button"


class ButtonCodec:
    """Encodes what a button does into a signed action, and decodes it; a process has one."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._key: bytes | None = None

    async def encode(self, caller: Caller, verb: Verb, *values: str, kept_s: float = KEPT_S) -> str:
        """Return the action of a button for the caller's account in the caller's place.

        Args:
            caller: who may press the button, and where.
            verb: what the button does.
            values: the arguments of the verb.
            kept_s: seconds that it works if its meaning does not fit into the action.

        Raises:
            StoreError: the store has to be asked, and failed.
        """
        key = await self._signing_key()
        meaning = BETWEEN.join((verb, *values))
        fits = len(meaning.encode()) + 1 + len(_signature(key, caller, "")) <= ACTION_BYTES
        if not fits or not meaning.isascii() or any(BETWEEN in value for value in values):
            handle = secrets.token_urlsafe(12)
            # It is kept among the account's values, so that erasing the account erases it too.
            text = "\x1f".join((verb, *values))
            await self._store.values.set(caller.account, f"action:{handle}", text, ttl_s=kept_s)
            meaning = f"~{handle}"
        return f"{meaning}{BETWEEN}{_signature(key, caller, meaning)}"

    async def decode(self, caller: Caller, action: str) -> tuple[Verb, tuple[str, ...]]:
        """Return the verb and the values of a signed action. Raises OldButton, StoreError."""
        key = await self._signing_key()
        meaning, _, signature = action.rpartition(BETWEEN)
        right = _signature(key, caller, meaning)
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode()):
            raise OldButton
        if not meaning.startswith("~"):
            verb, *values = meaning.split(BETWEEN)
            return Verb(verb), tuple(values)
        found = (await self._store.values.get(caller.account)).get(f"action:{meaning[1:]}")
        if found is None:
            raise OldButton
        verb, *values = found.split("\x1f")
        return Verb(verb), tuple(values)

    async def _signing_key(self) -> bytes:
        if self._key is None:
            self._key = bytes.fromhex(await self._read_or_make())
        return self._key

    async def _read_or_make(self) -> str:
        for _ in range(_ATTEMPTS):
            if found := (await self._store.values.get(INSTALLATION)).get(KEY):
                return found
            # Of processes that start together, one makes the key and the others wait for it.
            if await self._store.claim(f"{INSTALLATION}:{KEY}", ttl_s=1.0):
                await self._store.values.set(INSTALLATION, KEY, secrets.token_hex(32))
            else:
                await asyncio.sleep(_POLL_S)
        raise StoreUnavailable(reason=KEY)


def _signature(key: bytes, caller: Caller, meaning: str) -> str:
    signed = f"{caller.account}\x1f{caller.place.id}\x1f{meaning}".encode("utf-8", "surrogatepass")
    digest = hmac.new(key, signed, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(digest).decode()
