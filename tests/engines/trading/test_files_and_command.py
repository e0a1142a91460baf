"""Files as people send them, and the command: place, reason, remedy; the good rows go on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tancai.engines.trading import cases, orders, packs, replaying
from tancai.engines.trading.errors import TradingError
from tancai.engines.trading.words import PROBLEMS

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(cases.__file__).parent / "examples"
HEAD = ",".join(orders.COLUMNS)
OPENING = """2026-03-02 08:00:00,open,a,,,,,,,
2026-03-02 08:00:00,open,b,,,,,,,
2026-03-02 08:00:00,deposit,b,,,,,,1000000,
2026-03-02 08:00:00,issue,a,,,CEA25,,5000,,tradable
2026-03-02 08:00:00,previous_close,,,,CEA25,80.00,,,
"""


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("market", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def played(tmp_path: Path, rows: str, head: str = HEAD) -> replaying.Replay:
    file = tmp_path / "orders.csv"
    file.write_text(f"{head}\n{OPENING if head == HEAD else ''}{rows}\n", encoding="utf-8")
    return replaying.replay(orders.read_orders(file), packs.load("cea"))


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("2026-03-02 09:40:00,list,a,X,sell,CEA25,８０．１,100,,", "full_width", "price"),
        ('2026-03-02 09:40:00,list,a,X,sell,CEA25,"80,1",100,,', "comma_decimal", "price"),
        ('2026-03-02 09:40:00,list,a,X,sell,CEA25,80.1,"1,000",,', "comma_either", "quantity"),
        ('2026-03-02 09:40:00,list,a,X,sell,CEA25,80.1,"1,000,000",,', "comma_groups", "quantity"),
        ("2026-03-02 09:40:00,list,a,X,sell,CEA25,80.1,-5,,", "negative", "quantity"),
        ("2026-03-02 09:40:00,list,a,X,sell,CEA25,nan,5,,", "no_number", "price"),
        ("2026-03-02 09:40:00,list,a,X,sell,CEA25,8.01e1,5,,", "tick", "price"),
        ("2026-03-02 09:40:00,list,a,X,sell,CEA25,80.1,99999999999999999,,", "too_large", "quantity"),
        ("2026-03-02 09:40:00,list,a,X,hold,CEA25,80.1,5,,", "unknown_choice", "side"),
        ("2026-03-02 09:40:00,lsit,a,X,sell,CEA25,80.1,5,,", "unknown_choice", "kind"),
        ("2026-03-02,list,a,X,sell,CEA25,80.1,5,,", "no_time", "at"),
        ("2026-03-02 09:40:00+08:00,list,a,X,sell,CEA25,80.1,5,,", "no_time", "at"),
        ("9999-12-31 09:40:00,list,a,X,sell,CEA25,80.1,5,,", "no_time", "at"),
        ("2026-03-02 09:40:00,list,a,,sell,CEA25,80.1,5,,", "missing", "order"),
        ("2026-03-02 09:40:00,list,a,X,sell,CEA25,80.1,5,,,surplus", "ragged", ""),
        ("2026-03-02 09:40:00,list,zz,X,sell,CEA25,80.1,5,,", "no_account", "account"),
        ("2026-03-02 09:40:00,list,a,X,sell,GOLD,80.1,5,,", "no_previous_close", "product"),
        ("2026-03-02 07:40:00,list,a,X,sell,CEA25,80.1,5,,", "time_back", "at"),
        ("2026-03-02 09:40:00,list,a,X,sell,CEA25,71.99,5,,", "price_low", "price"),
        ("2026-03-02 09:40:00,take,b,X,buy,CEA25,,5,,", "five_levels", "quantity"),
        ("2026-03-02 09:40:00,cancel,b,X,,,,,,", "no_order", "order"),
        ("2026-03-02 09:40:00,surrender,a,,,CEA25,,5,,2025", "no_duty", "other"),
        ("2026-03-02 09:40:00,withdraw,b,,,,,,1000000.01,", "withdrawable", "amount"),
        ("2026-03-02 09:40:00,open,zz,,,,,,,barred", "barred", "account"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path: Path, row: str, code: str, field: str) -> None:
    good = "2026-03-02 09:45:00,list,a,S,sell,CEA25,80.00,10,,\n2026-03-02 09:46:00,list,b,B,buy,CEA25,80.50,10,,"
    found = played(tmp_path, f"{row}\n{good}")
    (problem,) = found.refusals
    assert (problem.code, problem.field, problem.row) == (code, field, 7)
    assert "{" not in problem.message("zh") + problem.message("en")
    assert [(one.price, one.quantity) for one in found.market.trades] == [(8000, 10)]


def test_files_that_cannot_be_used_at_all(tmp_path: Path) -> None:
    with pytest.raises(TradingError, match=r"no such file|No such file"):
        orders.read_orders(tmp_path / "none.csv")
    with pytest.raises(TradingError) as raised:
        played(tmp_path, "", head="when,what")
    assert raised.value.code == "columns"
    with pytest.raises(TradingError) as raised:
        played(tmp_path, "", head=f"{HEAD},colour")
    assert raised.value.code == "unknown_field"
    (tmp_path / "gbk.csv").write_bytes(f"{HEAD}\n".encode() + "示例".encode("gbk"))
    with pytest.raises(TradingError) as raised:
        orders.read_orders(tmp_path / "gbk.csv")
    assert (raised.value.code, raised.value.problems[0].row) == ("not_utf8", 2)


def test_replay_as_json_is_the_same_twice_and_says_what_is_unconfirmed() -> None:
    first, _ = run("replay", str(EXAMPLES / "day.csv"), "--rules", "cea", "--json")
    again, _ = run("replay", str(EXAMPLES / "day.csv"), "--json")
    assert first == again
    record = json.loads(first)
    assert record["schema"] == "tancai-market-replay/1" and len(record["input"]["sha256"]) == 64
    assert set(record["balance"].values()) == {0}
    assert record["closes"][0]["close"] == "86.63"
    assert {one["rule"]: one["confidence"] for one in record["uncertain"]}["proceeds"] == "M"


def test_an_uncertain_rule_can_be_chosen_a_certain_one_cannot(tmp_path: Path) -> None:
    record = json.loads(run("replay", str(EXAMPLES / "day.csv"), "--set", "proceeds=next_day", "--json")[0])
    assert {"rule": "proceeds", "chosen": True}.items() <= next(
        one for one in record["uncertain"] if one["rule"] == "proceeds"
    ).items()
    with pytest.raises(CommandError, match="listed_limit"):
        run("replay", str(EXAMPLES / "day.csv"), "--set", "listed_limit=50", "--language", "en")
    with pytest.raises(CommandError, match="same_day, next_day"):
        run("replay", str(EXAMPLES / "day.csv"), "--set", "proceeds=never", "--language", "en")
    with pytest.raises(CommandError, match="use one of cea"):
        run("replay", str(EXAMPLES / "day.csv"), "--rules", "moon", "--language", "en")


def test_every_example_runs_and_is_listed(tmp_path: Path) -> None:
    listed, _ = run("example", "--language", "en")
    for path in sorted(EXAMPLES.iterdir()):
        assert path.stem in listed
        run("example", path.stem, "--to", str(tmp_path))
        copy = tmp_path / path.name
        if path.suffix == ".csv":
            out, _ = run("replay", str(copy))
        else:
            part = "comply" if "compliance/1" in copy.read_text(encoding="utf-8") else "allocate"
            out, _ = run(part, str(copy), "--language", "en")
            assert json.loads(run(part, str(copy), "--json")[0])["complete"] is True
        assert out
    day = tmp_path / "day.csv"
    day.write_text("mine", encoding="utf-8")
    with pytest.raises(CommandError, match="已存在"):
        run("example", "day", "--to", str(tmp_path))
    assert day.read_text(encoding="utf-8") == "mine"


def test_a_bad_unit_costs_itself_only(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    text = (EXAMPLES / "power.toml").read_text(encoding="utf-8").replace("load = 0.712", "load = 71.2")
    file.write_text(text, encoding="utf-8")
    found = cases.allocate(file)
    (problem,) = found.problems
    assert (problem.code, problem.field) == ("percent", "unit.1.load")
    assert text.splitlines()[problem.row - 1].startswith("load")
    assert found["allowance"] == 344_120
    with pytest.raises(CommandError, match="incomplete"):
        run("allocate", str(file), "--language", "en")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("year = 2024", "year = 2018", "unknown_choice"),
        ("tancai-market-allocation/1", "tancai-market-allocation/9", "schema"),
        ('sector = "power"', 'sector = "glass"', "unknown_choice"),
        ('sector = "power"', "sector = power", "not_toml"),
    ],
)
def test_a_case_that_cannot_be_computed(tmp_path: Path, old: str, new: str, code: str) -> None:
    file = tmp_path / "case.toml"
    file.write_text((EXAMPLES / "power.toml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(TradingError) as raised:
        cases.allocate(file)
    assert raised.value.code == code
    assert raised.value.problems[0].row > 0


def test_compliance_refuses_vintages_and_covered_projects(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    text = (EXAMPLES / "year.toml").read_text(encoding="utf-8")
    text = text.replace("year = 2024\ndue", "year = 2025\ndue").replace("147127", "147127\ncovered = true")
    file.write_text(text, encoding="utf-8")
    found = cases.comply(file)
    assert {one.code for one in found.problems} == {"vintage", "ccer_covered"}
    assert found["surplus"] == -2_942_550


def test_every_code_has_both_languages_and_a_fact_its_source() -> None:
    assert all(len(words) == 2 and all(words) for words in PROBLEMS.values())
    facts = packs.load("cea").facts.values()
    assert all(fact.source and fact.confidence in ("V1", "V2", "M", "D") for fact in facts)
    with (Path(cases.__file__).parent / "data" / "power_benchmarks.csv").open(encoding="utf-8") as file:
        assert all(row["source"] and row["confidence"] for row in csv.DictReader(file))
    assert "listed_limit" in run("rules", "cea", "--language", "en")[0]


def test_history_is_printed_with_its_sums() -> None:
    shown = run("history", "--language", "en")[0]
    assert "2025-10" in shown and "65.7%" in shown and "[V2:" in shown
    record = json.loads(run("history", "--json")[0])
    assert len(record["months"]) == 31 and record["months"][0]["total"] == "3016200.00"
