"""The forms of the workbook as lists of fields; one template draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import GWP_SETS
from tancai.engines.carbon.accounting.kinds import CATEGORIES, KINDS
from tancai.labs import api as labs
from tancai.web.workshop.accounting import words
from tancai.web.workshop.form_fields import Field, Options, with_present
from tancai.web.workshop.speaking import spoken, unit_said

bench = labs.accounting_bench
PRODUCT_UNITS = ("t", "MWh", "GJ", "10^4Nm3", "piece", "台", "辆", "m2", "CNY")
VOLUMES = ("L", "m3")
"""Of a liquid, to be weighed by its density."""
OTHER_UNITS = {
    "t": ("t", "kg", "10^4t"),
    "MWh": ("MWh", "kWh", "10^4kWh"),
    "GJ": ("GJ", "MJ", "kcal"),
    "kg": ("kg", "t"),
    "10^4Nm3": ("10^4Nm3", "Nm3"),
    "1": ("%", "1"),
    "m3": VOLUMES,
}


@dataclass(frozen=True)
class Figure:
    """A figure of a row: for the year or by month, its unit, and what is said about it."""

    name: str
    label: str
    value: Any
    unit: str
    units: Options
    monthly: bool
    months: list[tuple[int, Any]]
    about: list[Field]
    required: bool = False
    beside: list[Field] = field(default_factory=list)

    @property
    def said(self) -> bool:
        return any(one.value for one in (*self.about, *self.beside))


@dataclass(frozen=True)
class RowForm:
    """A row of the workbook. ``main`` always shows, ``more`` is folded away while nothing stands in it."""

    number: int
    at: str
    kind: str
    kind_name: str
    title: str
    texts: list[Field] = field(default_factory=list)
    main: list[Figure] = field(default_factory=list)
    more: list[Figure] = field(default_factory=list)
    rest: list[Field] = field(default_factory=list)
    open: bool = False


def _text(values: Mapping[str, Any], name: str, label: str, kind: str = "text", **more: Any) -> Field:
    return Field(name, label, kind, values.get(name, "") if values.get(name) is not None else "", **more)


def _named(one: Field, name: str) -> Field:
    """A code of our tables is shown by its name; both are read alike."""
    return replace(one, value=spoken(name)) if name else one


def study(values: Mapping[str, Any]) -> dict[str, list[Field]]:
    """The sections above the rows."""
    guides = [
        ("", _("请选择")),
        *((code, f"{spoken(one['title'])}") for code, one in tables.guides().items()),
    ]
    return {
        "main": [
            _text(values, "enterprise.name", words.enterprise("name"), wide=True),
            _text(values, "method.guide", _("核算指南"), "select", options=guides, wide=True),
            _text(values, "period.year", _("核算年度"), hint="2024"),
            _text(values, "enterprise.province", words.enterprise("province")),
            _text(values, "method.series", _("电力因子系列"), "select", options=_series()),
            _text(values, "method.series_year", _("电力因子年份"), "select", options=_years()),
            _area(values),
        ],
        "about": [
            *(
                _text(values, f"enterprise.{one}", words.enterprise(one))
                for one in bench.ENTERPRISE
                if one not in ("name", "province")
            ),
            _text(
                values,
                "method.gwp",
                _("全球变暖潜势"),
                "select",
                options=[("", _("按指南")), *((one, f"IPCC {one}") for one in GWP_SETS)],
            ),
        ],
        "boundary": [
            _text(
                values,
                f"boundary.{one}",
                words.boundary(one),
                "text" if one == "entity" else "area",
                wide=True,
            )
            for one in bench.BOUNDARY
        ],
        "spreads": [_text(values, f"u.{one}", words.spread(one), hint="2 %") for one in bench.SPREADS]
        + [_text(values, "u.months", _("各月误差相互独立"), "check")],
    }


def _series() -> Options:
    found = dict.fromkeys(row["series"] for row in tables.rows("electricity") if row["use"] == "inventory")
    return [("", _("缺省")), *((code, words.series(code)) for code in found)]


def _years() -> Options:
    found = sorted({row["year"] for row in tables.rows("electricity") if row["use"] == "inventory"})
    return [("", _("缺省")), *((one, one) for one in found)]


def _area(values: Mapping[str, Any]) -> Field:
    """The area by its code; a case file may name it in Chinese or English."""
    found = {row["area"]: row for row in tables.rows("electricity") if row["use"] == "inventory"}
    given = values.get("method.area") or ""
    code = next((code for code, row in found.items() if given in (code, row["zh"], row["en"])), given)
    options = [("", _("缺省（全国）")), *((each, spoken(row.name)) for each, row in found.items())]
    if code not in ("", *found):
        options.append((code, code))
    return Field("method.area", _("电力因子地区"), "select", code, options)


def kinds(values: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kinds of source that may be added, by category; those the guide counts when it names its kinds."""
    guide = tables.guides().get(str(values.get("method.guide")), {})
    counted = set(guide.get("kinds") or KINDS) | {"electricity_export", "heat_export"}
    found: dict[str, list[tuple[str, str]]] = {}
    for code, one in KINDS.items():
        if code in counted:
            found.setdefault(one.category, []).append((code, spoken(one.label)))
    return [(words.category(name), found[name]) for name in CATEGORIES if name in found]


