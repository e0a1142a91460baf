"""Tables of the accounting reference, restated as facts: the data files say what was published."""

from __future__ import annotations

import pytest

from tancai.engines.carbon import tables

pytestmark = pytest.mark.anydatabase

# Section 5.3: provincial averages of 2021, 2022 and 2023, kgCO2/kWh.
PROVINCES = """
北京 0.5688 0.5580 0.5554
天津 0.7355 0.7041 0.6796
河北 0.7901 0.7252 0.6516
山西 0.7222 0.7096 0.6634
内蒙古 0.7025 0.6849 0.6479
辽宁 0.5876 0.5626 0.4878
吉林 0.5629 0.4932 0.4671
黑龙江 0.6342 0.5368 0.5229
上海 0.5834 0.5849 0.5737
江苏 0.6451 0.5978 0.5827
浙江 0.5422 0.5153 0.4974
安徽 0.7075 0.6782 0.6553
福建 0.4711 0.4092 0.4211
江西 0.5835 0.5752 0.5836
山东 0.6838 0.6410 0.6191
河南 0.6369 0.6058 0.5897
湖北 0.3672 0.4364 0.4044
湖南 0.5138 0.4900 0.4976
广东 0.4715 0.4403 0.4419
广西 0.5154 0.4044 0.4476
海南 0.4524 0.4184 0.3648
重庆 0.4743 0.5227 0.5581
四川 0.1255 0.1404 0.1564
贵州 0.5182 0.4989 0.5683
云南 0.1235 0.1073 0.1333
陕西 0.6336 0.6558 0.6335
甘肃 0.4955 0.4772 0.4471
青海 0.1326 0.1567 0.1796
宁夏 0.6546 0.6423 0.6187
新疆 0.6577 0.6231 0.6021
"""

# Section 5.4: saturated steam by IAPWS-IF97, MPa : degrees C : kJ/kg; then superheated.
SATURATED = (
    "0.1:99.61:2674.9 1.0:179.89:2777.1 0.2:120.21:2706.2 1.2:187.96:2783.8 0.3:133.53:2724.9 "
    "1.4:195.05:2788.9 0.4:143.61:2738.1 1.6:201.38:2792.9 0.5:151.84:2748.1 1.8:207.12:2796.0 "
    "0.6:158.83:2756.1 2.0:212.38:2798.4 0.7:164.95:2762.7 2.5:223.96:2802.0 0.8:170.41:2768.3 "
    "3.0:233.86:2803.3 0.9:175.36:2773.0 4.0:250.36:2800.9 "
)
SUPERHEATED = "1:250:2943.2 1:300:3051.7 1.6:250:2919.9 2.5:300:3009.6 4:400:3214.4 9.8:540:3479.0"

# Section 6.1: base factors of clinker and deduction factors of substitutes, tCO2/t.
CLINKER = {"portland": 0.535, "white": 0.550, "sulphoaluminate": 0.413, "aluminate": 0.292}
SUBSTITUTES = {
    0.600: "熟石灰 脱硫粉剂",
    0.480: "电石渣 镁渣",
    0.375: "造纸白泥 氟化钙污泥 磷渣",
    0.305: "钒钛渣 氮渣 飞灰 铁合金炉渣",
    0.245: "脱硫石膏 磷石膏 钛石膏 氟石膏 硼石膏 模型石膏 柠檬酸渣",
    0.215: "钢渣 镍渣",
    0.135: "锰渣 锌渣 锡渣",
    0.055: "市政污泥 铝渣 硫酸渣 铜渣 铅锌渣 粉煤灰 赤泥",
}

# Section 6.2: CETS-AG-03.01-V01-2024, tCO2/t.
STEEL = {
    "carbonate": "石灰石 0.440 白云石 0.476",
    "electrode": "电极 3.663",
    "material": "生铁 0.172 直接还原铁 0.073 废钢 0.037 镍铁 0.037 钼铁 0.018 硅铁 0.007 锰硅合金 0.092"
    " 低碳锰硅 0.011 高炉锰铁 0.275 电炉高碳锰铁 0.275 微碳锰铁 0.004 高碳铬铁 0.348",
    "product": "生铁 0.172 粗钢 0.037 焦油 2.699 粗苯 3.382",
}

# Section 7: GWP100 of SAR, AR4, AR5 and AR6; 0 where none is printed.
POTENTIALS = {
    "CO2": (1, 1, 1, 1),
    "C2F6": (9200, 12200, 11100, 12400),
    "NF3": (0, 17200, 16100, 17400),
    "HFC-23": (11700, 14800, 12400, 14600),
    "HFC-32": (650, 675, 677, 771),
    "HFC-125": (2800, 3500, 3170, 3740),
    "HFC-134a": (1300, 1430, 1300, 1530),
    "HFC-143a": (3800, 4470, 4800, 5810),
    "HFC-152a": (140, 124, 138, 164),
    "HFC-227ea": (2900, 3220, 3350, 3600),
    "HFC-245fa": (0, 1030, 858, 962),
}


def pairs(text: str) -> dict[str, float]:
    words = text.split()
    return dict(zip(words[::2], map(float, words[1::2]), strict=True))


def value(table: str, **wanted: str) -> float:
    row = tables.find(table, **wanted)
    assert row is not None, wanted
    return row.number()


