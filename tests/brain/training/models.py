"""Makes a tiny LLaMA with random weights and a byte tokenizer, saved as a folder."""

import atexit
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

CHATML = """\
{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}"""
SPECIAL = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]


def byte_tokenizer(*, template: str | None = CHATML) -> PreTrainedTokenizerFast:
    """Returns a tokenizer with one token a byte and, like LLaMA's, without a padding token."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    numbers = {token: number for number, token in enumerate([*SPECIAL, *letters])}
    inner = Tokenizer(models.BPE(vocab=numbers, merges=[], unk_token="<unk>"))  # noqa: S106 a token of text
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner,
        bos_token="<s>",  # noqa: S106
        eos_token="</s>" if template is None else "<|im_end|>",
        unk_token="<unk>",  # noqa: S106
        extra_special_tokens=["<|im_start|>"],
    )
    tokenizer.chat_template = template
    return tokenizer


@cache
def tiny_llama(*, template: str | None = CHATML) -> Path:
    """Returns the folder of the model, which is shared: a test that changes it copies it first."""
    folder = Path(mkdtemp(prefix="tiny-llama-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    torch.manual_seed(7)
    tokenizer = byte_tokenizer(template=template)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.2,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
