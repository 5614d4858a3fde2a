"""The model classes of ChatGLM-6B, so that its weights and adapters load without remote code."""

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import Cache, DynamicCache, GenerationMixin, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from brain.generators.chatglm.configuration import ChatGLMConfig
from brain.generators.chatglm.layers import GLMBlock, RotaryEmbedding
from brain.generators.chatglm.positions_and_masks import (
    answer_starts,
    build_attention_mask,
    build_position_ids,
)
from brain.generators.chatglm.prefix import PrefixEncoder, read_prefix


class ChatGLMPreTrainedModel(PreTrainedModel):  # type: ignore[no-untyped-call]
    """Settings for transformers that both model classes share."""

    config: ChatGLMConfig
    config_class = ChatGLMConfig
    base_model_prefix = "transformer"
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _no_split_modules = ["GLMBlock"]  # noqa: RUF012 as transformers has it
    _skip_keys_device_placement = ["cache"]  # noqa: RUF012
    # `layers.RotaryEmbedding` computes it from the sizes.
    _keys_to_ignore_on_load_unexpected = [r"rotary_emb\.inv_freq$"]  # noqa: RUF012


class ChatGLMModel(ChatGLMPreTrainedModel):  # type: ignore[no-untyped-call]
    """The transformer without its language model head."""

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__(config)
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(GLMBlock(config, index) for index in range(config.num_layers))
        self.final_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layernorm_epsilon)
        self.rotary = RotaryEmbedding(config)
        self.prefix_encoder = PrefixEncoder(config) if config.pre_seq_len else None
        self.gradient_checkpointing = False
        self.post_init()  # type: ignore[no-untyped-call]

    def get_input_embeddings(self) -> nn.Module:
        """Returns the token embeddings."""
        return self.word_embeddings

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replaces the token embeddings."""
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
        """Runs one forward pass; the first pass over a cache has to contain the whole prompt.

        Args:
            input_ids: (batch, length).
            attention_mask: (batch, tokens so far), 0 at padding and 1 elsewhere.
            position_ids: (batch, 2, length), from `build_position_ids`; needed with a filled cache.
            past_key_values: keys and values of earlier passes.
            inputs_embeds: (batch, length, hidden), to replace the embeddings of the ids, as some
                adapters do. The ids are still needed because the positions follow from them.
            use_cache: whether to create a cache where none is passed; None means as configured.

        Raises:
            ValueError: `input_ids` or, with a filled cache, `position_ids` are missing.
        """
        if input_ids is None:
            raise ValueError("ChatGLM-6B needs input_ids: they say where the answer begins.")
        cache = past_key_values
        if cache is None and (self.config.use_cache if use_cache is None else use_cache):
            cache = DynamicCache(config=self.config)
        hidden = self.word_embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        batch, length = input_ids.shape
        prefix_length = self.prefix_encoder.length if self.prefix_encoder else 0
        cached = cache.get_seq_length() if cache is not None else 0
        past = max(0, cached - prefix_length)
        real = input_ids.new_ones(batch, past + length)
        if attention_mask is not None:
            real = attention_mask
        prefix, starts = None, None
        if cached:
            if position_ids is None or position_ids.ndim != 3:  # noqa: PLR2004
                raise ValueError("With a filled cache, pass what build_position_ids returns.")
        else:
            position_ids = build_position_ids(input_ids, real, self.config)
            starts = answer_starts(input_ids, real, self.config) + prefix_length
            if self.prefix_encoder:
                prefix = self.prefix_encoder(batch, hidden.dtype)
        if prefix_length:
            real = torch.cat((real.new_ones(batch, prefix_length), real), dim=1)
        mask = build_attention_mask(starts, real, past=past + prefix_length)
        rotation = self.rotary(position_ids, hidden.dtype)
        for index, layer in enumerate(self.layers):
            hidden = layer(
                hidden,
                rotation=rotation,
                attention_mask=mask,
                prefix=prefix[index] if prefix else None,
                cache=cache,
            )
        return BaseModelOutputWithPast(
            last_hidden_state=self.final_layernorm(hidden), past_key_values=cache
        )


class ChatGLMForConditionalGeneration(  # type: ignore[no-untyped-call]
    ChatGLMPreTrainedModel, GenerationMixin
):
    """The transformer with its language model head.

    The published configuration names the class.
    """

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__(config)
        self.transformer = ChatGLMModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()  # type: ignore[no-untyped-call]

    def get_input_embeddings(self) -> nn.Module:
        """Returns the token embeddings."""
        embeddings: nn.Module = self.transformer.word_embeddings
        return embeddings

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replaces the token embeddings."""
        self.transformer.set_input_embeddings(value)

    def get_output_embeddings(self) -> nn.Module:
        """Returns the head, whose weights are not tied to the token embeddings."""
        head: nn.Module = self.lm_head
        return head

    def set_output_embeddings(self, new_embeddings: nn.Linear) -> None:
        """Replaces the head."""
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
        """Runs `ChatGLMModel.forward` and adds logits and, with labels, the next-token loss.

        Args:
            input_ids: as in `ChatGLMModel.forward`, like those up to `inputs_embeds`.
            attention_mask: the same.
            position_ids: the same.
            past_key_values: the same.
            inputs_embeds: the same.
            labels: (batch, length), -100 where a token does not count in the loss.
            use_cache: as in `ChatGLMModel.forward`.
            logits_to_keep: number of last positions to compute logits for (0 means all), or their
                indices.
            rest: options of the loss.
        """
        output = self.transformer(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past_key_values,
            inputs_embeds=inputs_embeds,
            use_cache=use_cache,
        )
        hidden = output.last_hidden_state
        kept = slice(-logits_to_keep, None) if isinstance(logits_to_keep, int) else logits_to_keep
        logits = self.lm_head(hidden[:, kept])
        loss = None
        if labels is not None:
            loss = self.loss_function(
                logits=logits, labels=labels, vocab_size=self.config.vocab_size, **rest
            )
        return CausalLMOutputWithPast(
            loss=loss, logits=logits, past_key_values=output.past_key_values
        )

    def prepare_inputs_for_generation(  # type: ignore[override]
        self,
        input_ids: Tensor,
        next_sequence_length: int | None = None,
        attention_mask: Tensor | None = None,
        **rest: Any,  # noqa: ANN401 as transformers has it
    ) -> dict[str, Any]:
        """Adds both position numbers to the usual inputs; they follow from all tokens so far."""
        real = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        rest.pop("position_ids", None)
        base: Any = super()  # its types say LongTensor, which no function of torch returns
        inputs: dict[str, Any] = base.prepare_inputs_for_generation(
            input_ids,
            next_sequence_length=next_sequence_length,
            attention_mask=real,
            **rest,
        )
        length = inputs["input_ids"].shape[1]
        inputs["position_ids"] = build_position_ids(input_ids, real, self.config)[..., -length:]
        return inputs

    def load_prefix(self, folder: Path) -> None:
        """Loads the P-tuning v2 prefix of a checkpoint; its length follows from the weights.

        Raises:
            FileNotFoundError: the folder holds no checkpoint.
            ValueError: the checkpoint holds no prefix, or one of another model.
        """
        weights = read_prefix(folder)
        self.config.pre_seq_len = weights["embedding.weight"].shape[0]
        self.config.prefix_projection = "trans.0.weight" in weights
        encoder = PrefixEncoder(self.config)
        try:
            encoder.load_state_dict(weights)
        except RuntimeError as exc:
            self.config.pre_seq_len = None
            raise ValueError(f"The prefix in {folder} belongs to another model.") from exc
        self.transformer.prefix_encoder = encoder.to(self.device).train(self.training)
