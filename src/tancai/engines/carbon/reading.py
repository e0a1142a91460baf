"""Input files in TOML, with the line of every field, and figures with units read strictly but kindly.

What is wrong with a field is a problem with file, line and field; the rest of the file is used. Figures that break TOML
itself (a decimal comma, full-width digits) are put in quotes first, so that only their own field is refused.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tancai.engines.carbon import numbers
from tancai.engines.carbon.errors import CarbonError, Place, Problem, near
from tancai.engines.carbon.tree import DISTRIBUTIONS, Spread
from tancai.engines.carbon.units import Unit, UnitError, ratio, unit

Steps = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-]+|\"[^\"]+\")((?:\s*\.\s*[A-Za-z0-9_\-]+)*)\s*=\s*(.*)$")
_BARE = re.compile(
    r"[+-]?[0-9０-９]+(?:,[0-9]{1,}|[．，,][0-9０-９]+|\.[0-9０-９]+)?[^\s#\"'\[\]{}]*(?:\s+[^\s#\"'\[\]{},][^#\"'\[\]{},]*)?"
)


@dataclass
class Source:
    """A file as read: its values, the line of each, and the problems found so far.

    ``files`` are what came with it by name (a page, an archive); other names are looked for in ``folder``.
    """

    name: str
    values: dict[str, Any]
    lines: dict[Steps, int]
    digest: str
    folder: Path | None = None
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def top(self) -> Table:
        return Table(self, self.values, ())

    def line(self, steps: Steps) -> int:
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 0)


def read_file(path: Path) -> Source:
    """A TOML file; raises CarbonError when it cannot be opened, is no UTF-8 or no TOML."""
    try:
        data = path.read_bytes()
    except OSError as error:
        place = Place(path.name)
        raise CarbonError(
            Problem("unreadable", place=place, params={"why": error.strerror or str(error)})
        ) from error
    return read_bytes(data, path.name, path.parent)


def read_bytes(data: bytes, name: str = "", folder: Path | None = None) -> Source:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CarbonError(Problem("not_utf8", place=Place(name, line))) from error
    return read_text(text, name, folder)


def read_text(text: str, name: str = "", folder: Path | None = None) -> Source:
    digest = hashlib.sha256(text.encode()).hexdigest()
    repaired = text.replace("\r\n", "\n").split("\n")
    for _ in range(200):
        try:
            values = tomllib.loads("\n".join(repaired))
        except tomllib.TOMLDecodeError as error:
            if not _quote(repaired, str(error)):
                line = _line_of(str(error), len(repaired))
                raise CarbonError(
                    Problem("not_toml", place=Place(name, line), params={"why": str(error)})
                ) from error
            continue
        return Source(name, values, _located(repaired), digest, folder)
    raise CarbonError(Problem("not_toml", place=Place(name), params={"why": "too many broken lines"}))


def from_values(values: dict[str, Any], name: str = "") -> Source:
    """Values that were not read from a file (a page, a test); their hash is that of their canonical text."""
    digest = hashlib.sha256(repr(_canonical(values)).encode()).hexdigest()
    return Source(name, values, {}, digest)


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _canonical(value[key])) for key in sorted(value)]
    return [_canonical(one) for one in value] if isinstance(value, list) else value


def _line_of(message: str, last: int) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else last


def _quote(lines: list[str], message: str) -> bool:
    """Put the bare figure of a broken line in quotes; False when the line holds none."""
    number = _line_of(message, len(lines)) - 1
    for at in (number, number - 1):
        if not 0 <= at < len(lines) or not (found := _KEY.match(lines[at])):
            continue
        value = found[3]
        if value[:1] in "\"'[{" or not (bare := _BARE.match(value)):
            continue
        text, rest = bare.group().rstrip(), value[bare.end() :].strip()
        if rest and not rest.startswith("#"):
            continue
        lines[at] = lines[at][: found.start(3)] + f'"{text}"' + (f"  {rest}" if rest else "")
        return True
    return False


def _located(lines: Sequence[str]) -> dict[Steps, int]:
    """The line of every table and key. Knows headers, dotted keys, and lists that run over several lines."""
    found: dict[Steps, int] = {}
    counts: dict[Steps, int] = {}
    table: Steps = ()
    depth, within, element = 0, Steps(), 0
    for number, line in enumerate(lines, 1):
        if depth > 0:
            stripped = line.strip()
            if depth == 1 and stripped.startswith("{"):
                found[(*within, element)] = number
                element += 1
            depth += _brackets(line)
            continue
        if header := _HEADER.match(line):
            names = _names(header[2])
            table = _resolved(names[:-1], counts)
            steps = (*table, names[-1])
            if header[1] == "[[":
                counts[steps] = counts.get(steps, -1) + 1
                found.setdefault(steps, number)
                steps = (*steps, counts[steps])
            table = steps
            found[steps] = number
        elif key := _KEY.match(line):
            names = [key[1].strip('"'), *_names(key[2])] if key[2] else [key[1].strip('"')]
            within, element = (*table, *names), 0
            found[within] = number
            depth = max(0, _brackets(key[3]))
    return found


def _names(text: str) -> list[str]:
    return [part.strip().strip("\"'") for part in text.split(".") if part.strip()]


def _resolved(names: Sequence[str], counts: dict[Steps, int]) -> Steps:
    steps: Steps = ()
    for name in names:
        steps = (*steps, name)
        if steps in counts:
            steps = (*steps, counts[steps])
    return steps


def _brackets(text: str) -> int:
    plain = re.sub(r'"[^"]*"|\'[^\']*\'|#.*', "", text)
    return plain.count("[") - plain.count("]")


@dataclass(frozen=True)
class Given:
    """A quantity as given: one figure, or twelve by month.

    ``how`` is measured, calculated, design or default; ``spread`` its uncertainty, ``apart`` whether months err
    independently of each other (else the whole series errs together, as one meter does).
    """

    values: tuple[float, ...]
    unit: Unit
    place: Place
    how: str = ""
    source: str = ""
    meter: str = ""
    evidence: str = ""
    spread: Spread | None = None
    apart: bool = False
    tests: tuple[int, ...] = ()

    @property
    def monthly(self) -> bool:
        return len(self.values) > 1


LARGEST = 1e18
"""Beyond this a figure is no amount of anything here (nan is not within it either)."""
HOWS = ("measured", "calculated", "design", "default")
_QUANTITY = re.compile(
    r"\s*(?P<figure>[^\sA-Za-z一-鿿%/℃°]+(?: \d{3})*(?:[eE][+-]?\d+)?)\s*(?P<unit>.*?)\s*$"
)
_KEYS = {
    "value",
    "monthly",
    "unit",
    "how",
    "source",
    "meter",
    "evidence",
    "uncertainty",
    "distribution",
    "months",
}


class Table:
    """One table of the input. Fields are taken by name; what is never taken is an unknown field.

    A field that cannot be read adds a problem, gives None and marks the table ``failed``.
    """

    def __init__(self, source: Source, values: dict[str, Any], steps: Steps, name: str = "") -> None:
        self.source = source
        self.values = values
        self.steps = steps
        self.name = name
        self.failed = False
        self.taken: set[str] = set()

    def place(self, key: str = "", detail: str = "") -> Place:
        line = self.source.line((*self.steps, key)) if key else self.source.line(self.steps)
        title = self.name or ".".join(str(step) for step in self.steps)
        return Place(self.source.name, line, ", ".join(part for part in (title, key, detail) if part))

    def problem(
        self, code: str, key: str = "", level: str = "refused", detail: str = "", **params: Any
    ) -> None:
        self.failed |= level == "refused"
        self.source.problems.append(Problem(code, level, self.place(key, detail), params))

    def has(self, key: str) -> bool:
        return key in self.values

    def raw(self, key: str) -> Any:
        self.taken.add(key)
        return self.values.get(key)

    def text(
        self, key: str, default: str = "", *, choices: Sequence[str] = (), required: bool = False
    ) -> str:
        value = self.raw(key)
        if value is None or value == "":
            if required:
                self.problem("missing", key)
            return default
        if not isinstance(value, str):
            self.problem("no_text", key)
            return default
        if choices and value not in choices:
            self.problem("unknown_choice", key, value=value, choices=", ".join(choices))
            return default
        return value

    def whole(self, key: str, default: int | None = None, *, required: bool = False) -> int | None:
        value = self.raw(key)
        if value is None:
            if required:
                self.problem("missing", key)
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem("no_whole", key, value=str(value))
            return default
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.problem("no_flag", key)
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.problem("no_texts", key)
            return ()
        return tuple(value)

    def table(self, key: str, name: str = "") -> Table:
        value = self.raw(key)
        if value is not None and not isinstance(value, dict):
            self.problem("no_table", key)
            value = {}
        return Table(self.source, value or {}, (*self.steps, key), name or key)

    def tables(self, key: str, label: Callable[[int, dict[str, Any]], str] | None = None) -> list[Table]:
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.problem("no_tables", key)
            return []
        return [
            Table(self.source, one, (*self.steps, key, k), label(k, one) if label else f"{key} {k + 1}")
            for k, one in enumerate(value)
        ]

    def leftovers(self) -> None:
        """Every field that nobody took is refused by name: a misspelt field must not be lost in silence."""
        for key in self.values:
            if key not in self.taken:
                self.problem("unknown_field", key, "doubtful", near=near(key, sorted(self.taken)))

    def quantity(
        self,
        key: str,
        accepted: Sequence[str],
        *,
        required: bool = False,
        bounds: Mapping[str, tuple[float, float]] | None = None,
    ) -> Given | None:
        """``"22.315 GJ/t"``, ``"40 t ± 2 %"``, or a table with value or monthly and unit, uncertainty, how, meter, ….

        ``accepted`` are units it may be convertible to (``"1"`` for a plain fraction). ``bounds`` says per unit what is
        plausible; a figure outside is refused, and so is a negative one.
        """
        value = self.raw(key)
        if value is None or value == "":
            if required:
                self.problem("missing", key)
            return None
        before = self.failed
        self.failed = False
        found = self._quantity(key, value, accepted)
        if found is not None and not self.failed:
            self._bounds(key, found, bounds or {})
        ok, self.failed = not self.failed, before or self.failed
        return found if ok else None

    def _quantity(self, key: str, value: Any, accepted: Sequence[str]) -> Given | None:
        if isinstance(value, dict):
            return self._long(key, value, accepted)
        figures, at, spread = self._short(key, value, accepted)
        if figures is None or at is None:
            return None
        return Given((figures,), at, self.place(key), spread=spread)

    def _short(
        self, key: str, value: Any, accepted: Sequence[str]
    ) -> tuple[float | None, Unit | None, Spread | None]:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.problem("no_quantity", key)
            return None, None, None
        if not isinstance(value, str):
            return self._figure(key, value), self._unit(key, "", accepted), None
        text, _, width = value.partition("±")
        found = _QUANTITY.match(text)
        if found is None:
            self.problem("no_number", key, value=text.strip())
            return None, None, None
        figure = self._figure(key, found["figure"])
        at = self._unit(key, found["unit"], accepted)
        return figure, at, self.spread(key, width) if width else None

    def _long(self, key: str, value: dict[str, Any], accepted: Sequence[str]) -> Given | None:
        for name in value:
            if name not in _KEYS:
                self.problem("unknown_field", key, "doubtful", detail=name, near=near(name, sorted(_KEYS)))
        how = value.get("how", "")
        if how not in ("", *HOWS):
            self.problem("unknown_choice", key, detail="how", value=how, choices=", ".join(HOWS))
        spread = self.spread(
            key, str(value["uncertainty"]) if "uncertainty" in value else "", value.get("distribution")
        )
        tests: tuple[int, ...] = ()
        if "monthly" in value:
            at = self._unit(key, str(value.get("unit", "")), accepted)
            values, tests = self._months(key, value["monthly"])
        elif "value" in value and "unit" not in value:
            one, at, short = self._short(key, value["value"], accepted)
            values, spread = (() if one is None else (one,)), spread or short
        elif "value" in value:
            at = self._unit(key, str(value["unit"]), accepted)
            one = self._figure(key, value["value"])
            values = () if one is None else (one,)
        else:
            self.problem("no_quantity", key)
            return None
        if at is None or not values:
            return None
        about = {name: str(value.get(name, "")) for name in ("source", "meter", "evidence")}
        apart = value.get("months") == "independent"
        return Given(values, at, self.place(key), str(how), spread=spread, apart=apart, tests=tests, **about)

    def _months(self, key: str, value: Any) -> tuple[tuple[float, ...], tuple[int, ...]]:
        if not isinstance(value, list):
            self.problem("no_months", key)
            return (), ()
        absent = (
            []
            if len(value) == 12 and all(type(one) is float for one in value)
            else [
                str(k) for k, one in enumerate(value, 1) if one is None or str(one).strip() in ("", "-", "–")
            ]
        )
        absent += [str(k) for k in range(len(value) + 1, 13)]
        if absent or len(value) > 12:
            self.problem("months_missing", key, given=len(value), months=", ".join(absent) or "–")
            return (), ()
        if all((type(one) is float or type(one) is int) and abs(one) <= LARGEST for one in value):
            return tuple([float(one) for one in value]), (1,) * 12
        figures, tests = [], []
        for month, one in enumerate(value, 1):
            several = one if isinstance(one, list) else [one]
            read = [self._figure(key, each, f"{month}") for each in several]
            if not read:
                self.problem("months_missing", key, given=len(value), months=month)
            if not read or any(each is None for each in read):
                return (), ()
            figures.append(sum(each for each in read if each is not None) / len(read))
            tests.append(len(read))
        return tuple(figures), tuple(tests)

    def _figure(self, key: str, value: Any, month: str = "") -> float | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) <= LARGEST:
                return float(value)
            self.problem("no_number", key, detail=month, value=str(value)[:20])
            return None
        try:
            return numbers.number(str(value))
        except numbers.BadNumber as bad:
            self.problem(bad.code, key, detail=month, value=str(value), remedy=bad.remedy)
            return None

    def _unit(self, key: str, text: str, accepted: Sequence[str]) -> Unit | None:
        if not text.strip():
            if "1" in accepted:
                return unit("1")
            self.problem("unit_missing", key, accepted=", ".join(accepted))
            return None
        try:
            found = unit(text)
        except UnitError:
            self.problem("unit_unknown", key, value=text, accepted=", ".join(accepted))
            return None
        if not any(found.fits(unit(one)) for one in accepted):
            gas = any("Nm3" in one for one in accepted)
            code = "unit_actual_volume" if gas and _volume(found) else "unit_wrong"
            self.problem(code, key, value=text, accepted=", ".join(accepted))
            return None
        return found

    def spread(self, key: str, text: str, distribution: Any = None) -> Spread | None:
        if not text:
            return None
        kind = distribution or "normal"
        if kind not in DISTRIBUTIONS:
            self.problem(
                "unknown_choice",
                key,
                detail="distribution",
                value=str(kind),
                choices=", ".join(DISTRIBUTIONS),
            )
            return None
        try:
            half = numbers.number(text.replace("%", "")) / (100 if "%" in text else 1)
        except numbers.BadNumber as bad:
            self.problem(bad.code, key, detail="uncertainty", value=text, remedy=bad.remedy)
            return None
        if "%" not in text:
            self.problem("uncertainty_percent", key, value=text)
            return None
        if not 0 <= half < 1 and kind != "lognormal":
            self.problem("uncertainty_range", key, value=text)
            return None
        return Spread(half, kind)

    def _bounds(self, key: str, found: Given, bounds: Mapping[str, tuple[float, float]]) -> None:
        for month, value in enumerate(found.values, 1):
            detail = f"{month}" if found.monthly else ""
            if value < 0:
                self.problem("negative", key, detail=detail, value=numbers.shown(value))
                return
            for text, (low, high) in bounds.items():
                at = unit(text)
                inside = value * float(ratio(found.unit, at)) if found.unit.fits(at) else low
                if low <= inside <= high:
                    continue
                shown = numbers.shown(value) + ("" if found.unit.text == "1" else f" {found.unit}")
                code = _out_of_range(inside, low, high, found.unit.text)
                limits = {"low": _bound(low, at), "high": _bound(high, at)}
                self.problem(code, key, detail=detail, value=shown, plain=numbers.shown(value), **limits)
                return


def _volume(at: Unit) -> bool:
    return any(name == "volume" for name, _ in at.dims)


def _bound(value: float, at: Unit) -> str:
    return numbers.shown(value) + ("" if at.text == "1" else f" {at}")


def _out_of_range(value: float, low: float, high: float, text: str) -> str:
    """The slip behind an implausible figure, when one factor of a hundred or a thousand explains it."""
    if text == "1" and low <= value / 100 <= high:
        return "percent_as_fraction"
    if text == "%" and low <= value * 100 <= high:
        return "fraction_as_percent"
    if low <= value / 1000 <= high:
        return "thousand_too_much"
    if low <= value * 1000 <= high:
        return "thousand_too_little"
    return "out_of_range"
