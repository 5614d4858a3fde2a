from typing import Any

import pytest
import torch
from transformers import GenerationConfig

from brain.generators.local_lora.sampling import Sampler

Configuration: Any = GenerationConfig
CPU = torch.device("cpu")
LOGITS = torch.tensor([[0.0, 2.0, 1.9, -4.0], [3.0, 0.0, 2.9, -9.0]])


def is_sampled(sampler: Sampler, times: int = 200) -> list[list[int]]:
    return [sampler.choose(LOGITS) for _ in range(times)]


def test_a_temperature_of_zero_takes_the_likeliest() -> None:
    assert is_sampled(Sampler(None, temperature=0, device=CPU), 3) == [[1, 0]] * 3


def test_what_is_not_set_is_as_the_models_configuration_says() -> None:
    greedy = Configuration(do_sample=False)
    assert is_sampled(Sampler(greedy, device=CPU), 3) == [[1, 0]] * 3
    narrow = Configuration(do_sample=True, temperature=0.7, top_k=2)
    found = is_sampled(Sampler(narrow, seed=1, device=CPU))
    assert {row[0] for row in found} == {1, 2}
    assert {row[1] for row in found} == {0, 2}


def test_one_seed_gives_the_same_draws_and_another_others() -> None:
    one, same, other = (
        is_sampled(Sampler(None, temperature=1, seed=seed, device=CPU)) for seed in (5, 5, 6)
    )
    assert one == same != other


def test_a_small_share_of_probability_leaves_the_likeliest() -> None:
    sampler = Sampler(None, temperature=2, top_p=0.1, seed=1, device=CPU)
    assert is_sampled(sampler) == [[1, 0]] * 200


@pytest.mark.parametrize("temperature", [0, 1])
def test_what_is_not_a_number_is_never_chosen(temperature: float) -> None:
    logits = torch.tensor([[torch.nan, -torch.inf, 1.0]])
    sampler = Sampler(None, temperature=temperature, device=CPU)
    assert [sampler.choose(logits) for _ in range(20)] == [[2]] * 20


class Allowing:
    """Allows some tokens."""

    def __init__(self, *tokens: int, is_sampled: bool = False, width: int = 1) -> None:
        mask = bytearray(width)
        for token in tokens:
            mask[token // 8] |= 1 << token % 8
        self.mask = bytes(mask)
        self.is_sampled = is_sampled
        self.is_over = False

    def allowed(self) -> bytes:
        return self.mask

    def advance(self, token: int) -> None: ...


def test_only_what_is_allowed_is_chosen_and_padding_never() -> None:
    # More weights than tokens: the likeliest is no token at all.
    logits = torch.tensor([[0.0] * 11 + [9.0], [1.0] + [0.0] * 10 + [9.0], [0.0] * 11 + [9.0]])
    sampler = Sampler(None, temperature=0, device=CPU)
    found = sampler.choose(logits, [Allowing(3), None, Allowing(0, 7)])
    assert (found[0], found[1], found[2] in {0, 7}) == (3, 11, True)
    wide = Allowing(3, 90, width=12)
    assert sampler.choose(logits, [wide, None, None]) == [3, 11, 11]


@pytest.mark.parametrize("is_sampled", [False, True])
@pytest.mark.parametrize("tokens", [(), (90,)])
def test_where_nothing_that_is_allowed_is_there_the_draw_still_gives_a_token(
    tokens: tuple[int, ...], *, is_sampled: bool
) -> None:
    sampler = Sampler(None, temperature=1, device=CPU)
    [found] = sampler.choose(LOGITS[:1], [Allowing(*tokens, is_sampled=is_sampled, width=12)])
    assert 0 <= found < LOGITS.shape[1]


def test_a_guide_says_whether_its_row_is_drawn() -> None:
    logits = torch.tensor([[0.0, 0.5, 9.0], [0.0, 0.5, 0.6]])
    for temperature in (0, 1):
        sampler = Sampler(None, temperature=temperature, seed=1, device=CPU)
        sure = [sampler.choose(logits, [Allowing(0, 1), None])[0] for _ in range(40)]
        is_sampled = [
            sampler.choose(logits, [Allowing(0, 1, is_sampled=True), None]) for _ in range(40)
        ]
        assert set(sure) == {1}
        assert {row[0] for row in is_sampled} == {0, 1}
        assert ({row[1] for row in is_sampled} == {2}) == (temperature == 0)


def test_an_allowed_token_is_chosen_even_where_the_model_excludes_it() -> None:
    logits = torch.tensor([[-torch.inf, torch.nan, 9.0]])
    for temperature in (0, 1):
        sampler = Sampler(None, temperature=temperature, device=CPU)
        assert sampler.choose(logits, [Allowing(0, is_sampled=temperature == 1)]) == [0]
