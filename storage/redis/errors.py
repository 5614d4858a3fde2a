"""Maps the errors of Redis and its client to the brain's, with one sentence for each.

Messages of the driver may quote keys and values, which are private, so only these sentences are
passed on.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import redis.exceptions as driver
from redisvl.exceptions import RedisVLError

from brain.errors import StoreError, StoreMisconfigured, StoreUnavailable

_AWAY = "nothing answers at that address; is Redis running there?"
_CREDENTIALS = (
    "Redis refuses the user name or the password; set the right ones in the address, as in"
    " redis://user:password@host:6379"
)
_NO_ENGINE = (
    "this Redis has no query engine, which recall needs; use Redis 8 or newer, or load the"
    " RediSearch module"
)
_FIRST_ALONE = "only database 0 can be searched; end the address with /0"
_RIGHTS = "the user in the address may not do this; Redis must allow it ~<prefix>:* and +@all"
_CLUSTER = (
    "this Redis is part of a cluster, where one change cannot reach all that it concerns; use the"
    " address of a Redis without cluster-enabled"
)
_COMMANDS = (
    "what answers there does not know the commands of Redis (is it a Sentinel?); use the address of"
    " the Redis that keeps the data, with none of its commands renamed"
)
_UNTRUSTED = "the certificate of Redis is not trusted on this machine"
_NO_TLS = "Redis answers without TLS; use redis:// instead of rediss://"
_TO_SET_RIGHT = frozenset(
    (_CREDENTIALS, _NO_ENGINE, _FIRST_ALONE, _RIGHTS, _CLUSTER, _COMMANDS, _UNTRUSTED, _NO_TLS)
)
"""The reasons that do not pass by waiting: a setting has to be changed."""
_BY_TEXT = (
    ("unknown command 'FT.", _NO_ENGINE),
    ("unknown command `FT.", _NO_ENGINE),
    ("unknown command", _COMMANDS),
    ("hash to the same slot", _CLUSTER),
    ("non local key in a cluster", _CLUSTER),
    ("Cannot create index on db != 0", _FIRST_ALONE),
    ("OOM command not allowed", "Redis is full; raise its maxmemory, or forget something"),
    ("NOAUTH", _CREDENTIALS),
    ("WRONGPASS", _CREDENTIALS),
    ("invalid username-password", _CREDENTIALS),
    ("Client sent AUTH", _CREDENTIALS),
    ("MISCONF", "Redis cannot write to its disk, and takes nothing until it can; see its log"),
    ("NOREPLICAS", "Redis waits for its replicas before it takes anything"),
    ("CERTIFICATE_VERIFY_FAILED", _UNTRUSTED),
    ("WRONG_VERSION_NUMBER", _NO_TLS),
)
_BY_KIND: tuple[tuple[type[Exception], str], ...] = (
    (driver.AuthenticationWrongNumberOfArgsError, _CREDENTIALS),
    (driver.AuthenticationError, _CREDENTIALS),
    (driver.NoPermissionError, _RIGHTS),
    (driver.OutOfMemoryError, "Redis is full; raise its maxmemory, or forget something"),
    (driver.BusyLoadingError, "Redis is still loading its data; try again in a moment"),
    (driver.ReadOnlyError, "this is a read-only replica; use the address of its primary"),
    (driver.MasterDownError, "this replica has lost its primary; use the address of the primary"),
    (driver.ClusterCrossSlotError, _CLUSTER),
    (driver.ClusterError, _CLUSTER),
    (driver.AskError, _CLUSTER),
    (driver.TryAgainError, _CLUSTER),
    (driver.MaxConnectionsError, "Redis or this process has no connection left"),
    (driver.TimeoutError, "Redis did not answer in time"),
    (driver.ConnectionError, _AWAY),
    (TimeoutError, "Redis did not answer in time"),
    (OSError, _AWAY),
)


class IndexMissing(Exception):
    """The index is gone while the store is open, because the database was emptied."""


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Raise the driver's exceptions as IndexMissing or a subclass of StoreError."""
    try:
        yield
    except driver.NoScriptError:
        raise  # This is no failure: `Connection.run_all` loads the script.
    except RedisVLError as error:
        cause = error.__cause__
        raise _told(cause or error) from error
    except (driver.RedisError, OSError) as error:
        if _tells_of_missing_index(error):
            raise IndexMissing from error
        raise _told(error) from error


def _tells_of_missing_index(error: BaseException) -> bool:
    text = str(error).lower()
    return isinstance(error, driver.ResponseError) and (
        "no such index" in text or "unknown index name" in text
    )


def _told(error: BaseException) -> StoreError:
    reason = _reason(error)
    kind = StoreMisconfigured if reason in _TO_SET_RIGHT else StoreUnavailable
    return kind(reason=reason)


def _reason(error: BaseException) -> str:
    text = str(error)
    for part, reason in _BY_TEXT:
        if part in text:
            return reason
    for kind, reason in _BY_KIND:
        if isinstance(error, kind):
            return reason
    return f"Redis reports {type(error).__name__}"
