"""How answers would have been scored by another key: for the dry run of a changed key. Nothing here is kept."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from tancai.items.errors import BadResponse
from tancai.items.kinds import Score, kinds
from tancai.items.models import ItemVersion

Name = TypeVar("Name", bound=Hashable)


def other_keys(version_id: int, letters: Sequence[str]) -> list[dict[str, Any]]:
    """The keys that these letters stand for: for a single choice each letter is right on its own.

    Empty when they are no key for this item, or when the item has no key of letters.
    """
    version = ItemVersion.objects.select_related("item").get(pk=version_id)
    kind = kinds()[version.item.kind]
    if kind.shape != "choices" or not letters:
        return []
    wanted = sorted(set(letters))
    if not kind.faults(version.content, {"letters": wanted}, None):
        return [{"letters": wanted}]
    each = [{"letters": [letter]} for letter in wanted]
    good = all(not kind.faults(version.content, key, None) for key in each)
    return each if good and len(wanted) < len(version.content["options"]) else []


def score_by_keys(
    version_id: int,
    keys: Sequence[Mapping[str, Any]],
    responses: Mapping[Name, Any],
    marks: Decimal,
    policy: str,
) -> dict[Name, Score]:
    """Scores of raw responses by the best of these keys."""
    version = ItemVersion.objects.select_related("item").get(pk=version_id)
    kind = kinds()[version.item.kind]
    found = {}
    for name, raw in responses.items():
        try:
            response = kind.response(raw)
        except BadResponse:
            response = None
        scores = [
            kind.score(version.content, dict(key), response, marks=marks, policy=policy) for key in keys
        ]
        found[name] = max(scores, key=lambda score: score.marks or Decimal(0))
    return found
