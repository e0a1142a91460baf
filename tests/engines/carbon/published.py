"""Figures of worked cases and tables, restated as facts with the section of the reference they stand in.

Sections S1 to S3 are the worked cases of the accounting reference, section 9 that of the footprint reference.
"""

from __future__ import annotations

STEEL_TABLE = {
    "anthracite": (2.5223, 2.4971),
    "bituminous_coal": (2.2785, 2.2557),
    "lignite": (1.5640, 1.5483),
    "cleaned_coal": (2.4545, 2.4299),
    "other_washed_coal": (1.1688, 1.1571),
    "coal_gangue": (0.7802, 0.7724),
    "coal_slime": (1.1688, 1.1571),
    "coke": (3.0674, 3.0367),
    "petroleum_coke": (3.2771, 3.2443),
    "other_coal_products": (2.1485, 2.1270),
    "crude_oil": (3.0788, 3.0172),
    "fuel_oil": (3.2352, 3.1705),
    "gasoline": (2.9848, 2.9251),
    "diesel": (3.1591, 3.0959),
    "kerosene": (3.0953, 3.0334),
    "other_petroleum_products": (3.0089, 2.9488),
    "lng": (3.2478, 3.1829),
    "lpg": (3.1646, 3.1013),
    "coal_tar": (2.6985, 2.6446),
    "refinery_gas": (3.0696, 3.0082),
    "natural_gas": (21.8688, 21.6502),
    "blast_furnace_gas": (8.5668, 8.4811),
    "converter_gas": (15.2768, 15.1240),
    "coke_oven_gas": (7.7133, 7.6362),
    "other_gas": (2.3382, 2.3148),
}
"""Table 4.1: tCO2 a unit without and with oxidation rate, derived there to four decimals."""

GENERIC_TABLE = {
    "anthracite": 2.3228,
    "bituminous_coal": 2.0715,
    "lignite": 1.4241,
    "cleaned_coal": 2.2818,
    "other_washed_coal": 1.2886,
    "briquette": 1.9360,
    "coke": 2.8518,
    "crude_oil": 3.0783,
    "fuel_oil": 3.0472,
    "gasoline": 3.0425,
    "diesel": 3.1451,
    "kerosene": 3.1517,
    "petroleum_coke": 3.0633,
    "other_petroleum_products": 2.8883,
    "coal_tar": 2.6446,
    "crude_benzol": 3.4109,
    "refinery_gas": 3.0423,
    "lpg": 2.9538,
    "lng": 2.3253,
    "natural_gas": 21.6219,
    "coke_oven_gas": 8.5828,
    "blast_furnace_gas": 9.6865,
    "converter_gas": 14.3210,
    "carbide_furnace_gas": 15.9470,
    "other_gas": 2.3179,
}
"""Table 4.2: tCO2 a unit with oxidation rate."""

S1 = {
    "natural-gas": 4013.022430,
    "diesel": 134.453987,
    "welding": 7.858993,
    "electricity": 7272.096000,
    "steam": 1535.568320,
    "welding.net": 36.40,
    "welding.mass_share": 0.215906414,
    "steam.heat": 13959.712,
    "direct": 4155.335410,
    "total": 12962.999730,
    "rounded": 12963,
}
S2 = {"coal": 1616540.263547, "diesel": 666.549345, "total": 1617206.812892, "rounded": 1617207}
S2_ALLOWANCE = {"peak": 1.056633, "power": 1488346, "heat": 216930, "total": 1705276, "surplus": 88069}
S3 = {
    "coal": 420740.991686,
    "process": 791987.400000,
    "total": 1212728.391686,
    "carbide_slag_rate": 2.841204,
    "intensity": 0.795941556,
}
S3_ALLOWANCE = {"deviation": 4.677658, "alpha": 0.007016487, "allowance": 1221237.484716}
PROVINCES_FALLING_2023, PROVINCES_RISING_2023 = 20, 10
"""Section 5.3: the ministry's count of provinces whose factor fell and rose from 2022 to 2023."""

BRACKET = {
    "钢卷": 2224.250000,
    "锌锭": 130.200000,
    "包装": 5.400000,
    "公路运输": 26.687360,
    "天然气燃烧": 125.406951,
    "天然气上游": 36.540000,
    "电力": 121.317000,
}
BRACKET_TOTAL = 2669.801311
BRACKET_WITHOUT_PACKAGING = 2664.401311
BRACKET_RANKING = [
    ("钢卷", 83.3114),
    ("锌锭", 4.8768),
    ("天然气燃烧", 4.6972),
    ("电力", 4.5440),
    ("天然气上游", 1.3686),
    ("公路运输", 0.9996),
    ("包装", 0.2023),
]
BRACKET_ALLOCATED = {
    "economic": (0.978689818, 2612.907360, 56.893951),
    "mass": (0.985221675, 2630.346119, 0),
}
"""Share of the main product, its footprint, and that of the co-product where it is printed."""
BRACKET_WRONG_FACTOR = 2659.910311
"""Section 9.2: electricity at the factor of organisation inventories, marked wrong."""
S3_INTENSITY_ROUNDED_FIRST = (0.7959, 1221246)
"""Case S3, rounding path: intensity rounded to four decimals first, and the allowance that gives."""
