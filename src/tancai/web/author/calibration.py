"""What the answers say about the items: analyses of released sessions, flagged items, plots of one item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.engines.psychometrics.curves import expected_score, information, probabilities
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.web.author import figure_words, other_key, words
from tancai.web.author.access import author_only, collections, programme_codes
from tancai.web.shell.charts import Series
from tancai.web.shell.tables import Column, Empty, Filter, Table


@require_GET
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """Analyses, newest first, and released sessions that have none."""
    codes = programme_codes(request.user)
    names = words.collection_names(codes)
    table = Table(
        request,
        items.calibrations(codes),
        name="calibrations",
        title=_("试题分析"),
        columns=[
            Column(
                "name", _("考试"), sort=True, url=lambda row: reverse("author:calibration", args=[row.pk])
            ),
            Column("n", _("答卷"), "number", sort=True),
            Column("flagged", _("有提示的题"), "number", sort=True),
            Column("alpha", _("信度"), "number", value=lambda row: _two(row.alpha)),
            Column("at", _("分析时间"), "moment", sort=True),
        ],
        filters=[Filter("programme", _("项目"), list(names.items()))],
        order="-at",
        empty=Empty(_("还没有试题分析"), _("一场考试公布成绩后，系统会自动分析这一场的答卷。")),
    )
    return table.respond("author/calibrations.html", {"waiting": _waiting(codes)})


def _two(value: float | None) -> Decimal | None:
    """To two places, all of them shown."""
    return None if value is None else Decimal(f"{value:.2f}")


def _waiting(codes: list[str]) -> list[dict[str, Any]]:
    sessions = marking.calibratable(codes)
    done = items.calibrated_sources([marking.source_of(session.pk) for session in sessions])
    names = words.collection_names(codes)
    return [
        {"session": session, "name": names.get(session.programme, session.programme)}
        for session in sessions
        if marking.source_of(session.pk) not in done
    ]


@require_POST
@author_only
def start(request: HttpRequest, session_id: int) -> HttpResponse:
    """Analyse a released session now."""
    session = exams.session(session_id)
    codes = programme_codes(request.user)
    if session is None or session.pk not in {one.pk for one in marking.calibratable(codes)}:
        raise Http404
    jobs.start(marking.CALIBRATE, params={"session": session.pk}, by=request.user, at=clock.now())
    messages.success(request, _("已开始分析，通常一分钟内完成；完成后会列在这里。"))
    return redirect("author:calibrations")


def own_calibration(request: HttpRequest, calibration_id: int) -> Any:
    row = items.calibration(calibration_id)
    if row is None or row.programme not in programme_codes(request.user):
        raise Http404
    return row


@require_GET
@author_only
def one(request: HttpRequest, calibration_id: int) -> HttpResponse:
    """One analysis: the paper as a whole, what to look at first, every item."""
    row = own_calibration(request, calibration_id)
    lines = [_line(figures, row) for figures in items.figures_of(row)]
    flagged = sorted(
        (line for line in lines if line["flags"]), key=lambda line: (-line["weight"], line["code"])
    )
    table = Table(
        request,
        lines,
        name="figures",
        title=_("全部试题"),
        columns=[
            Column("code", _("编号"), "code", sort=True, url=lambda line: line["url"]),
            Column("stem", _("题干")),
            Column("kind", _("题型"), value=lambda line: items.kind_name(line["kind"])),
            Column("n", _("作答"), "number", sort=True),
            Column("difficulty", _("得分率"), "number", sort=True),
            Column("discrimination", _("区分度"), "number", sort=True),
            Column("a", _("斜率 a"), "number", sort=True),
            Column("b", _("位置 b"), "number", sort=True),
            Column("signs", _("提示")),
        ],
        search=["code", "stem"],
        search_label=_("编号或题干"),
        filters=[
            Filter(
                "flag",
                _("提示"),
                figure_words.flag_choices(),
                apply=lambda found, value: [line for line in found if value in line["flags"]],
            )
        ],
        order="code",
        per_page=60,
        empty=Empty(_("没有试题"), _("这次分析没有涉及任何试题。")),
    )
    return table.respond(
        "author/calibration.html",
        {
            "row": row,
            "flagged": flagged,
            "notes": figure_words.notes(row),
            "suspected": sum(line["weight"] >= figure_words.SUSPECT for line in flagged),
        },
    )


def _line(figures: Any, row: Any) -> dict[str, Any]:
    version = figures.version
    return {
        "version_id": version.pk,
        "code": version.item.code,
        "kind": version.item.kind,
        "stem": Truncator(items.plain_text(str(version.content.get("stem", "")))).chars(50),
        "n": figures.n,
        "difficulty": _two(figures.difficulty),
        "discrimination": _two(figures.discrimination),
        "a": _two(figures.a),
        "b": _two(figures.b),
        "flags": list(figures.flags),
        "signs": _("；").join(figure_words.flag(code) for code in figures.flags),
        "chips": [(figure_words.flag(code), figure_words.tone([code])) for code in figures.flags],
        "advice": figure_words.advice(figures.flags),
        "weight": figure_words.weight(figures.flags),
        "url": reverse("author:figures", args=[row.pk, version.pk]),
    }


def own_figures(request: HttpRequest, calibration_id: int, version_id: int) -> tuple[Any, Any]:
    row = own_calibration(request, calibration_id)
    found = row.rows.select_related("version__item").filter(version=version_id).first()
    if found is None:
        raise Http404
    return row, found


@require_GET
@author_only
def item(request: HttpRequest, calibration_id: int, version_id: int) -> HttpResponse:
    """One item: its text, figures, plots and what to do about it."""
    row, figures = own_figures(request, calibration_id, version_id)
    version = figures.version
    session = marking.session_of_source(row.source)
    return render(
        request,
        "author/figures.html",
        {
            "row": row,
            "figures": figures,
            "version": version,
            "kind": items.kind_name(version.item.kind),
            "stem": items.kinds()[version.item.kind].public(version.content)["stem"],
            "own": version.item.collection in collections(request.user),
            "flags": [(figure_words.flag(code), figure_words.tone([code])) for code in figures.flags],
            "advice": figure_words.advice(figures.flags),
            "letters": version.key.get("letters") or [],
            "choices": {option["letter"]: option["text"] for option in version.content.get("options") or []},
            "session": session,
            "rulings": [] if session is None else marking.rulings_on(session, version.pk),
            "parts": _parts(figures),
            "steps": figure_words.steps(figures.steps),
            "history": items.history_of([version.pk]),
            **_plots(figures),
        },
    )


def _plots(figures: Any) -> dict[str, Any]:
    """Series of the option plot, the item curve with what was observed, and the information."""
    found: dict[str, Any] = {"groups": figure_words.groups()}
    if figures.options:
        found["options"] = _option_lines(figures.options)
    else:
        found["reached"] = [
            Series(_("得分率"), [None if g is None else round(100 * g) for g in figures.groups])
        ]
    if figures.a is not None and figures.b is not None:
        curve = items.curve_of(figures)
        reached = expected_score(curve, items.CURVE_MARKS) / (curve.categories - 1)
        told = information(curve, items.CURVE_MARKS)
        found["marks"] = [f"{theta:g}" for theta in items.CURVE_MARKS]
        if figures.steps:
            chances = probabilities(curve, items.CURVE_MARKS)
            found["categories"] = [
                Series(step["share"], [round(100 * float(p)) for p in chances[:, k]])
                for k, step in enumerate(figure_words.steps(figures.steps))
            ]
        found["icc"] = [
            Series(_("模型"), [round(100 * float(p)) for p in reached]),
            Series(_("实测"), [None if p is None else round(100 * p) for p in figures.observed]),
        ]
        found["info"] = [Series(_("信息量"), [round(float(value), 3) for value in told])]
    return found


def _option_lines(options: list[dict[str, Any]]) -> list[Series]:
    """The key and the options chosen most, each with its share among five groups of people."""
    return [
        Series(
            figure_words.option(option["option"], option["is_key"]),
            [None if share is None else round(100 * share) for share in option["by_group"]],
        )
        for option in sorted(options, key=lambda o: (not o["is_key"], -o["count"]))[:5]
    ]


def _parts(figures: Any) -> list[dict[str, Any]]:
    """Questions of a case with what they ask; figures only where a machine scores them."""
    told = {part["number"]: part for part in figures.parts}
    return [
        _part(number, question, told.get(number))
        for number, question in enumerate(figures.version.content.get("questions") or [], 1)
        if figures.parts
    ]


def _part(number: int, question: dict[str, Any], told: dict[str, Any] | None) -> dict[str, Any]:
    """Analyses made before questions of a case had options have neither flags nor options."""
    flags = (told or {}).get("flags", [])
    options = (told or {}).get("options", [])
    return {
        "number": number,
        "kind": items.kind_name(question["kind"]),
        "stem": Truncator(items.plain_text(str(question["content"].get("stem", "")))).chars(60),
        "figures": told,
        "chips": [(figure_words.flag(code), figure_words.tone([code])) for code in flags],
        "doubted": any(code in items.BAD_KEY for code in flags),
        "choices": [
            (
                option["letter"],
                option["text"],
                next((o for o in options if o["option"] == option["letter"]), None),
            )
            for option in question["content"].get("options") or []
        ]
        if options
        else [],
        "lines": _option_lines(options),
    }


RULINGS = ("credit", "drop", "rekey")


@require_http_methods(["GET", "POST"])
@author_only
def ruling(request: HttpRequest, calibration_id: int, version_id: int) -> HttpResponse:
    """Try out what a ruling on the item would do to the scores of the session, and propose it to the office."""
    row, figures = own_figures(request, calibration_id, version_id)
    session = marking.session_of_source(row.source)
    if session is None:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "")
    choices = other_key.choices(figures.version, given)
    letters = other_key.told(choices, given)
    context: dict[str, Any] = {
        "row": row,
        "version": figures.version,
        "session": session,
        "kind": kind,
        "kinds": [(code, figure_words.ruling(code), figure_words.ruling_help(code)) for code in RULINGS],
        "letters": letters,
        "choices": choices,
        "reason": given.get("reason", ""),
    }
    if kind in RULINGS:
        try:
            if request.method == "POST" and "propose" in request.POST:
                marking.propose_ruling(
                    session,
                    version_id,
                    kind,
                    letters=letters,
                    reason=given.get("reason", ""),
                    by=request.user,
                    at=clock.now(),
                )
                messages.success(request, _("已提请更正，由考务办公室的另一人决定。"))
                return redirect("author:figures", row.pk, version_id)
            plan = marking.plan_ruling(session, version_id, kind, letters=letters, at=clock.now())
            context |= _shown(plan)
        except marking.MayNot as error:
            context["problem"] = figure_words.ruling_problem(error.code)
            if error.code == "no_reason":
                plan = marking.plan_ruling(session, version_id, kind, letters=letters, at=clock.now())
                context |= _shown(plan)
        except marking.NotThere as error:
            raise Http404 from error
    return render(request, "author/ruling.html", context)


def _shown(plan: marking.RulingPlan) -> dict[str, Any]:
    rows = figure_words.effects(plan.effects)
    return {"plan": plan, "effects": rows, "crossing": [row for row in rows if row["crossing"]]}
