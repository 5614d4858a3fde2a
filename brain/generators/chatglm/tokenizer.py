"""The tokenizer of ChatGLM-6B: a SentencePiece model, white space tokens and a chat template."""

import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from transformers import AddedToken, PreTrainedTokenizer

from brain.errors import MissingPart

VOCABULARY_FILE = "ice_text.model"
INSTALL = "pip install 'siliconfriend[chatglm]'"
LONGEST_BLANK_TOKEN = 80
"""The longest run of spaces that has a token of its own."""
_WORD_START = "▁"

CHAT_TEMPLATE = """\
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
"""Jinja chat template: a single question stands alone, several become numbered rounds."""


class Pieces(Protocol):
    """The methods that are used of a SentencePiece model."""

    def encode_as_pieces(self, text: str) -> list[str]:
        """Splits a text into pieces, the first of which begins with `▁`."""

    def piece_to_id(self, piece: str) -> int:
        """Returns the id of a piece, or that of the unknown piece if there is no such piece."""

    def id_to_piece(self, number: int) -> str:
        """Returns the piece with that id."""

    def get_piece_size(self) -> int:
        """Returns the number of pieces, special tokens included."""


class ChatGLMTokenizer(PreTrainedTokenizer):
    """Loads the published `ice_text.model`, which contains the special tokens as pieces.

    Raises:
        MissingPart: sentencepiece is not installed.
    """

    vocab_files_names = {"vocab_file": VOCABULARY_FILE}  # noqa: RUF012 as transformers has it
    model_input_names = ["input_ids", "attention_mask"]  # noqa: RUF012
    padding_side = "left"

    def __init__(
        self,
        vocab_file: str | None = None,
        *,
        pieces: Pieces | None = None,
        **rest: Any,  # noqa: ANN401 as transformers has it
    ) -> None:
        """Loads the SentencePiece model.

        Args:
            vocab_file: path of `ice_text.model`.
            pieces: a model to use in place of the file.
            rest: settings of the base class.
        """
        self.vocab_file = vocab_file
        self._pieces = pieces or _load(vocab_file)
        # The published configuration describes its own code by these, which is not used here.
        for name in ("auto_map", "do_lower_case", "remove_space", "num_image_tokens"):
            rest.pop(name, None)
        special_tokens = {
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
            **{"extra_special_tokens": extra, **rest, **special_tokens}
        )
        if not self.chat_template:
            self.chat_template = CHAT_TEMPLATE

    @property
    def vocab_size(self) -> int:
        """Number of pieces in the SentencePiece model."""
        return self._pieces.get_piece_size()

    def get_vocab(self) -> dict[str, int]:
        """Returns the id of every token, added ones included."""
        own = {self._pieces.id_to_piece(number): number for number in range(self.vocab_size)}
        return own | self.added_tokens_encoder

    def build_inputs_with_special_tokens(
        self, token_ids_0: list[int], token_ids_1: list[int] | None = None
    ) -> list[int]:
        """Returns `text [gMASK] <sop>`, followed by the answer and `<eop>` where there is one."""
        marks = [self._convert_token_to_id(token) for token in ("[gMASK]", "<sop>")]
        prompt = [*token_ids_0, *marks]
        return prompt if token_ids_1 is None else [*prompt, *token_ids_1, self.eos_token_id]

    def convert_tokens_to_string(self, tokens: list[str]) -> str:
        """Returns the text of the tokens with its white space restored."""
        text = "".join(tokens).replace(_WORD_START, " ").removeprefix(" ")
        text = text.replace("<n>", "\n").replace("<|tab|>", "\t")
        return re.sub(r"<\|blank_(\d{1,2})\|>", lambda found: " " * int(found[1]), text)

    def save_vocabulary(
        self, save_directory: str, filename_prefix: str | None = None
    ) -> tuple[str, ...]:
        """Copies the SentencePiece model into the folder and returns its path."""
        if self.vocab_file is None:
            return ()
        name = f"{filename_prefix}-{VOCABULARY_FILE}" if filename_prefix else VOCABULARY_FILE
        target = Path(save_directory) / name
        if not target.exists() or not target.samefile(self.vocab_file):
            shutil.copyfile(self.vocab_file, target)
        return (str(target),)

    def _tokenize(self, text: str, **_: Any) -> list[str]:  # noqa: ANN401 as transformers has it
        text = text.replace("\n", "<n>").replace("\t", "<|tab|>")
        blanks = re.compile(f" {{2,{LONGEST_BLANK_TOKEN}}}")
        text = blanks.sub(lambda run: f"<|blank_{len(run[0])}|>", text)
        return self._pieces.encode_as_pieces(text)

    def _convert_token_to_id(self, token: str) -> int:
        return self._pieces.piece_to_id(token)

    def _convert_id_to_token(self, index: int) -> str:
        return self._pieces.id_to_piece(index)


def _load(vocab_file: str | None) -> Pieces:
    try:
        sentencepiece = import_module("sentencepiece")  # an optional extra
    except ImportError as exc:
        raise MissingPart(part="sentencepiece", command=INSTALL) from exc
    pieces: Pieces = sentencepiece.SentencePieceProcessor(model_file=vocab_file)
    return pieces
