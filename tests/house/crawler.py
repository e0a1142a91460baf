"""Walk the pages of an installation as everybody who signs in there, and write down what was found.

``python -m tests.house.crawler FOLDER OUT.json`` opens the data folder given; run it on a copy, reading leaves traces.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

A_VIEW = 2
"""Addresses of one view that one visitor opens; one for those who see the same desk as another."""
SAME_DESK = ("reviewer", "finance", "supervisor", "other_office", "returned")
A_LANGUAGE = 3
"""Visitors who open a view in English."""

BODY = "cem"
OTHER_BODY = "dcne"
VISITORS = {
    "anonymous": "",
    **{
        role: f"{role}@{BODY}.example"
        for role in ("office", "reviewer", "finance", "invigilator", "marker", "author")
    },
    "admin": "admin@tancai.example",
    "supervisor": "supervisor@tancai.example",
    "manager": "manager@school.example",
    **{name: f"{name}@{BODY}.example" for name in ("candidate", "almost", "returned")},
    "other_office": f"office@{OTHER_BODY}.example",
}
STARTS = ["/", "/today/"]
DESKS = [
    "/me/",
    "/institution/",
    "/exam/",
    "/workshop/",
    "/invigilate/",
    "/mark/",
    "/author/",
    "/office/",
    "/verify/",
]
PRIVATE = ("/me/", "/institution/", "/exam/", "/workshop/", "/invigilate/", "/mark/", "/author/", "/office/")
PUBLIC = ("site:", "verify:")


@dataclass
class Visit:
    """One address as one visitor saw it in one language. ``problems`` are pairs of a code and its detail."""

    visitor: str
    language: str
    address: str
    source: str
    view: str = ""
    arguments: bool = False
    status: int = 0
    forms: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


class Walker:
    """One visitor with a session in one language."""

    def __init__(self, visitor: str, language: str, root: Path) -> None:
        from django.conf import settings
        from django.test import Client

        from tancai.people import api as people

        self.visitor, self.language, self.root = visitor, language, root
        self.client = Client(raise_request_exception=False)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if VISITORS[visitor]:
            user = people.user_by_address(VISITORS[visitor])
            assert user is not None, f"nobody signs in as {VISITORS[visitor]}"
            self.client.force_login(user)
        self.visits: dict[str, Visit] = {}
        self.of_view: Counter[str] = Counter()
        self.links: deque[tuple[str, str]] = deque()

    def walk(self, starts: list[str], a_view: int) -> list[Visit]:
        """Follow the links from the starts, breadth first."""
        self.links.extend((address, "start") for address in starts)
        while self.links:
            address, source = self.links.popleft()
            if address not in self.visits:
                self.open(address, source, a_view)
        return list(self.visits.values())

    def open(self, address: str, source: str, a_view: int = 10_000) -> None:
        visit = Visit(self.visitor, self.language, address, source)
        visit.view, visit.arguments = named(address)
        if not visit.view:
            visit.problems.append(("dead_link", source))
            self.visits[address] = visit
            return
        seen_by_all = visit.view.startswith(PUBLIC) and self.visitor not in ("anonymous", "candidate")
        if self.of_view[visit.view] >= (1 if seen_by_all else a_view) or "logout" in visit.view:
            return
        self.of_view[visit.view] += 1
        self.visits[address] = visit
        self._ask(visit, source)

    def _ask(self, visit: Visit, source: str) -> None:
        failures: list[str] = []
        with failing(failures):
            answer = self.client.get(visit.address, HTTP_ACCEPT_LANGUAGE=self.language)
        visit.status = answer.status_code
        if answer.status_code >= 500:
            visit.problems.append(("fails", failures[-1] if failures else "?"))
        elif answer.status_code == 404 and source != "start":
            visit.problems.append(("dead_link", source))
        elif answer.status_code in (301, 302):
            self._offer(answer["Location"], visit)
        elif answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            self._read(visit, answer.content.decode())

    def _read(self, visit: Visit, html: str) -> None:
        from tests.house import pages

        page = pages.read(html)
        if page.whole:
            visit.problems += self._faults(page)
        if self.language == "en":
            left = pages.left_in_chinese(page, self.root, english_names())
            visit.problems += [("chinese", text) for text in left]
        for link in page.links:
            self._offer(link, visit)
        for form in page.forms:
            action = local(form.action or visit.address, visit.address)
            if form.method == "post" and action:
                visit.forms.append(action)
                if not named(action)[0]:
                    visit.problems.append(("dead_form", action))
            elif form.method == "get" and action:
                self._offer(action, visit)

    def _faults(self, page: Any) -> list[tuple[str, str]]:
        wanted = {"zh-hans": "zh-Hans", "en": "en"}[self.language]
        faults = [] if page.title.strip(" ·").removesuffix("碳才").strip(" ·") else [("no_title", page.title)]
        faults += [] if page.headings == 1 else [("headings", str(page.headings))]
        return faults + ([] if page.language == wanted else [("language", page.language)])

    def _offer(self, link: str, visit: Visit) -> None:
        address = local(link, visit.address)
        if address and not address.startswith(("/static/", "/i18n/")):
            self.links.append((address, visit.address))


def local(link: str, base: str) -> str:
    """The address of a link on this site without its fragment; "" when it leads elsewhere."""
    parts = urlsplit(urldefrag(urljoin(f"http://testserver{base}", link)).url)
    if parts.scheme not in ("http", "https") or parts.netloc != "testserver":
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def named(address: str) -> tuple[str, bool]:
    """The name of the view behind an address ("" for none), and whether the address names an object."""
    from django.urls import Resolver404, resolve

    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return "", False
    return match.view_name or match._func_path, bool(match.kwargs or match.args)


@cache
def english_names() -> frozenset[str]:
    """Chinese names that have an English form: programmes, levels, specialities, organisations."""
    from tancai.people import api as people
    from tancai.programmes import api as programmes

    found = [each for each in people.organisations() if each.name_en]
    for programme in programmes.programmes():
        definition = programme.definition
        found += [each for each in (definition, *definition.levels, *definition.specialities) if each.name_en]
    return frozenset(each.name for each in found)


class failing:
    """Collects the tracebacks of requests that fail inside the block."""

    def __init__(self, told: list[str]) -> None:
        self.told = told

    def _note(self, sender: object, request: object = None, **more: object) -> None:
        self.told.append(traceback.format_exc(limit=-4))

    def __enter__(self) -> None:
        from django.core.signals import got_request_exception

        got_request_exception.connect(self._note)

    def __exit__(self, *error: object) -> None:
        from django.core.signals import got_request_exception

        got_request_exception.disconnect(self._note)


def starts_of(visitor: str) -> list[str]:
    return STARTS + (
        ["/verify/", "/exam/", "/account/login/", "/account/signup/"] if visitor == "anonymous" else DESKS
    )


def crawl(root: Path) -> dict[str, Any]:
    """Everybody in Chinese, everybody in English with one address a view, then everybody at others' addresses."""
    found: dict[str, list[Visit]] = {}
    for visitor in VISITORS:
        a_view = 1 if visitor in SAME_DESK else A_VIEW
        found[visitor] = Walker(visitor, "zh-hans", root).walk(starts_of(visitor), a_view)
    english: list[Visit] = []
    for visitor in VISITORS:
        same = {visit.view for visit in english if visit.view.startswith((*PUBLIC, "account"))}
        seen = Counter(visit.view for visit in english if visit.status == 200)
        same |= {view for view, count in seen.items() if count >= A_LANGUAGE}
        english += in_english(visitor, [visit for visit in found[visitor] if visit.view not in same], root)
    return {
        "visits": [asdict(visit) for visits in found.values() for visit in visits],
        "english": [asdict(visit) for visit in english],
        "strangers": strangers(found, root),
        "posts": posts(found, root),
        "messages": dead_messages(),
    }


