"""The stage: organisations, staff with their roles, one institution, all made by the actions people use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tancai.items import api as items
from tancai.people import api as people
from tancai.programmes import api as programmes

PASSWORD = "carbon-2060-demo"
INSTITUTION = "demo-school"
PROGRAMMES = ("dcne", "cem", "crp", "csa")

STAFF_ROLES = ("office", "reviewer", "finance", "invigilator", "marker", "author")


@dataclass(frozen=True)
class SignIn:
    """A sign-in shown to the visitor of a demo world."""

    role: str
    phone: str
    name: str


@dataclass
class World:
    """Who acts in this world: staff by (body, role), second persons, the administrator, the institution."""

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


def body_of(programme: str) -> str:
    return next(p.body for p in programmes.programmes() if p.code == programme)


def set_the_stage(*, at: datetime) -> World:
    """Load definitions and items, found everybody; ``at`` should lie before the first story begins."""
    programmes.load_definitions(by=None, at=at)
    items.load_bank(by=None, at=at)
    world = World()
    account = _accounts(at)
    world.admin = account("platform_admin", "平台管理员")
    people.grant_role(world.admin, "platform_admin", by=None, at=at)
    for body in dict.fromkeys(p.body for p in programmes.programmes()):
        _staff_of(body, world, account, at)
    _institution(world, account, at)
    return world


def _accounts(at: datetime) -> Callable[[str, str], Any]:
    numbers = iter(range(1, 1000))

    def account(_: str, name: str) -> Any:
        user = people.register(phone=f"+86171000{next(numbers):05d}", password=PASSWORD, at=at)
        return user

    return account


def _staff_of(body: str, world: World, account: Callable[[str, str], Any], at: datetime) -> None:
    organisation = people.organisation(body)
    for role in STAFF_ROLES:
        user = account(role, role)
        people.grant_role(user, role, organisation=organisation, by=world.admin, at=at)
        world.staff[body, role] = user
    second = account("office", "second")
    people.grant_role(second, "office", organisation=organisation, by=world.admin, at=at)
    world.seconds[body] = second
    other = account("marker", "second marker")
    people.grant_role(other, "marker", organisation=organisation, by=world.admin, at=at)
    world.markers[body] = [world.staff[body, "marker"], other]


def _institution(world: World, account: Callable[[str, str], Any], at: datetime) -> None:
    world.institution = people.found_organisation(
        code=INSTITUTION,
        kind="institution",
        name="演示双碳学院",
        name_en="Demo Carbon College",
        by=world.admin,
        at=at,
    )
    world.institution_manager = account("institution_manager", "institution")
    people.grant_role(
        world.institution_manager,
        "institution_manager",
        organisation=world.institution,
        by=world.admin,
        at=at,
    )
    world.supervisor = account("supervisor", "supervisor")
    people.grant_role(world.supervisor, "supervisor", by=world.admin, at=at)
