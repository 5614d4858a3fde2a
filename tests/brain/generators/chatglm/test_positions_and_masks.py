import torch

from brain.generators.chatglm.positions_and_masks import (
    answer_starts,
    build_attention_mask,
    build_position_ids,
)
from tests.brain.generators.chatglm.models import small_config

CONFIG = small_config()
GMASK, MASK = CONFIG.gmask_token_id, CONFIG.mask_token_id
SOP = CONFIG.bos_token_id or 0


def of(*rows: list[int], pad: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.tensor(rows)
    return ids, (ids != pad).long()


def test_the_text_is_counted_and_the_answer_stands_at_the_mask() -> None:
    ids, real = of([10, 11, 12, GMASK, SOP, 13, 14])
    assert build_position_ids(ids, real, CONFIG).tolist() == [
        [[0, 1, 2, 3, 3, 3, 3], [0, 0, 0, 0, 1, 2, 3]]
    ]
    assert answer_starts(ids, real, CONFIG).tolist() == [4]


def test_a_mask_inside_the_text_is_where_the_answer_stands() -> None:
    ids, real = of([10, MASK, 12, SOP, 13])
    assert build_position_ids(ids, real, CONFIG).tolist() == [[[0, 1, 2, 1, 1], [0, 0, 0, 1, 2]]]


def test_padding_on_either_side_moves_nothing() -> None:
    ids, real = of([0, 0, 10, GMASK, SOP, 13], [10, GMASK, SOP, 13, 0, 0])
    first, second = build_position_ids(ids, real, CONFIG)
    assert first[:, 2:].tolist() == second[:, :4].tolist() == [[0, 1, 1, 1], [0, 0, 1, 2]]


def test_without_a_mark_everything_is_an_answer() -> None:
    ids, real = of([10, 11, 12])
    assert answer_starts(ids, real, CONFIG).tolist() == [0]
    assert build_position_ids(ids, real, CONFIG)[0, 1].tolist() == [1, 2, 3]


def test_the_text_is_seen_from_everywhere_and_the_answer_from_behind() -> None:
    ids, real = of([10, GMASK, SOP, 13])
    seen = build_attention_mask(answer_starts(ids, real, CONFIG), real, past=0)[0, 0].int().tolist()
    assert seen == [[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]


def test_padding_is_seen_by_nobody_else() -> None:
    ids, real = of([0, 10, GMASK, SOP])
    first, *others = (
        build_attention_mask(answer_starts(ids, real, CONFIG), real, past=0)[0, 0].int().tolist()
    )
    assert first[0] == 1
    assert others == [[0, 1, 1, 0], [0, 1, 1, 0], [0, 1, 1, 1]]


def test_later_passes_see_all_that_was() -> None:
    real = torch.tensor([[0, 1, 1, 1, 1]])
    assert build_attention_mask(None, real, past=3)[0, 0].int().tolist() == [
        [0, 1, 1, 1, 0],
        [0, 1, 1, 1, 1],
    ]
