from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tancai.people import api as people
from tancai.web.institution.access import STAFF, named
from tancai.web.shell.navigation import NavEntry

HEADING = gettext_lazy("机构")


def entries(request: HttpRequest) -> list[NavEntry]:
    """Candidates and batch enrolment of each institution the user works for."""
    held = [role for role in people.roles_of(request.user) if role.role in STAFF and role.organisation_id]
    found = people.organisations_by_id({role.organisation_id for role in held if role.organisation_id})
    several = len(found) > 1
    listed = []
    for institution in found.values():
        group = named(institution) if several else ""
        candidates = reverse("institution:candidates", args=[institution.code])
        listed += [
            NavEntry(pgettext("list", "考生"), candidates, icon="people", group=group),
            NavEntry(
                _("批量报名"),
                reverse("institution:import", args=[institution.code]),
                icon="upload",
                group=group,
            ),
        ]
    return listed
