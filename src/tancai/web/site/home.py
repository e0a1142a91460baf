from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.publishing import api as publishing
from tancai.web.shell.templatetags.shell import maybe_url
from tancai.web.site import road_guide


def tools() -> list[tuple[str, str, str, str]]:
    """The eight tools of the candidate: icon, name, what it is for, address."""
    listed = [
        ("form", _("报名须知"), _("条件、材料、日程与承诺"), ["site:guide"]),
        (
            "ticket",
            _("准考证打印"),
            _("考前三天起"),
            ["candidate:tickets", "candidate:exams", "candidate:home"],
        ),
        ("chart", _("成绩查询"), _("成绩、成绩单与复核"), ["candidate:results", "candidate:home"]),
        ("building", _("考点申请"), _("有机房的单位申请承办考试"), ["site:exam_sites"]),
        ("chat", _("考生问答"), _("先查再问，由发证机构回答"), ["site:questions"]),
        ("renew", _("继续教育"), _("证书到期前的再注册"), ["site:continuing"]),
        (
            "book",
            _("学习中心"),
            _("课程、学时与进度"),
            ["candidate:courses", "candidate:learning", "candidate:home"],
        ),
        ("seal", _("证书查询"), _("核对证书真伪与状态"), ["verify:home", "verify:query", "verify:page"]),
    ]
    found = ((icon, name, what, [maybe_url(each) for each in names]) for icon, name, what, names in listed)
    return [
        (icon, name, what, url) for icon, name, what, urls in found if (url := next(filter(None, urls), ""))
    ]


def page(request: HttpRequest) -> HttpResponse:
    """What this is, which professions there are, when the next exams are, and the tools of the candidate."""
    at = clock.now()
    cards = []
    for view in programmes.programmes(on=clock.today()):
        days = programmes.open_days(view.code, at=at)
        cards.append({"view": view, "definition": view.definition, "day": days[0] if days else None})
    soon = sorted((c for c in cards if c["day"]), key=lambda card: card["day"].starts_at)  # type: ignore[attr-defined]
    return render(
        request,
        "site/home.html",
        {
            "cards": cards,
            "soon": soon,
            "tools": tools(),
            "steps": road_guide.steps(),
            "notices": publishing.notices()[:5],
            "news": publishing.news()[:4],
        },
    )
