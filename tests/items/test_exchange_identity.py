"""What is written in a format is read back as it was, whatever the texts; by made-up items and by the shipped bank."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tancai.items.bank_files import read_bank
from tancai.items.exchange import (
    aiken,
    assembled,
    files,
    gift,
    markup,
    moodle,
    moodle_write,
    qti2,
    qti_write,
    sheet,
    text_write,
    xml,
)
from tancai.items.exchange.exporting import FORMATS, _One, _qti
from tancai.items.exchange.model import Found
from tancai.items.kinds import kinds, matching, ordering

pytestmark = pytest.mark.anydatabase

SIGNS = "碳排放二氧化ab1 .,，。（）<>&\"'~=#{}:\\%$^_-*/|[]→\u3000"
raw = st.text(alphabet=SIGNS, min_size=1, max_size=24).map(
    lambda t: t.replace("$", r"\$").strip(" \u3000\\") or "甲"
)
raw = raw.map(lambda t: markup.dollars("甲" + t + "乙"))
line = raw.map(markup.calm)
lines = st.lists(raw, min_size=1, max_size=2).map(lambda rows: markup.calm("\n".join(rows)))
simple = st.text(alphabet="碳排放ab1 .，。", min_size=1, max_size=12).map(
    # a run of spaces is one space in the plain texts of Moodle
    lambda t: " ".join(f"甲{t}乙".split())
)
several = st.lists(line, min_size=2, max_size=5, unique=True)
number = st.decimals(-99999, 99999, places=3).map(lambda d: format(d, "f"))
room = st.sampled_from(["0", "0.5", "0.005"])


@st.composite
def choices(draw: Any) -> Found:
    options = draw(several)
    many = draw(st.booleans()) and len(options) > 2
    right = draw(st.integers(2, len(options) - 1)) if many else 1
    shares = [(text, Decimal(place < right)) for place, text in enumerate(options)]
    made = assembled.choice(draw(lines), shares, several=many, whole=True)
    return _item(*made, draw(lines))


@st.composite
def others(draw: Any) -> Found:
    stem, told = draw(line), draw(lines)
    which = draw(st.sampled_from(["truefalse", "numeric", "fill", "matching", "ordering"]))
    if which == "truefalse":
        return _item(which, {"stem": stem}, {"right": draw(st.booleans())}, told)
    if which == "numeric":
        return _item(
            which, {"stem": stem, "unit": ""}, {"value": draw(number), "tolerance": draw(room)}, told
        )
    if which == "fill":
        answers = [
            {"text": text, "share": "1"}
            for text in draw(st.lists(simple, min_size=1, max_size=3, unique=True))
        ]
        return _item(which, {"stem": stem, "blanks": [{}]}, {"blanks": [{"answers": answers}]}, told)
    if which == "matching":
        left = draw(st.lists(simple, min_size=2, max_size=4, unique=True))
        right = draw(st.lists(simple, min_size=len(left), max_size=len(left), unique=True))
        return _item(
            which, *matching.make(stem, [list(pair) for pair in zip(left, right, strict=True)], []), told
        )
    return _item(which, *ordering.make(stem, draw(several)), told)


@st.composite
def cases(draw: Any) -> Found:
    """Two to four questions of these kinds about one text."""
    asked = draw(st.lists(st.one_of(choices(), others()), min_size=2, max_size=4))
    questions = [{"kind": q.kind, "marks": draw(st.integers(1, 20)), "content": q.content} for q in asked]
    content = {"stem": draw(lines), "variables": [], "derived": [], "questions": questions}
    return _item("case", content, {"questions": [question.key for question in asked]}, draw(lines))


def _item(kind: str, content: dict[str, Any], key: dict[str, Any], told: str) -> Found:
    if key.get("any_count"):
        key.pop("any_count")
    return Found(kind, content, key, told, source="x-1", title="x-1")


many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(st.one_of(choices(), others()), st.sampled_from(sorted(qti_write.DIALECTS)))
def test_qti(item: Found, dialect: str) -> None:
    text = qti_write.item(item, qti_write.DIALECTS[dialect], str)
    node = next(xml.elements(io.BytesIO(text.encode()), {"assessmentItem", "qti-assessment-item"}))
    back = qti2.item(node, lambda _name: None)
    if item.kind == "fill":  # the blank stands in the text there
        assert isinstance(back, Found) and back.key == item.key
        return
    _same(item, back)


@many
@given(cases(), st.sampled_from(sorted(qti_write.DIALECTS)))
def test_a_case_in_qti(item: Found, dialect: str) -> None:
    text = qti_write.item(item, qti_write.DIALECTS[dialect], str)
    node = next(xml.elements(io.BytesIO(text.encode()), {"assessmentItem", "qti-assessment-item"}))
    back = qti2.item(node, lambda _name: None)
    for question in item.content["questions"]:
        if question["kind"] == "fill":  # the blank stands in the text there
            question["content"]["stem"] += "[[1]]"
    _same(item, back)


@many
@given(st.one_of(choices(), others(), cases()))
def test_moodle(item: Found) -> None:
    text = moodle_write.question(item, lambda _token: None)
    _same(item, next(moodle.questions(io.BytesIO(f"<quiz>{text}</quiz>".encode()))))


@many
@given(st.one_of(choices(), others().filter(lambda item: item.kind != "ordering")))
def test_gift(item: Found) -> None:
    if any("->" in str(part) for part in (item.content, item.key)):
        return
    _same(item, next(gift.questions(text_write.gift(item))))


def test_the_sign_of_a_blank_in_a_stem_without_one_stays_in_gift() -> None:
    shares = [("甲", Decimal(1)), ("乙", Decimal(0))]
    item = _item(*assembled.choice("甲[[1]]乙", shares, several=False, whole=True), "")
    _same(item, next(gift.questions(text_write.gift(item))))
    gap = next(gift.questions("::t::每{=吨 ~克}配额"))
    assert isinstance(gap, Found) and "____" in gap.content["stem"]


@many
@given(choices().filter(lambda item: item.kind == "single"))
def test_aiken(item: Found) -> None:
    back = next(aiken.questions(text_write.aiken(item)))
    assert isinstance(back, Found) and (back.content, back.key) == (item.content, item.key)


@many
@given(st.one_of(choices(), others(), cases()))
def test_table(item: Found) -> None:
    row, losses = next(sheet.rows([item]))
    assert row is not None
    if not losses:
        _same(item, sheet.back(row))


def _same(item: Found, back: object) -> None:
    assert isinstance(back, Found), back
    told = (back.kind, back.content, back.key, back.explanation)
    assert told == (item.kind, item.content, item.key, item.explanation)
    assert not back.losses


@pytest.mark.parametrize("form", sorted(qti_write.DIALECTS))
def test_the_shipped_bank_goes_out_and_comes_back(form: str, tmp_path: Path) -> None:
    shipped, _faults = read_bank()
    bank = [
        Found(
            i.kind,
            i.content,
            i.key,
            i.explanation,
            source=i.code,
            about={"topic": i.topic, "levels": list(i.levels)},
        )
        for i in shipped[:: 1 if form == "qti3" else 9]
    ]
    data, written = _qti([_One(item, None) for item in bank], qti_write.DIALECTS[form])
    path = tmp_path / f"bank{FORMATS[form][0]}"
    path.write_bytes(data)
    back = {one.source: one for one in files.read(path) if isinstance(one, Found)}
    told = {one.kind for one in written if one.status != "exported"}
    assert told <= {"short", "parameterised", "case", "laboratory"}
    # a laboratory task is a program with its engine: no format carries it, and the export says so
    carried = [one for one in bank if one.kind != "laboratory"]
    assert not any(one.source in back for one in bank if one.kind == "laboratory")
    assert [one.digest for one in carried] == [back[one.source].digest for one in carried]
    assert all(back[one.source].about["topic"] == one.about["topic"] for one in carried)
    assert all(not kinds()[one.kind].faults(one.content, one.key, None) for one in back.values())
