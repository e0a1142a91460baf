"""What a demo world says in public and what waits at the margins: notices, news, questions, calls, an exam site.

The texts stand in ``notices.toml``; all of them are fiction and say so, figures about carbon are those of public
sources.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tancai.demo.world import World, body_of
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.publishing import api as publishing
from tancai.venues import api as venues

_CALLS_OPEN = timedelta(days=60)


def publish(world: World, *, now: datetime) -> None:
    """Everything, by the staff and candidates of the world, dated around ``now``."""
    texts = tomllib.loads((Path(__file__).parent / "notices.toml").read_text(encoding="utf-8"))
    dates = _dates(now)
    for post in texts["post"]:
        _post(world, {name: _filled(value, dates) for name, value in post.items()}, texts, now)
    for number, question in enumerate(texts["question"], start=1):
        _question(world, question, now - timedelta(days=3 * number, hours=5))
    _calls(world, texts, now)
    _exam_site(world, texts["site"], now)


def _dates(now: datetime) -> dict[str, str]:
    """The next exam day of ``cem`` that still takes applications, as the texts name it."""
    days = programmes.upcoming_days("cem", at=now)
    day = next(each for each in days if not each.special and each.closes_at > now + timedelta(days=1))
    found = {
        "exam": day.date,
        "last": clock.local_date(day.closes_at - timedelta(seconds=1)),
        "ticket": clock.local_date(day.ticket_from),
    }
    dates = {name: _chinese(each) for name, each in found.items()}
    dates |= {f"{name}_en": f"{each.day} {each:%B %Y}" for name, each in found.items()}
    return dates | {"month": f"{day.date:%Y} 年 {day.date.month} 月", "month_en": f"{day.date:%B %Y}"}


def _chinese(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _filled(value: Any, dates: dict[str, str]) -> Any:
    return value.format(**dates) if isinstance(value, str) else value


def _body(programme: str) -> Any:
    return people.organisation(body_of(programme))


def _post(world: World, post: dict[str, Any], texts: dict[str, Any], now: datetime) -> None:
    programme = post["programme"]
    publishing.publish(
        kind=post["kind"],
        title=post["title"],
        title_en=post["title_en"],
        body=f"{post['body']}\n{texts['fiction']}",
        body_en=f"{post['body_en']}\n{texts['fiction_en']}",
        programme=programme,
        publisher=_body(programme) if programme else None,
        pinned=post.get("pinned", False),
        by=world.of(programme, "office") if programme else world.admin,
        at=now - timedelta(days=post["days_ago"]),
    )


def _question(world: World, text: dict[str, str], asked: datetime) -> None:
    programme = text["programme"]
    question = publishing.ask(
        title=text["title"],
        body=text["body"],
        programme=programme,
        by=_user(text["asker"]),
        at=asked,
    )
    publishing.answer(
        question.number,
        text=text["answer"],
        link=f"/questions/{question.number}/",
        by=world.of(programme, "office"),
        at=asked + timedelta(hours=4),
    )


def _user(email: str) -> people.User:
    found = people.user_by_address(email)
    assert found is not None, email
    return found


def _calls(world: World, texts: dict[str, Any], now: datetime) -> None:
    """The public calls of the association, and what one expert handed in, waiting for its readers."""
    definition = programmes.definition("crp", on=clock.local_date(now))
    fields = [speciality.post for speciality in definition.specialities]
    opened = now - timedelta(days=14)
    calls = [
        publishing.open_call(
            kind=call["kind"],
            title=call["title"],
            title_en=call["title_en"],
            body=f"{call['body']}\n\n{texts['fiction']}",
            body_en=f"{call['body_en']}\n\n{texts['fiction_en']}",
            programme="crp",
            publisher=_body("crp"),
            specialities=fields,
            opens_on=clock.local_date(opened),
            closes_on=clock.local_date(now + _CALLS_OPEN),
            by=world.of("crp", "office"),
            at=opened,
        )
        for call in texts["call"]
    ]
    experts = next(call for call in calls if call.kind == "expert")
    publishing.submit_to_call(
        experts.id,
        **texts["submission"],
        speciality=fields[1],
        by=_user("candidate@crp.example"),
        at=now - timedelta(days=2),
    )


def _exam_site(world: World, site: dict[str, str], now: datetime) -> None:
    """The institution applies to hold exams; nobody has decided yet."""
    venues.apply_site(
        **site,
        body=_body("cem"),
        institution=world.institution,
        rooms=[venues.RoomFacts("一号机房", 40, 4), venues.RoomFacts("二号机房", 36, 4)],
        by=world.institution_manager,
        at=now - timedelta(days=1, hours=3),
    )
