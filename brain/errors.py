"""Every error that a person or an operator can meet, and whether trying again may help.

    SiliconfriendError
    ├── BadInput                what the person sent cannot be used
    │   ├── EmptyMessage
    │   ├── MessageTooLong
    │   ├── NotText
    │   ├── AlreadyAnswered     the platform delivered the same message twice
    │   ├── BadImport           a file that is no export of ours nor a MemoryBank file
    │   └── BadBenchmark        data of an evaluation that is none (`brain.evaluation`)
    ├── BadSettings             a setting is unknown or has a wrong value
    ├── MissingPart             an optional package is not installed; names the command
    ├── GeneratorError
    │   ├── GeneratorUnreachable    no answer from the model's server          (retryable)
    │   ├── GeneratorBusy           rate limit or overload                     (retryable)
    │   ├── GeneratorRefused        wrong key, unknown model, rejected request
    │   ├── PromptTooLong           the model's context is smaller than assumed
    │   ├── FormRefused             the model cannot fill in a form (JSON schema)
    │   ├── VoiceUnknown            the model has no such voice: adapter, or model of its server
    │   └── AnswerUnusable          what the model wrote is no summary
    ├── EmbedderError           text could not be turned into a vector         (retryable)
    └── StoreError
        ├── StoreUnavailable        locked, unreachable, disk full             (retryable)
        ├── StoreMisconfigured      wrong address or credentials, no query engine
        ├── StoreUnwritable         the folder or file may not be written
        ├── StoreCorrupt            the file is damaged or is something else
        ├── StoreTooNew             written by a newer siliconfriend
        ├── ForgetDisturbed         another rewriting of that person came between (retryable)
        ├── TurnsLost               the store stayed away until the end
        └── EmbedderChanged         vectors of another model are stored

An error carries a key of the catalogue (`brain/languages`) and its values, so that each person
reads it in their own language; `str(error)` is the English text.
"""

from typing import ClassVar


class SiliconfriendError(Exception):
    """The root. `key` names the sentence in the catalogue, `values` fill it."""

    key: ClassVar[str] = "error-unknown"
    retryable: ClassVar[bool] = False

    def __init__(self, **values: str | float) -> None:
        super().__init__(self.key, values)
        self.values = values

    def __str__(self) -> str:
        # Imported late: the catalogue reads files, and most errors are never printed in English.
        from brain.languages import DEFAULT_LANGUAGE  # noqa: PLC0415
        from brain.texts import say  # noqa: PLC0415

        return say(DEFAULT_LANGUAGE, self.key, **self.values)


class BadInput(SiliconfriendError):
    """What the person sent cannot be used."""


class EmptyMessage(BadInput):
    """Nothing but white space, or nothing at all."""

    key = "error-empty-message"


class MessageTooLong(BadInput):
    """Values: `length`, `limit`, both in characters."""

    key = "error-message-too-long"


class NotText(BadInput):
    """The message is binary, or not UTF-8."""

    key = "error-not-text"


class AlreadyAnswered(BadInput):
    """The same message came twice; a platform drops it in silence."""

    key = "error-already-answered"


class BadImport(BadInput):
    """Values: `path`, `line` (1-based; 0 for the whole file), `reason`."""

    key = "error-bad-import"


class BadSettings(SiliconfriendError):
    """Values: `problems`, one line each."""

    key = "error-bad-settings"


class MissingPart(SiliconfriendError):
    """Values: `part`, what is missing, and `command`, which installs it."""

    key = "error-missing-part"


class GeneratorError(SiliconfriendError):
    """The model did not answer."""

    key = "error-generator"


class GeneratorUnreachable(GeneratorError):
    """Values: `address`."""

    key = "error-generator-unreachable"
    retryable = True


class GeneratorBusy(GeneratorError):
    """Values: `model`."""

    key = "error-generator-busy"
    retryable = True


class GeneratorRefused(GeneratorError):
    """Values: `model`, `reason`."""

    key = "error-generator-refused"


class PromptTooLong(GeneratorError):
    """The server counted more tokens than its context holds."""

    key = "error-prompt-too-long"


class VoiceUnknown(GeneratorError):
    """Values: `voice`, and `known`, those that there are, or none."""

    key = "error-voice-unknown"


class FormRefused(GeneratorError):
    """Values: `model`. It, or its server, cannot answer by a JSON schema."""

    key = "error-form-refused"


class AnswerUnusable(GeneratorError):
    """Values: `model`. What it wrote is no summary of what it was given."""

    key = "error-answer-unusable"


class EmbedderError(SiliconfriendError):
    """Values: `reason`."""

    key = "error-embedder"
    retryable = True


class StoreError(SiliconfriendError):
    """The memories cannot be read or written."""

    key = "error-store"


class StoreUnavailable(StoreError):
    """Values: `reason`."""

    key = "error-store-unavailable"
    retryable = True


class StoreMisconfigured(StoreError):
    """Something to set right: it will not pass by itself. Values: `reason`."""

    key = "error-store-misconfigured"


class StoreUnwritable(StoreError):
    """Values: `path`."""

    key = "error-store-unwritable"


class StoreCorrupt(StoreError):
    """Values: `path`."""

    key = "error-store-corrupt"


class StoreTooNew(StoreError):
    """Values: `path`, `found` and `known`, schema versions."""

    key = "error-store-too-new"


class EmbedderChanged(StoreError):
    """Values: `stored` and `configured`, names of embedders."""

    key = "error-embedder-changed"


class ForgetDisturbed(StoreError):
    """Somebody else kept rewriting the same person's memories; nothing was forgotten."""

    key = "error-forget-disturbed"
    retryable = True


class TurnsLost(StoreError):
    """Values: `count`, turns that could not be written before the end."""

    key = "error-turns-lost"
