"""The last so many things, by key: what is older is forgotten."""

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """A mapping with a limit; what was set longest ago goes first."""

    def __init__(self, most: int) -> None:
        """`most`: how many are kept."""
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        return key in self._kept

    def get(self, key: Key) -> Value | None:
        """The value, or None."""
        return self._kept.get(key)

    def set(self, key: Key, value: Value) -> None:
        """Keep it as the newest."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Forget it; that it is not there is no error."""
        self._kept.pop(key, None)

    def items(self) -> list[tuple[Key, Value]]:
        """All that are kept, the oldest first."""
        return list(self._kept.items())
