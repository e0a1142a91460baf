"""The exam log is told to forget only what belongs to results that stand for good, and long enough."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tancai.exams import api as exams
from tancai.marking import api as marking
from tancai.marking.actions.forgetting import final_since, forget_logs
from tests.marking import test_rechecks as rechecks
from tests.marking import world as w

pytestmark = pytest.mark.django_db
world = rechecks.world
MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def log_away(settings: Any) -> None:
    """No log process answers: what is due is counted as waiting."""
    settings.LOG_ADDRESS = "http://127.0.0.1:9"
    settings.TANCAI_EXAM_LOG_DAYS = 90


def due(at: Any) -> int:
    report = forget_logs(at)
    assert report.deleted == 0
    return report.waiting


def test_results_released_and_unasked_are_final_after_the_window(world: w.World) -> None:
    finished = exams.finished_sittings(world.session).count()
    assert final_since(world.session, world.over) is None
    assert final_since(world.session, world.over + MONTH) is not None
    assert due(world.over + 2 * MONTH) == 0
    assert due(world.over + 5 * MONTH) == finished > 0


def test_a_recheck_that_waits_keeps_everything(world: w.World) -> None:
    request = rechecks.ask(world)
    assert due(world.over + 12 * MONTH) == 0
    late = world.over + 12 * MONTH
    marking.decide_recheck(request.pk, changes={1: Decimal(1)}, reason="无误", by=world.office[1], at=late)
    assert due(late + MONTH) == 0
    assert due(late + 4 * MONTH) > 0


def test_what_was_never_released_stays(world: w.World) -> None:
    marking.Release.objects.all().delete()
    assert due(world.over + 24 * MONTH) == 0
