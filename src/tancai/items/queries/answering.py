"""Answers of people who know, or who err, for rehearsals of a paper: as near to a key as ``keys``, and as secret."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tancai.items.kinds import Kind, resolved
from tancai.items.queries.forms import Variants, form_entries


@dataclass(frozen=True)
class Answerable:
    """A question as one candidate has it before him or her."""

    kind: Kind
    content: dict[str, Any]
    key: dict[str, Any]

    def answer(self, *, right: bool, chance: random.Random) -> Any:
        """A response: one that wins all marks that are not for people to give, or a plausible one that does not."""
        return self.kind.answer(self.content, self.key, right=right, chance=chance)


def answerable(form_id: int, variants: Variants | None = None) -> dict[int, Answerable]:
    """The questions of a paper by position, with the variants of one sitting; samples without them."""
    own = variants or {}
    return {
        row.position: Answerable(
            *resolved(row.version.item.kind, row.version.content, row.version.key, own.get(str(row.position)))
        )
        for row in form_entries(form_id)
    }
