"""What can go wrong with a model of one's own and its adapters.

GeneratorError
├── ModelMissing            there is no such folder or file
├── ModelUnloadable         it is there, and transformers cannot load it
├── ModelTooLarge           there is too little memory to load it, or to speak through it
├── DeviceMissing           this machine has no such device
├── QuantisationUnfit       it cannot be loaded in so few bits
├── ModelUnfit              it loads, and this generator cannot run it
├── TemplateBroken          its chat template cannot be used
├── ModelOutOfMemory        not even one conversation fits                 (retryable)
└── AdapterRefused
    ├── AdapterUnknown          no adapter of that name is loaded; also a VoiceUnknown
    ├── AdapterMissing          the folder has no adapter in it
    ├── AdapterDamaged          its files cannot be read
    ├── AdapterHoldsCode        its weights are a pickle that runs code
    ├── AdapterUnsupported      a kind of adapter other than plain LoRA
    ├── AdapterOfOtherBase      it names another base model
    └── AdapterMisfit           its weights do not fit this base model
"""

from brain.errors import GeneratorError, VoiceUnknown


class ModelMissing(GeneratorError):
    """Values: `path`."""

    key = "error-local-model-missing"


class ModelUnloadable(GeneratorError):
    """Values: `model`, `problem`: the library's own words, without a full stop."""

    key = "error-local-model-unloadable"


class ModelTooLarge(GeneratorError):
    """Values: `model`, or an adapter's name, and `device`."""

    key = "error-local-too-large"


class DeviceMissing(GeneratorError):
    """Values: `device`, as it was named."""

    key = "error-local-device"


class QuantisationUnfit(GeneratorError):
    """Values: `model`, `bits`, `device`, and `reason`: gguf, already, device or layers."""

    key = "error-local-quantised"


class ModelUnfit(GeneratorError):
    """Values: `model`, `feature`."""

    key = "error-local-model-unfit"


class TemplateBroken(GeneratorError):
    """Values: `model`, `problem`: Jinja's own words."""

    key = "error-local-template"


class ModelOutOfMemory(GeneratorError):
    """Values: `model`."""

    key = "error-local-out-of-memory"
    retryable = True


class AdapterRefused(GeneratorError):
    """Values of all: `adapter`, the name or folder."""

    key = "error-adapter-refused"


class AdapterUnknown(AdapterRefused, VoiceUnknown):
    """Adapters are voices. Values: `voice`, the same as `adapter`; `known`, those loaded."""

    key = "error-adapter-unknown"


class AdapterMissing(AdapterRefused):
    """The folder, or a file in it, is not there. Values: `path`, what was looked for."""

    key = "error-adapter-missing"


class AdapterDamaged(AdapterRefused):
    """Values: `path`, the file that cannot be read."""

    key = "error-adapter-damaged"


class AdapterHoldsCode(AdapterRefused):
    """Values: `path`."""

    key = "error-adapter-holds-code"


class AdapterUnsupported(AdapterRefused):
    """Values: `feature`, by its name in peft."""

    key = "error-adapter-unsupported"


class AdapterOfOtherBase(AdapterRefused):
    """Values: `base`, which the adapter names, and `model`, which is loaded."""

    key = "error-adapter-other-base"


class AdapterMisfit(AdapterRefused):
    """Values: `module`; `found` and `wanted`, features in and out, as `64 -> 128` (or `-`)."""

    key = "error-adapter-misfit"