def row_form(values: Mapping[str, Any], row: Any, *, open: bool = False) -> RowForm:
    """The form of a row by the fields of its kind."""
    at, code = f"s.{row.number}", row.text("kind")
    asked = KINDS[code].fields if code in KINDS else ()
    texts = [_text(values, f"{at}.name", _("名称"), wide=True), _text(values, f"{at}.facility", _("设施"))]
    picked = bench.PICKED.get(code)
    for one in asked:
        if one.what == "text":
            options = [("", "–"), *((each, each) for each in one.choices)] if one.choices else ()
            texts.append(
                _named(
                    _text(
                        values,
                        f"{at}.{one.name}",
                        words.label(one),
                        "select" if options else "text",
                        options=options,
                        picks=one.name == picked,
                    ),
                    bench.name_of(code, one.name, row.text(one.name)),
                )
            )
        elif one.what != "quantity":
            more = {"wide": True, "hint": "CO2 20 %"} if one.what == "parts" else {}
            kind = {"parts": "area", "flag": "check"}.get(one.what, "text")
            texts.append(_text(values, f"{at}.{one.name}", words.label(one), kind, **more))
    figures = [_figure(values, row, one) for one in asked if one.what == "quantity"]
    shown = {one.name for one in figures if one.required or one.value or one.monthly} | {
        f"{at}.amount",
        f"{at}.bought",
    }
    if any(row.text(f"{one.name}.unit") in VOLUMES for one in asked if one.what == "quantity"):
        shown.add(f"{at}.density")
    rest = [
        _text(values, f"{at}.who", words.about("who")),
        _text(values, f"{at}.note", words.about("note"), wide=True),
        _text(values, f"{at}.seen", words.about("seen"), "check"),
        _text(values, f"{at}.estimated", _("估算的月份"), hint="7 8"),
        _text(values, f"{at}.estimated_reason", _("估算理由")),
        _text(values, f"{at}.before", _("上年排放量（tCO2e）")),
    ]
    return RowForm(
        row.number,
        at,
        code,
        words.kind(code),
        row.text("name"),
        texts,
        [one for one in figures if one.name in shown],
        [one for one in figures if one.name not in shown],
        rest,
        open,
    )


def _figure(values: Mapping[str, Any], row: Any, asked: Any) -> Figure:
    at = f"s.{row.number}.{asked.name}"
    units = [each for one in asked.units for each in OTHER_UNITS.get(one, (one,))]
    unit = row.text(f"{asked.name}.unit") or units[0]
    units = list(dict.fromkeys([*units, unit]))
    return Figure(
        at,
        words.label(asked),
        "" if values.get(at) is None else values.get(at),
        unit,
        [(one, "" if one == "1" else unit_said(one)) for one in units],
        row.by_months(asked.name),
        list(zip(bench.MONTHS, row.months(asked.name), strict=True)),
        list(_about(values, at)),
        asked.required,
        list(_beside(values, at)) if asked.name in bench.AMOUNTS else [],
    )


def _beside(values: Mapping[str, Any], at: str) -> Iterator[Field]:
    """What is held against a figure: a second source, and the year of the ledger."""
    yield _text(
        values,
        f"{at}.second",
        _("第二数据源的数"),
        "area",
        help=_("全年一个数，或粘贴十二个月的数；单位与上面相同。"),
    )
    yield _text(values, f"{at}.second.name", _("第二数据源名称"), hint=_("结算单"))
    yield _text(values, f"{at}.yearly", _("台账全年数（按月填写时核对）"))


