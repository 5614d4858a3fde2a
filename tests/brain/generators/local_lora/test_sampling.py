from typing import Any

import pytest
import torch
from transformers import GenerationConfig

from brain.generators.local_lora.sampling import Sampler

Configuration: Any = GenerationConfig
CPU = torch.device("cpu")
LOGITS = torch.tensor([[0.0, 2.0, 1.9, -4.0], [3.0, 0.0, 2.9, -9.0]])


def drawn(sampler: Sampler, times: int = 200) -> list[list[int]]:
    return [sampler.choose(LOGITS) for _ in range(times)]


def test_a_temperature_of_zero_takes_the_likeliest() -> None:
    assert drawn(Sampler(None, temperature=0, device=CPU), 3) == [[1, 0]] * 3


def test_what_is_not_set_is_as_the_models_configuration_says() -> None:
    greedy = Configuration(do_sample=False)
    assert drawn(Sampler(greedy, device=CPU), 3) == [[1, 0]] * 3
    narrow = Configuration(do_sample=True, temperature=0.7, top_k=2)
    found = drawn(Sampler(narrow, seed=1, device=CPU))
    assert {row[0] for row in found} == {1, 2}
    assert {row[1] for row in found} == {0, 2}


def test_one_seed_gives_the_same_draws_and_another_others() -> None:
    one, same, other = (
        drawn(Sampler(None, temperature=1, seed=seed, device=CPU)) for seed in (5, 5, 6)
    )
    assert one == same != other


def test_a_small_share_of_probability_leaves_the_likeliest() -> None:
    sampler = Sampler(None, temperature=2, top_p=0.1, seed=1, device=CPU)
    assert drawn(sampler) == [[1, 0]] * 200


@pytest.mark.parametrize("temperature", [0, 1])
def test_what_is_not_a_number_is_never_chosen(temperature: float) -> None:
    logits = torch.tensor([[torch.nan, -torch.inf, 1.0]])
    sampler = Sampler(None, temperature=temperature, device=CPU)
    assert [sampler.choose(logits) for _ in range(20)] == [[2]] * 20
