"""Responses of a session given out: the long table, QTI results, who may, and what analysis makes of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tancai.audit import api as audit
from tancai.engines.psychometrics import classical, reading
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.marking import api as marking
from tests.marking import world as w
from tests.marking.test_release import mark_all

pytestmark = pytest.mark.django_db
SPACE = {"r": "http://www.imsglobal.org/xsd/imsqti_result_v2p2"}


@pytest.fixture
def world(settings: Any) -> Iterator[w.World]:
    """Two who sat, one of them marked by people as well; one absent. A response begins with an equals sign."""
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    found = w.build(3)
    w.sit(found, 0, right=35, short="=HYPERLINK(1)")
    w.sit(found, 1, right=20, short="")
    marking.score_session(found.session, by=None, at=found.over)
    with clock.moved(found.over):
        yield found


def written(world: w.World, form: str, names: bool = False) -> bytes:
    out = io.BytesIO()
    assert marking.write_results(world.session, out, form=form, names=names) == 2
    return out.getvalue()


def table(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_long_table_holds_every_response_and_nobodys_name(world: w.World) -> None:
    data = written(world, "csv")
    rows = table(data)
    assert len(rows) == 2 * len(world.form.entries)
    for number in (0, 1):
        person = world.candidates[number]
        assert person.name.encode() not in data and world.admission(number).ticket_number.encode() not in data
    assert {row["session"] for row in rows} == {world.session.exam_day}
    papers = {row["candidate"] for row in rows}
    assert len(papers) == 2
    totals = {who: sum(Decimal(r["score"] or 0) for r in rows if r["candidate"] == who) for who in papers}
    assert sorted(totals.values()) == sorted(
        t.auto for t in marking.score_table(world.session, at=world.over) if t.auto is not None
    )
    texts = [row for row in rows if row["kind"] == "short" and row["response"]]
    assert texts and all(row["response"].startswith("'=HYPERLINK") for row in texts)
    assert all(row["score"] == "" for row in texts), "not marked yet is not nought"
    first = next(row for row in rows if row["position"] == "1" and row["score"] != "0")
    assert first["response"] == world.keys[1].solution["letters"][0]


def test_names_come_only_when_they_are_asked_for_with_a_reason(world: w.World) -> None:
    asked: dict[str, Any] = {"form": "csv", "names": True, "by": world.office[0], "at": world.over}
    with pytest.raises(marking.MayNot, match="no_reason"):
        marking.ask_for_results(world.session, reason="  ", **asked)
    marking.ask_for_results(world.session, reason="核对两份答卷", **asked)
    line = audit.entries(action="marking.export_results").get()
    assert line.detail == {"form": "csv", "names": True, "reason": "核对两份答卷"}
    named = {row["name"]: row["ticket"] for row in table(written(world, "csv", names=True))}
    assert named == {world.candidates[n].name: world.admission(n).ticket_number for n in (0, 1)}


def test_qti_results_say_what_the_table_says(world: w.World) -> None:
    mark_all(world)
    rows = table(written(world, "csv"))
    with zipfile.ZipFile(io.BytesIO(written(world, "qti22"))) as archive:
        documents = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    assert set(documents) == {f"{row['candidate']}.xml" for row in rows}
    for row in rows:
        root = documents[f"{row['candidate']}.xml"]
        found = next(
            one for one in root.iterfind("r:itemResult", SPACE) if one.get("sequenceIndex") == row["position"]
        )
        given = [v.text for v in found.iterfind("r:responseVariable/r:candidateResponse/r:value", SPACE)]
        assert "".join(text or "" for text in given) == row["response"].removeprefix("'")
        outcomes = {
            one.get("identifier"): one.findtext("r:value", namespaces=SPACE)
            for one in found.iterfind("r:outcomeVariable", SPACE)
        }
        assert (found.get("identifier"), outcomes["SCORE"], outcomes["MAXSCORE"], outcomes["VERSION"]) == (
            row["item"],
            row["score"],
            row["max"],
            row["version"],
        )
    totals = {
        float(one.findtext("r:testResult/r:outcomeVariable[@identifier='SCORE']/r:value", "", SPACE))
        for one in documents.values()
    }
    assert totals == {float(t.total) for t in marking.score_table(world.session, at=world.over) if t.total}


def test_the_table_goes_straight_into_analysis(world: w.World, tmp_path: Path) -> None:
    mark_all(world, "0.25")
    path = tmp_path / "results.csv"
    out = StringIO()
    call_command("results", "export", world.session.exam_day, out=path, stdout=out)
    assert "2 papers" in out.getvalue()
    scored = reading.read_scores(path)
    paper = classical.analyse(scored)
    totals = [
        float(t.total) for t in marking.score_table(world.session, at=world.over) if t.total is not None
    ]
    step = 0.5 if any(note.code == "steps" for note in scored.notes) else 1.0
    assert paper.n == 2
    assert paper.mean * step == pytest.approx(sum(totals) / 2)
    answers = reading.read_answers(path)
    assert answers.answers.shape == (2, len(world.form.entries))
    shown = StringIO()
    call_command("analyse", path, stdout=shown, stderr=StringIO())
    assert shown.getvalue().startswith("n 2 ")


def test_the_command_says_what_is_wrong(world: w.World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no session"):
        call_command("results", "export", "no-such-day", out=tmp_path / "x.csv")
    with pytest.raises(CommandError, match="names need a reason"):
        call_command("results", "export", world.session.exam_day, names=True, out=tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()
    listed = StringIO()
    call_command("results", "sessions", stdout=listed)
    assert world.session.exam_day in listed.getvalue()


def client(user: Any) -> Client:
    found = Client()
    found.force_login(user)
    return found


def test_the_office_makes_and_fetches_a_file_and_nobody_else_does(world: w.World) -> None:
    office = client(world.office[0])
    address = reverse("office:result_export", args=[world.session.pk])
    refused = office.post(address, {"form": "csv", "names": "on", "reason": ""})
    assert refused.status_code == 200 and "reason" in refused.context["form"].errors
    assert not jobs.Job.objects.filter(kind=marking.EXPORT).exists()
    assert office.post(address, {"form": "csv", "reason": ""}).status_code == 302
    job = jobs.Job.objects.get(kind=marking.EXPORT)
    file = reverse("office:result_export_file", args=[world.session.pk, job.pk])
    jobs.run(job.pk)
    answer = office.get(file)
    assert answer.status_code == 200 and len(table(answer.content)) == 2 * len(world.form.entries)
    assert "attachment" in answer["Content-Disposition"]
    assert file in office.get(address).content.decode()
    for stranger in (client(world.markers[0]), client(world.candidates[0].user), client(w.account())):
        progress = reverse("office:result_export_progress", args=[world.session.pk])
        assert {stranger.get(one).status_code for one in (address, file, progress)} == {404}
        assert stranger.post(address, {"form": "csv"}).status_code == 404
