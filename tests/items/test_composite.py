"""Items of other systems that ask several questions about one text become a case, or are refused with a reason."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tancai.items.exchange import files, text_write
from tancai.items.exchange.exporting import _One, _qti
from tancai.items.exchange.model import Found, NotThis, Refused
from tancai.items.exchange.qti_write import DIALECTS
from tancai.items.kinds import kinds
from tests.items.each_kind import CASE

pytestmark = pytest.mark.anydatabase
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _choice(name: str, prompt: str) -> str:
    options = "".join(f'<simpleChoice identifier="{a}">{a} 项</simpleChoice>' for a in "ABC")
    shown = f"<prompt>{prompt}</prompt>" if prompt else ""
    return (
        f'<choiceInteraction responseIdentifier="{name}" maxChoices="1">{shown}{options}</choiceInteraction>'
    )


def _item(body: str, *, before: str = "", rules: str = "") -> str:
    declared = "".join(
        f'<responseDeclaration identifier="{name}" cardinality="single" baseType="identifier">'
        f"<correctResponse><value>{right}</value></correctResponse></responseDeclaration>"
        for name, right in (("R1", "A"), ("R2", "C"))
    )
    essay = '<responseDeclaration identifier="R3" cardinality="single" baseType="string"/>'
    most = (
        '<outcomeDeclaration identifier="R3_MAXSCORE" cardinality="single" baseType="float">'
        "<defaultValue><value>5</value></defaultValue></outcomeDeclaration>"
    )
    return (
        f'{HEAD}<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="x" title="题组">'
        f"{declared}{essay}{most}{before}<itemBody>{body}</itemBody>{rules}</assessmentItem>"
    )


def _read(text: str, tmp_path: Path, **others: str) -> Any:
    path = tmp_path / "item.xml"
    path.write_text(text, encoding="utf-8")
    for name, content in others.items():
        (tmp_path / f"{name}.xml").write_text(content, encoding="utf-8")
    (found,) = files.read(path)
    return found


def test_text_and_questions_are_told_apart(tmp_path: Path) -> None:
    why = "<prompt>说明理由。</prompt>"
    essay = f'<extendedTextInteraction responseIdentifier="R3">{why}</extendedTextInteraction>'
    first, second = _choice("R1", ""), _choice("R2", "")
    body = f"<div><p>某厂有一台锅炉。</p><p>第一问？</p>{first}<p>第二问？</p>{second}{essay}</div>"
    found = _read(_item(body), tmp_path)
    assert isinstance(found, Found) and not found.losses
    assert found.content["stem"] == "某厂有一台锅炉。"
    told = [(q["kind"], q["content"]["stem"], q["marks"]) for q in found.content["questions"]]
    assert told == [("single", "第一问？", 1), ("single", "第二问？", 1), ("short", "说明理由。", 5)]
    assert [key.get("letters") for key in found.key["questions"]] == [["A"], ["C"], None]
    assert kinds()["case"].faults(found.content, found.key, 7) == []


def test_a_text_in_a_file_of_its_own_comes_along(tmp_path: Path) -> None:
    inner = "<qti-stimulus-body><p>共用的材料。</p></qti-stimulus-body>"
    passage = f'{HEAD}<qti-assessment-stimulus identifier="s">{inner}</qti-assessment-stimulus>'
    ref = '<assessmentStimulusRef identifier="s" href="passage.xml"/>'
    body = _choice("R1", "第一问？") + _choice("R2", "第二问？")
    found = _read(_item(body, before=ref), tmp_path, passage=passage)
    assert found.content["stem"].startswith("共用的材料。") and not found.losses
    single = _read(_item(_choice("R1", "只有一问？"), before=ref), tmp_path, passage=passage)
    assert (single.kind, single.content["stem"]) == ("single", "共用的材料。\n\n只有一问？")
    (tmp_path / "passage.xml").unlink()
    gone = _read(_item(body, before=ref), tmp_path)
    assert [loss.code for loss in gone.losses] == ["stimulus"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (f"<p>{_choice('R1', '甲')}{_choice('R2', '乙')}</p>" * 2, "several_interactions"),
        (_choice("R1", "甲") + '<uploadInteraction responseIdentifier="R2"/>', "interaction"),
        (_choice("R1", "甲") + _choice("R9", "乙"), "no_key"),
    ],
)
def test_what_cannot_be_a_case_is_refused_with_a_reason(body: str, reason: str, tmp_path: Path) -> None:
    found = _read(_item(body), tmp_path)
    assert isinstance(found, Refused) and found.reason == reason


@pytest.mark.parametrize("form", sorted(DIALECTS))
def test_our_own_package_gives_a_case_with_its_numbers_back(form: str, tmp_path: Path) -> None:
    item = Found("case", *CASE, "（3）{AD} × {EF} = {answer3}", source="cem-5-c901")
    data, (written,) = _qti([_One(item, None)], DIALECTS[form])
    assert written.status == "exported_with_loss", "ranges of numbers are ours alone"
    path = tmp_path / "case.zip"
    path.write_bytes(data)
    back = {one.source: one for one in files.read(path) if isinstance(one, Found)}
    assert back["cem-5-c901"].digest == item.digest
    with zipfile.ZipFile(path) as archive:
        text = archive.read("items/cem-5-c901.xml").decode()
    assert "{AD}" not in text


def test_formats_of_single_questions_refuse_it() -> None:
    item = Found("case", *CASE, "", source="x")
    for write in (text_write.gift, text_write.aiken):
        with pytest.raises(NotThis):
            write(item)
