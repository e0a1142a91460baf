"""Bring an installation to the present version: tables, shipped definitions, items, texts, static files."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from tancai.items import api as items
from tancai.lib import catalogues, clock
from tancai.people import api as people
from tancai.programmes import api as programmes


class Command(BaseCommand):
    help = "Make or bring up to date the installation in the data folder; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-static", action="store_true", help="leave the static files as they are")

    def handle(self, *args: Any, **options: Any) -> None:
        catalogues.compile_stale()
        call_command("migrate", interactive=False, verbosity=0)
        programmes.load_definitions(by=None, at=clock.now())
        report = items.load_bank(by=None, at=clock.now())
        for fault in report.faults:
            self.stderr.write(f"{fault.file} {fault.item}: {fault.fault.place} {fault.fault.code}")
        if not options["no_static"]:
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Ready: {report.items} items ({report.added} new, {report.revised} revised).")
        if not people.users_holding("platform_admin"):
            self.stdout.write("Nobody administers it yet: 'tancai admin name@example.org' names somebody.")
