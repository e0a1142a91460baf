"""The bench of verification over HTTP: a drawn report, a report of one's own, the conclusion and the comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import tancai.engines.carbon
from tancai.labs import api as labs
from tests.labs.test_verification_bench import told
from tests.workshop.conftest import AT, signed_in

bench = labs.verification_bench
EXAMPLES = Path(tancai.engines.carbon.__file__).parent / "examples"


@pytest.fixture
def case(trainee: Any) -> Any:
    work = labs.begin("verification", title="核查练习", by=trainee, at=AT)
    drawn = {"case": {"number": 5, "level": "beginner", "version": bench.VERSION}}
    labs.write(work, [labs.Entry(1, "report", drawn)], by=trainee, at=AT)
    return work


def fill(work: Any, trainee: Any, values: dict[str, Any]) -> None:
    high = labs.state_of(work).high
    entries = [labs.Entry(high + k, name, value) for k, (name, value) in enumerate(values.items(), 1)]
    labs.write(work, entries, by=trainee, at=AT)


def careful(report: Any) -> dict[str, Any]:
    """All that a careful verifier writes."""
    found = bench.conclude(report)
    values: dict[str, Any] = {
        "team.members": "核查员甲、核查员乙",
        "site.members": "核查员甲、核查员乙",
        "conclusion.kind": found.conclusion,
        "conclusion.verified": f"{found.verified:.2f}",
    }
    for one in told(found):
        values[f"finding.{one.number}"] = {
            "subject": one.subject,
            "kind": one.kind,
            "severity": one.severity,
            "fact": one.fact,
            "effect": one.effect_text,
        }
    return values


def test_a_report_is_drawn_by_level_and_number(trainee: Any) -> None:
    client = signed_in(trainee)
    page = client.post("/workshop/verification/case/", {"level": "advanced", "seed": "77"}, follow=True)
    assert page.status_code == 200 and page.context["one"].number == 77
    text = page.content.decode()
    assert "核查要求" in text and "供电公司结算单" in text and "polyline" in text
    for bad in ({"level": "none"}, {"level": "beginner", "seed": "x"}):
        assert "请选择级别" in client.post("/workshop/verification/case/", bad, follow=True).content.decode()
    assert labs.works(trainee, bench="verification").count() == 1


def test_nothing_is_closed_while_something_is_missing(trainee: Any, case: Any) -> None:
    client = signed_in(trainee)
    fill(case, trainee, {"finding.1": {"subject": "gas", "kind": "", "severity": "", "fact": " "}})
    answer = client.post(f"/workshop/verification/{case.id}/conclude/")
    text = answer.content.decode()
    assert answer.status_code == 200 and "第 1 项发现不完整" in text and "请选择核查结论" in text
    assert not labs.state_of(case).handed_in
    assert client.get(f"/workshop/verification/{case.id}/outcome/").status_code == 302
    assert client.get(f"/workshop/verification/{case.id}/conclusion.pdf").status_code == 404


def test_a_verification_from_findings_to_the_conclusion(trainee: Any, case: Any) -> None:
    client = signed_in(trainee)
    fill(case, trainee, careful(bench.drawn_report(5, "beginner")))
    fill(
        case,
        trainee,
        {"finding.90": {"subject": "diesel", "kind": "factor", "severity": "observation", "fact": "x"}},
    )
    page = client.post(f"/workshop/verification/{case.id}/conclude/", follow=True)
    assert page.context["compared"].missed == [] and len(page.context["false"]) == 1
    assert page.context["compared"].conclusion and page.context["compared"].verified
    assert client.get(f"/workshop/verification/{case.id}/conclusion.pdf").content[:5] == b"%PDF-"
    assert client.get(f"/workshop/verification/{case.id}/").status_code == 302
    assert client.post(f"/workshop/verification/{case.id}/conclude/").status_code == 302
    assert (
        f"指出 {len(page.context['found'])} / {len(page.context['found'])} 处"
        in client.get("/workshop/verification/").content.decode()
    )
    book = client.get(f"/workshop/verification/{case.id}/papers.xlsx")
    assert book.status_code == 200 and book.content[:2] == b"PK"


def upload(client: Any, *names: str, **more: bytes) -> Any:
    files = [SimpleUploadedFile(name, (EXAMPLES / name).read_bytes()) for name in names]
    files += [SimpleUploadedFile(name.replace("_", "."), data) for name, data in more.items()]
    return client.post("/workshop/verification/own/", {"files": files}, follow=True)


def test_a_report_of_ones_own_with_its_case_and_table(trainee: Any) -> None:
    client = signed_in(trainee)
    page = upload(client, "glass-report.toml", "glass.toml", "glass.csv")
    assert page.status_code == 200, page.content.decode()
    work = labs.works(trainee, bench="verification").get()
    assert "示例玻璃有限公司" in work.name
    whole = client.get(f"/workshop/verification/{work.id}/outcome/")
    direct = bench.conclude(
        bench.read_own(
            "glass-report.toml",
            {n: (EXAMPLES / n).read_text("utf-8") for n in ("glass-report.toml", "glass.toml", "glass.csv")},
        )
    )
    assert whole.context["engine"].conclusion == direct.conclusion
    assert {one.id for one in whole.context["engine"].findings} == {one.id for one in direct.findings}
    fill(work, trainee, careful(direct.report))
    again = client.get(f"/workshop/verification/{work.id}/outcome/")
    assert again.context["compared"].missed == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "请选择核查文件"),
        ({"a_toml": b"x = 1"}, "其中没有核查文件"),
        ({"a_toml": "schema = 核查".encode("gbk")}, "不是 UTF-8"),
        ({"a_toml": b'schema = "tancai-carbon-report/1"\ncase = "none.toml"\n'}, "文件没有读入"),
        ({"a_toml": b"#" * 160_000}, "文件太大"),
    ],
)
def test_files_that_cannot_be_read_are_told(trainee: Any, files: dict[str, bytes], words: str) -> None:
    answer = upload(signed_in(trainee), **files)
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not labs.works(trainee)


def test_a_damaged_work_says_so(trainee: Any, case: Any) -> None:
    client = signed_in(trainee)
    for kept in (
        3,
        {"case": {"number": 1}},
        {"case": {"number": 1, "level": "beginner", "version": 0}},
        {"name": "a"},
    ):
        fill(case, trainee, {"report": kept})
        assert "打不开了" in client.get(f"/workshop/verification/{case.id}/").content.decode()
        assert client.get(f"/workshop/verification/{case.id}/papers.xlsx").status_code == 404


def test_somebody_elses_verification_is_not_there(other: Any, case: Any) -> None:
    client = signed_in(other)
    for tail in ("", "papers.xlsx", "outcome/", "conclusion.pdf"):
        assert client.get(f"/workshop/verification/{case.id}/{tail}").status_code == 404
    assert client.post(f"/workshop/verification/{case.id}/conclude/").status_code == 404
