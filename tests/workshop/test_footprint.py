"""The footprint bench over HTTP: begin, save, compute, take away; somebody else's work is not there."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tancai.engines.carbon import tables
from tancai.engines.carbon.footprint.model import read_model
from tancai.engines.carbon.footprint.result import footprint
from tancai.labs import api as labs
from tests.workshop.conftest import signed_in

EXAMPLES = Path(tables.__file__).parent / "examples"


@pytest.fixture
def client(trainee: Any) -> Client:
    return signed_in(trainee)


def begun(client: Client, **data: object) -> labs.Work:
    answer = client.post(reverse("workshop:footprint_new"), data)
    assert answer.status_code == 302
    return labs.Work.objects.get(id=int(answer["Location"].rstrip("/").rsplit("/", 1)[1]))


def save(client: Client, work: labs.Work, **values: object) -> None:
    high = labs.state_of(work).high
    entries = [
        [seq, name.replace("__", "."), value] for seq, (name, value) in enumerate(values.items(), high + 1)
    ]
    answer = client.post(
        reverse("workshop:save", args=[work.id]),
        json.dumps({"entries": entries}),
        content_type="application/json",
    )
    assert answer.status_code == 200


def test_from_an_example_to_everything_that_can_be_taken_away(client: Client, tmp_path: Path) -> None:
    work = begun(client, **{"from": "bracket"})
    page = client.get(reverse("workshop:footprint", args=[work.id])).content.decode()
    assert "2 669.80" in page and "镀锌钢支架" in page

    text = client.get(reverse("workshop:footprint_model", args=[work.id])).content
    (tmp_path / "model.toml").write_bytes(text)
    assert footprint(read_model(tmp_path / "model.toml")).total.value == pytest.approx(2669.801311, abs=1e-6)

    data = client.get(reverse("workshop:footprint_workbook", args=[work.id])).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows = list(book["清单"].iter_rows(min_row=2, values_only=True))
    assert sum(row[4] for row in rows) == pytest.approx(2669.801311, abs=1e-6)
    for name in ("report", "label"):
        paper = client.get(reverse(f"workshop:footprint_{name}", args=[work.id]))
        assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_what_is_saved_is_what_is_computed(client: Client) -> None:
    work = begun(client, title="锻件")
    page = reverse("workshop:footprint_compute", args=[work.id])
    assert "还没有过程" in client.post(page).content.decode()
    assert client.get(reverse("workshop:footprint_report", args=[work.id])).status_code == 302
    save(
        client,
        work,
        unit__text="1 kg 锻件",
        unit__flow="1.1",
        unit__amount="1",
        n__1__kind="process",
        n__1__name="锻造",
        n__1__out__1__amount="10",
        n__1__out__1__unit="kg",
        n__1__in__1__flow="2",
        n__1__in__1__amount="1,2",
        n__1__in__1__unit="kg",
        n__2__kind="factor",
        n__2__name="<b>钢坯</b>",
        n__2__value="2",
        n__2__unit="kgCO2e/kg",
    )
    shown = client.post(page).content.decode()
    assert 'data-fault="n.1.in.1.amount"' in shown and "锻造 · 投入 1 · 用量" in shown
    save(client, work, n__1__in__1__amount="12")
    shown = client.post(page).content.decode()
    assert "data-total>2.40<" in shown
    assert "<b>钢坯" not in shown and "&lt;b&gt;钢坯" in shown


def test_a_file_comes_in_and_a_wrong_one_is_named(client: Client) -> None:
    with (EXAMPLES / "kettle.toml").open("rb") as file:
        work = begun(client, **{"from": "file", "model": file})
    assert "257.47" in client.get(reverse("workshop:footprint", args=[work.id])).content.decode()
    for data in (b"schema = ", b'schema = "other/1"\n', b"\xff\xfe\x00"):
        wrong = io.BytesIO(data)
        wrong.name = "wrong.toml"
        answer = client.post(reverse("workshop:footprint_new"), {"from": "file", "model": wrong}, follow=True)
        assert "wrong.toml" in answer.content.decode()
    assert labs.Work.objects.count() == 1


def test_somebody_elses_model_is_not_there(client: Client, other: Any) -> None:
    work = begun(client, **{"from": "kettle"})
    stranger = signed_in(other)
    for name in ("", "_model", "_workbook", "_report", "_label"):
        assert stranger.get(reverse(f"workshop:footprint{name}", args=[work.id])).status_code == 404
    assert stranger.post(reverse("workshop:footprint_compute", args=[work.id])).status_code == 404
    assert Client().get(reverse("workshop:footprint", args=[work.id])).status_code == 302


def test_the_list_offers_examples_a_blank_one_and_a_file(client: Client) -> None:
    page = client.get(reverse("workshop:footprint_home")).content.decode()
    assert "还没有模型" in page
    for start in ("blank", "bracket", "kettle", "file"):
        assert f'name="from" value="{start}"' in page
    begun(client, title="铸件", **{"from": "blank"})
    assert "铸件" in client.get(reverse("workshop:footprint_home")).content.decode()
