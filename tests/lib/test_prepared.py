"""Prepared queries give what the query set gives, fresh each time; prepared inserts are what ``create`` makes."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from tancai.audit.models import Entry
from tancai.lib.prepared import Insert, Prepared, add, keep, select
from tancai.people import api as people
from tancai.people.models import Person

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def somebody(serial: int) -> Any:
    return people.register(email=f"prepared{serial}@example.test", password=None, by=None, at=AT)


def entry(number: int, **more: Any) -> Entry:
    given = {
        "at": AT,
        "action": "test.done",
        "target_kind": "thing",
        "target_id": str(number),
        "detail": {"n": [1]},
    }
    return Entry.objects.create(**{**given, **more})


def test_objects_with_what_is_joined_and_annotated(db: None) -> None:
    with_account = somebody(1)
    person = Person.objects.create(user=with_account, name="林知远", created_at=AT)
    other = Person.objects.create(name="周明", created_at=AT)
    entry(1, actor_id=with_account.pk)

    def build(pk: int) -> Any:
        acted = Entry.objects.filter(actor_id=OuterRef("user_id"))
        return (
            Person.objects.select_related("user")
            .filter(pk=pk)
            .annotate(acted=Exists(acted))
            .only("name", "user")
        )

    ask = Prepared(build, int)
    with CaptureQueriesContext(connection) as seen:
        found = ask.first(person.pk)
        assert (found.pk, found.name, found.user, found.acted) == (person.pk, "林知远", with_account, True)
    assert len(seen) == 1
    plain = ask.first(other.pk)
    assert (plain.name, plain.user, plain.acted) == ("周明", None, False)
    assert plain.get_deferred_fields() == build(other.pk).get().get_deferred_fields() != set()
    Person.objects.filter(pk=person.pk).update(name="沈若兰")
    assert ask.first(person.pk).name == "沈若兰"
    assert ask.first(person.pk + 1000) is None


def test_tuples_and_values_of_both_kinds(db: None) -> None:
    for number in (3, 1, 2):
        entry(number, actor_id=7)
    entry(1, actor_id=8)

    def build(actor: int, kind: str) -> Any:
        found = Entry.objects.filter(actor_id=actor, target_kind=kind)
        return found.order_by("target_id").values_list("target_id", "at", "detail")

    ask: Prepared[Any] = Prepared(build, int, str)
    assert ask(7, "thing") == [(str(n), AT, {"n": [1]}) for n in (1, 2, 3)]
    assert ask(8, "thing") == [("1", AT, {"n": [1]})]
    assert ask(7, "thing' OR 1=1 --") == []


def test_what_cannot_be_prepared_is_refused(db: None) -> None:
    with pytest.raises(TypeError, match="placeholder"):
        Prepared(lambda pk: Entry.objects.all(), int)(1)
    with pytest.raises(TypeError, match="prefetch"):
        Prepared(lambda pk: Person.objects.filter(pk=pk).prefetch_related("user"), int)(1)
    with pytest.raises(TypeError, match="1 values wanted, 2 given"):
        Prepared(lambda pk: Entry.objects.filter(pk=pk), int)(1, 2)
    with pytest.raises(ValueError, match="invalid literal"):
        Prepared(lambda pk: Entry.objects.filter(pk=pk), int)("x")


def test_each_thread_has_its_own(transactional_db: None) -> None:
    made = entry(1)
    ask = Prepared(lambda pk: Entry.objects.filter(pk=pk), int)
    found: list[Any] = [ask.first(made.pk)]

    def elsewhere() -> None:
        found.append(ask.first(made.pk))
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert found == [made, made]


def test_an_insert_is_what_create_makes(db: None) -> None:
    add = Insert(Entry)
    made = add(at=AT, action="test.done", target_kind="thing", target_id="1", detail={"n": [1], "言": None})
    second = add(at=AT, action="test.done", target_kind="thing", target_id="2")
    kept = Entry.objects.get(pk=made.pk)
    assert (kept.at, kept.actor_id, kept.detail) == (AT, None, {"n": [1], "言": None})
    assert (second.pk, Entry.objects.get(pk=second.pk).detail) == (made.pk + 1, {})
    made.action = "test.changed"
    made.save()
    assert Entry.objects.count() == 2
    with pytest.raises(IntegrityError):
        add(at=None, action="test.done", target_kind="thing", target_id="3")


def line(number: int, **more: Any) -> Entry:
    given = {"at": AT, "action": "test.done", "target_kind": "thing", "target_id": str(number), "detail": {}}
    return Entry(**{**given, **more})


def test_what_is_kept_together_is_there_together(db: None) -> None:
    person, first, second = Person(name="林知远", created_at=AT), line(1), line(2, detail={"百分比": "5 %s"})
    keep(person, first, second)
    assert Person.objects.get(pk=person.pk).name == "林知远"
    assert Entry.objects.get(pk=second.pk).detail == {"百分比": "5 %s"}
    assert second.pk != first.pk and not first._state.adding


@pytest.mark.parametrize("within", [True, False])
def test_or_none_of_it_and_what_came_before_stands(transactional_db: None, within: bool) -> None:
    with transaction.atomic() if within else nullcontext():
        keep(line(0))
        with pytest.raises(IntegrityError):
            keep(line(1), line(2, at=None))
        keep(line(3))
    assert [each.target_id for each in Entry.objects.order_by("pk")] == ["0", "3"]


def test_a_transaction_taken_back_takes_all_back(transactional_db: None) -> None:
    ask = Prepared(lambda pk: Entry.objects.filter(pk=pk), int)
    with pytest.raises(RuntimeError), transaction.atomic():
        made = add(line(1))
        assert ask.first(made.pk) == made
        keep(line(2), line(3))
        raise RuntimeError
    assert Entry.objects.count() == 0


def test_after_a_broken_transaction_and_on_a_new_connection(transactional_db: None) -> None:
    made = add(line(1))
    ask = Prepared(lambda pk: Entry.objects.filter(pk=pk), int)
    assert ask.first(made.pk) == made
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            ask.first(made.pk)
    connection.close()
    assert ask.first(made.pk) == made


def test_values_of_every_kind_go_out_and_come_back(db: None) -> None:
    for number in (1, 70_000, 5_000_000_000):
        add(line(number, actor_id=number, detail={"n": [None, True, 1.5, "百%"]}))
    ask: Prepared[Any] = Prepared(
        lambda actor: Entry.objects.filter(actor_id=actor).values_list("at", "actor_id", "detail"), int
    )
    assert [ask(n) for n in (1, 70_000, 5_000_000_000)] == [
        [(AT, n, {"n": [None, True, 1.5, "百%"]})] for n in (1, 70_000, 5_000_000_000)
    ]
    assert select("SELECT target_id FROM audit_entry WHERE target_id LIKE %s ORDER BY id", ("70%",)) == [
        ("70000",)
    ]
