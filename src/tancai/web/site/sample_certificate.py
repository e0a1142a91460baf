from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.site import words


def page(request: HttpRequest) -> HttpResponse:
    """What a certificate says and how to tell a true one; drawn as a specimen with invented facts."""
    views = programmes.programmes(on=clock.today())
    chosen = next((v for v in views if v.code == request.GET.get("programme")), None)
    chosen = chosen or next(
        (v for v in views if v.definition.certificate.embossed_seal), views[0] if views else None
    )
    context: dict[str, object] = {"programmes": views, "chosen": chosen}
    if chosen:
        definition = chosen.definition
        level = definition.level_codes[-1]
        speciality = definition.speciality_codes[0]
        context |= {
            "definition": definition,
            "post": definition.post_name(level, speciality),
            "number": f"{definition.certificate.number_prefix}-0000-000000",
            "body": next((o for o in definition.organisations if o.code == definition.body), None),
            "ways": words.query_ways(definition.certificate),
        }
    return render(request, "site/sample_certificate.html", context)
