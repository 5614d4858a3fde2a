"""Fits the weights of `brain.memory.importance.predict_use` to turns that questions needed.

The model is a logistic regression with a constant of its own for each person, because people are
asked about in different numbers, and only the order of one person's turns is to be learned. Each
set of data weighs the same. It is fitted by Newton's method with a small ridge penalty.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brain.evaluation.living import LivedLife
from brain.memory.importance import UseWeights, use_signs

RIDGE = 1e-3
"""The penalty for weights per standard deviation of a sign, beside a mean log likelihood."""
STEPS = 30


def fit(data: Sequence[Sequence[LivedLife]]) -> UseWeights:
    """Return the weights that tell the turns that questions need from the others.

    Args:
        data: sets of people.
    """
    signs, needed, shares, person = (
        list[tuple[float, ...]](),
        list[bool](),
        list[float](),
        list[int](),
    )
    people = 0
    for lives in data:
        turns = sum(len(lived.turns) for lived in lives)
        for lived in lives:
            wanted = {turn for question in lived.life.questions for turn in question.evidence}
            for turn in lived.turns:
                memory = turn.memory
                signs.append(use_signs(memory.text, importance=memory.importance, heard=turn.heard))
                needed.append(memory.id in wanted)
                shares.append(1.0 / turns / len(data))
                person.append(people)
            people += 1
    x, share = np.array(signs), np.array(shares)
    weights = regress(x, np.array(needed), share, np.array(person))
    new_words, importance, answer = map(float, weights)
    return UseWeights(new_words, importance, answer, usual=float(share @ x @ weights))


def regress(
    signs: NDArray[np.float64],
    needed: NDArray[np.bool_],
    share: NDArray[np.float64],
    person: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the weight of each sign in log odds, fitted with a constant for each person.

    Args:
        signs: the signs of turns, of shape (turns, signs).
        needed: which turns a question needs.
        share: how much each turn counts; the sum is 1.
        person: the number of the person of each turn, from 0.
    """
    scale = signs.std(axis=0) + 1e-9
    people = int(person.max()) + 1
    columns = np.hstack([(signs - share @ signs) / scale, np.eye(people)[person]])
    penalty = np.r_[np.full(signs.shape[1], RIDGE), np.full(people, RIDGE / 100)]
    weights = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        likely = 1.0 / (1.0 + np.exp(-columns @ weights))
        gradient = columns.T @ (share * (likely - needed)) + penalty * weights
        curvature = (columns * (share * likely * (1.0 - likely))[:, None]).T @ columns
        weights -= np.linalg.solve(curvature + np.diag(penalty), gradient)
    fitted: NDArray[np.float64] = weights[: signs.shape[1]] / scale
    return fitted
