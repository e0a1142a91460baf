"""The forms of the bench as lists of fields and of rows; one template draws them. Names of values are the bench's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tancai.engines.forest import biomass, discount, growth, neutrality, tables
from tancai.labs import api as labs
from tancai.web.workshop.form_fields import Field, Options, with_present
from tancai.web.workshop.speaking import language

bench = labs.sink_bench
words = bench.words


@dataclass(frozen=True)
class Rows:
    """A table of rows: ``kind`` its letter, ``blank`` the row that is copied for a new one."""

    kind: str
    title: str
    add: str
    heads: list[tuple[str, str]]
    rows: list[tuple[int, list[Field]]]
    blank: list[Field] = field(default_factory=list)


class Maker:
    """Makes the fields of a work with their present values."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.language = language()

    def _text(self, name: str, default: str = "") -> str:
        found = self.values.get(name)
        return default if found is None or isinstance(found, list | dict) else str(found)

    def text(self, name: str, unit: str = "", **more: Any) -> Field:
        return Field(name, words.label(name, self.language), value=self._text(name), unit=unit, **more)

    def area(self, name: str, **more: Any) -> Field:
        return self.text(name, kind="area", **more)

    def date(self, name: str) -> Field:
        return self.text(name, kind="date", hint="2021-03-12")

    def check(self, name: str) -> Field:
        return Field(name, words.label(name, self.language), "check", bool(self.values.get(name)))

    def select(self, name: str, options: Options, default: str = "", **more: Any) -> Field:
        value = self._text(name, default)
        given = with_present(options, value)
        return Field(name, words.label(name, self.language), "select", value, given, **more)

    def ticks(self, name: str, options: Options, **more: Any) -> Field:
        given = self.values.get(name)
        return Field(
            name,
            words.label(name, self.language),
            "list",
            given if isinstance(given, list) else [],
            options=options,
            **more,
        )

    def codes(self, kind: str, empty: str | None = None) -> list[tuple[str, str]]:
        found = [(code, words.code(kind, code, self.language)) for code in words.CODES[kind]]
        return found if empty is None else [("", empty), *found]

    def species(self, empty: str) -> list[tuple[str, str]]:
        known = dict.fromkeys(
            [
                *tables.choices("species", "species"),
                *tables.choices("stand", "species"),
                *tables.choices("allometry", "species"),
                *tables.choices("expansion", "group"),
            ]
        )
        return [("", empty), *((one, words.species(one, self.language)) for one in known)]

    def equations(self, empty: str) -> list[tuple[str, str]]:
        sets = [
            (one, f"{words.species(species, self.language)} · {one}")
            for species in tables.choices("allometry", "species")
            for one in biomass.sets(species)
        ]
        merged: dict[str, str] = {}
        for code, word in sets:
            merged[code] = f"{word.split(' · ')[0]}、{merged[code]}" if code in merged else word
        return [("", empty), *merged.items(), (biomass.IPCC, _("IPCC 2006 扩展因子（蓄积量）"))]


def project(values: Mapping[str, Any]) -> dict[str, Any]:
    """Rules, method and strata."""
    make = Maker(values)
    choose, of_pack = _("（请选择）"), _("按方法学")
    packs = [
        (code, words.pack(code, make.language))
        for code, pack in tables.packs().items()
        if "grass" not in pack["kinds"]
    ]
    rules = [
        make.text("project.name"),
        make.select("project.pack", [("", choose), *packs], wide=True),
        make.select("project.kind", make.codes("kind"), "tree"),
        make.text("project.years", "a", hint="5"),
        make.select(
            "project.discount",
            [
                ("", of_pack),
                *((code, words.code("discount", code, make.language)) for code in discount.RULES),
            ],
            wide=True,
        ),
        make.text("project.k_risk", "%", hint="10", help=_("方法学数值待核时请自行写明。")),
        make.select("project.gwp", [("", of_pack), *((one, one) for one in tables.choices("gwp", "set"))]),
        make.ticks("project.pools", make.codes("pools"), help=_("地上、地下生物质总是计入。")),
        make.ticks(
            "accept", [("growth", _("生长曲线（教学参数）"))], help=_("勾选后才用于计算，并在结果中注明。")
        ),
    ]
    method = [
        make.select("biomass.species", make.species(choose)),
        make.select("biomass.method", [("", choose), *make.codes("method")], wide=True),
        make.select("biomass.equations", make.equations(choose), wide=True),
        make.text("biomass.plot_area", "ha", hint="0.06"),
        make.text("biomass.root_ratio", hint=_("方程含地下部分时不填")),
        make.select("biomass.root_zone", make.codes("root_zone", choose)),
        make.text("biomass.carbon_fraction", "tC/t", hint=_("不填则用来源值")),
    ]
    return {"rules": rules, "method": method, "strata": strata(values), "source": source_of(values)}


