"""Registers ChatGLM-6B with transformers, so that the Auto classes load it like any other model."""

from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from brain.generators.chatglm.configuration import ChatGLMConfig
from brain.generators.chatglm.modelling import ChatGLMForConditionalGeneration
from brain.generators.chatglm.tokenizer import ChatGLMTokenizer


def register() -> None:
    """Registers configuration, model and tokenizer; repeated calls do no harm.

    The code that comes with a checkpoint is then neither needed nor run.
    """
    AutoConfig.register(ChatGLMConfig.model_type, ChatGLMConfig, exist_ok=True)
    AutoModelForCausalLM.register(ChatGLMConfig, ChatGLMForConditionalGeneration, exist_ok=True)
    AutoTokenizer.register(  # type: ignore[no-untyped-call]
        ChatGLMConfig, slow_tokenizer_class=ChatGLMTokenizer, exist_ok=True
    )