def in_english(visitor: str, visits: list[Visit], root: Path) -> list[Visit]:
    """One address of every view that the visitor was shown, again in English."""
    walker = Walker(visitor, "en", root)
    first = {visit.view: visit for visit in reversed(visits) if visit.status == 200}
    for visit in first.values():
        walker.open(visit.address, visit.source)
    return list(walker.visits.values())


def dead_messages() -> list[str]:
    """Addresses that messages lead to and no view answers."""
    from tancai.messages.models import Message

    links = Message.objects.exclude(link="").values_list("link", flat=True).distinct()
    return sorted({link for link in links if link.startswith("/") and not named(link)[0]})


def opened(visits: list[Visit]) -> list[Visit]:
    """Private addresses that name an object and were shown."""
    return [v for v in visits if v.status == 200 and v.arguments and v.address.startswith(PRIVATE)]


def strangers(found: dict[str, list[Visit]], root: Path) -> list[dict[str, Any]]:
    """What people saw at private addresses that somebody else found: (owner, stranger, address, view, status)."""
    told = []
    pairs = [(owner, "anonymous") for owner in VISITORS if owner != "anonymous"]
    pairs += [
        (role, "other_office")
        for role in ("office", "reviewer", "finance", "invigilator", "marker", "author")
    ]
    pairs += [("manager", "other_office"), ("manager", "candidate"), ("manager", "office")]
    pairs += [
        ("candidate", "almost"),
        ("candidate", "returned"),
        ("returned", "candidate"),
        ("candidate", "manager"),
    ]
    pairs += [("office", "marker"), ("office", "author"), ("office", "candidate"), ("office", "manager")]
    for owner, stranger in pairs:
        walker = Walker(stranger, "zh-hans", root)
        own = {visit.address for visit in found[stranger]}
        for visit in opened(found[owner]):
            if visit.address in own:
                continue
            status = walker.client.get(visit.address).status_code
            told.append(
                {
                    "owner": owner,
                    "stranger": stranger,
                    "address": visit.address,
                    "view": visit.view,
                    "status": status,
                }
            )
    return told


def posts(found: dict[str, list[Visit]], root: Path) -> list[dict[str, Any]]:
    """What became of empty posts to the forms of staff, by those who may only read and by those who may nothing."""
    told = []
    staff = ("office", "reviewer", "finance", "invigilator", "marker", "author", "manager")
    actions = {
        (action, owner): None
        for owner in staff
        for visit in found[owner]
        for action in visit.forms
        if action.startswith(PRIVATE) and not action.startswith("/me/")
    }
    for stranger in ("supervisor", "other_office", "anonymous"):
        walker = Walker(stranger, "zh-hans", root)
        for action, owner in actions:
            view, arguments = named(action)
            if stranger == "other_office" and not arguments:
                continue
            answer = walker.client.post(action)
            told.append(
                {
                    "owner": owner,
                    "stranger": stranger,
                    "address": action,
                    "view": view,
                    "status": answer.status_code,
                    "to": answer.get("Location", ""),
                }
            )
    return told


def main(folder: str, out: str) -> None:
    os.environ["TANCAI_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tancai.config.settings"
    import django
    from django.conf import settings

    from tancai.lib import catalogues

    catalogues.compile_stale()
    django.setup()
    settings.ALLOWED_HOSTS = ["*"]
    root = Path(catalogues.__file__).resolve().parents[1]
    Path(out).write_text(json.dumps(crawl(root), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
