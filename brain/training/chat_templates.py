"""Jinja chat templates for models whose tokenizer brings none."""

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
"""The format of BELLE-LLaMA: `Human: …`, an empty line, `Assistant:`, and at once the answer.

The end-of-sequence token is written only after the last answer of a dialogue.
"""

CHAT_TEMPLATES: Mapping[str, str] = MappingProxyType({"belle": BELLE})
"""The templates by the name that `--form` takes.

ChatGLM's template is in `brain.generators.chatglm.tokenizer`.
"""
