from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tancai.engines.carbon.footprint.model import model_from
from tancai.engines.carbon.footprint.result import Footprint, footprint
from tancai.labs.tasks.keeping import kept
from tancai.labs.tasks.plant import q
from tancai.labs.tasks.protocol import Document, table

GOAL = "目的与功能单位|Goal and functional unit"
INVENTORY = "清单分析|Inventory"
FACTORS = "数据与因子|Data and factors"
IMPACT = "影响评价|Impact"
REPORT = "解释与报告|Interpretation and report"
INVENTED = "（教学虚构因子）"
PAPERS = ("ISO 14067", "GB/T 24067")
DATA = {"data": "site", "period": "2024", "geography": "中国"}
SKILLS = ("5.2.2-b2", "5.5.1-b2", "5.5.2-b2", "5.4.1-b1")


@kept
def computed(
    unit: tuple[str, float, str],
    processes: Sequence[Mapping[str, Any]],
    factors: Mapping[str, tuple[float, str]],
    **more: Any,
) -> Footprint:
    """The engine on a model: reference flow, unit processes, cradle-to-gate factors by flow.

    ValueError when anything could not be used.
    """
    flow, amount, at = unit
    found = footprint(
        model_from(
            {
                "schema": "tancai-carbon-footprint/1",
                "goal": {"product": flow},
                "unit": {"kind": "functional", "text": flow, "flow": flow, "amount": q(amount, at)},
                "process": [{**DATA, **one} for one in processes],
                "factor": [
                    {"flow": name, "value": q(value, per), "illustrative": True}
                    for name, (value, per) in factors.items()
                ],
                **more,
            }
        )
    )
    if not found.complete:
        raise ValueError("; ".join(problem.message("en") for problem in found.problems))
    return found


def factor_paper(rows: Sequence[Sequence[Any]]) -> Document:
    return table("附表 背景数据" + INVENTED, ("数据集", "因子", "单位"), rows)
