"""The errors of local models and their adapters.

GeneratorError
├── ModelMissing            the folder or file does not exist
├── ModelUnloadable         transformers cannot load it
├── ModelTooLarge           too little memory to load it, or for one short conversation
├── DeviceMissing           this machine has no such device
├── QuantisationUnfit       it cannot be loaded in so few bits
├── ModelUnfit              its architecture is not supported
├── TemplateBroken          its chat template cannot be used
├── ModelOutOfMemory        not even one conversation fits                 (retryable)
└── AdapterRefused
    ├── AdapterUnknown          no adapter of that name is loaded; also a VoiceUnknown
    ├── AdapterMissing          the folder contains no adapter
    ├── AdapterDamaged          its files cannot be read
    ├── AdapterHoldsCode        its weights are a pickle that would run code
    ├── AdapterUnsupported      a kind of adapter other than plain LoRA
    ├── AdapterOfOtherBase      it names another base model
    └── AdapterMisfit           its weights do not fit this base model
"""

from brain.errors import GeneratorError, VoiceUnknown


class ModelMissing(GeneratorError):
    """The folder or file of a model does not exist. Values: `path`."""

    key = "error-local-model-missing"


class ModelUnloadable(GeneratorError):
    """transformers cannot load the model.

    Values: `model`; `problem`, the library's own words without a full stop.
    """

    key = "error-local-model-unloadable"


class ModelTooLarge(GeneratorError):
    """There is too little memory for a model or an adapter.

    Values: `model`, the name of the model or adapter; `device`.
    """

    key = "error-local-too-large"


class DeviceMissing(GeneratorError):
    """This machine has no such device. Values: `device`, as the operator named it."""

    key = "error-local-device"


class QuantisationUnfit(GeneratorError):
    """The model cannot be loaded in so few bits.

    Values: `model`, `bits`, `device`; `reason`, one of gguf, already, device and layers.
    """

    key = "error-local-quantised"


class ModelUnfit(GeneratorError):
    """The model has a feature that this generator does not support. Values: `model`, `feature`."""

    key = "error-local-model-unfit"


class TemplateBroken(GeneratorError):
    """The chat template cannot be used. Values: `model`; `problem`, in Jinja's own words."""

    key = "error-local-template"


class ModelOutOfMemory(GeneratorError):
    """Memory ran out for a single conversation. Values: `model`."""

    key = "error-local-out-of-memory"
    retryable = True


class AdapterRefused(GeneratorError):
    """An adapter cannot be used. Values of all subclasses: `adapter`, its name or folder."""

    key = "error-adapter-refused"


class AdapterUnknown(AdapterRefused, VoiceUnknown):
    """No adapter has that name.

    Values: `voice`, the same as `adapter`; `known`, the names of the loaded adapters.
    """

    key = "error-adapter-unknown"


class AdapterMissing(AdapterRefused):
    """The folder or a file in it does not exist. Values: `path`, what was looked for."""

    key = "error-adapter-missing"


class AdapterDamaged(AdapterRefused):
    """A file of the adapter cannot be read. Values: `path`."""

    key = "error-adapter-damaged"


class AdapterHoldsCode(AdapterRefused):
    """The weights are a pickle that would run code. Values: `path`."""

    key = "error-adapter-holds-code"


class AdapterUnsupported(AdapterRefused):
    """The adapter uses a feature other than plain LoRA. Values: `feature`, its name in peft."""

    key = "error-adapter-unsupported"


class AdapterOfOtherBase(AdapterRefused):
    """The adapter names another base model.

    Values: `base`, the model that it names; `model`, the one that is loaded.
    """

    key = "error-adapter-other-base"


class AdapterMisfit(AdapterRefused):
    """A layer of the adapter does not fit the model.

    Values: `module`; `found` and `wanted`, features in and out, such as `64 -> 128` (or `-`).
    """

    key = "error-adapter-misfit"
