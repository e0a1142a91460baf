"""Formulas and pictures in the texts of items: what is shown, what is refused, what cannot get through."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tancai.items import api as items
from tancai.items import formulas, texts
from tancai.items.templatetags.item_texts import item_text
from tancai.lib import images

AT = datetime.fromisoformat("2026-11-10T09:00:00+08:00")
TOKEN = "ab" * 20


def shown(text: str) -> str:
    return texts.html(text, lambda token: f"data:{token}")


@pytest.mark.anydatabase
@pytest.mark.parametrize(
    "tex",
    [
        r"E=\sum_{i=1}^{n} AD_i \times EF_i \times \frac{44}{12}",
        r"\text{排放量}=\text{活动数据}\times\text{因子}",
        r"\left(\frac{a}{b}\right)^2",
        r"a<b",
        r"\begin{cases}1 & x \ge 0\\ 0 & x < 0\end{cases}",
        r"25\degree\text{C}",
        r"20\%",
    ],
)
def test_formulas_become_mathml_with_their_tex_beside(tex: str) -> None:
    found = ET.fromstring(formulas.mathml(tex))
    assert found.tag == "math" and found.get("alttext") == tex


@pytest.mark.anydatabase
@pytest.mark.parametrize(
    ("tex", "code", "piece"),
    [
        (r"\frac{1", "braces", ""),
        (r"\frac{1}", "not_understood", ""),
        (r"x^", "not_understood", ""),
        (r"\href{x}{y}", "unknown_command", r"\href"),
        (r"\begin{tikzpicture}\end{tikzpicture}", "unknown_command", r"\begin{tikzpicture}"),
        (r"&lt;script&gt;", "sign", "&"),
        (" ", "empty", ""),
        ("x" * 2000, "too_long", ""),
    ],
)
def test_formulas_that_cannot_be_shown_say_why(tex: str, code: str, piece: str) -> None:
    with pytest.raises(formulas.BadFormula) as refused:
        formulas.mathml(tex)
    assert refused.value.code == code and piece in refused.value.piece


@pytest.mark.anydatabase
def test_what_stands_in_a_formula_is_never_markup() -> None:
    found = ET.fromstring(formulas.mathml(r"\text{<img src=x onerror=alert(1)>}"))
    assert [element.tag for element in found.iter()] == ["math", "mrow", "mtext"]
    assert "<img" in (found.find(".//mtext").text or "")  # type: ignore[union-attr]


@pytest.mark.anydatabase
@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="$\\{}<>&\"'![](): \n,.;^_ab1中/=fractext", max_size=60))
def test_any_text_is_shown_as_sound_html(text: str) -> None:
    ET.fromstring(f"<p>{shown(text)}</p>")


@pytest.mark.anydatabase
def test_prices_stay_prices() -> None:
    assert shown("从 $5 涨到 $6，合 \\$1") == "从 $5 涨到 $6，合 $1"
    assert shown("<b>") == "&lt;b&gt;"
    assert shown("排放 tCO$_2$").startswith('排放 <span class="keep">tCO<math')
    assert shown("A&$x$").startswith("A&amp;<math")
    assert shown("$x_1$").startswith("<math") and 'display="block"' in shown("$$x$$")


@pytest.mark.anydatabase
def test_pictures_have_words() -> None:
    text = f"见图：![燃煤锅炉“示意”<图>](image:{TOKEN})"
    assert f'src="data:{TOKEN}"' in shown(text) and "&lt;图&gt;" in shown(text)
    assert texts.plain(text) == "见图：[燃煤锅炉“示意”<图>]"
    assert texts.tokens(text) == [TOKEN]
    assert [fault.code for fault in texts.faults("stem", f"![](image:{TOKEN})")] == ["image_without_words"]
    assert [fault.code for fault in texts.faults("stem", r"$\foo$")] == ["formula"]
    assert "<img" not in shown("![x](image:../../etc)") and "<img" not in shown("![x](https://x/y.png)")


@pytest.mark.anydatabase
def test_drawings_come_fresh_on_white_paper_and_small_enough() -> None:
    clear = Image.new("RGBA", (3000, 1000), (0, 0, 0, 0))
    data = io.BytesIO()
    clear.save(data, "PNG")
    found = images.reencode_drawing(data.getvalue(), max_side=1400)
    assert (found.width, found.height) == (1400, 467)
    assert Image.open(io.BytesIO(found.data)).convert("RGB").getpixel((5, 5)) == (255, 255, 255)
    noise = io.BytesIO()
    Image.effect_noise((1600, 1600), 90).save(noise, "PNG")
    assert len(images.reencode_drawing(noise.getvalue(), most=100_000).data) <= 100_000
    with pytest.raises(images.NotAnImage):
        images.reencode_drawing(b"<svg onload='x'/>")


@pytest.mark.django_db
def test_a_picture_is_carried_by_the_page() -> None:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 120, 60)).save(data, "PNG")
    text = items.add_picture(data.getvalue(), name="图.png", words="一张[图]", by=None, at=AT)
    assert text.startswith("![一张（图）](image:")
    assert 'src="data:image/' in item_text(f"如图 {text}")
    assert "item-image-gone" in item_text(f"![没有了](image:{TOKEN})")
    for data_, words, code in ((b"", "x", "empty"), (b"GIF", "x", "not_an_image"), (b"x", " ", "no_words")):
        with pytest.raises(items.BadPicture) as refused:
            items.add_picture(data_, name="x", words=words, by=None, at=AT)
        assert refused.value.code == code


@pytest.mark.django_db
def test_an_item_with_a_formula_that_cannot_be_shown_is_not_taken() -> None:
    with pytest.raises(items.BadItem) as refused:
        items.add_item(
            code="x-1-s01",
            collection="cem",
            kind="single",
            topic="cem-1",
            difficulty="easy",
            levels=[],
            content={
                "stem": "排放量 $AD \\times EF$ 等于（　）。",
                "options": [{"letter": "A", "text": "$\\foo$"}, {"letter": "B", "text": "2"}],
            },
            key={"letters": ["B"]},
            basis={"document": "x"},
            explanation="$x^$",
            by=None,
            at=AT,
        )
    assert [fault.place for fault in refused.value.faults] == ["options.A", "explanation"]


def test_a_table_is_told_cell_by_cell_in_lists_and_moves_within_the_page() -> None:
    text = "数据如下\n| 项目 | 数量 |\n|---|---|\n| 煤 | 3 t |\n求排放。"
    assert texts.plain(text) == "数据如下\n项目 数量；煤 3 t\n求排放。"
    assert texts.plain("| 单独一行 |") == "| 单独一行 |"
    shown = texts.html(text, lambda _token: "")
    assert '<span class="item-table-in" tabindex="0"><span class="item-table" role="table">' in shown
