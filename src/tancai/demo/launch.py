"""Where a demo or rehearsal lives: its own data folder and ports, chosen before the settings are read."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tancai.demo.servers import free_port


def prepare_environment(arguments: list[str]) -> None:
    """Give ``rehearse`` a world of its own that is thrown away, and ``demo`` one that stays under ``var/demo``.

    Whatever is set already is left as it is, so a rehearsal can be run on PostgreSQL or kept.
    """
    if "--help" in arguments or "-h" in arguments:
        return
    command = arguments[1]
    if command == "rehearse" and "TANCAI_DATA" not in os.environ:
        os.environ["TANCAI_DATA"] = tempfile.mkdtemp(prefix="tancai-rehearsal-")
        os.environ["TANCAI_THROW_AWAY"] = os.environ["TANCAI_DATA"]
    if command == "demo":
        os.environ.setdefault("TANCAI_DATA", str(Path.cwd() / "var" / "demo"))
        os.environ["TANCAI_DEMO"] = "yes"
    web, log = free_port(8000 if command == "demo" else None), free_port(8001 if command == "demo" else None)
    os.environ.setdefault("TANCAI_PUBLIC_ADDRESS", f"http://127.0.0.1:{web}")
    os.environ.setdefault("TANCAI_LOG_ADDRESS", f"http://127.0.0.1:{log}")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
