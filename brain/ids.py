"""The types of ids, which a type checker tells apart. At run time each is a plain `str`."""

from typing import NewType

PersonId = NewType("PersonId", str)
"""The id of a person or an account, such as `discord:123`: the platform and its own id of them."""
PlaceId = NewType("PlaceId", str)
"""The id of a place: the platform and its own id of the place."""
MessageId = NewType("MessageId", str)
"""The platform's id of a message; unique for a person in a place."""
MemoryId = NewType("MemoryId", str)
"""The id of a turn, a note or a fact; unique in a store."""
