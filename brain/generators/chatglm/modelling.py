"""ChatGLM-6B for today's transformers: its weights and adapters load without remote code."""

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import Cache, DynamicCache, GenerationMixin, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from brain.generators.chatglm.configuration import ChatGLMConfig
from brain.generators.chatglm.geometry import answer_begins, positions, visible
from brain.generators.chatglm.layers import GLMBlock, Rotary
from brain.generators.chatglm.prefix import PrefixEncoder, read_prefix


class ChatGLMPreTrainedModel(PreTrainedModel):  # type: ignore[no-untyped-call]
    """What both classes share."""

    config: ChatGLMConfig
    config_class = ChatGLMConfig
    base_model_prefix = "transformer"
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _no_split_modules = ["GLMBlock"]  # noqa: RUF012 as transformers has it
    _skip_keys_device_placement = ["cache"]  # noqa: RUF012
    # Computed from the sizes: see `layers.Rotary`.
    _keys_to_ignore_on_load_unexpected = [r"rotary_emb\.inv_freq$"]  # noqa: RUF012


class ChatGLMModel(ChatGLMPreTrainedModel):  # type: ignore[no-untyped-call]
    """Embeddings, layers and the last norm."""

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__(config)
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(GLMBlock(config, index) for index in range(config.num_layers))
        self.final_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layernorm_epsilon)
        self.rotary = Rotary(config)
        self.prefix_encoder = PrefixEncoder(config) if config.pre_seq_len else None
        self.gradient_checkpointing = False
        self.post_init()  # type: ignore[no-untyped-call]

    def get_input_embeddings(self) -> nn.Module:
        """The embeddings of tokens."""
        return self.word_embeddings

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replace them."""
        self.word_embeddings = cast("nn.Embedding", value)

    def forward(  # noqa: PLR0917 as transformers has it
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        past_key_values: Cache | None = None,
        inputs_embeds: Tensor | None = None,
        use_cache: bool | None = None,  # noqa: FBT001 as transformers has it
        **_: Any,  # noqa: ANN401 as transformers has it
    ) -> BaseModelOutputWithPast:
        """One pass; the first one of a cache takes the whole prompt.

        Args:
            input_ids: (batch, length).
            attention_mask: (batch, tokens so far), 0 at padding.
            position_ids: (batch, 2, length), from `geometry.positions`; needed with a filled cache.
            past_key_values: what earlier passes left.
            inputs_embeds: added adapters may give embeddings beside the ids, which are needed all
                the same: positions follow from them.
            use_cache: whether to begin a cache.
        """
        if input_ids is None:
            raise ValueError("ChatGLM-6B needs input_ids: they say where the answer begins.")
        cache = past_key_values
        if cache is None and (self.config.use_cache if use_cache is None else use_cache):
            cache = DynamicCache(config=self.config)
        hidden = self.word_embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        batch, length = input_ids.shape
        ahead = self.prefix_encoder.length if self.prefix_encoder else 0
        held = cache.get_seq_length() if cache is not None else 0
        past = max(0, held - ahead)
        real = input_ids.new_ones(batch, past + length)
        if attention_mask is not None:
            real = attention_mask
        prefix, begins = None, None
        if held:
            if position_ids is None or position_ids.ndim != 3:  # noqa: PLR2004
                raise ValueError("With a filled cache, give position_ids of geometry.positions.")
        else:
            position_ids = positions(input_ids, real, self.config)
            begins = answer_begins(input_ids, real, self.config) + ahead
            if self.prefix_encoder:
                prefix = self.prefix_encoder(batch, hidden.dtype)
        if ahead:
            real = torch.cat((real.new_ones(batch, ahead), real), dim=1)
        seen = visible(begins, real, past=past + ahead)
        angles = self.rotary(position_ids, hidden.dtype)
        for index, layer in enumerate(self.layers):
            hidden = layer(
                hidden,
                angles=angles,
                seen=seen,
                prefix=prefix[index] if prefix else None,
                cache=cache,
            )
        return BaseModelOutputWithPast(
            last_hidden_state=self.final_layernorm(hidden), past_key_values=cache
        )


class ChatGLMForConditionalGeneration(  # type: ignore[no-untyped-call]
    ChatGLMPreTrainedModel, GenerationMixin
):
    """The model that speaks. The class has the name in the published configuration."""

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__(config)
        self.transformer = ChatGLMModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()  # type: ignore[no-untyped-call]

    def get_input_embeddings(self) -> nn.Module:
        """The embeddings of tokens."""
        embeddings: nn.Module = self.transformer.word_embeddings
        return embeddings

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replace them."""
        self.transformer.set_input_embeddings(value)

    def get_output_embeddings(self) -> nn.Module:
        """The head, which has weights of its own."""
        head: nn.Module = self.lm_head
        return head

    def set_output_embeddings(self, new_embeddings: nn.Linear) -> None:
        """Replace it."""
        self.lm_head = new_embeddings

    def forward(  # noqa: PLR0917 as transformers has it
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        past_key_values: Cache | None = None,
        inputs_embeds: Tensor | None = None,
        labels: Tensor | None = None,
        use_cache: bool | None = None,  # noqa: FBT001 as transformers has it
        logits_to_keep: int | Tensor = 0,
        **rest: Any,  # noqa: ANN401 as transformers has it
    ) -> CausalLMOutputWithPast:
        """As `ChatGLMModel.forward`, with logits and, for labels, the loss of the next token."""
        found = self.transformer(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past_key_values,
            inputs_embeds=inputs_embeds,
            use_cache=use_cache,
        )
        hidden = found.last_hidden_state
        kept = slice(-logits_to_keep, None) if isinstance(logits_to_keep, int) else logits_to_keep
        logits = self.lm_head(hidden[:, kept])
        loss = None
        if labels is not None:
            loss = self.loss_function(
                logits=logits, labels=labels, vocab_size=self.config.vocab_size, **rest
            )
        return CausalLMOutputWithPast(
            loss=loss, logits=logits, past_key_values=found.past_key_values
        )

    def prepare_inputs_for_generation(  # type: ignore[override]
        self,
        input_ids: Tensor,
        next_sequence_length: int | None = None,
        attention_mask: Tensor | None = None,
        **rest: Any,  # noqa: ANN401 as transformers has it
    ) -> dict[str, Any]:
        """As transformers does, with both positions of each token, which all tokens decide."""
        real = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        rest.pop("position_ids", None)
        usual: Any = super()  # its types say LongTensor, which no function of torch returns
        inputs: dict[str, Any] = usual.prepare_inputs_for_generation(
            input_ids,
            next_sequence_length=next_sequence_length,
            attention_mask=real,
            **rest,
        )
        length = inputs["input_ids"].shape[1]
        inputs["position_ids"] = positions(input_ids, real, self.config)[..., -length:]
        return inputs

    def load_prefix(self, folder: Path) -> None:
        """Speak with the P-tuning v2 prefix of a checkpoint; its length follows from the file.

        Raises:
            FileNotFoundError, ValueError: there is none, or it belongs to another model.
        """
        held = read_prefix(folder)
        self.config.pre_seq_len = held["embedding.weight"].shape[0]
        self.config.prefix_projection = "trans.0.weight" in held
        encoder = PrefixEncoder(self.config)
        try:
            encoder.load_state_dict(held)
        except RuntimeError as exc:
            self.config.pre_seq_len = None
            raise ValueError(f"The prefix in {folder} belongs to another model.") from exc
        self.transformer.prefix_encoder = encoder.to(self.device).train(self.training)