def _about(values: Mapping[str, Any], at: str) -> Iterator[Field]:
    for one in bench.ABOUT:
        options = words.hows() if one == "how" else ()
        hint = "2 %" if one == "uncertainty" else ""
        yield _text(
            values,
            f"{at}.{one}",
            words.about(one),
            "select" if options else "text",
            options=options,
            hint=hint,
        )


def products(values: Mapping[str, Any]) -> list[tuple[str, list[Field]]]:
    return [(f"p.{row.number}", product(values, row.number)) for row in bench.rows_of(values, "p")]


def product(values: Mapping[str, Any], number: Any) -> list[Field]:
    at = f"p.{number}"
    unit = _text(
        values,
        f"{at}.amount.unit",
        pgettext("measure", "单位"),
        "select",
        options=with_present(
            [(one, unit_said(one)) for one in PRODUCT_UNITS], str(values.get(f"{at}.amount.unit") or "")
        ),
    )
    return [
        _text(values, f"{at}.name", _("产品")),
        _text(values, f"{at}.amount", _("产量")),
        unit,
        _text(values, f"{at}.before", _("上年产量")),
        _text(values, f"{at}.low", _("行业排放强度下限")),
        _text(values, f"{at}.high", _("行业排放强度上限")),
    ]


def held(values: Mapping[str, Any]) -> list[Field]:
    """What the whole workbook is held against: the year before, and the months before this year."""
    return [
        _text(values, "before.total", _("上年排放总量（tCO2e）")),
        _text(
            values,
            bench.HISTORY,
            _("本年度以前的月排放量（tCO2e）"),
            "area",
            help=_("从早到晚，到上年十二月为止，每月一个数；满一年以上时预测才考虑季节。"),
        ),
    ]


def balances(values: Mapping[str, Any]) -> list[tuple[str, list[Field]]]:
    return [(f"b.{row.number}", balance(values, row.number)) for row in bench.rows_of(values, "b")]


def balance(values: Mapping[str, Any], number: Any) -> list[Field]:
    """An energy balance: what goes in by rows of the workbook, what comes out."""
    at = f"b.{number}"
    kinds = [("thermal", _("热量：燃料对发电供热")), ("electricity", _("电量：供入对分表"))]
    return [
        _text(values, f"{at}.name", _("名称")),
        _text(values, f"{at}.kind", _("平衡"), "select", options=kinds),
        _text(values, f"{at}.streams", _("投入的排放源序号"), hint="1 3"),
        _text(values, f"{at}.out", _("产出合计")),
        _text(
            values,
            f"{at}.out.unit",
            pgettext("measure", "单位"),
            "select",
            options=[(one, unit_said(one)) for one in bench.BALANCE_UNITS],
        ),
        _text(values, f"{at}.low", _("效率下限"), hint="30 %"),
        _text(values, f"{at}.high", _("效率上限或允许差"), hint="95 %"),
    ]


def control(values: Mapping[str, Any], at: str) -> list[Field]:
    """A line of the data-quality control plan."""
    frequencies = (_("连续记录，每月汇总"), _("每月一次"), _("每批"), _("每车"))
    gaps = (_("按结算单补"), _("按上月与下月均值补"), _("采用上一次检测值"))
    return [
        _text(values, f"{at}.how", words.about("how"), "select", options=words.hows()),
        _text(values, f"{at}.meter", words.plan("meter")),
        _text(values, f"{at}.accuracy", words.plan("accuracy"), hint="0.5 %"),
        _text(values, f"{at}.calibration_months", words.plan("calibration_months"), hint="12"),
        _text(values, f"{at}.on", _("最近检定日期"), "date"),
        _text(
            values, f"{at}.frequency", words.plan("frequency"), options=[(one, one) for one in frequencies]
        ),
        _text(values, f"{at}.missing", words.plan("missing"), options=[(one, one) for one in gaps]),
        _text(values, f"{at}.department", words.plan("department")),
    ]


def general(values: Mapping[str, Any]) -> list[Field]:
    """The first sheet of the collection form: the enterprise, its year and its boundary."""
    found = study(values)
    wanted = [
        one for part in ("main", "about", "boundary") for one in found[part] if one.name != "method.gwp"
    ]
    return [one for one in wanted if not one.name.startswith(("method.series", "method.area"))]
