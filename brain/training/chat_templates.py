"""Prompt forms of models that bring no chat template, as Jinja chat templates."""

from collections.abc import Mapping
from types import MappingProxyType

BELLE = """\
{%- if bos_token -%}{{- bos_token -}}{%- endif -%}
{%- for message in messages -%}
{%- if message.role == 'system' -%}{{- message.content + '\n\n' -}}
{%- elif message.role == 'user' -%}{{- 'Human: ' + message.content + '\n\nAssistant:' -}}
{%- elif loop.last -%}{{- message.content + eos_token -}}
{%- else -%}{{- message.content + '\n\n' -}}
{%- endif -%}
{%- endfor -%}"""
"""BELLE-LLaMA: `Human: …`, an empty line, `Assistant:`, and the answer at once after the colon.

Several turns follow each other without the token of the end, which stands only at the very end.
"""

FORMS: Mapping[str, str] = MappingProxyType({"belle": BELLE})
"""By the name that `--form` takes. ChatGLM's own is in `brain.generators.chatglm.tokenizer`."""
