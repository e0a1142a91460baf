"""The bench of carbon sinks over HTTP: from an example to figures, plots, sheets, images and documents."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tancai.labs import api as labs
from tests.workshop.conftest import AT, signed_in

PAGES = ("sink", "sink_plots", "sink_pools", "sink_result", "sink_grass", "sink_papers")
STEPS = ("project", "plots", "pools", "result", "papers")
bench = labs.sink_bench


def begun(client: Any, **sent: Any) -> Any:
    answer = client.post(reverse("workshop:sink_new"), {"from": "fir"} | sent)
    assert answer.status_code == 302
    return labs.Work.objects.latest("id")


def at(name: str, work: Any, *more: Any) -> str:
    return reverse(f"workshop:{name}", args=[work.id, *more])


def put(work: Any, **values: Any) -> None:
    high = labs.state_of(work).high
    entries = [
        labs.Entry(high + k, name.replace("__", "."), one) for k, (name, one) in enumerate(values.items(), 1)
    ]
    labs.write(work, entries, by=work.owner, at=AT)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_step_shows_the_example(trainee: Any, language: str) -> None:
    client = signed_in(trainee)
    client.cookies["django_language"] = language
    work = begun(client)
    for name in PAGES:
        assert client.get(at(name, work)).status_code == 200
    for step in STEPS:
        assert client.post(at("sink_compute", work, step)).status_code == 200
    assert "7 553" in client.post(at("sink_compute", work, "result")).content.decode()
    assert client.post(at("sink_compute", work, "elsewhere")).status_code == 404


def test_a_blank_project_says_what_is_wanted(trainee: Any) -> None:
    client = signed_in(trainee)
    work = begun(client, **{"from": "blank", "title": "东坡林场"})
    assert work.title == "东坡林场" and labs.state_of(work).values["project.name"] == "东坡林场"
    for name in PAGES:
        assert client.get(at(name, work)).status_code == 200
    assert "还没有可计算的结果" in client.get(at("sink", work)).content.decode()
    assert client.get(at("sink_workbook", work)).status_code == 302


def test_another_persons_project_is_not_there(trainee: Any, other: Any) -> None:
    work = begun(signed_in(trainee))
    stranger = signed_in(other)
    for name in (*PAGES, "sink_archive", "sink_workbook", "sink_tally_form"):
        assert stranger.get(at(name, work)).status_code == 404
    for name, more in (
        ("sink_compute", ["plots"]),
        ("sink_lay_out", []),
        ("sink_tallies", []),
        ("sink_grass_example", []),
    ):
        assert stranger.post(at(name, work, *more)).status_code == 404
    assert stranger.get(at("sink_paper", work, "design")).status_code == 404
    assert stranger.get(at("sink_layer", work, "ndvi", "baseline", 7)).status_code == 404


def test_plots_are_laid_out_as_many_as_computed(trainee: Any) -> None:
    client = signed_in(trainee)
    work = begun(client, **{"from": "blank"})
    put(work, s__1__id="A", s__1__area="150", s__2__id="B", s__2__area="90")
    client.post(at("sink_lay_out", work), {"how": "optimum", "seed": "3"})
    assert not bench.rows_of(labs.state_of(work).values, "p")
    client.post(at("sink_lay_out", work), {"how": "each", "each": "4", "seed": "3"})
    plots = bench.rows_of(labs.state_of(work).values, "p")
    assert [bench.plot_name(row) for row in plots] == ["A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4"]
    page = client.get(at("sink_plots", work)).content.decode()
    assert page.count("data-dot=") == 8
    example = begun(client)
    client.post(at("sink_lay_out", example), {"how": "optimum", "seed": "3"})
    names = [bench.plot_name(row) for row in bench.rows_of(labs.state_of(example).values, "p")]
    assert names[-2:] == ["A6", "A7"] and len(names) == 11


def test_the_tally_form_comes_back_filled(trainee: Any) -> None:
    client = signed_in(trainee)
    work = begun(client)
    before = labs.state_of(work).values
    form = client.get(at("sink_tally_form", work)).content
    put(work, **{f"p__{k}__now": None for k in range(1, 10)})
    sent = SimpleUploadedFile("tally.xlsx", form)
    client.post(at("sink_tallies", work), {"sheet": sent, "survey": "now"})
    after = labs.state_of(work).values
    assert bench.compute(after).found.credit.value == 7553  # type: ignore[union-attr]
    assert {name for name in before if name.endswith(".now")} == {
        name for name in after if name.endswith(".now")
    }
    bad = SimpleUploadedFile("tally.xlsx", b"nonsense")
    answer = client.post(at("sink_tallies", work), {"sheet": bad, "survey": "now"}, follow=True)
    assert "不是可读的表格文件" in answer.content.decode() and labs.state_of(work).values == after


def test_a_project_goes_out_and_comes_in_again(trainee: Any) -> None:
    client = signed_in(trainee)
    packed = client.get(at("sink_archive", begun(client))).content
    assert sorted(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == ["plots-now.csv", "project.toml"]
    again = begun(client, **{"from": "file", "files": SimpleUploadedFile("sink.zip", packed)})
    assert bench.compute(labs.state_of(again).values).found.credit.value == 7553  # type: ignore[union-attr]
    for name, data in (("x.toml", b'schema = "another/1"'), ("x.zip", b"PK nonsense"), ("x.csv", b"a,b")):
        sent = SimpleUploadedFile(name, data)
        count = labs.Work.objects.count()
        client.post(reverse("workshop:sink_new"), {"from": "file", "files": sent})
        assert labs.Work.objects.count() == count


def test_papers_and_workbook_are_made(trainee: Any) -> None:
    client = signed_in(trainee)
    work = begun(client)
    for kind in bench.KINDS:
        made = client.get(at("sink_paper", work, kind))
        assert made["Content-Type"] == "application/pdf" and made.content.startswith(b"%PDF")
    assert client.get(at("sink_paper", work, "poem")).status_code == 404
    assert client.get(at("sink_workbook", work)).content.startswith(b"PK")


def test_images_of_the_steppe(trainee: Any) -> None:
    client = signed_in(trainee)
    work = begun(client, **{"from": "blank"})
    assert client.get(at("sink_layer", work, "ndvi", "baseline", 7)).status_code == 404
    client.post(at("sink_grass_example", work), {"seed": "4"})
    page = client.get(at("sink_grass", work) + "?month=6").content.decode()
    assert page.count("<img") == 7
    for layer in ("ndvi", "npp", "stock", "change"):
        made = client.get(at("sink_layer", work, layer, "project", 6))
        assert made["Content-Type"] == "image/png" and made.content.startswith(b"\x89PNG")
    client.post(at("sink_grass_example", work), {"do": "clear"})
    assert "g.example" not in labs.state_of(work).values


def test_a_claim_is_told_its_slip(trainee: Any) -> None:
    client = signed_in(trainee)
    work = begun(client)
    for claimed, said in (
        ("7553", "一致"),
        ("7643", "1.645"),
        ("8127", "封顶"),
        ("1", "逐步核对"),
        ("七千", "请填写数字"),
    ):
        put(work, check__claimed=claimed)
        assert said in client.post(at("sink_compute", work, "result")).content.decode()
