"""``tancai``: the console command. Django's management commands stand behind it."""

from __future__ import annotations

import os
import sys


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in ("demo", "rehearse"):
        from tancai.demo.launch import prepare_environment

        prepare_environment(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tancai.config.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    from tancai.lib import catalogues

    catalogues.compile_stale()
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except DatabaseError as error:
        if prepared():
            raise
        sys.exit(f"the database has no tables of this version yet ({error}): run 'tancai prepare' first")
    except BrokenPipeError:
        # the reader of a pipe (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def prepared() -> bool:
    """Whether all tables of this version are there; a database that cannot even be asked is another trouble."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return True
