"""The certificate on paper: what its text says in each programme."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest

from tancai.credentials import api as credentials
from tancai.lib import documents
from tancai.lib.identity import mask_document
from tests.credentials import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    w.ready()


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    return [re.sub(r"\s+", "", text) for text in texts]


def landscape(pdf: bytes) -> bool:
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    return round(width) == 842 and round(height) == 595


@pytest.mark.parametrize("programme", w.PROGRAMMES)
def test_every_programme_prints_its_certificate(programme: str, settings: Any) -> None:
    row = w.issued(programme, "张晓岚", portrait=True)
    pdf = credentials.certificate_pdf(row, at=w.AT)
    text, seen = "".join(pages(pdf)), credentials.view(row, w.AT.date())
    rule = credentials.definition_for(row).certificate
    site = settings.PUBLIC_ADDRESS.removeprefix("http://")
    for part in (
        rule.title, rule.title_en.replace(" ", ""), "张晓岚", seen.facts.post, row.number,
        row.person.document, "2026年11月20日", "发证机构", f"{site}/verify/", "Number", "特发此证",
    ):  # fmt: skip
        assert part in text, part
    assert landscape(pdf) and "副本" not in text
    assert len(pages(pdf)) == (2 if rule.use_notes else 1)


@pytest.mark.parametrize("programme", ["crp", "csa"])
def test_the_booklet_has_the_printed_inner_pages(programme: str) -> None:
    inner, record = pages(credentials.certificate_pdf(w.issued(programme), at=w.AT))
    for part in (
        "加盖钢印有效",
        "于2026年10月参加碳减排领域专业技能岗位：",
        "课程培训并考核合格",
        "Post/Major",
        "IDNumber",
    ):
        assert part in inner, part
    assert record.count("经核准签发，本证书自") == 3
    assert "自2026年11月20日至2028年11月19日有效" in record
    for part in ("注册记录", "证书使用说明", "CertificateUsageInstructions", "严禁涂改", "cecaweb.org.cn"):
        assert part in record, part


def test_public_copies_are_masked_and_say_so() -> None:
    row = w.issued("cem")
    text = "".join(pages(credentials.certificate_pdf(row, masked=True, at=w.AT)))
    assert row.person.document not in text and mask_document(row.person.document) in text
    assert "查询副本" in text


def test_what_no_longer_stands_says_so_across_the_page() -> None:
    row = w.issued("cem")
    w.changed(row, "revoke")
    assert "已撤销" in "".join(pages(credentials.certificate_pdf(row, at=w.AT)))


def test_a_character_the_font_lacks_is_named() -> None:
    row = w.issued("cem", "张\U00031350")
    with pytest.raises(documents.MissingGlyph) as missing:
        credentials.certificate_pdf(row, at=w.AT)
    assert missing.value.characters == "\U00031350"


def test_the_same_certificate_gives_the_same_bytes() -> None:
    row = w.issued("csa", portrait=True)
    assert credentials.certificate_pdf(row, at=w.AT) == credentials.certificate_pdf(row, at=w.AT)
