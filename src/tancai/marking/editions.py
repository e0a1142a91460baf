from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tancai.programmes import api as programmes


def definitions(edition_ids: Iterable[int]) -> dict[int, Any]:
    """The definition of each edition, looked up once."""
    return {edition_id: programmes.definition_of(edition_id) for edition_id in set(edition_ids)}
