"""Every error that a person or an operator can meet, and whether trying again may help.

    SiliconfriendError
    ├── BadInput                what the person sent cannot be used
    │   ├── EmptyMessage
    │   ├── MessageTooLong
    │   ├── NotText
    │   ├── AlreadyAnswered     the platform delivered the same message twice
    │   ├── BadImport           a file is neither an export nor a MemoryBank file
    │   └── BadBenchmark        a file is no data of an evaluation (`brain.evaluation`)
    ├── BadSettings             a setting is unknown or has a wrong value
    │   ├── ProxyUnusable           the environment names a proxy that cannot be one
    │   └── CertificatesUnusable    it names a file of certificates that holds none
    ├── MissingPart             an optional package is not installed; names the command
    ├── GeneratorError
    │   ├── GeneratorUnreachable    no answer from the model's server          (retryable)
    │   │   └── GeneratorCut            its answer did not come to an end
    │   ├── GeneratorBusy           rate limit or overload                     (retryable)
    │   ├── GeneratorRefused        wrong key, unknown model, rejected request
    │   ├── PromptTooLong           the model's context is smaller than assumed
    │   ├── FormRefused             the model cannot fill in a form (JSON schema)
    │   ├── VoiceUnknown            the model has no such voice: adapter, or model of its server
    │   └── AnswerUnusable          what the model wrote is not what it was asked for
    ├── EmbedderError           text could not be turned into a vector         (retryable)
    │   └── EmbedderUnreachable     no answer from the embedder's server
    └── StoreError
        ├── StoreUnavailable        locked, unreachable, disk full             (retryable)
        ├── StoreMisconfigured      wrong address or credentials, no query engine
        ├── StoreUnwritable         the folder or file may not be written
        ├── StoreCorrupt            the file is damaged or is something else
        ├── StoreTooNew             written by a newer siliconfriend
        ├── ForgetDisturbed         the person's memories kept changing        (retryable)
        ├── TurnsLost               the store stayed unavailable until the process ended
        └── EmbedderChanged         vectors of another model are stored

An error carries a key of the catalogue (`brain/languages`) and the values of its text, so that each
person reads it in their own language; `str(error)` is the English text. A docstring that begins
with "Values:" lists these values.
"""

from typing import ClassVar


class SiliconfriendError(Exception):
    """The base class of all errors of this project."""

    key: ClassVar[str] = "error-unknown"
    """The key of its text in the catalogue."""
    retryable: ClassVar[bool] = False
    """Whether trying again may help."""

    def __init__(self, **values: str | float) -> None:
        super().__init__(self.key, values)
        self.values = values

    def __str__(self) -> str:
        # Imported here, because the catalogue reads files and most errors are never printed.
        from brain.languages import DEFAULT_LANGUAGE  # noqa: PLC0415
        from brain.texts import say  # noqa: PLC0415

        return say(DEFAULT_LANGUAGE, self.key, **self.values)


class BadInput(SiliconfriendError):
    """What the person sent cannot be used."""


class EmptyMessage(BadInput):
    """The message is empty, or nothing but white space and control characters."""

    key = "error-empty-message"


class MessageTooLong(BadInput):
    """Values: `length`, `limit`, both in characters."""

    key = "error-message-too-long"


class NotText(BadInput):
    """The message is binary data, or not UTF-8."""

    key = "error-not-text"


class AlreadyAnswered(BadInput):
    """The message came before and was answered; a platform ignores it."""

    key = "error-already-answered"


class BadImport(BadInput):
    """A file to import cannot be read. Values: `path`, `line` (from 1; 0: the file), `reason`."""

    key = "error-bad-import"


class BadSettings(SiliconfriendError):
    """A setting is unknown or has a wrong value. Values: `problems`, one line each."""

    key = "error-bad-settings"


class ProxyUnusable(BadSettings):
    """A proxy cannot be used. Values: `variable`, which names it, and `problem`.

    The problem is `address`, `scheme` or `socks` (a package for it is missing).
    """

    key = "error-proxy-unusable"


class CertificatesUnusable(BadSettings):
    """There are no certificates where a variable says. Values: `variable`, `path`."""

    key = "error-certificates-unusable"


class MissingPart(SiliconfriendError):
    """An optional package is missing. Values: `part`, and `command`, which installs it."""

    key = "error-missing-part"


class GeneratorError(SiliconfriendError):
    """The model did not answer."""

    key = "error-generator"


class GeneratorUnreachable(GeneratorError):
    """The model's server cannot be reached. Values: `address`; `cause` and `detail` of why.

    The last two are those that `brain.network.failure_values` returns.
    """

    key = "error-generator-unreachable"
    retryable = True


class GeneratorCut(GeneratorUnreachable):
    """The model's server was reached, but its answer came to no end. Values: `model`, `address`."""

    key = "error-generator-cut"


class GeneratorBusy(GeneratorError):
    """The model's server is overloaded or limits the rate. Values: `model`."""

    key = "error-generator-busy"
    retryable = True


class GeneratorRefused(GeneratorError):
    """The model's server refused the request. Values: `model`, `reason`."""

    key = "error-generator-refused"


class PromptTooLong(GeneratorError):
    """The prompt has more tokens than the model's context holds."""

    key = "error-prompt-too-long"

    def __init__(self, *, otherwise: GeneratorError | None = None) -> None:
        """`otherwise` is the error to raise if a shorter prompt is refused as well.

        None where it is certain that the prompt was too long.
        """
        super().__init__()
        self.otherwise = otherwise


class VoiceUnknown(GeneratorError):
    """The model has no voice of that name. Values: `voice`, and `known`, the names that it has."""

    key = "error-voice-unknown"


class FormRefused(GeneratorError):
    """The model or its server cannot answer by a JSON schema. Values: `model`."""

    key = "error-form-refused"


class AnswerUnusable(GeneratorError):
    """The model's answer is not what it was asked for. Values: `model`."""

    key = "error-answer-unusable"


class EmbedderError(SiliconfriendError):
    """A text could not be turned into a vector. Values: `reason`."""

    key = "error-embedder"
    retryable = True


class EmbedderUnreachable(EmbedderError):
    """The embedder's server cannot be reached. Values: as those of GeneratorUnreachable."""

    key = "error-embedder-unreachable"


class StoreError(SiliconfriendError):
    """The memories cannot be read or written."""

    key = "error-store"


class StoreUnavailable(StoreError):
    """The store is locked, unreachable or full, which may pass. Values: `reason`."""

    key = "error-store-unavailable"
    retryable = True


class StoreMisconfigured(StoreError):
    """The store is set up wrongly, which will not pass by itself. Values: `reason`."""

    key = "error-store-misconfigured"


class StoreUnwritable(StoreError):
    """The store's folder or file may not be written. Values: `path`."""

    key = "error-store-unwritable"


class StoreCorrupt(StoreError):
    """The store's file is damaged, or is no store. Values: `path`."""

    key = "error-store-corrupt"


class StoreTooNew(StoreError):
    """A newer siliconfriend wrote the store. Values: `path`; `found` and `known`, the versions."""

    key = "error-store-too-new"


class EmbedderChanged(StoreError):
    """The store has vectors of another embedder. Values: their names, `stored`, `configured`."""

    key = "error-embedder-changed"


class ForgetDisturbed(StoreError):
    """The person's memories kept changing while they were to be forgotten; nothing was."""

    key = "error-forget-disturbed"
    retryable = True


class TurnsLost(StoreError):
    """Turns could not be written before the process ended. Values: `count`."""

    key = "error-turns-lost"
