"""A rung of the ladder: the same save as an ordinary Django view, with session, stock middleware and ORM.

``TANCAI_BENCH_DATABASE`` names the database, ``python -m tancai.bench.exam_day.ladder`` makes the tables.
"""

from __future__ import annotations

import base64
import json
import os
import time
from typing import Any

import dj_database_url
import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

if not settings.configured:
    database = dj_database_url.parse(os.environ["TANCAI_BENCH_DATABASE"])
    if database["ENGINE"].endswith("sqlite3"):
        setup = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": setup}
    else:
        # as Django advises for ASGI: no connections kept by threads, a pool instead
        database["OPTIONS"] = {**database.get("OPTIONS", {}), "pool": True}
    settings.configure(
        SECRET_KEY="bench",  # noqa: S106
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": database},
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    django.setup()


class Saved(models.Model):
    """The present answer to one question."""

    sitting = models.BigIntegerField()
    item = models.CharField(max_length=64)
    value = models.JSONField()
    seq = models.IntegerField()
    at = models.BigIntegerField()

    class Meta:
        app_label = "bench"
        constraints = [models.UniqueConstraint(fields=["sitting", "item"], name="bench_one_answer")]


@csrf_exempt
@transaction.atomic
def save(request: HttpRequest) -> JsonResponse:
    """The event of one request, written with get-or-create and update as a tutorial would."""
    token, _, rest = request.body.partition(b"\n")
    payload = token.partition(b".")[0]
    sitting = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))["s"]
    acks = []
    for event in json.loads(rest)["events"]:
        found: dict[str, Any] = {"value": event["value"], "seq": event["seq"], "at": event["at"]}
        Saved._default_manager.update_or_create(sitting=sitting, item=event["item"], defaults=found)
        acks.append([event["seq"], "ok"])
    return JsonResponse({"now": int(time.time() * 1000), "acks": acks})


urlpatterns = [path("events", save)]


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Saved)


if __name__ == "__main__":
    make_table()
else:
    application = get_asgi_application()
