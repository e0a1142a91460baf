"""The order of the house: imports, relations between tables, complete migrations, true documents."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.anydatabase


def _road() -> dict[str, int]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    return {room.strip(" ()"): height for height, line in enumerate(layers) for room in line.split("|")}


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_relations_between_tables_follow_the_road_too() -> None:
    road, against = _road(), []
    for model in apps.get_models():
        room = model.__module__.split(".")
        if room[0] != "tancai":
            continue
        for field in model._meta.get_fields():
            other = (
                field.related_model.__module__.split(".") if field.is_relation and field.concrete else None
            )
            if other and other[0] == "tancai" and road[other[1]] < road[room[1]]:
                against.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    assert against == []


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_room_has_its_door_and_says_what_it_refuses_to_know() -> None:
    lacking = []
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if config.name.count(".") != 1 or config.label in ("tancai_lib", "cli"):
            continue
        if not config.name.startswith("tancai."):
            continue
        lacking += [
            f"{config.label}/{name}" for name in ("README.md", "api.py") if not (folder / name).is_file()
        ]
        door = (folder / "api.py").read_text()
        names = re.search(r"__all__ = \[(.*?)\]", door, re.S)
        listed = re.findall(r'"(\w+)"', names.group(1)) if names else []
        if not listed or listed != sorted(listed, key=_door_order):
            lacking.append(f"{config.label}: __all__ is missing or not sorted")
    assert lacking == []


def _door_order(name: str) -> tuple[int, str]:
    """As the linter sorts: CONSTANTS, Classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/map.md"])
def test_documents_name_only_what_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    missing = [
        target
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
        + re.findall(r"`((?:tests|src|docs)/[\w/.-]+)`", text)
        if not (ROOT / target).exists()
    ]
    commands = re.findall(r"(?:\.venv/bin/)?tancai ([a-z]+)\b", text)
    missing += [f"tancai {name}" for name in commands if name not in get_commands()]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    missing += [
        f"make {name}" for name in re.findall(r"(?:^|`)make (\w+)", text, re.M) if name not in targets
    ]
    assert missing == []


def test_nothing_speaks_of_how_or_where_it_was_made() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    words = re.compile(r"/work/|/root/|pypi\.|registry\.npmjs|\bhelper-\d|\bsub-?agent", re.I)
    told = []
    for name in listed.splitlines():
        path = ROOT / name
        if (
            path.suffix in {".lock", ".png", ".jpg"}
            or name == "tests/house/test_contracts.py"
            or not path.is_file()
        ):
            continue
        told += [
            f"{name}: {m.group(0)}" for m in words.finditer(path.read_text(encoding="utf-8", errors="ignore"))
        ]
    assert told == []


def test_scripts_import_each_other_in_one_direction() -> None:
    """Files under hashed names name each other's hash, so two that import each other can never be collected."""
    found = re.compile(r'(?:from|import)\s+"(\.[^"]+)"')
    imports = {
        path: [(path.parent / name).resolve() for name in found.findall(path.read_text())]
        for path in (ROOT / "src" / "tancai" / "web").glob("*/static/*/**/*.js")
    }

    def circle(path: Path, road: tuple[Path, ...]) -> tuple[Path, ...]:
        if path in road:
            return (*road[road.index(path) :], path)
        return next((ring for one in imports.get(path, ()) if (ring := circle(one, (*road, path)))), ())

    assert {tuple(one.name for one in ring) for path in imports if (ring := circle(path, ()))} == set()
