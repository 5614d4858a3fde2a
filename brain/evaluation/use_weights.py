"""Fits the weights of `brain.memory.importance.predict_use` to turns that questions needed.

The model is a logistic regression with a constant of its own for each person, because people are
asked about in different numbers, and only the order of one person's turns is to be learned. Each
set of data weighs the same. It is fitted by Newton's method with a small ridge penalty.
"""

from collections.abc import Sequence

import numpy as np

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
    signs, needed, shares, person = [], [], [], []
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
    x, y, share = np.array(signs), np.array(needed, float), np.array(shares)
    scale = x.std(axis=0) + 1e-9
    constants = np.eye(people)[person]
    columns = np.hstack([(x - share @ x) / scale, constants])
    penalty = np.r_[np.full(x.shape[1], RIDGE), np.full(people, RIDGE / 100)]
    weights = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        likely = 1.0 / (1.0 + np.exp(-columns @ weights))
        gradient = columns.T @ (share * (likely - y)) + penalty * weights
        curvature = (columns * (share * likely * (1.0 - likely))[:, None]).T @ columns
        weights -= np.linalg.solve(curvature + np.diag(penalty), gradient)
    new_words, importance, answer = (weights[: x.shape[1]] / scale).tolist()
    usual = float(share @ x @ (weights[: x.shape[1]] / scale))
    return UseWeights(new_words, importance, answer, usual)
