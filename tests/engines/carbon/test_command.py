"""``tancai carbon``: files in, tables or JSON out; no database is touched."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tancai.engines.carbon import tables
from tests.engines.carbon import published

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("carbon", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_account_prints_a_table_a_tree_and_a_record(tmp_path: Path) -> None:
    file = str(EXAMPLES / "machinery.toml")
    assert "12 963" in run("account", file)[0]
    assert "排放总量" in run("account", file)[0]
    assert "total emissions" in run("account", file, "--language", "en")[0]
    assert "185.6 10^4Nm3 × 389.31 GJ/10^4Nm3" in run("account", file, "--tree")[0]
    record = json.loads(run("account", file, "--json")[0])
    assert record["schema"] == "tancai-carbon-inventory/1"
    assert record["total"]["rounded"] == published.S1["rounded"]
    target = tmp_path / "report.md"
    run("account", file, "--report", str(target))
    assert "排放报告" in target.read_text(encoding="utf-8")


def test_bad_input_is_said_and_the_rest_still_shown(tmp_path: Path) -> None:
    text = (EXAMPLES / "machinery.toml").read_text(encoding="utf-8").replace('"42.75 t"', '"42,75 t"')
    file = tmp_path / "case.toml"
    file.write_text(text, encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("carbon", "account", str(file), stdout=out, stderr=err)
    assert "42.75" in err.getvalue() and "case.toml:" in err.getvalue()
    assert "4 013.02" in out.getvalue()


def test_a_hopeless_file_ends_with_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="打不开"):
        run("account", str(tmp_path / "none.toml"))


def test_examples_can_be_taken_and_run(tmp_path: Path) -> None:
    listed = run("example")[0]
    assert "machinery" in listed
    run("example", "glass", "--to", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"glass.toml", "glass.csv"}
    assert "201 071" in run("account", str(tmp_path / "glass.toml"), "--draws", "0")[0]
    run("example", "glass-report", "--to", str(tmp_path))
    assert (tmp_path / "glass-report.toml").is_file()
    (tmp_path / "glass.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "glass.toml").unlink()
    with pytest.raises(CommandError, match="已存在"):
        run("example", "glass", "--to", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"glass.csv", "glass-report.toml"}


def test_factors_are_found_with_their_trust() -> None:
    out, _ = run("factors", "江苏", "2023")
    assert "0.5827" in out and "间接来源" in out
    assert "unverified" in run("factors", "sorbent_content", "--language", "en")[0]
    rows = json.loads(run("factors", "柴油", "--json")[0])
    assert {row["set"] for row in rows} == {"cets-steel-2024", "cets-industry-2024", "ndrc-2015"}


def test_kinds_and_plan() -> None:
    assert "shielding_gas" in run("kinds")[0]
    assert "fuel" in json.loads(run("kinds", "--json")[0])
    assert "[[plan]]" in run("plan", str(EXAMPLES / "cement.toml"))[0]
    assert "glass, production" in run("plan", str(EXAMPLES / "glass.toml"), "--language", "en")[0]


def test_footprint_prints_a_table_a_tree_and_a_record(tmp_path: Path) -> None:
    file = str(EXAMPLES / "bracket.toml")
    out, _ = run("footprint", file)
    assert "2 669.80" in out and "2 612.91" in out
    assert "1 085 kg × 2.05 kgCO2e/kg" in run("footprint", file, "--tree")[0]
    record = json.loads(run("footprint", file, "--json", "--language", "en")[0])
    assert round(record["total"]["value"], 6) == published.BRACKET_TOTAL
    assert len(record["scenarios"]) == 4
    target = tmp_path / "report.md"
    run("footprint", file, "--report", str(target))
    assert "产品碳足迹报告" in target.read_text(encoding="utf-8")


def test_verify_and_forecast(tmp_path: Path) -> None:
    file = str(EXAMPLES / "glass-report.toml")
    out, _ = run("verify", file)
    assert "不符合项" in out and "201 071" in out
    record = json.loads(run("verify", file, "--json")[0])
    assert record["schema"] == "tancai-carbon-verification/1" and record["conclusion"] == "to_correct"
    target = tmp_path / "papers.md"
    run("verify", file, "--report", str(target), "--language", "en")
    assert "Document review" in target.read_text(encoding="utf-8")
    run("example", "glass-report", "--to", str(tmp_path))
    assert (tmp_path / "glass.csv").exists() and "201 071" in run(
        "verify", str(tmp_path / "glass-report.toml")
    )[0]
    out, _ = run("forecast", str(EXAMPLES / "history.csv"), "--language", "en")
    assert "rising" in out and "2025-12" in out
    assert (
        len(json.loads(run("forecast", str(EXAMPLES / "history.csv"), "--ahead", "3", "--json")[0])["months"])
        == 3
    )
    with pytest.raises(CommandError, match="120"):
        run("forecast", str(EXAMPLES / "history.csv"), "--ahead", "0")


@pytest.mark.parametrize("option", [("--seed", "1.5"), ("--draws", "many"), ("--draws", "99999999")])
def test_bad_options_end_with_words(option: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="whole number"):
        run("account", str(EXAMPLES / "glass.toml"), *option)


def test_a_report_that_cannot_be_written_ends_with_words(tmp_path: Path) -> None:
    target = str(tmp_path / "nowhere" / "report.md")
    with pytest.raises(CommandError, match="无法写入"):
        run("account", str(EXAMPLES / "machinery.toml"), "--report", target)


def test_every_example_runs_without_a_refusal() -> None:
    for path in sorted(EXAMPLES.glob("*.toml")):
        schema = path.read_text(encoding="utf-8").split('schema = "', 1)[1].split("/")[0]
        part = {
            "tancai-carbon-account": "account",
            "tancai-carbon-footprint": "footprint",
            "tancai-carbon-report": "verify",
        }[schema]
        record = json.loads(run(part, str(path), "--json")[0])
        assert record.get("complete", True) and record["engine"]["version"] and record["input"]["sha256"]


def test_nested_fields_of_a_file_are_named_with_their_line(tmp_path: Path) -> None:
    text = (EXAMPLES / "bracket.toml").read_text(encoding="utf-8")
    line = text[: text.index('amount = "42 kg"')].count("\n") + 1
    file = tmp_path / "model.toml"
    file.write_text(text.replace('amount = "42 kg"', 'amount = "42 公斤"'), encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("carbon", "footprint", str(file), stdout=out, stderr=err)
    assert f"model.toml:{line} process forming, zinc, amount" in err.getvalue()
    assert "2 224.25" in out.getvalue()


@pytest.mark.parametrize(
    "name", ["machinery", "power", "cement", "steel", "aluminium", "glass", "bracket", "kettle"]
)
def test_english_trees_hold_no_chinese_but_names_of_the_input(name: str) -> None:
    file = EXAMPLES / f"{name}.toml"
    text = file.read_text(encoding="utf-8")
    part = "footprint" if "footprint/1" in text else "account"
    out, _ = run(part, str(file), "--tree", "--language", "en")
    for word in sorted(re.findall(r'"([^"]+)"', text), key=len, reverse=True):
        out = out.replace(word, "")
    assert not re.findall("[一-鿿]+", out)
