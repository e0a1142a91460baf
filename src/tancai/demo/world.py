"""The stage: organisations, staff with their roles, one institution, all made by the actions people use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from tancai.items import api as items
from tancai.people import api as people
from tancai.programmes import api as programmes

PASSWORD = "carbon-2060-demo"
INSTITUTION = "demo-school"
PROGRAMMES = ("dcne", "cem", "crp", "csa", "cmc")

STAFF_ROLES = ("office", "reviewer", "finance", "invigilator", "marker", "author")


@dataclass(frozen=True)
class SignIn:
    """A sign-in shown to the visitor of a demo world."""

    words: str
    email: str


@dataclass
class World:
    """Who acts in this world: staff by (body, role), second persons, the administrator, the institution."""

    opened_at: datetime
    staff: dict[tuple[str, str], Any] = field(default_factory=dict)
    seconds: dict[str, Any] = field(default_factory=dict)
    markers: dict[str, list[Any]] = field(default_factory=dict)
    admin: Any = None
    supervisor: Any = None
    institution: Any = None
    institution_manager: Any = None
    sign_ins: list[SignIn] = field(default_factory=list)

    def of(self, programme: str, role: str) -> Any:
        """The member of staff who holds ``role`` at the body of a programme."""
        return self.staff[body_of(programme), role]


@cache
def body_of(programme: str) -> str:
    return next(p.body for p in programmes.programmes() if p.code == programme)


def set_the_stage(*, at: datetime) -> World:
    """Load definitions and items, found everybody; ``at`` should lie before the first story begins."""
    programmes.load_definitions(by=None, at=at)
    items.load_bank(by=None, at=at)
    world = World(opened_at=at)
    world.admin = _account(world, "admin@tancai.example", "平台管理员", at)
    people.grant_role(world.admin, "platform_admin", by=None, at=at)
    shown: dict[str, programmes.ProgrammeView] = {}
    for programme in programmes.programmes():
        shown.setdefault(programme.body, programme)
    for body, programme in shown.items():
        _staff_of(body, programme.code, world, at)
    _institution(world, at)
    return world


def _account(world: World, email: str, words: str, at: datetime) -> Any:
    user = people.register(email=email, password=PASSWORD, at=at)
    world.sign_ins.append(SignIn(words, email))
    return user


_WORDS = {
    "office": "考务",
    "reviewer": "审核员",
    "finance": "财务",
    "invigilator": "监考员",
    "marker": "阅卷员",
    "author": "命题员",
}


def _staff_of(body: str, code: str, world: World, at: datetime) -> None:
    organisation = people.organisation(body)
    assert organisation is not None
    for role in STAFF_ROLES:
        user = _account(world, f"{role}@{code}.example", f"{organisation.name} {_WORDS[role]}", at)
        people.grant_role(user, role, organisation=organisation, by=world.admin, at=at)
        world.staff[body, role] = user
    second = _account(world, f"office2@{code}.example", f"{organisation.name} 考务复核", at)
    people.grant_role(second, "office", organisation=organisation, by=world.admin, at=at)
    world.seconds[body] = second
    other = _account(world, f"marker2@{code}.example", f"{organisation.name} 阅卷员二", at)
    people.grant_role(other, "marker", organisation=organisation, by=world.admin, at=at)
    world.markers[body] = [world.staff[body, "marker"], other]


def _institution(world: World, at: datetime) -> None:
    world.institution = people.found_organisation(
        code=INSTITUTION,
        kind="institution",
        name="演示双碳学院",
        name_en="Demo Carbon College",
        by=world.admin,
        at=at,
    )
    world.institution_manager = _account(world, "manager@school.example", "演示双碳学院 机构管理员", at)
    people.grant_role(
        world.institution_manager,
        "institution_manager",
        organisation=world.institution,
        by=world.admin,
        at=at,
    )
    world.supervisor = _account(world, "supervisor@tancai.example", "监督（只读）", at)
    people.grant_role(world.supervisor, "supervisor", by=world.admin, at=at)
