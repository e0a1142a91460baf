"""The guides are true: their files run, and they name every command and every kind of bad input that is refused."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command

from tancai.cli.management.commands.carbon import Command
from tancai.engines.carbon.accounting.case import case_of
from tancai.engines.carbon.accounting.inventory import account
from tancai.engines.carbon.footprint.model import model_of
from tancai.engines.carbon.footprint.result import footprint
from tancai.engines.carbon.reading import read_text

pytestmark = pytest.mark.anydatabase
GUIDES = Path(__file__).parents[3] / "docs" / "guides"


def blocks(name: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", (GUIDES / name).read_text(encoding="utf-8"), re.DOTALL)


def test_the_case_of_the_inventory_guide_runs() -> None:
    text = blocks("carbon-inventory.md")[0]
    found = account(case_of(read_text(text)))
    gas, diesel = 96.4 * 389.31 * 0.0153 * 0.99 * 44 / 12, 18.9 * 43.33 * 0.0202 * 0.98 * 44 / 12
    assert found.complete
    assert found.total.value == pytest.approx(gas + diesel + 5320.5 * 0.4974)
    assert found.intensities[0].value == pytest.approx(found.total.value / 410)


def test_the_model_of_the_footprint_guide_runs() -> None:
    (text,) = blocks("footprint.md")
    found = footprint(model_of(read_text(text)))
    burnt = 35 * 389.31 / 1e4 * 15.3 * 0.99 * 44 / 12
    assert found.complete
    assert found.total.value == pytest.approx(1040 * 12 + 1.04 * 150 * 0.074 + 620 * 0.5777 + burnt)


FILES_ALONE = ("carbon-inventory.md", "footprint.md", "carbon-sink.md", "market.md", "laboratories.md")


@pytest.mark.parametrize("guide", FILES_ALONE)
def test_every_command_of_a_guide_runs_in_its_sequence_from_an_empty_folder(
    guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guide is followed literally: its files are written under the name in their first line, its commands are run."""
    monkeypatch.chdir(tmp_path)
    text = (GUIDES / guide).read_text(encoding="utf-8")
    ran = 0
    for kind, body in re.findall(r"```(toml)?\n(.*?)```", text, re.DOTALL):
        name = re.match(r"# (\S+\.toml)\n", body)
        if kind and name:
            Path(name[1]).write_text(body, encoding="utf-8")
        lines = [] if kind else [line for line in body.splitlines() if line.startswith("tancai ")]
        for line in lines:
            _tancai, command, *words = shlex.split(line, comments=True)
            call_command(command, *words, stdout=io.StringIO(), stderr=io.StringIO())
        ran += len(lines)
    assert ran >= 4


def test_every_subcommand_stands_in_a_guide() -> None:
    text = "".join(
        (GUIDES / name).read_text(encoding="utf-8") for name in ("carbon-inventory.md", "footprint.md")
    )
    parser = Command().create_parser("tancai", "carbon")
    names = next(action.choices for action in parser._actions if action.dest == "part")
    assert names is not None
    for name in names:
        assert f"tancai carbon {name}" in text, name
