"""Words of the forest engine's own problem codes, beside those of the common reader: reason and remedy."""

from __future__ import annotations

from tancai.engines.carbon.words import PROBLEMS

FOREST: dict[str, tuple[str, str]] = {
    "uncertain_fact": (
        "“{value}”未经原文核实（{confidence}）；请自行填写并注明依据，或在 accept_uncertain 中写明“{name}”。",
        '{value} is unverified ({confidence}): state it yourself, or put "{name}" into accept_uncertain.',
    ),
    "uncertain_used": (
        "采用了待核数值：{value}（{source}，{confidence}），不得称为规范规定。",
        "An unverified figure was used: {value} ({source}, {confidence}); it may not be called the rule.",
    ),
    "teaching_used": (
        "采用了教学参数：{value}（{source}），正式使用前请核对原文。",
        "A teaching value was used: {value} ({source}); check the document before real use.",
    ),
    "not_positive": ("{value} 应大于零，请核对。", "{value} must be more than zero: check it."),
    "stratum_unknown": (
        "没有分层“{value}”，此行未采用；现有：{choices}。",
        "There is no stratum {value}, the line was not used; there are: {choices}.",
    ),
    "stratum_plots": (
        "分层“{value}”可用样地仅{count}个，至少需要2个；该层未计入，请补设样地或与相近分层合并。",
        "Stratum {value} has {count:usable plot/usable plots}, two are needed: left out. Add plots or merge strata.",
    ),
    "no_strata": ("没有可计算的分层。", "There is no stratum to compute."),
    "plot_left_out": (
        "样地“{value}”有数据未能采用，整个样地未计入（缺行会使均值失真）。",
        "Plot {value} has data that could not be used: the whole plot was left out, as a gap would bias the mean.",
    ),
    "plot_two_strata": (
        "样地“{value}”同时属于两个分层，请改正。",
        "Plot {value} stands in two strata: correct it.",
    ),
    "csv_header": ("表头应含：{wanted}；缺：{missing}。", "The header wants {wanted}; missing: {missing}."),
    "csv_extra": ("没有“{value}”这一列，未采用。", "There is no column {value}: it was not used."),
    "csv_cells": ("此行列数与表头不符。", "This line has not as many cells as the header."),
    "diameter_range": (
        "胸径 {value} cm 超出0至200 cm，请核对（是否按毫米填写？）。",
        "A diameter of {value} cm lies outside 0 to 200 cm: check it (entered in mm?).",
    ),
    "height_range": (
        "树高 {value} m 超出1.3至80 m，请核对（是否按分米或厘米填写？）。",
        "A height of {value} m lies outside 1.3 to 80 m: check it (entered in dm or cm?).",
    ),
    "volume_range": (
        "蓄积 {value} m3/ha 超出0至2000，请核对单位。",
        "A volume of {value} m3/ha lies outside 0 to 2000: check the unit.",
    ),
    "count_range": (
        "株数 {value} 应为不小于零的整数。",
        "{value} trees: a whole number from zero up is wanted.",
    ),
    "no_equation": (
        "“{species}”没有方程组“{value}”，可用：{choices}。",
        "{species} has no set of equations {value}: use one of {choices}.",
    ),
    "no_pool": ("{pack} 不计“{value}”碳库，已略去。", "{pack} does not count the pool {value}: left out."),
    "pool_without_data": (
        "选了碳库“{value}”，却没有相应数据（{table}），按零处理。",
        "The pool {value} is selected but its data ({table}) are not given: counted as nothing.",
    ),
    "pack_outside": ("{pack} 不适用于“{value}”。", "{pack} does not apply to {value}."),
    "no_claim": (
        "不确定度 {u} 超出规则{rule}允许的范围，本期不得申请；请增设样地。",
        "At an uncertainty of {u} rule {rule} allows no claim: add plots.",
    ),
    "no_change": (
        "两期碳储量相同或减少，没有可申请的清除量。",
        "The stock did not grow between the two surveys: there is no removal to claim.",
    ),
    "fire_small": (
        "过火面积占项目 {share}，未达5 %或未超过最小森林面积，按方法不计。",
        "The fires covered {share} of the area: below 5 % or the least forest area, not counted.",
    ),
    "cover_forest": (
        "郁闭度 {value} 已达 {limit}，散生木基准线不能用郁闭度法，请实测。",
        "A crown cover of {value} reaches {limit}: the crown-cover method does not apply, measure the trees.",
    ),
    "paired_missing": (
        "两期样地不一致（{value}），无法逐样地配对，改按两次独立调查计算。",
        "The two surveys do not have the same plots ({value}): computed as independent surveys.",
    ),
    "plots_few": (
        "样地{count}个，按90 %可靠性、10 %误差需要{needed}个；不确定性扣减按实际误差计算。",
        "{count:plot/plots}; 90 % reliability at 10 % error wants {needed}. The discount follows the actual error.",
    ),
    "extrapolated": (
        "胸径 {value} cm 没有适用方程，请换用适用范围内的方程组。",
        "No equation covers a diameter of {value} cm: choose a set that does.",
    ),
    "row_unknown": (
        "“{value}”不在{table}中，可用：{choices}。",
        "{value} is not in {table}: use one of {choices}.",
    ),
    "raster_shape": (
        "栅格“{value}”的形状为{found}，应为{wanted}。",
        "The raster {value} has the shape {found}, wanted is {wanted}.",
    ),
    "raster_nodata": (
        "{count} 个像元（{share}）为无数据，未参与统计。",
        "{count:cell/cells} ({share}) without data: not part of any mean.",
    ),
    "raster_all_nodata": ("全部像元无数据，无法计算。", "No cell has data: nothing can be computed."),
    "raster_range": (
        "{count} 个像元的NDVI不在−1至1之间，按无数据处理；如为放大的整数，请填 scale = 0.0001。",
        "{count:cell/cells} with an NDVI outside −1 to 1: taken as no data; for scaled integers give scale = 0.0001.",
    ),
    "months_twelve": (
        "应有12个月的数值，现有{count}个。",
        "Twelve monthly values are wanted, there are {count}.",
    ),
    "needs_field": ("请给出 {value} 之一。", "Give one of {value}."),
    "offset_short": (
        "抵消量 {value} t 少于应抵消量 {needed} t，不能称为碳中和；请补足 {gap} t。",
        "{value} t of units are fewer than the {needed} t to offset: no neutrality. Retire {gap} t more.",
    ),
    "unit_not_accepted": (
        "“{value}”不是所选标准认可的抵消方式，可用：{choices}。",
        "{value} is no accepted means of offsetting under the standard: use one of {choices}.",
    ),
    "not_retired": ("“{value}”尚未注销，未计入抵消。", "{value} is not retired yet: it does not count."),
    "serial_twice": ("编号“{value}”重复使用，只计一次。", "The serial {value} is used twice: counted once."),
    "vintage": (
        "“{value}”的产生年份与活动相隔超过{years}年，请说明理由。",
        "{value} was generated more than {years} years before the event: say why it is used.",
    ),
    "reduction_more": (
        "减排量大于该源排放量，请核对“{value}”。",
        "The reduction exceeds what its source emits: check {value}.",
    ),
    "no_date": (
        "“{value}”不是日期，请写成 2024-03-01（不加引号）。",
        "{value} is no date: write 2024-03-01 without quotes.",
    ),
    "percent_meant": (
        "此项以百分数填写：{value} 即 {value} %。如果是 {percent} %，请填 {percent}。",
        "This field is in percent: {value} means {value} %. If {percent} % is meant, enter {percent}.",
    ),
    "no_year": ("“{value}”不是年份，请写成四位数字。", "{value} is no year: write four digits."),
    "no_outline": (
        "“{value}”不能围成地块：每行写一个角点“x, y”（米，或经度, 纬度），至少三个，按顺序且边不交叉。",
        "{value} encloses no land: a corner “x, y” (metres, or longitude, latitude) a line, at least three,"
        " in order and without crossing.",
    ),
    "outline_area": (
        "角点围成 {drawn} ha，所填面积 {stated} ha，相差超过5 %，请核对。",
        "The corners enclose {drawn} ha, {stated} ha are stated: more than 5 % apart, check both.",
    ),
    "plot_outside": (
        "样地“{value}”在分层“{stratum}”之外，请移回或改分层。",
        "Plot {value} lies outside stratum {stratum}: move it back or change its stratum.",
    ),
    "grid_large": (
        "栅格过大（每月至多 {most} 个字符），请裁剪或降低分辨率，大栅格请用命令行计算。",
        "The grid is too large (at most {most} signs a month): crop or resample it, or use the command line.",
    ),
    "grid_head": (
        "第{line}行“{value}”不是ASCII栅格的头信息，应如“ncols 36”。",
        "Line {line}, {value}, is no header line of an ASCII grid such as “ncols 36”.",
    ),
    "grid_lacks": ("ASCII栅格缺少头信息：{value}。", "The ASCII grid lacks {value} in its header."),
    "grid_cell": (
        "第{line}行的“{value}”不是数字；无数据请写头信息中的 NODATA_value。",
        "{value} in line {line} is no figure: write cells without data as NODATA_value of the header.",
    ),
    "check_unknown": ("核查单中没有“{value}”项。", "The checklist has no item {value}."),
}

assert not [code for code in FOREST if PROBLEMS.get(code, FOREST[code]) != FOREST[code]]
PROBLEMS.update(FOREST)
