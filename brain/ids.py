"""The ids of what the brain keeps: texts that a type checker tells apart.

At run time each is a plain `str`, so that they are read, written and compared as such.
"""

from typing import NewType

PersonId = NewType("PersonId", str)
"""`platform:their id there`, such as `discord:123`; also that of an account."""
PlaceId = NewType("PlaceId", str)
"""`platform:its id there`."""
MessageId = NewType("MessageId", str)
"""As the platform gives it; unique within a place and person."""
MemoryId = NewType("MemoryId", str)
"""Of a turn, a note or a fact; unique in a store."""
