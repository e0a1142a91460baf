"""Items into the bank and out of it: dry, for good, again, changed; what was not understood comes back."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from PIL import Image

from tancai.audit import api as audit
from tancai.items import api as items
from tancai.items.models import Item, ItemOrigin, ItemVersion

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
QUIZ = """<quiz><question type="category"><category><text>$course$/top/base-1</text></category></question>
<question type="multichoice"><name><text>一</text></name><questiontext format="html"><text><![CDATA[<p>CO<sub>2</sub> 图
<img src="@@PLUGINFILE@@/p.png" alt="厂房"/></p>]]></text>%s</questiontext><single>true</single>
<answer fraction="100"><text>甲</text></answer><answer fraction="0"><text>乙</text></answer></question>
<question type="numerical"><name><text>二</text></name><questiontext><text>问数</text></questiontext>
<answer fraction="100"><text>3.67</text><tolerance>0.01</tolerance></answer><strange>kept</strange></question>
<question type="ddmarker"><name><text>三</text></name><questiontext><text>拖</text></questiontext></question></quiz>"""


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    return out.getvalue()


def _quiz(tmp_path: Path, picture: bytes | None = None, name: str = "quiz.xml") -> Path:
    import base64

    data = base64.b64encode(_png() if picture is None else picture).decode()
    path = tmp_path / name
    path.write_text(QUIZ % f'<file name="p.png" encoding="base64">{data}</file>', encoding="utf-8")
    return path


def _import(path: Path, **options: Any) -> list[items.Outcome]:
    topics = {"base-1": "base-1"}
    target = items.Target(topics=lambda name: topics.get(name, ""))
    return list(items.import_file(path, target, by=None, at=NOW, **options))


def test_dry_then_for_good_then_again(tmp_path: Path) -> None:
    path = _quiz(tmp_path)
    dry = _import(path, dry_run=True)
    assert [one.status for one in dry] == ["imported", "imported_with_loss", "refused"]
    assert not Item.objects.exists() and not audit.entries(action="items.import").exists()
    done = _import(path)
    assert [(one.status, one.code) for one in done] == [(one.status, one.code) for one in dry]
    assert (done[2].reason, done[2].piece, done[2].line) == ("type", "ddmarker", 7)
    assert [loss.code for loss in done[1].losses] == ["element"]
    assert {item.topic for item in Item.objects.all()} == {"base-1"}
    version = ItemVersion.objects.get(item__code=done[0].code)
    assert items.current_state(version) == "draft"
    assert version.content["stem"].startswith("CO$_{2}$ 图 ![厂房](image:")
    assert items.picture_bytes(items.picture_tokens(version.content["stem"])[0]) is not None
    again = _import(path)
    assert [one.status for one in again] == ["unchanged", "unchanged", "refused"]
    assert ItemVersion.objects.count() == 2


def test_a_changed_item_becomes_a_new_version(tmp_path: Path) -> None:
    path = tmp_path / "bank.txt"
    path.write_text("// [id:q1]\n::q::问{=甲 ~乙}\n", encoding="utf-8")
    _import(path)
    path.write_text("// [id:q1]\n::q::问{~甲 =乙}\n", encoding="utf-8")
    (outcome,) = _import(path)
    assert outcome.status == "imported" and outcome.revised
    item = Item.objects.get()
    assert [version.number for version in items.versions_of(item)] == [2, 1]
    other = tmp_path / "other.txt"
    other.write_text("// [id:q1]\n::q::别的{=丙 ~丁}\n", encoding="utf-8")
    _import(other)
    assert Item.objects.count() == 2


def test_a_picture_that_is_none_is_said_and_the_item_stays(tmp_path: Path) -> None:
    path = _quiz(tmp_path, b"<script>alert(1)</script>")
    dry, done = _import(path, dry_run=True), _import(path)
    told = [("imported_with_loss", [("picture_not_an_image", "p.png")])]
    assert told == [(one.status, [(loss.code, loss.piece) for loss in one.losses]) for one in dry[:1]]
    assert told == [(one.status, [(loss.code, loss.piece) for loss in one.losses]) for one in done[:1]]
    version = ItemVersion.objects.get(item__code=done[0].code)
    assert "image:" not in version.content["stem"]
    assert ["picture_not_an_image", "p.png"] in ItemOrigin.objects.get(version=version).losses


def test_what_was_not_understood_comes_back(tmp_path: Path) -> None:
    done = _import(_quiz(tmp_path))
    item = Item.objects.get(code=done[1].code)
    again = items.export_items([item.pk], "moodle")
    assert b"<strange>kept</strange>" in again.data
    assert [one.status for one in again.items] == ["exported"]
    other = items.export_items([item.pk], "qti3")
    assert [loss.code for loss in other.items[0].losses] == ["foreign"]


def test_pictures_travel_in_packages(tmp_path: Path) -> None:
    done = _import(_quiz(tmp_path))
    item = Item.objects.get(code=done[0].code)
    for form in ("qti3", "qti21", "moodle"):
        made = items.export_items([item.pk], form)
        assert [one.status for one in made.items] == ["exported"], made.items
        path = tmp_path / f"out-{form}{made.ending}"
        path.write_bytes(made.data)
        target = items.Target(collection="cem", bank=f"out-{form}")
        (back,) = items.import_file(path, target, by=None, at=NOW)
        assert back.status == "imported"
        text = ItemVersion.objects.get(item__code=back.code).content["stem"]
        assert items.picture_bytes(items.picture_tokens(text)[0]) is not None
    with zipfile.ZipFile(io.BytesIO(items.export_items([item.pk], "qti3").data)) as archive:
        assert "imsmanifest.xml" in archive.namelist()


def test_our_own_package_of_the_same_bank_changes_nothing(tmp_path: Path) -> None:
    items.load_bank(by=None, at=NOW)
    chosen = Item.objects.filter(collection="shared")
    made = items.export_items(list(chosen.values_list("pk", flat=True)), "qti22")
    path = tmp_path / "shared.zip"
    path.write_bytes(made.data)
    outcomes = list(items.import_file(path, items.Target(), by=None, at=NOW))
    assert {one.status for one in outcomes} == {"unchanged"} and len(outcomes) == chosen.count()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _quiz(tmp_path)
    call_command("items", "import", str(path), "--dry-run", "--json")
    record = json.loads(capsys.readouterr().out)
    assert record["counts"] == {"imported": 1, "imported_with_loss": 1, "refused": 1}
    call_command("items", "import", str(path), "--collection", "shared")
    assert "1 imported, 1 imported with loss, 1 refused" in capsys.readouterr().out
    out = tmp_path / "out.txt"
    call_command("items", "export", "--format", "gift", "--collection", "shared", "--out", str(out))
    assert "2 exported" in capsys.readouterr().out or out.read_text(encoding="utf-8")
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"\x00\x01")
    with pytest.raises(SystemExit):
        call_command("items", "import", str(bad))
