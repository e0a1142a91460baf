"""Parallel papers: ask for them, watch the search, compare, replace single items, accept or discard."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.author import paper_words, words
from tancai.web.author.access import author_only, programme_codes
from tancai.web.author.coverage import choice
from tancai.web.shell.charts import Series
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags import shell as tags

MOST_SESSIONS = 5
SEARCH = "items.search_papers"


class WishForm(forms.Form):
    """How many papers, how alike, and what they must not hold."""

    count = forms.IntegerField(min_value=1, max_value=items.MOST_PAPERS, initial=3)
    overlap = forms.IntegerField(min_value=0, max_value=100, initial=0)
    aim = forms.ChoiceField(widget=forms.RadioSelect, initial=items.MIX)
    resit = forms.BooleanField(required=False, initial=True)
    last = forms.IntegerField(min_value=0, max_value=MOST_SESSIONS, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "count": _("组几份试卷"),
            "overlap": _("两份试卷之间最多有几道相同的题"),
            "aim": _("各份试卷在什么上一致"),
            "resit": _("不用待补考考生已经见过的题"),
            "last": _("不用最近几场考过的题"),
        }
        helps = {
            "count": _("例如首考、补考、备用各一份。"),
            "overlap": _("填 0 表示互不重复。"),
            "last": _("填 0 表示不限。"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].help_text = helps.get(name, "")
        aim: Any = self.fields["aim"]
        aim.choices = [(code, paper_words.aim(code)) for code in (items.MIX, items.INFORMATION)]


@require_http_methods(["GET", "POST"])
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """The sets of papers there are."""
    codes = programme_codes(request.user)
    names = words.collection_names(codes)
    table = Table(
        request,
        items.paper_sets(codes),
        name="papers",
        title=_("组卷记录"),
        columns=[
            Column(
                "at",
                _("时间"),
                "moment",
                sort=True,
                url=lambda row: reverse("author:paper_set", args=[row.pk]),
            ),
            Column("programme", _("项目"), value=lambda row: names.get(row.programme, row.programme)),
            Column("group", _("级别和专业"), value=lambda row: group_name(row)),
            Column("count", _("份数"), "number"),
            Column("state", _("状态"), "html", value=state_chip),
        ],
        filters=[Filter("programme", _("项目"), list(names.items()))],
        order="-at",
        empty=Empty(_("还没有组过卷"), _("选好项目和份数，系统按试卷结构一次组出几份难度相当的试卷。")),
    )
    return table.respond("author/papers.html", {})


def group_name(row: Any) -> str:
    definition = programmes.definition(row.programme)
    level, speciality = definition.level(row.level), definition.speciality(row.speciality)
    return " · ".join(words.named(one) for one in (level, speciality) if one) or "—"


def state_chip(row: Any) -> SafeString:
    word, tone = paper_words.state(row.status or "", row.step or "")
    return tags.chip(word, tone)


@require_http_methods(["GET", "POST"])
@author_only
def new(request: HttpRequest) -> HttpResponse:
    """Ask for papers of one blueprint; the search runs on the worker."""
    chosen = choice(request)
    definition, level, speciality = chosen["definition"], chosen["level"], chosen["speciality"]
    form = WishForm(request.POST if request.method == "POST" else None)
    resit, waiting = exams.resit_items(
        definition.code, level=level, speciality=speciality, today=clock.today()
    )
    if request.method == "POST" and form.is_valid():
        wish = form.cleaned_data
        recent = exams.recent_items(definition.code, level=level, speciality=speciality, last=wish["last"])
        wanted = items.ask_for_papers(
            definition,
            level=level,
            speciality=speciality,
            count=wish["count"],
            overlap=wish["overlap"],
            aim=wish["aim"],
            excluded=(resit if wish["resit"] else frozenset()) | recent,
            why={
                "resit": len(resit) if wish["resit"] else 0,
                "people": waiting if wish["resit"] else 0,
                "recent": len(recent),
                "last": wish["last"],
            },
            seed=secrets.token_hex(8),
            by=request.user,
            at=clock.now(),
        )
        jobs.start(SEARCH, params={"set": wanted.pk}, by=request.user, at=clock.now())
        return redirect("author:paper_set", wanted.pk)
    blueprint = definition.blueprint(level, speciality)
    return render(
        request,
        "author/papers_new.html",
        {
            **chosen,
            "form": form,
            "sections": [
                {"kind": items.kind_name(s.kind), "count": s.count, "marks": s.marks}
                for s in blueprint.sections
            ],
            "total": blueprint.total,
            "resit_people": waiting,
            "resit_items": len(resit),
        },
    )


def own_set(request: HttpRequest, set_id: int) -> Any:
    row = items.paper_set(set_id)
    if row is None or row.programme not in programme_codes(request.user):
        raise Http404
    return row


def _job(row: Any) -> Any:
    return jobs.Job.objects.filter(kind=SEARCH, params__set=row.pk).order_by("-pk").first()


@require_GET
@author_only
def one(request: HttpRequest, set_id: int) -> HttpResponse:
    """A set: the search, then what was found, or why nothing can be."""
    row = own_set(request, set_id)
    outcome = getattr(row, "outcome", None)
    papers = items.papers_of(row)
    definition = programmes.definition(row.programme)
    context = {
        "row": row,
        "chip": state_chip(row),
        "programme": words.named(definition),
        "group": group_name(row),
        "outcome": outcome,
        "aim": paper_words.aim(row.aim),
        "rules": paper_words.left_out(row.rules),
        "papers": papers,
        "last_step": row.steps.select_related("by").order_by("-pk").first(),
        **_progress(row, outcome),
    }
    if papers:
        context |= _compared(papers)
        context["verdict"] = paper_words.verdict(row, outcome)
    elif outcome is not None:
        topics = words.topics([row.programme])
        context["hindrances"] = [
            paper_words.hindrance(found, topics, definition) for found in outcome.hindrances
        ]
        context["nothing"] = paper_words.nothing(outcome.status)
    return render(request, "author/paper_set.html", context)


def _progress(row: Any, outcome: Any) -> dict[str, Any]:
    job = None if outcome is not None else _job(row)
    note = ""
    if job is not None:
        note = paper_words.stage(job.note, job.done, row.count)
    return {"job": job, "working": outcome is None and job is not None and not job.over, "stage": note}


@require_GET
@author_only
def progress(request: HttpRequest, set_id: int) -> HttpResponse:
    """The part of the page that is asked for every second; once the search is over the page is loaded again."""
    row = own_set(request, set_id)
    outcome = getattr(row, "outcome", None)
    answer = render(request, "author/parts/paper_progress.html", {"row": row, **_progress(row, outcome)})
    if outcome is not None:
        answer["HX-Refresh"] = "true"
    return answer


def _compared(papers: list[items.PaperOf]) -> dict[str, Any]:
    """Curves, the matrix of common items and the mix of difficulties, paper by paper."""
    names = [paper_words.paper(paper.number) for paper in papers]
    matrix = [
        {
            "name": names[i],
            "cells": [{"count": len(a.item_ids & b.item_ids), "own": i == j} for j, b in enumerate(papers)],
        }
        for i, a in enumerate(papers)
    ]
    return {
        "names": names,
        "matrix": matrix,
        "marks": [f"{theta:g}" for theta in items.ABILITIES],
        "series": [
            Series(name, [round(value, 2) for value in paper.information])
            for name, paper in zip(names[:5], papers[:5], strict=True)
        ],
        "drawn": min(len(papers), 5),
        "levels": [words.difficulty(code) for code in items.DIFFICULTIES],
        "mix": [
            {
                "name": name,
                "paper": paper,
                "counts": [
                    (words.difficulty(code), paper.difficulties.get(code, 0)) for code in items.DIFFICULTIES
                ],
            }
            for name, paper in zip(names, papers, strict=True)
        ],
    }


@require_POST
@author_only
def decide(request: HttpRequest, set_id: int, step: str) -> HttpResponse:
    """Accept the set for exams, or discard it."""
    row = own_set(request, set_id)
    if step not in (items.PaperSetStep.ACCEPTED, items.PaperSetStep.DISCARDED):
        raise Http404
    try:
        items.decide_papers(row, step, reason=request.POST.get("reason", ""), by=request.user, at=clock.now())
    except items.NotAllowed as error:
        messages.error(request, paper_words.refusal(error.code))
    else:
        accepted = step == items.PaperSetStep.ACCEPTED
        messages.success(
            request,
            _("已采用，今后的考试先用这些试卷。") if accepted else _("已作废，这些试卷不会用于考试。"),
        )
    return redirect("author:paper_set", row.pk)


@require_POST
@author_only
def again(request: HttpRequest, set_id: int) -> HttpResponse:
    """Queue a search again whose job failed or was cancelled."""
    row = own_set(request, set_id)
    job = _job(row)
    if getattr(row, "outcome", None) is None and (job is None or job.over):
        jobs.start(SEARCH, params={"set": row.pk}, by=request.user, at=clock.now())
    return redirect("author:paper_set", row.pk)


def _paper(request: HttpRequest, set_id: int, number: int) -> tuple[Any, items.PaperOf]:
    row = own_set(request, set_id)
    found = next((paper for paper in items.papers_of(row) if paper.number == number), None)
    if found is None:
        raise Http404
    return row, found


@require_GET
@author_only
def paper(request: HttpRequest, set_id: int, number: int) -> HttpResponse:
    """One paper item by item."""
    row, found = _paper(request, set_id, number)
    view = items.form(found.form_id)
    figures = items.newest_figures(found.version_ids)
    topics = words.topics([row.programme])
    codes = dict(items.Item.objects.filter(pk__in=found.item_ids).values_list("pk", "code"))
    rows = [
        {
            "entry": entry,
            "code": codes[entry.item_id],
            "stem": Truncator(items.plain_text(str(entry.public.get("stem", "")))).chars(70),
            "kind": items.kind_name(entry.kind),
            "topic": words.topic_title(topics.get(entry.topic), entry.topic),
            "figures": figures.get(entry.version_id),
        }
        for entry in view.entries
    ]
    return render(
        request,
        "author/paper.html",
        {
            "row": row,
            "chip": state_chip(row),
            "number": number,
            "rows": rows,
            "total": view.total,
            "open": not row.steps.exists(),
            "replaced": found.replaced,
            "known": sum(one["figures"] is not None for one in rows),
        },
    )


@require_http_methods(["GET", "POST"])
@author_only
def replace(request: HttpRequest, set_id: int, number: int, version_id: int) -> HttpResponse:
    """Items that could stand in the place of one, best first; choose one."""
    row, found = _paper(request, set_id, number)
    definition = programmes.definition(row.programme)
    if version_id not in found.version_ids:
        messages.error(request, paper_words.refusal("moved_on"))
        return redirect("author:paper", row.pk, number)
    if request.method == "POST":
        given = request.POST.get("put_in", "")
        try:
            items.replace_item(
                row,
                number,
                version_id,
                int(given) if given.isascii() and given.isdigit() else 0,
                definition,
                by=request.user,
                at=clock.now(),
            )
        except items.NotAllowed as error:
            messages.error(request, paper_words.refusal(error.code))
        else:
            messages.success(request, _("已替换，曲线和重复题数已重新计算。"))
        return redirect("author:paper", row.pk, number)
    topics = words.topics([row.programme])
    old = items.ItemVersion.objects.select_related("item").get(pk=version_id)
    return render(
        request,
        "author/paper_replace.html",
        {
            "row": row,
            "number": number,
            "old": old,
            "old_stem": items.plain_text(str(old.content.get("stem", ""))),
            "old_topic": words.topic_title(topics.get(old.item.topic), old.item.topic),
            "old_difficulty": words.difficulty(old.item.difficulty),
            "open": not row.steps.exists(),
            "choices": [
                {
                    "one": one,
                    "stem": Truncator(items.plain_text(one.stem)).chars(80),
                    "topic": words.topic_title(topics.get(one.topic), one.topic),
                    "difficulty": words.difficulty(one.difficulty),
                }
                for one in items.fitting(row, number, version_id, definition)
            ],
        },
    )