@pytest.mark.parametrize(
    ("series", "printed"),
    [
        ("ets-reporting", {"2015": 0.6101, "2021": 0.5810, "2022": 0.5703}),
        ("average", {"2021": 0.5568, "2022": 0.5366, "2023": 0.5306}),
        ("average-residual", {"2021": 0.5942, "2022": 0.5856, "2023": 0.6096}),
        ("fossil", {"2021": 0.8426, "2022": 0.8325, "2023": 0.8273}),
        ("footprint", {"2023": 0.6205, "2024": 0.5777}),
    ],
)
def test_section_5_1_series_of_national_factors(series: str, printed: dict[str, float]) -> None:
    assert {
        row["year"]: row.number() for row in tables.find_all("electricity", series=series, area="national")
    } == printed


def test_section_5_2_regions() -> None:
    printed = {
        "华北": (0.7120, 0.6776, 0.6361),
        "东北": (0.6012, 0.5564, 0.5122),
        "华东": (0.5992, 0.5617, 0.5500),
        "华中": (0.5354, 0.5395, 0.5271),
        "西北": (0.5951, 0.5857, 0.5543),
        "南方": (0.4326, 0.3869, 0.4042),
        "西南": (0.2113, 0.2268, 0.2472),
    }
    for name, factors in printed.items():
        found = [
            value("electricity", series="average", zh=name, year=year) for year in ("2021", "2022", "2023")
        ]
        assert tuple(found) == factors, name
    old = {"华北": 0.8843, "东北": 0.7769, "华东": 0.7035, "华中": 0.5257, "西北": 0.6671, "南方": 0.5271}
    assert {row["zh"]: row.number() for row in tables.find_all("electricity", series="regional-2012")} == old


def test_section_5_3_provinces() -> None:
    printed = {
        line.split()[0]: tuple(map(float, line.split()[1:])) for line in PROVINCES.strip().splitlines()
    }
    assert len(printed) == 30
    found: dict[str, tuple[float, ...]] = {}
    for row in sorted(
        tables.find_all("electricity", series="average", level="province"), key=lambda one: one["year"]
    ):
        found[row["zh"]] = (*found.get(row["zh"], ()), row.number())
    assert found == printed


def test_section_5_4_enthalpies() -> None:
    for state, text in (("saturated", SATURATED), ("superheated", SUPERHEATED)):
        printed = {tuple(map(float, one.split(":"))) for one in text.split()}
        found = {
            tuple(row.number(name) for name in ("pressure_mpa", "temperature_c", "enthalpy_kj_kg"))
            for row in tables.find_all("steam", state=state)
        }
        assert found == printed


def test_section_6_0_carbonates() -> None:
    printed = pairs(
        "CaCO3 0.43971 MgCO3 0.52197 CaMg(CO3)2 0.47732 FeCO3 0.37987 MnCO3 0.38286 Na2CO3 0.41492"
        " NaHCO3 0.5237 BaCO3 0.2230 Li2CO3 0.5955 K2CO3 0.3184 SrCO3 0.2980"
    )
    assert {row["carbonate"]: row.number() for row in tables.rows("carbonates")} == printed


def test_section_6_1_clinker_and_substitutes() -> None:
    for item, factor in CLINKER.items():
        assert value("process", set="cets-cement-2024", role="clinker", item=item) == factor
    found = {row["zh"]: row.number() for row in tables.find_all("process", role="substitute")}
    assert found == {name: factor for factor, names in SUBSTITUTES.items() for name in names.split()}


def test_section_6_2_steel() -> None:
    for role, text in STEEL.items():
        rows = tables.find_all("process", set="cets-steel-2024", role=role)
        assert {row["zh"]: row.number() for row in rows} == pairs(text)
    assert value("process", set="gbt-32151-5-2015", item="dolomite") == 0.471
    assert value("process", set="gbt-32151-5-2015", item="crude_steel") == 0.0154


@pytest.mark.parametrize(
    ("group", "printed"),
    [
        ("ndrc-2013", "anode_net 0.42 sulphur 2 ash 0.4 cf4 0.034 c2f6 0.0034"),
        ("cets-variant-a", "anode_net 0.411 sulphur 2 ash 0.4 cf4 0.034 c2f6 0.0034"),
        ("cets-variant-b", "anode_loss 15.18 sulphur 2 ash 0.4 cf4 0.020 c2f6 0.0011"),
        ("slope-ipcc", "cf4_slope 0.143 c2f6_ratio 0.121"),
    ],
)
def test_section_6_3_parameter_sets(group: str, printed: str) -> None:
    assert {row["parameter"]: row.number() for row in tables.find_all("aluminium", set=group)} == pairs(
        printed
    )


def test_section_6_7_other_processes() -> None:
    found = {row["item"]: row.number() for row in tables.find_all("process", role="nitric_acid")}
    assert found == pairs(
        "high_pressure 0.0139 medium_pressure 0.0118 atmospheric 0.0097 dual_pressure 0.0080 combined 0.0075"
        " low_pressure 0.0050"
    )
    assert value("process", role="adipic_acid") == 0.3
    assert value("process", role="oxalic_acid") == 0.349


@pytest.mark.parametrize("gas", POTENTIALS)
def test_section_7_other_gases(gas: str) -> None:
    found = {row["set"]: row.number() for row in tables.find_all("gwp", gas=gas)}
    printed = zip(("SAR", "AR4", "AR5", "AR6"), POTENTIALS[gas], strict=True)
    assert found == {name: figure for name, figure in printed if figure}


def test_section_9_ranges_of_coal() -> None:
    found = {row["fuel"]: (row.number("low"), row.number("high")) for row in tables.rows("coal_ranges")}
    assert found == {"lignite": (60, 77), "bituminous_coal": (74, 92), "anthracite": (90, 98)}
