"""What waits for an institution: returned and unfinished applications, archives to confirm."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tancai.enrolment import api as enrolment
from tancai.people import api as people
from tancai.web.institution.access import STAFF, named
from tancai.web.shell.navigation import DueItem


def due(request: HttpRequest) -> list[DueItem]:
    held = [role for role in people.roles_of(request.user) if role.role in STAFF and role.organisation_id]
    found = people.organisations_by_id({role.organisation_id for role in held if role.organisation_id})
    return [item for institution in found.values() for item in _due(institution)]


def _due(institution: people.Organisation) -> list[DueItem]:
    url = reverse("institution:candidates", args=[institution.code])
    states = list(enrolment.applications_by_institution([institution.pk]).values_list("state", flat=True))
    items = []
    if returned := states.count("returned"):
        title = ngettext("%(n)d 名考生的材料需要补正", "%(n)d 名考生的材料需要补正", returned) % {
            "n": returned
        }
        items.append(DueItem(title, named(institution), f"{url}?state=returned", level="near"))
    if drafts := states.count("draft"):
        title = ngettext("%(n)d 名考生的资料还不齐", "%(n)d 名考生的资料还不齐", drafts) % {"n": drafts}
        items.append(DueItem(title, named(institution), f"{url}?state=draft"))
    for batch in enrolment.batches_of([institution.pk])[:5]:
        if enrolment.stage(batch) == "inspected":
            address = reverse("institution:batch", args=[institution.code, batch.pk])
            items.append(DueItem(_("批量报名检查完毕，等待确认"), named(institution), address, level="near"))
    return items