def source_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where the chosen equations come from: source and confidence."""
    wanted = {"species": str(values.get("biomass.species") or "")}
    if equations := str(values.get("biomass.equations") or ""):
        wanted["equations"] = equations
    table = {"allometry": "allometry", "volume": "species", "stand": "stand"}.get(
        str(values.get("biomass.method")), ""
    )
    if not table or (table != "allometry" and wanted.pop("equations", "") == biomass.IPCC):
        return []
    return list(
        dict.fromkeys(
            (row.source, row.confidence.replace("-", "−")) for row in tables.find_all(table, **wanted)
        )
    )


def strata(values: Mapping[str, Any]) -> Rows:
    make = Maker(values)
    same = _("同项目")
    sites = [(row["site"], words.code("site", row["site"], make.language)) for row in tables.rows("growth")]

    def cells(at: str) -> list[Field]:
        return [
            make.text(f"{at}.id", hint="A"),
            make.text(f"{at}.area", "ha", hint="150"),
            make.text(f"{at}.planted", hint="2019"),
            make.select(f"{at}.species", make.species(same)),
            make.select(f"{at}.equations", make.equations(same)),
            make.select(f"{at}.site", [("", "–"), *dict.fromkeys(sites)]),
            make.text(f"{at}.age", "a"),
            make.text(f"{at}.pilot_mean", "tC/ha"),
            make.text(f"{at}.pilot_sd", "tC/ha"),
            make.area(
                f"{at}.outline",
                hint="0, 0\n1500, 0\n1500, 1000\n0, 1000",
                help=_("每行一个角点：米，或经度, 纬度（换算到三度带平面坐标）"),
            ),
        ]

    return _rows(values, "s", _("分层"), _("添加分层"), cells)


def _rows(values: Mapping[str, Any], kind: str, title: str, add: str, cells: Any) -> Rows:
    blank = cells(f"{kind}.__row__")
    rows = [(row.number, cells(f"{kind}.{row.number}")) for row in bench.rows_of(values, kind)]
    return Rows(kind, title, add, [(one.label, one.unit) for one in blank], rows, blank)


def pools(values: Mapping[str, Any]) -> dict[str, Any]:
    """Everything beside the trees: first stock, shrubs, dead matter, soil, fire, baseline, leakage."""
    make = Maker(values)
    choose = _("（请选择）")

    def factor(name: str) -> Field:
        return make.select(f"soil.{name}", make.codes(name, "1"))

    groups = [
        (
            _("期初碳储量"),
            _("期初有逐样地检尺时不用填；都不填按无林地计。"),
            [
                make.text("plots.first_stock", "tCO2", hint="11860"),
                make.text("plots.first_uncertainty", "%", hint="7.2"),
                make.select("plots.change", make.codes("change"), "independent"),
            ],
        ),
        (_("灌木"), _("盖度不足5 %的按零计。"), [make.text("shrub.forest_biomass", "t/ha", hint="110")]),
        (
            _("枯死木与枯落物"),
            "",
            [
                make.select("dead_organic.zone", make.codes("dead_zone", choose)),
                make.select("dead_organic.rain", make.codes("rain"), "any"),
            ],
        ),
        (
            _("土壤有机碳"),
            _("年增速封顶0.8 tC/ha，最多20年；扰动面积超过10 %时另计损失。"),
            [
                make.select("soil.climate", make.codes("climate", choose)),
                make.select("soil.soil", make.codes("soil", choose)),
                make.text("soil.reference", "tC/ha", hint=_("直接给出时填")),
                make.select("soil.region", make.codes("region", choose)),
                factor("f_lu"),
                factor("f_mg"),
                factor("f_in"),
                make.text("soil.disturbed", "%"),
            ],
        ),
        (
            _("基准线"),
            _("散生木郁闭度法，郁闭度须低于4 %；不填按零计。"),
            [
                make.text("baseline.growth", "t/(ha·a)", hint="3.0"),
                make.text("baseline.cover", "%", hint="2"),
                make.text("baseline.root_ratio", hint="0.25"),
                make.text("baseline.carbon_fraction", "tC/t", hint="0.47"),
            ],
        ),
    ]

    def fire(at: str) -> list[Field]:
        return [
            make.text(f"{at}.area", "ha"),
            make.text(f"{at}.biomass", "t/ha"),
            make.select(f"{at}.combusted", make.codes("comf", choose)),
            make.select(f"{at}.zone", make.codes("fire_zone"), "other"),
        ]

    def displacement(at: str) -> list[Field]:
        return [
            make.text(f"{at}.area", "ha"),
            make.text(f"{at}.trees", "t/ha"),
            make.text(f"{at}.shrubs", "t/ha"),
            make.text(f"{at}.reference", "tC/ha"),
            make.text(f"{at}.before", hint="1"),
            make.text(f"{at}.after", hint="0.69"),
        ]

    def covers(at: str) -> list[Field]:
        return [make.text(f"{at}.shrub_before", "%"), make.text(f"{at}.shrub_after", "%")]

    shrubs = [(bench.stratum_name(row), covers(f"s.{row.number}")) for row in bench.rows_of(values, "s")]
    return {
        "groups": groups,
        "shrubs": shrubs,
        "fires": _rows(values, "f", _("火灾"), _("添加火灾"), fire),
        "displaced": _rows(values, "d", _("泄漏：农业活动转移"), _("添加转移"), displacement),
    }


def about(values: Mapping[str, Any]) -> list[tuple[str, list[Field]]]:
    """What the documents want beside the figures."""
    make = Maker(values)
    dates = (
        "start",
        "crediting_start",
        "crediting_end",
        "tenure_end",
        "period_start",
        "period_end",
        "application",
    )
    return [
        (
            _("业主与地点"),
            [make.text("about.owner"), make.text("about.place"), make.area("about.summary")],
        ),
        (_("日期"), [make.date(f"about.{name}") for name in dates]),
        (
            _("土地与论证"),
            [
                make.text("about.not_forest", "a"),
                make.text("about.smallest_patch", "m2"),
                make.text("about.cleared", "%"),
                make.area("about.baseline"),
                make.area("about.additionality"),
                make.area("about.implementation"),
            ],
        ),
        (
            _("审定与核查"),
            [
                make.text("about.validator"),
                make.text("about.verifier"),
                make.text("about.notice_validation"),
                make.text("about.notice_verification"),
                make.text("about.plots_measured_again"),
                make.text("about.strata_measured_again"),
                make.area("about.comments"),
            ],
        ),
    ]


@dataclass(frozen=True)
class Item:
    """A line of a checklist with its answer."""

    number: int
    text: str
    evidence: str
    basis: str
    result: Field
    note: Field
    closed: Field


def checklist(values: Mapping[str, Any], kind: str) -> list[Item]:
    make = Maker(values)
    letter = "v" if kind == "validation" else "w"
    english = make.language == "en"
    options = [("", "–"), *((one, word) for one, word in make.codes("result") if one != "open")]
    found = []
    for row in tables.find_all("checklists", kind=kind):
        at, number = f"{letter}.{row['item']}", row["item"]
        found.append(
            Item(
                int(number),
                row["en" if english else "zh"],
                row["evidence_en" if english else "evidence_zh"],
                row["methodology"],
                make.select(f"{at}.result", options),
                make.text(f"{at}.note"),
                make.check(f"{at}.closed"),
            )
        )
    return found


def event(values: Mapping[str, Any]) -> dict[str, Any]:
    make = Maker(values)
    choose = "–"
    areas = [("", choose), *make.codes("electricity")]
    sources = [(str(row.number), row.text("name") or str(row.number)) for row in bench.rows_of(values, "e")]

    def source(at: str) -> list[Field]:
        return [
            make.text(f"{at}.name"),
            make.select(f"{at}.stage", make.codes("stage", choose)),
            make.text(f"{at}.amount"),
            make.select(f"{at}.unit", [(one, one) for one in neutrality.ACTIVITIES], "kWh"),
            make.select(f"{at}.electricity", areas),
            make.text(f"{at}.factor"),
            make.text(f"{at}.source"),
        ]

    def reduction(at: str) -> list[Field]:
        return [
            make.text(f"{at}.name"),
            make.select(f"{at}.source", [("", choose), *sources]),
            make.text(f"{at}.amount"),
        ]

    def unit(at: str) -> list[Field]:
        return [
            make.select(f"{at}.kind", make.codes("means", choose)),
            make.text(f"{at}.serial"),
            make.text(f"{at}.tonnes", "tCO2e"),
            make.text(f"{at}.vintage"),
            make.check(f"{at}.retired"),
        ]

    return {
        "subject": [
            make.text("event.name"),
            make.select("event.kind", make.codes("event_kind"), "event"),
            make.select("event.standard", make.codes("standard"), "mee-2019", wide=True),
            make.text("event.year", hint="2026"),
        ],
        "tables": [
            _rows(values, "e", _("排放源"), _("添加排放源"), source),
            _rows(values, "r", _("减排措施"), _("添加措施"), reduction),
            _rows(values, "u", _("抵消单位"), _("添加抵消单位"), unit),
        ],
    }


def grass(values: Mapping[str, Any]) -> dict[str, Any]:
    make = Maker(values)
    kinds = [(one, words.code("vegetation", one, make.language)) for one in bench.vegetations()]
    settings = [make.select("g.vegetation", kinds, "草地")]
    for key, default in (("ndvi_min", 0.023), ("ndvi_max", 0.634), ("turnover", 0.5), ("scale", 1.0)):
        shown = bench.setting(values, key, default)
        settings.append(Field(f"g.{key}", words.label(f"g.{key}", make.language), value=shown))
    weather = [
        (f"g.{name}", words.label(f"g.{name}", make.language), bench.series(values, name))
        for name in bench.WEATHER
    ]
    return {"settings": settings, "weather": weather}


SIGNS = {"d": "D", "h": "H", "l": "L", "a": "A", "n": "n", "v": "V"}


def cells_wanted(values: Mapping[str, Any], row: Any) -> list[tuple[str, str]]:
    """The columns of a plot's tally by the method of its stratum: cell and heading."""
    heads = {
        "d": _("胸径（cm）"),
        "h": _("树高（m）"),
        "l": _("冠长（m）"),
        "a": _("竹龄（度）"),
        "n": _("株数"),
        "v": _("蓄积（m3/ha）"),
    }
    method = str(values.get("biomass.method") or "allometry")
    if method in ("volume", "stand"):
        return [("v", heads["v"])]
    if method == "culm":
        return [(key, heads[key]) for key in ("d", "a", "n")]
    home = next((one for one in bench.rows_of(values, "s") if str(one.number) == row.text("stratum")), None)
    species = (home.text("species") if home else "") or str(values.get("biomass.species") or "")
    equations = (home.text("equations") if home else "") or str(values.get("biomass.equations") or "")
    needs = biomass.needs(species, equations) if biomass.organs(species, equations) else frozenset({"height"})
    wanted = ["d", *(["h"] if "height" in needs else []), *(["l"] if "crown" in needs else []), "n"]
    return [(key, heads[key]) for key in wanted]


FORMS = growth.FORMULAS
