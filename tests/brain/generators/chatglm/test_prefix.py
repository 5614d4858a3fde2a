from pathlib import Path

import pytest
import torch

from brain.generators.chatglm.prefix import PrefixEncoder
from tests.brain.generators.chatglm.models import small_config, small_model, tokenizer

LENGTH = 5
NAME = "transformer.prefix_encoder.embedding.weight"


def ids_of(text: str) -> torch.Tensor:
    return torch.tensor([tokenizer()(text).input_ids])


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """As P-tuning v2 of 2023 left it: the prefix alone, pickled."""
    torch.manual_seed(5)
    config = small_config()
    weights = torch.randn(LENGTH, 2 * config.num_layers * config.hidden_size)
    torch.save({NAME: weights}, tmp_path / "pytorch_model.bin")
    return tmp_path


def test_the_published_size_is_128_positions_for_each_of_28_layers() -> None:
    with torch.device("meta"):
        encoder = PrefixEncoder(type(small_config())(pre_seq_len=128))
    sizes = {name: tuple(weights.shape) for name, weights in encoder.state_dict().items()}
    assert sizes == {"embedding.weight": (128, 28 * 2 * 4096)}


def test_a_prefix_loads_changes_the_answer_and_says_the_same_with_and_without_cache(
    checkpoint: Path,
) -> None:
    plain, tuned = small_model(), small_model()
    tuned.load_prefix(checkpoint)
    ids = ids_of("how are you")
    assert tuned(ids).logits.shape == plain(ids).logits.shape
    assert not torch.allclose(tuned(ids).logits, plain(ids).logits, atol=0.1)
    asked = {"max_new_tokens": 10, "min_new_tokens": 10, "do_sample": False}
    assert torch.equal(tuned.generate(ids, **asked), tuned.generate(ids, use_cache=False, **asked))


def test_padding_changes_nothing_behind_a_prefix(checkpoint: Path) -> None:
    model = small_model()
    model.load_prefix(checkpoint)
    texts = ["hello, how are you", "hi"]
    batch = tokenizer()(texts, padding=True, return_tensors="pt")
    found = model(**batch).logits
    for row, text in enumerate(texts):
        assert torch.allclose(found[row, -3:], model(ids_of(text)).logits[0, -3:], atol=1e-4)


def test_the_first_layer_sees_the_prefix_as_further_keys_and_values(checkpoint: Path) -> None:
    model = small_model()
    model.load_prefix(checkpoint)
    cache = model(ids_of("hi")).past_key_values
    held = torch.load(checkpoint / "pytorch_model.bin")[NAME]
    config = model.config
    size = config.hidden_size // config.num_attention_heads
    table = held.view(LENGTH, 2 * config.num_layers, config.num_attention_heads, size)
    for number, layer in enumerate(cache.layers):
        assert torch.equal(layer.keys[0, :, :LENGTH], table[:, 2 * number].transpose(0, 1))
        assert torch.equal(layer.values[0, :, :LENGTH], table[:, 2 * number + 1].transpose(0, 1))


def test_a_projected_prefix_learns_and_nothing_else_need_to() -> None:
    model = small_model(pre_seq_len=LENGTH, prefix_projection=True).train()
    for name, weights in model.named_parameters():
        weights.requires_grad_(requires_grad="prefix_encoder" in name)
    ids = ids_of("hi")
    model(ids, labels=ids).loss.backward()
    learning = {name for name, weights in model.named_parameters() if weights.grad is not None}
    assert learning == {
        f"transformer.prefix_encoder.{name}"
        for name in (
            "embedding.weight",
            "trans.0.weight",
            "trans.0.bias",
            "trans.2.weight",
            "trans.2.bias",
        )
    }


def test_a_prefix_of_another_model_is_refused(checkpoint: Path) -> None:
    torch.save({NAME: torch.zeros(LENGTH, 7)}, checkpoint / "pytorch_model.bin")
    model = small_model()
    with pytest.raises(ValueError, match="another model"):
        model.load_prefix(checkpoint)
    assert torch.isfinite(model(ids_of("hi")).logits).all()


class Harmful:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("the file's code was run",))


def test_code_in_a_checkpoint_is_never_run(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save({NAME: Harmful()}, checkpoint / "pytorch_model.bin")
    with pytest.raises(ValueError, match="something else than tensors"):
        small_model().load_prefix(checkpoint)
    assert "code was run" not in capsys.readouterr().out


def test_a_folder_without_a_prefix_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        small_model().load_prefix(tmp_path)
    torch.save({"lm_head.weight": torch.zeros(1)}, tmp_path / "pytorch_model.bin")
    with pytest.raises(ValueError, match="no P-tuning v2 prefix"):
        small_model().load_prefix(tmp_path)


def test_behind_a_prefix_the_text_is_still_read_in_both_directions(checkpoint: Path) -> None:
    model = small_model()
    model.load_prefix(checkpoint)
    first, other = (model(ids_of(text)).logits[0, 0] for text in ("how are you", "how are yes"))
    assert not torch.allclose(first, other, atol=1e-2)
