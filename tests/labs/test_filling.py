from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tancai.demo import workshop
from tancai.labs import api as labs
from tancai.people import api as people

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demo_leaves_work_on_every_bench_that_can_be_gone_on_with() -> None:
    owner = people.register(email="candidate@cem.example", password="long-enough-7", at=AT)
    workshop.tell(at=AT)
    found = {work.bench: labs.state_of(work) for work in labs.works(owner)}
    assert set(found) == {"task", *workshop.WORKS}
    inventory = labs.accounting_bench.compute(found["accounting"].values)
    assert inventory.complete
    assert found["task"].values
    work = labs.works(owner, bench="accounting").get()
    high = found["accounting"].high
    assert labs.fill(work, {f"s.{k}.note": "x" for k in range(600)}, by=owner, at=AT) == high + 600
