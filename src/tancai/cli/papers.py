"""What ``tancai assemble`` shows: forms, coverage, measures, overlap, and why nothing fits."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from tancai.engines.assembly.assembling import Assembly
from tancai.engines.assembly.bank import Bank
from tancai.engines.assembly.blueprint import Blueprint, Exposure, Limit, Overlap, Uses
from tancai.engines.assembly.conditions import span
from tancai.engines.assembly.conflicts import Conflict
from tancai.engines.assembly.records import aims
from tancai.engines.bilingual import counted

MOST_IDS = 12
WIDEST_MATRIX = 20
PROOFS = {
    "one": "Not even one form can meet these requirements together",
    "summed": "The bank does not hold enough for {forms} forms that meet these requirements together",
    "every": "There are no {forms} forms that meet these requirements together",
}


def lines(bank: Bank, blueprint: Blueprint, found: Assembly) -> Iterator[str]:
    """The report, line by line."""
    yield _headline(blueprint, found)
    for k, form in enumerate(found.forms, 1):
        yield ""
        yield f"Form {k}: {counted(len(form), 'item', 'items')}"
        for start in range(0, len(form), MOST_IDS):
            yield "  " + " ".join(form[start : start + MOST_IDS])
    if found.checks and found.forms:
        yield ""
        yield from _coverage(found)
    if found.forms and blueprint.objective.aims:
        yield ""
        yield from _measures(bank, blueprint, found)
    if len(found.forms) > 1:
        yield ""
        yield from _overlap(found)


def why(conflict: Conflict, forms: int) -> str:
    """The conflict and what would have to give, in the blueprint's words."""
    said = [PROOFS[conflict.proof].format(forms=forms) + ":"]
    said += [
        f"  - {one.requirement}" + (f"  [line {one.requirement.line}]" if one.requirement.line else "")
        for one in conflict.relaxations
    ]
    if len(conflict.relaxations) > 1:
        said.append(
            "Drop any one of them and the others fit"
            + ("; no smaller set of requirements is in conflict." if conflict.smallest else ".")
        )
    said.append("What would have to give, with everything else in the blueprint as it stands:")
    said += [f"  - {one.requirement}: {one.words}" for one in conflict.relaxations]
    if conflict.repair and not any(one.enough for one in conflict.relaxations):
        said.append("There are several conflicts. Everything else fits without:")
        said += [f"  - {one}" for one in conflict.repair]
    return "\n".join(said)


def _headline(blueprint: Blueprint, found: Assembly) -> str:
    said = [blueprint.title] if blueprint.title else []
    said.append(
        {
            "optimal": "every requirement holds",
            "feasible": "every requirement holds, but better forms may exist",
            "infeasible": "no forms",
            "unknown": "no forms found, and no proof that there are none",
        }[found.status]
    )
    if found.value is not None:
        goal = {
            "closest": "largest deviation",
            "most": "smallest measure",
            "least": "largest measure",
        }[blueprint.objective.goal]
        said.append(f"{goal} {found.value:.4g}")
        if found.bound is not None and found.gap is not None:
            said.append(f"best possible {found.bound:.4g}")
            said.append(f"gap {found.gap:.4f} (allowed {found.gap_allowed:g})")
        else:
            said.append("no bound in the time given")
    said += [f"seed {found.seed}", f"{found.seconds:.1f} s"]
    if found.late:
        said.append("the time ran out: another run may find other forms")
    return ", ".join(said)


def _coverage(found: Assembly) -> Iterator[str]:
    rows = []
    for check in found.checks:
        one = check.requirement
        label = str(one.measure) if isinstance(one, Limit) and not one.name else str(one)
        if isinstance(one, Limit | Overlap | Uses | Exposure):
            low, high = min(check.values, default=0.0), max(check.values, default=0.0)
            got = _short(low) if low == high else f"{_short(low)} – {_short(high)}"
            rows.append([label, span(check.low, check.high), got])
        else:
            rows.append([label, "", "holds" if check.holds else "BROKEN"])
    yield from table(["requirement", "wanted", "forms have"], rows)


def _measures(bank: Bank, blueprint: Blueprint, found: Assembly) -> Iterator[str]:
    told = aims(bank, blueprint, found)
    rows = [
        [str(k), *(f"{values[k - 1]:.3f}" for _, _, values in told)] for k in range(1, len(found.forms) + 1)
    ]
    if any(target is not None for _, target, _ in told):
        rows.insert(0, ["target", *("" if target is None else _short(target) for _, target, _ in told)])
    yield from table(["form", *(str(measure) for measure, _, _ in told)], rows)


def _overlap(found: Assembly) -> Iterator[str]:
    if len(found.forms) > WIDEST_MATRIX:
        pairs = Counter(n for k, row in enumerate(found.shared) for n in row[:k])
        yield from table(["items shared", "pairs of forms"], [[str(n), str(pairs[n])] for n in sorted(pairs)])
        return
    numbers = [str(k) for k in range(1, len(found.forms) + 1)]
    rows = [[number, *map(str, row)] for number, row in zip(numbers, found.shared, strict=True)]
    yield from table(["items shared", *numbers], rows)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns, the first on the left, the others on the right; Chinese characters count as two."""
    everything = [headings, *rows]
    widths = [max(_width(row[k]) for row in everything) for k in range(len(headings))]
    for row in everything:
        cells = [row[0] + " " * (widths[0] - _width(row[0]))]
        cells += [" " * (w - _width(cell)) + cell for cell, w in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _short(value: float) -> str:
    return f"{value:.6g}"
