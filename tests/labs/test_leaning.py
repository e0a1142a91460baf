from __future__ import annotations

import pytest

from tancai.labs.tasks.leaning import leaning
from tancai.labs.tasks.registry import task, tasks

pytestmark = pytest.mark.anydatabase


def test_what_a_figure_is_worked_out_from_is_found_directly() -> None:
    found = leaning(task("verification-recompute").case(7))
    assert set(found["share"]) == {"gap", "total"}
    assert "e_coal" not in found


@pytest.mark.parametrize("code", list(tasks())[::9])
def test_only_earlier_fields_are_named(code: str) -> None:
    case = task(code).case(3)
    for name, some in leaning(case).items():
        assert name not in some and set(some) <= set(case.field_names)
