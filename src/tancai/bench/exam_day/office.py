"""What the office does on the bench, in a process of its own: fills the installation, collects and marks.

``python -m tancai.bench.exam_day.office seed|collect FOLDER …`` with the environment of the installation under test.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

PROGRAMME = "dcne"
PASSWORD = "bench-sign-in-2026"  # noqa: S105
LOG_ONLY = 1_000_000_000
"""Sittings from this number on are known to the log only."""


def seed(folder: Path, candidates: int, accounts: int, pages: int) -> None:
    """Candidates with ticket and code for a session that runs now, accounts, and tokens of sittings for the log."""
    from tancai.lib import clock

    at = clock.now()
    begun = time.monotonic()
    session = _session(candidates, at) if candidates else None
    people = {
        "candidates": _tickets(session) if session else [],
        "accounts": _accounts(accounts, at),
        "session": session.pk if session else None,
        "seconds": round(time.monotonic() - begun, 1),
    }
    (folder / "people.json").write_text(json.dumps(people))
    (folder / "pages.txt").write_text("".join(f"{n} {_token(n, at)}\n" for n in _numbers(pages)))


def _numbers(pages: int) -> range:
    return range(LOG_ONLY, LOG_ONLY + pages)


def _token(sitting: int, at: datetime) -> str:
    """A sitting token as the exam room gives it, for a sitting that lasts the day."""
    from tancai.lib import crypto

    begins, ends = at - timedelta(minutes=1), at + timedelta(days=1)
    plan = {"b": int(begins.timestamp() * 1000), "e": int(ends.timestamp() * 1000), "g": 600_000}
    return crypto.sign({"s": sitting, **plan}, "exam-sitting", ends + timedelta(days=3))


def _session(candidates: int, at: datetime) -> Any:
    """A session open now, everybody approved, admitted and seated by the actions of the office."""
    from django.db import transaction

    from tancai.enrolment import api as enrolment
    from tancai.exams import api as exams
    from tancai.lib.identity import check_character
    from tancai.people import api as people
    from tancai.programmes import api as programmes

    day = programmes.upcoming_days(PROGRAMME, at=at)[0]
    definition = programmes.definition(PROGRAMME, on=day.date)
    level = definition.levels[0].code if definition.levels else ""
    with transaction.atomic():
        for number in range(candidates):
            first = f"11010{1 + number // 365_000}{_birthday(number):%Y%m%d}{number % 1000:03d}"
            person = people.enter_person(
                name="试点考生",
                document_kind="resident_id",
                document=first + check_character(first),
                by=None,
                at=at,
            )
            # approved without the road that leads there: review is not what is measured
            enrolment.Application.objects.create(
                number=f"BENCH{number:06d}",
                person=person,
                programme=PROGRAMME,
                edition_id=definition.edition_id,
                level=level,
                speciality=definition.speciality_codes[0],
                exam_day=day.key,
                started_at=at,
                submitted_at=at,
                decided_at=at,
                state="approved",
                line=1,
            )
    session = exams.open_session(
        day.key,
        starts_at=at - timedelta(minutes=1),
        entry_until=at + timedelta(hours=20),
        own_time=True,
        minutes=240,
        by=None,
        at=at,
    )
    exams.admit(session, by=None, at=at)
    exams.prepare_papers(session, by=None, at=at)
    return session


def _birthday(number: int) -> date:
    return date(1980, 1, 1) + timedelta(days=number // 1000 % 365)


def _tickets(session: Any) -> list[tuple[str, str]]:
    from tancai.exams import api as exams

    found = []
    for admission in exams.admissions(session):
        code = exams.live_code(admission)
        assert code is not None
        found.append((admission.ticket_number, code.code))
    return found


def _accounts(count: int, at: datetime) -> list[tuple[str, str]]:
    """Accounts with one password; its hash is made once and shared, as hashing is what the sign-in will cost."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from tancai.people import api as people

    hashed = make_password(PASSWORD)
    logins = [f"bench{number}@example.test" for number in range(count)]
    with transaction.atomic():
        users = [people.register(email=login, password=None, by=None, at=at) for login in logins]
        people.User.objects.filter(pk__in=[user.pk for user in users]).update(password=hashed)
    return [(login, PASSWORD) for login in logins]


def collect(folder: Path) -> None:
    """Pull what is not pulled yet and mark the choice items, as the worker does; what each cost in this process."""
    from tancai.exams import api as exams
    from tancai.lib import clock
    from tancai.marking import api as marking

    report: dict[str, object] = {}
    for name, work in (("sweep", exams.sweep), ("marking", marking.score_finished)):
        before, begun = _used(), time.monotonic()
        done = work(clock.now())
        report[name] = {
            "seconds": round(time.monotonic() - begun, 3),
            "cpu_s": round(_used() - before, 3),
            "done": {field: getattr(done, field) for field in done.__dataclass_fields__},
        }
    (folder / "collected.json").write_text(json.dumps(report))


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    what, folder, *numbers = arguments
    if what == "seed":
        seed(Path(folder), *(int(number) for number in numbers))
    else:
        collect(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
