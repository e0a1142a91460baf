"""Benchmarks by name: ``tancai bench calibrate …`` runs ``tancai.bench.calibrate``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from argparse import REMAINDER
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import tancai.bench


def names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(tancai.bench.__path__))


class Command(BaseCommand):
    help = "Run a benchmark: " + ", ".join(names())
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("arguments", nargs=REMAINDER)

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].replace("-", "_")
        if name not in names():
            raise CommandError(f"there is no benchmark {options['name']}: choose one of {', '.join(names())}")
        module = importlib.import_module(f"tancai.bench.{name}")
        sys.exit(module.main(options["arguments"]))
