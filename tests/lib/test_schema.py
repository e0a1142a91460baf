"""Migrations that leave the models alone that are there make the very tables that Django's own way makes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections, migrations, models
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.state import ProjectState

from tancai.lib import schema

pytestmark = pytest.mark.anydatabase


def _model(name: str, *fields: tuple[str, models.Field[Any, Any]], **options: Any) -> migrations.CreateModel:
    return migrations.CreateModel(
        name, fields=[("id", models.BigAutoField(primary_key=True)), *fields], options=options
    )


def _to(name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(f"house.{name}", on_delete=models.CASCADE, related_name="+")


OPERATIONS = [
    _model("Body", ("code", models.CharField(max_length=20)), ("parent", _to("Body"))),
    _model("Person", ("body", _to("Body")), ("name", models.CharField(max_length=20))),
    migrations.AddConstraint("body", models.UniqueConstraint(fields=["code"], name="code_once")),
    migrations.AddIndex("person", models.Index(fields=["name", "-id"], name="by_name")),
    migrations.AddConstraint(
        "person",
        models.UniqueConstraint(fields=["body"], condition=models.Q(name="head"), name="one_head"),
    ),
    migrations.AddConstraint("person", models.CheckConstraint(condition=~models.Q(name=""), name="named")),
    migrations.AddField("body", "head", models.ForeignKey("house.Person", models.SET_NULL, null=True)),
    _model("Seat", ("person", _to("Person")), ("row", models.IntegerField())),
    migrations.AddIndex("seat", models.Index(fields=["row"], name="by_row")),
    migrations.AddConstraint("seat", models.UniqueConstraint(fields=["person", "row"], name="seat_once")),
    migrations.AlterField("person", "name", models.CharField(max_length=40)),
    migrations.RemoveField("body", "head"),
]


def _tables(kind: type[migrations.Migration]) -> tuple[list[Any], ProjectState]:
    connection = DatabaseWrapper(
        {
            "NAME": ":memory:",
            "OPTIONS": {},
            "ATOMIC_REQUESTS": False,
            "AUTOCOMMIT": True,
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": False,
            "TIME_ZONE": None,
            "USER": "",
            "PASSWORD": "",
            "HOST": "",
            "PORT": "",
        },
        alias="house",
    )
    made = type("Migration", (kind,), {"operations": OPERATIONS, "dependencies": []})("0001", "house")
    state = ProjectState()
    assert state.apps is not None
    connections["house"] = connection
    try:
        with connection.schema_editor() as editor:
            state = made.apply(state, editor)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master ORDER BY name")
            return cursor.fetchall(), state
    finally:
        connection.close()
        del connections["house"]


def test_tables_and_models_are_those_of_django(django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():  # databases of its own, in memory
        (ours, left), (theirs, right) = _tables(schema.Migration), _tables(migrations.Migration)
    assert ours == theirs
    assert {name for name, _sql in ours} >= {"house_person", "by_name", "by_row", "one_head"}
    assert "named" in dict(ours)["house_person"]
    assert left.models == right.models
    for model in right.apps.get_models():
        mine = left.apps.get_model("house", model.__name__)
        assert [each.name for each in mine._meta.get_fields()] == [
            each.name for each in model._meta.get_fields()
        ]
        assert [each.name for each in mine._meta.constraints] == [
            each.name for each in model._meta.constraints
        ]
        for field in mine._meta.fields:
            if field.is_relation:
                assert field.related_model is left.apps.get_model("house", field.related_model.__name__)
