"""Writing: a new version of an item, or a new item; what is written starts as a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tancai.items import api as items
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.author import case, words
from tancai.web.author.access import SHARED, author_only, collections, own_item, programme_codes
from tancai.web.author.answer_side import AnswerSide, area, initial_of

TOO_ALIKE = 0.85
"""From here on saving asks first."""


class WritingForm(AnswerSide):
    """What every kind has: question, basis, explanation. The answer side is added by the shape of the kind."""

    document = forms.CharField(max_length=300)
    clause = forms.CharField(max_length=300, required=False)
    year = forms.IntegerField(required=False, min_value=1949, max_value=2100)
    status = forms.ChoiceField(required=False)
    explanation = forms.CharField(max_length=4000, widget=area(3))
    note = forms.CharField(max_length=300, required=False)

    def __init__(self, kind: items.Kind, data: Any = None, *, version: Any = None, new: bool = False) -> None:
        several = kind.shape == "questions"
        super().__init__(
            kind, data, without=("questions",) if several else (), initial=_initial(kind, version)
        )
        labels = {
            "stem": (_("题干"), _("一句话问清一件事；不用否定的否定，不用“以上都对”。")),
            "document": (_("依据文件"), _("标准、法规或教材的名称和编号。")),
            "clause": (_("条款"), _("条、款、表号或章节。")),
            "year": (_("发布年份"), _("文件发布或修订的年份，例如 2024。")),
            "status": (_("效力"), _("已失效的文件不能作为答案的依据。")),
            "explanation": (_("解析"), _("说明为什么对、其余为什么错。")),
            "note": (_("这次改了什么"), _("审核人会看到。")),
        }
        if several:
            stem: Any = self.fields["stem"]
            stem.max_length, stem.widget = 8000, area(12)
            stem.validators = [MaxLengthValidator(8000)]
            labels["stem"] = (
                _("案例材料"),
                _(
                    "各小题共用的材料。表格一行一行写，各格用 | 隔开，首尾也写 |；第二行写 |---| 时第一行为表头。"
                ),
            )
            labels["explanation"] = (
                _("解析"),
                _("按小题写明依据和算法；{answer2} 为第 2 小题的答案。"),
            )
        for name, (label, text) in labels.items():
            self.fields[name].label, self.fields[name].help_text = label, text
        status: Any = self.fields["status"]
        status.choices = [("", _("未核对")), *words.holds().items()]
        self.fields["note"].required = not new
        if new:
            del self.fields["note"]
        self.questions = case.questions(kind, data, version) if several else []

    @property
    def parts(self) -> dict[str, Any]:
        """What the questions of a case need besides their forms."""
        return case.parts(self.kind, self.questions)

    def clean(self) -> dict[str, Any]:
        for question in self.questions:
            if not question.is_valid():
                for name, errors in question.errors.items():
                    for error in errors:
                        self.add_error(None, case.said(question, name, error))
        return self.cleaned_data

    def loosen(self) -> None:
        super().loosen()
        for question in self.questions:
            question.loosen()

    def content_and_key(self) -> tuple[dict[str, Any], dict[str, Any]]:
        if self.kind.shape != "questions":
            return super().content_and_key()
        kind: Any = self.kind
        made = [
            (question.kind.code, question.cleaned_data.get("marks"), *question.content_and_key())
            for question in self.questions
        ]
        return kind.composed(self.cleaned_data["stem"], made, self._written())

    def basis(self) -> dict[str, Any]:
        """Document and clause; year and status where the form asked for them, empty ones too."""
        given = self.cleaned_data
        known = {name: given.get(name) for name in ("year", "status") if name in self.data}
        return {"document": given["document"], "clause": given["clause"], **known}


def _initial(kind: Any, version: Any) -> dict[str, Any]:
    if version is None:
        return {}
    found = {
        "explanation": version.explanation,
        "document": version.basis.get("document", ""),
        "clause": version.basis.get("clause", ""),
        "year": version.basis.get("year"),
        "status": version.basis.get("status", ""),
    }
    return {**found, **initial_of(kind, version.content, version.key)}


@require_http_methods(["GET", "POST"])
@author_only
def revise(request: HttpRequest, code: str) -> HttpResponse:
    """Write the next version, beginning from the newest or the one named by ``from``."""
    item = own_item(request, code)
    versions = items.versions_of(item)
    wanted = request.GET.get("from", "")
    source = next((v for v in versions if str(v.number) == wanted), versions[0])
    form = WritingForm(items.kinds()[item.kind], request.POST or None, version=source)
    if request.method == "POST" and form.is_valid():
        try:
            content, key = form.content_and_key()
            alike = _too_alike(request, content, item)
            if alike:
                return _asked(request, form, alike, item=item, source=source)
            version = items.revise_item(
                item,
                content=content,
                key=key,
                basis=form.basis(),
                explanation=form.cleaned_data["explanation"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=clock.now(),
            )
        except items.BadItem as error:
            _show(form, error)
        else:
            return _saved(request, version)
    return render(
        request,
        "author/edit.html",
        {"form": form, "item": item, "source": source, "kind": items.kind_name(item.kind)},
    )


def _too_alike(request: HttpRequest, content: dict[str, Any], item: Any) -> list[tuple[Any, int]]:
    """Items so alike that saving asks first; none once the author has said that it is meant."""
    if "alike_ok" in request.POST:
        return []
    found = items.alike_to(content, collections(request.user), item=item, least=TOO_ALIKE)
    return [(other, round(100 * value)) for other, value in found]


def _asked(request: HttpRequest, form: WritingForm, alike: list[Any], **more: Any) -> HttpResponse:
    """The form once more with the items it is too like; saving it then needs a tick."""
    context = {"form": form, "alike_found": alike, "kind": items.kind_name(form.kind.code), **more}
    return render(request, "author/edit.html", context)


def _saved(request: HttpRequest, version: Any) -> HttpResponse:
    """Say so, send it to review where that was asked, and show the version."""
    if request.POST.get("send"):
        items.take_step(version, items.ItemState.REVIEW, reason="", by=request.user, at=clock.now())
        messages.success(request, _("已保存并送审，等待另一位命题员审核。"))
    else:
        messages.success(request, _("已存为草稿，送审并通过后才会用于组卷。"))
    return redirect(f"{reverse('author:item', args=[version.item.code])}?version={version.number}")


def _show(form: WritingForm, error: items.BadItem) -> None:
    for found in error.faults:
        form.add_error("stem" if found.place == "stem" else None, words.fault(found))


class PlaceForm(forms.Form):
    """Where a new item belongs."""

    topic = forms.ChoiceField()
    kind = forms.ChoiceField()
    difficulty = forms.ChoiceField()
    levels = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, codes: list[str]) -> None:
        super().__init__(data)
        topics = words.topics(codes)
        levels = {
            level.code: words.named(level) for code in codes for level in programmes.definition(code).levels
        }
        self.topics = topics
        choices: dict[str, list[tuple[str, Any]]] = {
            "topic": [(code, words.topic_title(topic, code)) for code, topic in topics.items()],
            "kind": [(code, items.kind_name(code)) for code in items.kinds()],
            "difficulty": [(code, words.difficulty(code)) for code in items.DIFFICULTIES],
            "levels": list(levels.items()),
        }
        labels = {"topic": _("知识点"), "kind": _("题型"), "difficulty": _("难度"), "levels": _("适用级别")}
        for name, label in labels.items():
            field: Any = self.fields[name]
            field.choices, field.label = choices[name], label
        self.fields["levels"].help_text = _("不选表示全部级别都可以用。")

    def collection(self, codes: list[str]) -> str:
        """The collection a topic belongs to: the shared one, or the programme that has the topic."""
        chosen = self.cleaned_data["topic"]
        own = (code for code in codes if programmes.definition(code).topic(chosen))
        return SHARED if self.topics[chosen].shared else next(own)


@require_http_methods(["GET", "POST"])
@author_only
def new(request: HttpRequest) -> HttpResponse:
    """Write a new item: first where it belongs, then the item itself, on one page once the kind is chosen."""
    codes = programme_codes(request.user)
    given = request.POST if request.method == "POST" else request.GET
    place = PlaceForm(given if "kind" in given else None, codes)
    kind = items.kinds().get(given.get("kind", ""))
    if kind is None or not place.is_valid():
        return render(request, "author/new.html", {"place": place})
    form = WritingForm(kind, request.POST if request.method == "POST" else None, new=True)
    if request.method == "POST" and form.is_valid():
        done = _add(request, place, form, codes)
        if done is not None:
            return done
    return render(
        request,
        "author/edit.html",
        {"form": form, "place": place, "item": None, "kind": items.kind_name(kind.code)},
    )


def _add(request: HttpRequest, place: PlaceForm, form: WritingForm, codes: list[str]) -> HttpResponse | None:
    chosen = place.cleaned_data
    collection = place.collection(codes)
    if collection not in collections(request.user):
        raise Http404
    try:
        content, key = form.content_and_key()
        alike = _too_alike(request, content, None)
        if alike:
            return _asked(request, form, alike, place=place, item=None)
        version = items.add_item(
            code=items.next_code(chosen["topic"], chosen["kind"]),
            collection=collection,
            kind=chosen["kind"],
            topic=chosen["topic"],
            difficulty=chosen["difficulty"],
            levels=chosen["levels"],
            content=content,
            key=key,
            basis=form.basis(),
            explanation=form.cleaned_data["explanation"],
            by=request.user,
            at=clock.now(),
        )
    except items.BadItem as error:
        _show(form, error)
        return None
    return _saved(request, version)
