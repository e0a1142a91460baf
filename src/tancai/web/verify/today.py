"""What is due for a holder: a certificate whose validity ends soon."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tancai.credentials import api as credentials
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem

SOON = timedelta(days=60)


def due(request: HttpRequest) -> list[DueItem]:
    """Certificates of the signed-in person that expire within two months."""
    person = people.person_of(request.user)
    today = clock.today()
    if person is None:
        return []
    return [
        DueItem(
            title=_("证书有效期即将届满"),
            detail=f"{named(each.facts, 'post')} · {each.number}",
            url=f"/me/certificates/{each.number}/",
            due_at=each.valid_until,
            level="near",
        )
        for each in credentials.certificates_of(person)
        if each.state == "valid" and each.valid_until and each.valid_until - today <= SOON
    ]
