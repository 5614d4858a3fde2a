"""Keeps what was learnt about a server and its models in the store, for the next process.

The first reply of a model that is not known is held back until it is whole, because it may begin
with thoughts that only their end marks as such; and each option that a server refuses costs a
request. Both are paid once for a server and a model, not once a process.
"""

import hashlib
import json
from contextlib import suppress
from typing import Any, Self

from brain.errors import StoreError
from brain.generators.openai_requests import CHANGES, ServerTraits
from brain.ports import Values

OWNER = "model-server"
KEPT_S = 30 * 86_400.0
"""Seconds after which it is learnt anew: servers are updated, and models replaced under a name."""
_PAIRS = ("known", "unmarked")
_NAMES = ("thinking", "deaf", "separating")


class ServerMemory:
    """What is known of one server."""

    def __init__(
        self, values: Values | None = None, *, address: str = "", is_plain: bool = False
    ) -> None:
        """Begins without knowledge; `recall` adds what was kept.

        Args:
            values: the store's values; None: nothing is kept.
            address: what the server is told apart by, such as its URL.
            is_plain: whether its models are known to write no thoughts into their replies.
        """
        self.traits = ServerTraits(is_plain=is_plain)
        self._values = values
        # An address may have a key in its path.
        self._name = hashlib.sha256(address.encode(errors="replace")).hexdigest()[:32]
        self._kept = ""

    async def recall(self) -> Self:
        """Adds what was kept, and returns this object; while the store is away, adds nothing."""
        if self._values is not None:
            with suppress(StoreError):
                self._kept = (await self._values.get(OWNER)).get(self._name, "")
        # Another version may have written it.
        with suppress(ValueError, TypeError, AttributeError):
            _add(self.traits, json.loads(self._kept or "{}"))
        return self

    async def keep(self) -> None:
        """Writes what is known if it has changed; while the store is away, a later call does."""
        text = _text(self.traits)
        if self._values is None or text == self._kept:
            return
        with suppress(StoreError):
            await self._values.set(OWNER, self._name, text, ttl_s=KEPT_S)
            self._kept = text


def _text(traits: ServerTraits) -> str:
    kept: dict[str, Any] = {name: sorted(getattr(traits, name)) for name in (*_PAIRS, *_NAMES)}
    limits = traits.prompt_limits.known
    return json.dumps({**kept, "changes": sorted(traits.changes), "prompt_limits": limits})


def _add(traits: ServerTraits, kept: dict[str, Any]) -> None:
    for name in _PAIRS:
        getattr(traits, name).update((str(model), bool(off)) for model, off in kept.get(name, ()))
    for name in _NAMES:
        getattr(traits, name).update(map(str, kept.get(name, ())))
    limits = kept.get("prompt_limits", {}).items()
    traits.prompt_limits.known |= {str(model): max(1, int(tokens)) for model, tokens in limits}
    traits.changes |= frozenset(map(str, kept.get("changes", ()))) & CHANGES.keys()
