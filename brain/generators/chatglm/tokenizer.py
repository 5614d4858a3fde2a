"""The tokens of ChatGLM-6B: a SentencePiece model, white space with names, and its prompt form."""

import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from transformers import AddedToken, PreTrainedTokenizer

from brain.errors import MissingPart

FILE = "ice_text.model"
INSTALL = "pip install 'siliconfriend[chatglm]'"
MOST_BLANKS = 80
"""The longest run of spaces that has a token of its own."""
_WORD_START = "▁"

PROMPT_FORM = """\
{%- set said = namespace(rounds=0, question='', history='', system='') -%}
{%- set several = messages | selectattr('role', 'equalto', 'user') | list | length > 1 -%}
{%- for message in messages -%}
{%- if message.role == 'system' -%}
{%- set said.system = message.content + '\n' -%}
{%- elif message.role == 'user' -%}
{%- set said.question = (('[Round ' ~ said.rounds ~ ']\n问：') if several else '') + message.content
                        + ('\n答：' if several else '') -%}
{%- set said.rounds = said.rounds + 1 -%}
{%- if loop.last -%}
{{- said.system + said.history + said.question -}}
{%- if add_generation_prompt -%}{{- '[gMASK]<sop>' -}}{%- endif -%}
{%- endif -%}
{%- elif loop.last -%}
{{- said.system + said.history + said.question + '[gMASK]<sop>' + message.content + '<eop>' -}}
{%- else -%}
{%- set said.history = said.history + said.question + message.content + '\n' -%}
{%- endif -%}
{%- endfor -%}"""
"""As a chat template: a single question stands alone, several are numbered rounds."""


class Pieces(Protocol):
    """What is used of a SentencePiece model."""

    def encode_as_pieces(self, text: str) -> list[str]:
        """The pieces of a text; the first begins with `▁`."""

    def piece_to_id(self, piece: str) -> int:
        """Its number; that of the unknown piece, if there is none."""

    def id_to_piece(self, number: int) -> str:
        """The piece of that number."""

    def get_piece_size(self) -> int:
        """How many there are, special tokens among them."""


class ChatGLMTokenizer(PreTrainedTokenizer):
    """Loads the published `ice_text.model`, whose special tokens are pieces of it.

    Raises:
        MissingPart: sentencepiece is not installed.
    """

    vocab_files_names = {"vocab_file": FILE}  # noqa: RUF012 as transformers has it
    model_input_names = ["input_ids", "attention_mask"]  # noqa: RUF012
    padding_side = "left"

    def __init__(
        self,
        vocab_file: str | None = None,
        *,
        pieces: Pieces | None = None,
        **rest: Any,  # noqa: ANN401 as transformers has it
    ) -> None:
        """`pieces`: instead of the file."""
        self.vocab_file = vocab_file
        self._pieces = pieces or _load(vocab_file)
        # What the published configuration says of its own code is of no use here.
        for name in ("auto_map", "do_lower_case", "remove_space", "num_image_tokens"):
            rest.pop(name, None)
        named = {
            "bos_token": "<sop>",
            "eos_token": "<eop>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "[MASK]",
        }
        for name in ("end_token", "gmask_token"):
            rest.pop(name, None)
        extra = [AddedToken("[gMASK]", special=True, normalized=False)]
        super().__init__(  # type: ignore[no-untyped-call]
            **{"extra_special_tokens": extra, **rest, **named}
        )
        if not self.chat_template:
            self.chat_template = PROMPT_FORM

    @property
    def vocab_size(self) -> int:
        """Of the model."""
        return self._pieces.get_piece_size()

    def get_vocab(self) -> dict[str, int]:
        """Every piece."""
        own = {self._pieces.id_to_piece(number): number for number in range(self.vocab_size)}
        return own | self.added_tokens_encoder

    def build_inputs_with_special_tokens(
        self, token_ids_0: list[int], token_ids_1: list[int] | None = None
    ) -> list[int]:
        """`text [gMASK] <sop>`, and an answer with `<eop>` where there is one."""
        marks = [self._convert_token_to_id(token) for token in ("[gMASK]", "<sop>")]
        prompt = [*token_ids_0, *marks]
        return prompt if token_ids_1 is None else [*prompt, *token_ids_1, self.eos_token_id]

    def convert_tokens_to_string(self, tokens: list[str]) -> str:
        """The text, with its white space."""
        text = "".join(tokens).replace(_WORD_START, " ").removeprefix(" ")
        text = text.replace("<n>", "\n").replace("<|tab|>", "\t")
        return re.sub(r"<\|blank_(\d{1,2})\|>", lambda found: " " * int(found[1]), text)

    def save_vocabulary(
        self, save_directory: str, filename_prefix: str | None = None
    ) -> tuple[str, ...]:
        """Copy the file."""
        if self.vocab_file is None:
            return ()
        name = f"{filename_prefix}-{FILE}" if filename_prefix else FILE
        target = Path(save_directory) / name
        if not target.exists() or not target.samefile(self.vocab_file):
            shutil.copyfile(self.vocab_file, target)
        return (str(target),)

    def _tokenize(self, text: str, **_: Any) -> list[str]:  # noqa: ANN401 as transformers has it
        named = text.replace("\n", "<n>").replace("\t", "<|tab|>")
        named = re.sub(f" {{2,{MOST_BLANKS}}}", lambda found: f"<|blank_{len(found[0])}|>", named)
        return self._pieces.encode_as_pieces(named)

    def _convert_token_to_id(self, token: str) -> int:
        return self._pieces.piece_to_id(token)

    def _convert_id_to_token(self, index: int) -> str:
        return self._pieces.id_to_piece(index)


def _load(vocab_file: str | None) -> Pieces:
    try:
        sentencepiece = import_module("sentencepiece")  # only this model needs it
    except ImportError as exc:
        raise MissingPart(part="sentencepiece", command=INSTALL) from exc
    pieces: Pieces = sentencepiece.SentencePieceProcessor(model_file=vocab_file)
    return pieces
