"""A project file as the values of a work, and tallies that are pasted or read from a sheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tancai.labs.benches.sink.names import (
    CELLS,
    ROWS,
    SURVEYS,
    TABLES,
    Values,
    plot_name,
    rows_of,
    stratum_name,
)

_SPLIT = re.compile(r"\s*([+-]?[0-9.]+(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")


def bare(value: Any, unit: str) -> Any:
    """A figure of a file as it stands in the form: without the unit when it is that of the form."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        figure = value * 100 if unit == "%" else value
        return f"{figure:.12g}"
    if not isinstance(value, str) or unit in ("", "list"):
        return value
    found = _SPLIT.match(value)
    return found[1] if found and found[2] == ("" if unit == "1" else unit) else value


def values_of(model: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> dict[str, Any]:
    """The values of a work from a project file as read, with its plot files by name. Unknown fields are left out."""
    found: dict[str, Any] = {}
    accepted = model.get("accept_uncertain")
    if isinstance(accepted, list) and accepted:
        found["accept"] = [str(one) for one in accepted]
    for table, fields in TABLES.items():
        given = _mapping(model.get(table))
        for key, unit in fields.items():
            if key in given:
                found[f"{table}.{key}"] = bare(given[key], unit)
    for kind, (table, fields) in ROWS.items():
        for number, one in enumerate(_list(model.get(table)), 1):
            for key, unit in fields.items():
                if key in one:
                    found[f"{kind}.{number}.{key}"] = bare(one[key], "" if unit == "year" else unit)
                    if unit == "year":
                        found[f"{kind}.{number}.{key}"] = str(one[key])
    strata = {str(one.get("id", k)): k for k, one in enumerate(_list(model.get("stratum")), 1)}
    for one in _list(model.get("ex_ante")):
        if (number := strata.get(str(one.get("stratum")), 0)) and one.get("site"):
            found[f"s.{number}.site"] = one["site"]
            if "age" in one:
                found[f"s.{number}.age"] = bare(one["age"], "a")
    for key, value in _mapping(model.get("about")).items():
        found[f"about.{key}"] = str(value)
    _drawn(found, _mapping(model.get("map")), strata)
    plots = _mapping(model.get("plots"))
    for survey in SURVEYS:
        data = (files or {}).get(str(plots.get(survey, "")))
        if data is not None:
            found |= surveyed(found, survey, cells_of(data.decode("utf-8-sig", "replace")))[0]
    return found


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _drawn(found: dict[str, Any], drawn: Mapping[str, Any], strata: Mapping[str, int]) -> None:
    for name, corners in _mapping(drawn.get("outline")).items():
        if name in strata and isinstance(corners, list):
            found[f"s.{strata[name]}.outline"] = "\n".join(
                ", ".join(f"{one:.10g}" for one in point) for point in corners
            )
    if isinstance(drawn.get("seed"), int):
        found["map.seed"] = drawn["seed"]
    for number, (name, at) in enumerate(_mapping(drawn.get("plot")).items(), 1):
        found[f"p.{number}.id"] = name
        if isinstance(at, list) and len(at) >= 2:
            found[f"p.{number}.x"], found[f"p.{number}.y"] = at[:2]
        if isinstance(at, list) and len(at) == 3 and at[2] in strata:
            found[f"p.{number}.stratum"] = str(strata[at[2]])


HEADINGS = {
    "plot": ("plot", "样地", "样地号", "样地编号"),
    "stratum": ("stratum", "分层", "层", "碳层"),
    "d": ("dbh_cm", "d", "dbh", "胸径", "胸径cm", "胸径（cm）", "胸径(cm)"),
    "h": ("height_m", "h", "height", "树高", "树高m", "树高（m）", "树高(m)", "高度"),
    "l": ("crown_m", "l", "crown", "冠长", "冠长（m）", "冠长(m)"),
    "a": ("age_du", "a", "度", "竹龄", "竹龄（度）", "龄级", "年龄"),
    "n": ("count", "n", "株数", "株", "数量", "trees"),
    "v": ("volume_m3_ha", "v", "volume", "蓄积", "蓄积（m3/ha）", "蓄积量", "每公顷蓄积", "volumem3/ha"),
}


def column(heading: str) -> str:
    """Which cell a heading of a sheet means: ``d``, ``h`` …, ``plot``, ``stratum`` or "" for none."""
    plain = re.sub(r"[\s_*]+", "", heading).lower()
    for key, words in HEADINGS.items():
        if plain in (re.sub(r"[\s_]+", "", word).lower() for word in words):
            return key
    return ""


def cells_of(text: str) -> list[dict[str, str]]:
    """Lines of a table (commas or tabs) with a heading line, by cell."""
    lines = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text.split("\n")[0] else ","))
    if not lines:
        return []
    keys = [column(one) for one in lines[0]]
    return [
        {key: cell.strip() for key, cell in zip(keys, line, strict=False) if key}
        for line in lines[1:]
        if any(cell.strip() for cell in line)
    ]


def surveyed(
    values: Values, survey: str, lines: Sequence[Mapping[str, str]]
) -> tuple[dict[str, Any], list[str]]:
    """Changes that put the tallies of many plots into a work, and strata of the lines that the work does not have.

    A plot of the same name gets the new tally in place of its own; other plots are added.
    """
    strata = {stratum_name(row): str(row.number) for row in rows_of(values, "s")}
    plots = {plot_name(row): row for row in rows_of(values, "p")}
    number = max((row.number for row in plots.values()), default=0)
    tallies: dict[str, list[dict[str, str]]] = {}
    homes: dict[str, str] = {}
    unknown: dict[str, None] = {}
    for line in lines:
        name, home = line.get("plot", ""), line.get("stratum", "")
        if not name:
            continue
        if home and home not in strata:
            unknown[home] = None
            continue
        homes.setdefault(name, home)
        row = {key: value for key, value in line.items() if key in CELLS and value}
        tallies.setdefault(name, []).append(row)
    changes: dict[str, Any] = {}
    for name, rows in tallies.items():
        there = plots.get(name)
        if there is None:
            number += 1
            changes |= {f"p.{number}.id": name}
        at = f"p.{number if there is None else there.number}"
        if homes[name]:
            changes[f"{at}.stratum"] = strata[homes[name]]
        elif there is None and len(strata) == 1:
            changes[f"{at}.stratum"] = next(iter(strata.values()))
        changes[f"{at}.{survey}"] = rows
    return changes, list(unknown)
