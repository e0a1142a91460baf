from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tancai.audit import api as audit
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.office.modules import offered
from tancai.web.shell.navigation import NavEntry

HEADING = gettext_lazy("办公室")
STAFF = ("office", "reviewer", "finance", "supervisor", "organiser_staff")

_PLAIN = (
    (gettext_lazy("考务"), "office:sessions", "calendar", ("office", "supervisor")),
    (pgettext_lazy("list", "证书"), "office:certificates", "seal", ("office", "supervisor")),
    (gettext_lazy("订单"), "office:orders", "money", ("finance", "office", "supervisor")),
    (gettext_lazy("项目与规则"), "office:programmes", "book", STAFF),
    (pgettext_lazy("list", "机构"), "office:institutions", "building", ("office", "supervisor")),
    (gettext_lazy("身份"), "office:identities", "user", ("office",)),
    (pgettext_lazy("list", "角色"), "office:roles", "people", ("platform_admin", "office")),
)

_ORDER = (
    *("home", "review_queue", "orders", "sessions", "identity_flags", "results", "rechecks", "certificates"),
    *("programmes", "institutions", "sites", "identities", "roles"),
    *("posts", "questions", "calls"),
)


def entries(request: HttpRequest) -> list[NavEntry]:
    """Home, what each module offers, then the plain pages; only what this user may open. Entries follow the candidate's
    road, then what the office keeps and publishes."""
    if not request.user.is_authenticated or not people.access_any(request.user, STAFF):
        return []
    # counting what waits costs more than many pages; it changes by actions (and by time: asked again each minute)
    state = f"{audit.latest()}:{clock.now():%d%H%M}"
    key = f"office-nav:{request.user.pk}:{get_language()}:{get_script_prefix()}:{state}"
    found: list[NavEntry] | None = cache.get(key)
    if found is None:
        found = _entries(request)
        cache.set(key, found, 60)
    return found


def _entries(request: HttpRequest) -> list[NavEntry]:
    found = [NavEntry(_("办公室首页"), reverse("office:home"), icon="home")]
    for function in offered("_nav", "_entries"):
        found += function(request)
    known = {entry.url for entry in found}
    for label, name, icon, roles in _PLAIN:
        url = _address(name)
        if url and url not in known and people.access_any(request.user, roles):
            found.append(NavEntry(str(label), url, icon=icon))
    places = {_address(f"office:{name}"): place for place, name in enumerate(_ORDER)}
    return sorted(found, key=lambda entry: places.get(entry.url, len(places)))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
