"""Made-up responses from known items, for checks and for planning; chance comes in as a generator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from tancai.engines.psychometrics.curves import Item, probabilities
from tancai.engines.psychometrics.responses import Codes, blocks


def simulate(items: Sequence[Item], theta: ArrayLike, chance: Generator) -> Codes:
    """One row of scores for each ability (people x items, int8)."""
    people = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    codes = np.empty((len(people), len(items)), dtype=np.int8)
    for rows in blocks(len(people), 50_000):
        for j, item in enumerate(items):
            reached = np.cumsum(probabilities(item, people[rows]), axis=1)[:, :-1]
            codes[rows, j] = (chance.random(len(reached))[:, None] > reached).sum(axis=1)
    return codes
