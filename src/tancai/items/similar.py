"""Items that say nearly the same: cosine of their character n-grams, weighted by how rare each is in the bank.

Chinese text has no spaces, so pieces of two and three characters stand for words. Numbers, letters and signs count like
characters; space, punctuation and case do not. Weights are tf · idf with sublinear tf (1 + ln n) and smooth idf
(ln((1 + N) / (1 + df)) + 1), rows of length one (Salton & Buckley 1988). Pure: scipy only.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

SIZES = (2, 3)
NEAR = 0.6
"""From here on two items are shown to an author."""
BLOCK = 1024


@dataclass(frozen=True)
class Pair:
    """Two texts by their places, ``first < second``, and their similarity from 0 to 1."""

    first: int
    second: int
    similarity: float


def bare(text: str) -> str:
    """The characters that count."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in text if unicodedata.category(sign)[0] in "LN" or sign in "%+-<>=×÷/^²³")


def grams(text: str) -> Counter[str]:
    """Pieces of the bare text with their counts; a text of one character is one piece."""
    text = bare(text)
    found = Counter(text[i : i + size] for size in SIZES for i in range(len(text) - size + 1))
    return found or (Counter([text]) if text else found)


class Corpus:
    """Texts ready for comparison; n texts of some hundred characters take some milliseconds each thousand."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [grams(text) for text in texts]
        documents = Counter(piece for count in counts for piece in count)
        self._places = {piece: i for i, piece in enumerate(documents)}
        size = len(texts)
        self._idf = np.array(
            [math.log((1 + size) / (1 + n)) + 1 for n in documents.values()], dtype=np.float64
        )
        self._rows = self._matrix(counts)

    def _matrix(self, counts: Sequence[Counter[str]]) -> sparse.csr_matrix:
        data, columns, ends = [], [], [0]
        for count in counts:
            for piece, n in count.items():
                place = self._places.get(piece)
                if place is not None:
                    columns.append(place)
                    data.append((1 + math.log(n)) * self._idf[place])
            ends.append(len(data))
        matrix = sparse.csr_matrix((data, columns, ends), shape=(len(counts), max(1, len(self._places))))
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
        return sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)).tocsr() @ matrix

    def pairs(self, least: float = NEAR) -> list[Pair]:
        """All pairs at least so similar, nearest first; worked in blocks, so that memory stays bounded."""
        found = []
        turned = self._rows.T.tocsr()
        for start in range(0, self._rows.shape[0], BLOCK):
            block = (self._rows[start : start + BLOCK] @ turned).tocoo()
            keep = (block.data >= least) & (block.col > block.row + start)
            for row, column, value in zip(block.row[keep], block.col[keep], block.data[keep], strict=True):
                found.append(Pair(int(row) + start, int(column), min(1.0, float(value))))
        return sorted(found, key=lambda pair: (-pair.similarity, pair.first, pair.second))

    def near(self, text: str, least: float = NEAR, most: int = 5) -> list[tuple[int, float]]:
        """Places of the texts most like this one with their similarity."""
        if not self._rows.shape[0]:
            return []
        values = (self._rows @ self._matrix([grams(text)]).T).toarray()[:, 0]
        order = np.argsort(-values, kind="stable")[:most]
        return [(int(i), min(1.0, float(values[i]))) for i in order if values[i] >= least]
