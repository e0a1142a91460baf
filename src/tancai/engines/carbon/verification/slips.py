"""The usual slips: what a factor between reported and recomputed figures most likely comes from."""

from __future__ import annotations

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.inventory import Inventory, Line
from tancai.engines.carbon.tree import walk

CLOSE = 5e-4


def of_stream(line: Line, reported: float) -> str:
    """Words for the slip that explains a reported stream, or "" when none fits to half a per mille."""
    computed = line.node.value
    if not computed or not reported:
        return ""
    ratio = reported / computed
    for words, factor in _candidates(line):
        if factor and abs(ratio / factor - 1) < CLOSE:
            return words
    return ""


def _candidates(line: Line) -> list[tuple[str, float]]:
    found = [
        ("漏乘44/12|44/12 was left out", 12 / 44),
        ("多乘44/12|44/12 was applied twice", 44 / 12),
        (
            "按1 000倍放大（tC/TJ当作tC/GJ，或kg当作t）|a thousand too much (tC/TJ for tC/GJ, or kg for t)",
            1e3,
        ),
        ("缩小为千分之一|a thousandth", 1e-3),
        ("Nm3当作10^4Nm3|Nm3 taken for 10^4Nm3", 1e4),
        ("10^4Nm3当作Nm3|10^4Nm3 taken for Nm3", 1e-4),
        ("百分数当作小数|per cent taken for a fraction", 100.0),
        ("符号相反|the opposite sign", -1.0),
    ]
    for node in walk(line.node):
        if node.label.endswith("|oxidation rate") and node.value:
            found.append(("漏乘碳氧化率|the oxidation rate was left out", 1 / node.value))
        if node.key.startswith("electricity/") or node.label.endswith("|electricity factor"):
            for row in tables.rows("electricity"):
                if row["level"] != "technology" and row.number() != node.value:
                    zh, _, en = row["table"].partition("|")
                    words = f"误用{row['year']}年{row['zh']}{zh}|{en} {row['year']} {row['en']} used instead"
                    found.append((words, row.number() / node.value))
    return found


def of_total(inventory: Inventory, reported: float) -> str:
    """Words for the slip that explains a reported total by leaving out, adding or turning round one stream."""
    whole = inventory.total.value
    close = max(0.5, CLOSE * 0.01 * abs(whole))
    for line in inventory.lines:
        name, value = line.stream.name, line.node.value * line.stream.kind.sign
        sign = -1 if line.category in ("recovered", "exported_electricity", "exported_heat") else 1
        if line.counted and abs(whole - sign * value - reported) < close:
            return f"漏计“{name}”|{name} was left out"
        if line.counted and abs(whole - 2 * sign * value - reported) < close:
            return f"“{name}”加减号相反|{name} was given the opposite sign"
        if not line.counted and abs(whole + value - reported) < close:
            return f"计入了不应计入的“{name}”|{name} was counted and should stand apart"
    return ""
