"""Migrations that lay out many new tables."""

from __future__ import annotations

import copy
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps

_NEW = (migrations.CreateModel, migrations.AddIndex, migrations.AddConstraint)


class Migration(migrations.Migration):
    """A migration whose new tables, indexes and constraints leave alone the models that are there already.

    After each operation Django renders every related model anew, since one of them may have changed; in a house of a
    hundred and fifty related models that is most of the time that an empty database takes to fill. Nobody refers to a
    new table yet, and indexes and constraints are lists of their own table.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False
    ) -> ProjectState:
        """As Django's; the SQL is collected operation by operation."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        for new, run in groupby(self.operations, key=lambda operation: isinstance(operation, _NEW)):
            if new:
                self._apply_new(list(run), project_state, schema_editor)
            else:
                part = copy.copy(self)
                vars(part)["operations"] = list(run)
                project_state = migrations.Migration.apply(part, project_state, schema_editor)
        return project_state

    def _apply_new(self, run: list[Operation], state: ProjectState, schema_editor: Any) -> None:
        rendered = state.apps
        del state.apps  # so that nothing is rendered
        before = state.clone()
        for operation in run:
            operation.state_forwards(self.app_label, state)
            self._render(operation, state, rendered)
            after = state.clone()
            after.apps = rendered
            operation.database_forwards(self.app_label, schema_editor, before, after)
        state.apps = rendered

    def _render(self, operation: Operation, state: ProjectState, rendered: StateApps) -> None:
        if isinstance(operation, migrations.CreateModel):
            rendered.render_multiple([state.models[self.app_label, operation.name_lower]])
        elif isinstance(operation, (migrations.AddIndex, migrations.AddConstraint)):
            name = str(vars(operation)["model_name"])
            options = state.models[self.app_label, name.lower()].options
            meta = rendered.get_model(self.app_label, name)._meta
            meta.indexes, meta.constraints = list(options["indexes"]), list(options["constraints"])
