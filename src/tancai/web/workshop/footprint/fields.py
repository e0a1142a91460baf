"""The forms of the bench as lists of fields: what a node is asked, a row, the whole study. One template draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from tancai.engines.bilingual import said
from tancai.engines.carbon import tables
from tancai.engines.carbon.footprint.model import (
    ALLOCATIONS,
    BOUNDARIES,
    DATA,
    GWP_SETS,
    ORIGINS,
    QUALITY,
    RULES,
)
from tancai.engines.carbon.units import GASES
from tancai.labs import api as labs
from tancai.web.workshop.footprint import words
from tancai.web.workshop.form_fields import Field, with_present
from tancai.web.workshop.speaking import language

bench = labs.footprint_bench


@dataclass(frozen=True)
class RowForm:
    number: str
    at: str
    main: list[Field]
    more: list[Field]


@dataclass(frozen=True)
class NodeForm:
    number: str
    kind: str
    title: str
    kind_name: str
    main: list[Field]
    about: list[Field]
    quality: list[Field]
    allocation: list[Field] = field(default_factory=list)
    rows: list[tuple[str, str, str, list[RowForm]]] = field(default_factory=list)
    """Kind, heading, word of the button that adds one, rows."""


class _Maker:
    """Makes fields of one group of values, with their present value."""

    def __init__(self, at: str, fields: Mapping[str, Any]) -> None:
        self.at, self.fields = at, fields

    def _value(self, name: str, default: Any = "") -> Any:
        found = self.fields.get(name)
        return default if found is None else found

    def text(self, name: str, **more: Any) -> Field:
        return Field(
            f"{self.at}.{name}", more.pop("label", words.field(name)), value=self._value(name), **more
        )

    def check(self, name: str) -> Field:
        return Field(f"{self.at}.{name}", words.field(name), "check", bool(self._value(name)))

    def select(self, name: str, options: Iterable[tuple[str, str]], default: str = "", **more: Any) -> Field:
        value = str(self._value(name, default))
        return Field(
            f"{self.at}.{name}",
            more.pop("label", words.field(name)),
            "select",
            value,
            with_present(list(options), value),
            **more,
        )

    def quantity(self, name: str, units: Sequence[str], unit_name: str, default: str, **more: Any) -> Field:
        unit = str(self._value(unit_name, default))
        return Field(
            f"{self.at}.{name}",
            more.pop("label", words.field(name)),
            "quantity",
            self._value(name),
            with_present([(one, words.unit(one)) for one in units], unit),
            unit_name=f"{self.at}.{unit_name}",
            unit=unit,
            **more,
        )

    def quality(self) -> list[Field]:
        scores = [("", "–"), *((str(k), str(k)) for k in range(1, 6))]
        return [self.select(f"quality.{name}", scores, label=words.quality(name)) for name in QUALITY]


def study(values: Mapping[str, Any]) -> dict[str, list[Field]]:
    """Goal, unit, method: the fields of the study."""

    def group(at: str) -> _Maker:
        return _Maker(
            at, {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{at}.")}
        )

    goal, unit, method, boundary = group("goal"), group("unit"), group("method"), group("boundary")
    units = [("declared", _("声明单位")), ("functional", _("功能单位"))]
    return {
        "unit": [
            goal.text("product", hint=_("如：镀锌钢支架")),
            unit.select("kind", units, "declared"),
            unit.text("text", hint=_("如：工厂大门处 1 000 kg 镀锌钢支架"), wide=True),
            Field("unit.flow", _("来自哪个过程的产品"), "maker", str(values.get("unit.flow") or "")),
            unit.quantity("amount", bench.UNITS, "unit", "kg", label=_("基准流数量"), hint=_("如：1000")),
        ],
        "method": [
            boundary.select(
                "kind",
                [(one, words.boundary(one)) for one in BOUNDARIES],
                "cradle-to-gate",
                label=_("系统边界"),
            ),
            method.select("gwp", [(one, one) for one in GWP_SETS], "AR6"),
            method.text("cut_single", hint="1"),
            method.text("cut_total", hint="5"),
        ],
        "goal": [goal.text(name) for name in ("purpose", "audience", "period", "pcr", "review")],
    }


def node_form(node: bench.Node) -> NodeForm:
    at, one = f"n.{node.number}", _Maker(f"n.{node.number}", node.fields)
    about = [
        one.select("data", [("", "–"), *((code, words.data(code)) for code in DATA)]),
        one.text("period", hint="2025"),
        one.text("geography"),
        one.text("technology"),
    ]
    main = [one.text("name", hint=_("如：成形与镀锌") if node.kind == "process" else "")]
    allocation: list[Field] = []
    rows: list[tuple[str, str, str, list[RowForm]]] = []
    if node.kind == "process":
        main.append(
            one.select(
                "stage",
                [(code, words.stage(code)) for code in bench.STAGES if code != "upstream"],
                "production",
            )
        )
        allocation = [
            one.select("allocation", [(code, words.allocation(code)) for code in ALLOCATIONS], "none"),
            one.text("allocation_reason"),
        ]
        made = {
            "out": (_("产出"), _("添加产出"), _output),
            "in": (_("投入"), _("添加投入"), _input),
            "em": (_("直接排放"), _("添加直接排放"), _emission),
        }
        for kind, (title, word, form) in made.items():
            rows.append((kind, title, word, [form(at, row) for row in node.rows[kind]]))
    elif node.kind == "factor":
        main += [
            one.quantity("value", bench.FACTOR_UNITS, "unit", "kgCO2e/kg", hint="2.05"),
            one.text("source", hint=_("数据库、文献或供应商")),
            one.check("illustrative"),
        ]
        about += [one.text(name) for name in ("biogenic", "land-use", "aircraft")]
        about.append(one.select("gwp", [("", _("与本研究相同")), *((code, code) for code in GWP_SETS)]))
    else:
        main += [
            one.select("rule", [(code, words.rule(code)) for code in reversed(RULES)], "grid"),
            one.select("area", _areas(language()), "national"),
            one.select("year", [("", _("最新")), *((year, year) for year in _years())]),
            one.text(
                "value",
                label=_("供应商因子（kgCO2e/kWh）"),
                help=_("电网平均不用填，取自公布的电力碳足迹因子。"),
            ),
            one.text("instrument"),
            one.check("accept"),
        ]
        about = []
    return NodeForm(
        str(node.number),
        node.kind,
        words.node_name(node),
        words.kind(node.kind),
        main,
        about,
        one.quality(),
        allocation,
        rows,
    )


def _output(at: str, row: bench.Row) -> RowForm:
    at = f"{at}.out.{row.number}"
    one = _Maker(at, row.fields)
    more = [
        one.select("role", [(code, words.role(code)) for code in ("product", "waste", "avoided")], "product"),
        one.quantity("price", bench.PRICE_UNITS, "price_unit", "CNY/kg"),
        one.quantity("energy", ("MJ/kg", "MJ/Nm3", "kWh/kWh"), "energy_unit", "MJ/kg"),
        one.text("share"),
        one.text("biogenic_carbon"),
    ]
    return RowForm(str(row.number), at, [one.text("name"), _amount(one)], more)


def _input(at: str, row: bench.Row) -> RowForm:
    at = f"{at}.in.{row.number}"
    one = _Maker(at, row.fields)
    flow = Field(f"{at}.flow", words.field("flow"), "maker", str(row.fields.get("flow") or ""))
    more = [
        one.text("mass", help=_("货运可填质量和距离，代替用量。")),
        one.text("distance"),
        one.text("name", label=_("另取名称")),
        one.select("stage", [("", _("与过程相同")), *((code, words.stage(code)) for code in bench.STAGES)]),
        one.select("data", [("", "–"), *((code, words.data(code)) for code in DATA)]),
        one.check("cut"),
        one.check("hazardous"),
    ]
    return RowForm(str(row.number), at, [flow, _amount(one)], more)


def _emission(at: str, row: bench.Row) -> RowForm:
    at = f"{at}.em.{row.number}"
    one = _Maker(at, row.fields)
    main = [
        one.select("gas", [(gas, gas) for gas in GASES], "CO2"),
        one.select("fuel", [("", _("不是燃料燃烧")), *_fuels(language())]),
        _amount(one),
    ]
    more = [
        one.text("name", label=_("另取名称")),
        one.select("origin", [(code, words.origin(code)) for code in ORIGINS], "fossil"),
        one.select("fuels", _fuel_sets(language()), "ndrc-2015"),
        one.select("stage", [("", _("与过程相同")), *((code, words.stage(code)) for code in bench.STAGES)]),
        one.check("removal"),
    ]
    return RowForm(str(row.number), at, main, more)


def _amount(one: _Maker) -> Field:
    return one.quantity("amount", bench.UNITS, "unit", "kg", hint=_("如：1085 或 1085 ± 2 %"))


@cache
def _years() -> tuple[str, ...]:
    return tuple(
        sorted({row["year"] for row in tables.find_all("electricity", series="footprint")}, reverse=True)
    )


@cache
def _areas(language: str) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for row in tables.find_all("electricity", series="footprint"):
        mark = said("（未核实）| (unverified)", language) if row.uncertain else ""
        found.setdefault(row["area"], row["en" if language == "en" else "zh"] + mark)
    return list(found.items())


@cache
def _fuels(language: str) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for row in tables.rows("fuels"):
        found.setdefault(row["fuel"], row["en" if language == "en" else "zh"])
    return list(found.items())


@cache
def _fuel_sets(language: str) -> list[tuple[str, str]]:
    return [(code, code) for code in dict.fromkeys(row["set"] for row in tables.rows("fuels"))]


@dataclass(frozen=True)
class ScenarioForm:
    number: str
    name: Field
    changes: list[tuple[str, Field, Field]]


def scenarios(values: Mapping[str, Any]) -> list[ScenarioForm]:
    return [scenario_form(number, name, changes) for number, name, changes in bench.scenarios_of(values)]


def scenario_form(number: Any, name: str, changes: Sequence[tuple[Any, str, Any]]) -> ScenarioForm:
    at = f"s.{number}"
    return ScenarioForm(
        str(number),
        Field(f"{at}.name", _("情景名称"), value=name, hint=_("如：改用2023年电力因子")),
        [
            (
                str(j),
                Field(f"{at}.change.{j}.what", _("改变"), "target", what),
                Field(f"{at}.change.{j}.to", _("改为"), value="" if to is None else to),
            )
            for j, what, to in changes
        ],
    )
