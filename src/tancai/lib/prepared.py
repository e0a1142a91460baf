"""Queries put together once: for the few that everybody asks in the same minute.

Django builds the SQL of a query set anew at each use; for a join of six tables that costs several times what the
database needs to answer. A ``Prepared`` query builds it once a connection, keeps how rows become objects, and from
then on only fills in the values. On PostgreSQL it is also prepared in the server, which then plans it no more. The
rows come fresh from the database each time: nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet
from django.db.models import query as querying
from django.db.models.sql import InsertQuery

Row = TypeVar("Row")

_WHOLE = -8_070_450_532_247_928_832
"""Stands for a whole number, and its text for a text, while the SQL is put together; further ones follow it."""


class Prepared(Generic[Row]):
    """``build`` gets a placeholder for each of ``kinds`` (``int`` or ``str``) and returns the query set with them in
    its filters: of objects, or of tuples by ``values_list``. Calling it with values gives the rows as a list.

    ``prefetch_related`` cannot be prepared. Works on the default database.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], *kinds: type) -> None:
        self._build, self._kinds = build, kinds

    def __call__(self, *values: int | str) -> list[Row]:
        if len(values) != len(self._kinds):
            raise TypeError(f"{len(self._kinds)} values wanted, {len(values)} given")
        wanted = [kind(value) for kind, value in zip(self._kinds, values, strict=True)]
        plan: _Plan = _kept(self, lambda: _Plan(self._build, self._kinds))
        return plan.rows(wanted)

    def first(self, *values: int | str) -> Row | None:
        """The first row, or None."""
        return next(iter(self(*values)), None)


def _kept(owner: object, make: Callable[[], Any]) -> Any:
    """What an owner has put together for this connection; kept with the connection and not with the thread, since
    tests and asynchronous code change connections within one."""
    kept: dict[object, Any] = connections[DEFAULT_DB_ALIAS].__dict__.setdefault("_put_together", {})
    found = kept.get(owner)
    if found is None:
        found = kept[owner] = make()
    return found


class _Plan:
    """The SQL of one query for one connection, and how its rows become objects."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], kinds: tuple[type, ...]) -> None:
        marks = [kind(_WHOLE + number) for number, kind in enumerate(kinds)]
        found: Any = build(*marks)
        if found._prefetch_related_lookups:
            raise TypeError(
                "A prepared query cannot prefetch; ask for the related rows by a query of their own."
            )
        self._compiler = found.query.get_compiler(using=DEFAULT_DB_ALIAS)
        self._sql, parameters = self._compiler.as_sql()
        self._parameters = list(parameters)
        self._filled = [
            (place, marks.index(value))
            for place, value in enumerate(parameters)
            if isinstance(value, int | str) and value in marks
        ]
        if {number for _, number in self._filled} != set(range(len(kinds))):
            raise TypeError("Every placeholder of a prepared query must stand in one of its filters.")
        columns = [each[0] for each in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)
        self._objects = _Objects(self._compiler) if found._iterable_class is querying.ModelIterable else None

    def rows(self, values: list[Any]) -> list[Any]:
        parameters = self._parameters.copy()
        for place, number in self._filled:
            parameters[place] = values[number]
        rows: Iterable[Any] = _run(self._compiler.connection, self._sql, parameters)
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        make = tuple if self._objects is None else self._objects.make
        return [make(row) for row in rows]


class _Objects:
    """How the columns of a row become an object with its related objects, as Django's own query sets do it."""

    def __init__(self, compiler: Any) -> None:
        info = compiler.klass_info
        related: Any = querying
        self._model, columns = info["model"], info["select_fields"]
        self._own = slice(columns[0], columns[-1] + 1)
        self._names = [each[0].target.attname for each in compiler.select[self._own]]
        self._related = related.get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)
        self._annotations = list((compiler.annotation_col_map or {}).items())

    def make(self, row: Any) -> Any:
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
        for related in self._related:
            related.populate(row, made)
        for name, place in self._annotations:
            setattr(made, name, row[place])
        return made


def select(sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The rows of a plain statement that comes again and again, with ``%s`` for its values."""
    return _run(connections[DEFAULT_DB_ALIAS], sql, values)


def _run(wrapper: Any, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """On PostgreSQL prepared in the server, unless somebody wants to read statements with their values."""
    if wrapper.vendor == "postgresql" and not (wrapper.queries_logged or wrapper.execute_wrappers):
        return _statements().run(wrapper, sql, values)
    with wrapper.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


@cache
def _statements() -> Any:
    from tancai.lib import statements  # psycopg is not there on every SQLite installation

    return statements


class Insert:
    """Adds rows of one model, one at a time, by a statement put together once a connection; as ``objects.create`` does,
    but without signals (no business step hangs on one) and for models whose key the database gives."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def __call__(self, **values: Any) -> Any:
        """The new row as an object; raises IntegrityError like ``create``."""
        return add(self._model(**values))


def add(made: Any) -> Any:
    """Write down one object that is not in the database yet; gives it back. Raises IntegrityError like ``create``."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    sql = _kept((Insert, type(made)), lambda: _insert(made, wrapper))
    _written(made, _run(wrapper, sql, _values(made, wrapper))[0][0])
    return made


def keep(*made: Any) -> None:
    """Write down objects that are not in the database yet, of one or several models: all of them or none, as inserts
    of ``Insert`` in one transaction; on PostgreSQL in one statement. Raises IntegrityError like ``create``."""
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    if wrapper.vendor != "postgresql" or wrapper.queries_logged or wrapper.execute_wrappers:
        with transaction.atomic():
            for each in made:
                add(each)
        return
    sql = _kept((keep, *map(type, made)), lambda: _together([_insert(each, wrapper) for each in made]))
    values = [value for each in made for value in _values(each, wrapper)]
    # by itself one statement is a transaction; within another it must be able to fail alone
    with transaction.atomic() if wrapper.in_atomic_block else nullcontext():
        keys = _run(wrapper, sql, values)[0]
    for each, key in zip(made, keys, strict=True):
        _written(each, key)


def _together(inserts: list[str]) -> str:
    parts = ", ".join(f"made{number} AS ({sql})" for number, sql in enumerate(inserts))
    keys = ", ".join(f"(SELECT * FROM made{number})" for number in range(len(inserts)))  # noqa: S608
    return f"WITH {parts} SELECT {keys}"


def _written(made: Any, key: Any) -> None:
    made.pk = key
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS


@cache
def _columns(model: Any) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _values(made: Any, wrapper: Any) -> list[Any]:
    model: Any = type(made)
    return [field.get_db_prep_save(field.pre_save(made, True), wrapper) for field in _columns(model)]


def _insert(made: Any, wrapper: Any) -> str:
    model: Any = type(made)
    query = InsertQuery(model)
    query.insert_values(_columns(model), [made])
    compiler = query.get_compiler(connection=wrapper)
    compiler.returning_fields = [model._meta.pk]
    ((sql, _parameters),) = compiler.as_sql()
    return str(sql)
