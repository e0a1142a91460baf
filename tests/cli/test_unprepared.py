"""A command on a data folder that was never prepared says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.anydatabase


def test_it_names_the_command_that_comes_first(tmp_path: Path) -> None:
    (tmp_path / "one.gift").write_text("::one:: 2 + 2 = {=4 ~5}")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TANCAI_")}
    done = subprocess.run(
        [sys.executable, "-m", "tancai.cli", "items", "import", "one.gift"],
        cwd=tmp_path,
        env={**kept, "TANCAI_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "run 'tancai prepare' first" in done.stderr
    assert "Traceback" not in done.stderr
