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

    from tancai.lib import catalogues

    catalogues.compile_stale()
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of a pipe (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
