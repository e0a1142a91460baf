"""The first administrator of a platform: whoever runs the installation names one, who grants the other roles."""

from __future__ import annotations

import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from tancai.lib import clock
from tancai.people import api as people


class Command(BaseCommand):
    help = "Make the account of an e-mail or phone an administrator of the platform; opens it when there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="e-mail, or phone with its country code (+86…)")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        at = clock.now()
        contact = _contact(address)
        user = people.user_by_address(address)
        if user is not None and not people.verified_addresses(user):
            raise CommandError(f"{address} has an account that was never confirmed; confirm it first.")
        password = "" if user else _new_password(contact)
        try:
            with transaction.atomic():
                user = user or people.register(**contact, password=password, at=at)
                people.grant_role(user, "platform_admin", by=None, at=at)
        except people.BadRole as error:
            raise CommandError(f"{address} is an administrator already.") from error
        self.stdout.write(f"{address} is an administrator now.")


def _contact(address: str) -> dict[str, Any]:
    try:
        if "@" in address:
            return {"email": people.normal_email(address)}
        return {"phone": people.normal_phone(address)}
    except people.BadContact as error:
        raise CommandError(f"{address} is neither an e-mail nor a phone with its country code.") from error


def _new_password(contact: dict[str, Any]) -> str:
    """Asked for twice, held to the same rules as on the page."""
    password = _typed("Password of the new account: ")
    with translation.override("en"):
        try:
            validate_password(password, people.User(**contact))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
    if _typed("Once more: ") != password:
        raise CommandError("The two passwords differ; nothing was changed.")
    return password


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise CommandError("No password was given; nothing was changed.") from None
