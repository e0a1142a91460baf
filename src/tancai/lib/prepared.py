"""Queries put together once: for the few that everybody asks in the same minute.

Django builds the SQL of a query set anew at each use; for a join of six tables that costs several times what the
database needs to answer. A ``Prepared`` query builds it once a connection, keeps how rows become objects, and from
then on only fills in the values. On PostgreSQL it is also prepared in the server, which then plans it no more. The
rows come fresh from the database each time: nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
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
        with _cursor(self._compiler.connection) as cursor:
            cursor.execute(self._sql, parameters)
            rows: Iterable[Any] = cursor.fetchall()
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
    with _cursor(connections[DEFAULT_DB_ALIAS]) as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _cursor(wrapper: Any) -> Any:
    """A cursor of this connection; on PostgreSQL one that has its statements prepared in the server, unless somebody
    wants to read them with their values."""
    if wrapper.vendor != "postgresql" or wrapper.queries_logged:
        return wrapper.cursor()
    wrapper.ensure_connection()
    return wrapper._prepare_cursor(_server_prepared()(wrapper.connection))


@cache
def _server_prepared() -> Any:
    import psycopg

    class Cursor(psycopg.Cursor[Any]):
        """Lets the server plan each statement once a connection."""

        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            return super().execute(query, params, **{**options, "prepare": True})

    return Cursor


class Insert:
    """Adds rows of one model, one at a time, by a statement put together once a connection; as ``objects.create`` does,
    but without signals (no business step hangs on one) and for models whose key the database gives."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._fields = [field for field in model._meta.concrete_fields if not field.primary_key]

    def __call__(self, **values: Any) -> Any:
        """The new row as an object; raises IntegrityError like ``create``."""
        return self.add(self._model(**values))

    def add(self, made: Any) -> Any:
        """Write down an object that is not in the database yet."""
        wrapper = connections[DEFAULT_DB_ALIAS]
        sql: str = _kept(self, lambda: self._statement(made, wrapper))
        parameters = [field.get_db_prep_save(field.pre_save(made, True), wrapper) for field in self._fields]
        with _cursor(wrapper) as cursor:
            cursor.execute(sql, parameters)
            made.pk = cursor.fetchone()[0]
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        return made

    def _statement(self, made: Any, wrapper: Any) -> str:
        query = InsertQuery(self._model)
        query.insert_values(self._fields, [made])
        compiler = query.get_compiler(connection=wrapper)
        compiler.returning_fields = [self._model._meta.pk]
        ((sql, _parameters),) = compiler.as_sql()
        return str(sql)
