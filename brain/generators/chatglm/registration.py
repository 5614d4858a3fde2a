"""Tell transformers about ChatGLM-6B, so that its Auto classes load it like any other model."""

from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from brain.generators.chatglm.configuration import ChatGLMConfig
from brain.generators.chatglm.modelling import ChatGLMForConditionalGeneration
from brain.generators.chatglm.tokenizer import ChatGLMTokenizer


def register() -> None:
    """Once or many times. A checkpoint's own code is then neither needed nor run."""
    AutoConfig.register(ChatGLMConfig.model_type, ChatGLMConfig, exist_ok=True)
    AutoModelForCausalLM.register(ChatGLMConfig, ChatGLMForConditionalGeneration, exist_ok=True)
    AutoTokenizer.register(  # type: ignore[no-untyped-call]
        ChatGLMConfig, slow_tokenizer_class=ChatGLMTokenizer, exist_ok=True
    )
