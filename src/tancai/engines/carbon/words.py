"""Words for every problem code: Chinese and English, reason and remedy in one sentence or two."""

from __future__ import annotations

PROBLEMS: dict[str, tuple[str, str]] = {
    # the file
    "unreadable": ("文件打不开：{why}。", "The file cannot be opened: {why}."),
    "not_utf8": ("此行不是UTF-8编码，请另存为UTF-8。", "This line is not UTF-8: save the file as UTF-8."),
    "not_toml": (
        "格式有误（{why}），请对照示例改正此行。",
        "Not valid TOML ({why}): mend this line after an example.",
    ),
    "schema": (
        '请在文件开头写明 schema = "{wanted}"；现为“{found}”。',
        'Say schema = "{wanted}" at the top of the file; it says "{found}".',
    ),
    "missing": ("缺少此项，请补填。", "This field is missing: fill it in."),
    "unknown_field": (
        "没有这个字段，未采用；请核对拼写{near}。",
        "There is no such field, it was not used: check the spelling{near}.",
    ),
    "unknown_choice": (
        "“{value}”不可选，请从以下选择：{choices}。",
        "{value} is no choice here: use one of {choices}.",
    ),
    "no_text": ("此处应为文字，请加引号。", "Text is wanted here: put it in quotes."),
    "no_whole": ("“{value}”不是整数。", "{value} is no whole number."),
    "no_flag": ("此处应为 true 或 false。", "Say true or false here."),
    "no_texts": (
        '此处应为文字列表，如 ["甲", "乙"]。',
        'A list of texts is wanted here, such as ["a", "b"].',
    ),
    "no_table": ("此处应为一组字段。", "A table of fields is wanted here."),
    "no_tables": ("此处应为若干组字段（[[…]]）。", "A list of tables ([[…]]) is wanted here."),
    "no_quantity": (
        '此处应为带单位的数值，如 "185.60 t"，或含 value（或 monthly）与 unit 的一组字段。',
        'A figure with its unit is wanted, such as "185.60 t", or a table with value (or monthly) and unit.',
    ),
    # figures
    "no_number": (
        "“{value}”不是数值，请只写数字和小数点。",
        "{value} is no figure: write digits and a decimal point only.",
    ),
    "full_width": (
        "“{value}”含全角字符，请改为半角“{remedy}”。",
        "{value} has full-width characters: write {remedy}.",
    ),
    "comma_either": (
        "“{value}”中的逗号可能是千分位，也可能是小数点，请写明是哪一个：{remedy}。",
        "The comma in {value} may part thousands or decimals: write which is meant, {remedy}.",
    ),
    "comma_decimal": (
        "“{value}”用逗号作小数点，请改为“{remedy}”。",
        "{value} has a decimal comma: write {remedy}.",
    ),
    "comma_groups": (
        "“{value}”含千分位逗号，请改为“{remedy}”。",
        "{value} has commas between thousands: write {remedy}.",
    ),
    "negative": (
        "数值{value}为负；请填正数，方向用输出、外供、产品等字段说明。",
        "{value} is negative: give a positive figure; exports, products and sales have fields of their own.",
    ),
    "months_missing": (
        "应有12个月的数值，缺第{months}月；请补齐，或填入按方案估算的数值并注明估算的月份（estimated）。",
        "Twelve months are wanted, missing: {months}. Complete them, or enter the estimates of the data-quality plan "
        "and name the months in estimated.",
    ),
    "no_months": ("monthly 应为12个数的列表。", "monthly wants a list of twelve figures."),
    "months_differ": (
        "按月的数据月数不一致。",
        "Monthly figures of one stream differ in their number of months.",
    ),
    # units
    "unit_missing": ("没有单位，请写明，可用：{accepted}。", "The unit is missing: give one of {accepted}."),
    "unit_unknown": (
        "不认识单位“{value}”，可用：{accepted}。",
        "{value} is no known unit: use one of {accepted}.",
    ),
    "unit_wrong": (
        "单位“{value}”与此项不符，应为：{accepted}{near}。",
        "The unit {value} does not fit here: use one of {accepted}{near}.",
    ),
    "unit_actual_volume": (
        "“{value}”是工况体积；请换算为标准状态（20℃、101.325 kPa）并写 Nm3。",
        "{value} is actual volume: convert it to standard state (20 °C, 101.325 kPa) and write Nm3.",
    ),
    "density_missing": (
        "“{value}”是体积；液体燃料请填写密度（如 0.84 t/m3，按化验单），由此换算成吨，或直接填吨。",
        "{value} is a volume: give the density of the liquid fuel (such as 0.84 t/m3, from its test report) to turn it "
        "into tonnes, or give tonnes.",
    ),
    "ncv_basis": (
        "热值或含碳量的基准（{factor}）与消耗量单位（{amount}）不一致，请改为同一基准。",
        "The factor is per {factor}, the amount in {amount}: bring both to the same basis.",
    ),
    "units_do_not_fit": (
        "各项单位相乘得不到{wanted}：{why}。",
        "The units do not come out as {wanted}: {why}.",
    ),
    "percent_as_fraction": (
        "{value} 像是漏写百分号：请写“{plain} %”，或写成小数。合理区间 {low} 至 {high}。",
        '{value} looks like a percentage: write "{plain} %" or the fraction. Plausible: {low} to {high}.',
    ),
    "fraction_as_percent": (
        "{value} 像是把小数写成了百分数：请核对，合理区间 {low} 至 {high}。",
        "{value} looks like a fraction marked as percent: check it. Plausible: {low} to {high}.",
    ),
    "thousand_too_much": (
        "{value} 超出合理区间 {low} 至 {high}，像是大了一千倍（如 tC/TJ 当作 tC/GJ）：请核对单位。",
        "{value} lies outside {low} to {high}, by a thousand (tC/TJ taken for tC/GJ?): check the unit.",
    ),
    "thousand_too_little": (
        "{value} 超出合理区间 {low} 至 {high}，像是小了一千倍：请核对单位。",
        "{value} lies outside {low} to {high}, by a thousandth: check the unit.",
    ),
    "out_of_range": (
        "{value} 超出合理区间 {low} 至 {high}，请核对数值和单位。",
        "{value} lies outside {low} to {high}: check figure and unit.",
    ),
    "uncertainty_percent": (
        "不确定度“{value}”请写成百分数，如 ± 2 %。",
        "Write the uncertainty {value} as a percentage, such as ± 2 %.",
    ),
    "uncertainty_range": (
        "不确定度“{value}”应在0至100 %之间（更大时用 lognormal 分布）。",
        "The uncertainty {value} must lie between 0 and 100 % (above that use the lognormal distribution).",
    ),
    # case
    "no_streams": ("没有可计算的源流。", "There is no stream to compute."),
    "repeated": ("“{value}”重复出现，请改名或合并。", "{value} stands there twice: rename or merge."),
    "guide_year": (
        "{guide} 适用于 {years} 年度，本报告为 {year} 年度，请核对所用指南版本。",
        "{guide} is for the reporting years {years}, this report is for {year}: check the version of the guide.",
    ),
    "guide_uncertain": (
        "{guide} 的规则未经原文核实，结果请注明。",
        "The rules of {guide} were not checked against the document: say so beside the result.",
    ),
    "kind_outside": (
        "{guide} 不核算“{kind}”类源流，已列出但未计入。",
        "{guide} does not count streams of kind {kind}: listed, not counted.",
    ),
    "factor_unknown": (
        "“{value}”不在{table}中{near}；请从中选取，或填实测值并注明来源。",
        "{value} is not in {table}{near}: choose a row, or give a measured value with its source.",
    ),
    "factor_other_guide": (
        "“{value}”是 {other} 的缺省值，本案按 {guide} 核算，应采用 {wanted}。",
        "{value} belongs to {other}; this case is computed after {guide}, which takes {wanted}.",
    ),
    "factor_uncertain": (
        "“{value}”（{source}）未经原文核实；如确要采用，请在 accept_uncertain 中写明“{name}”。",
        '{value} ({source}) is unverified: to use it all the same, put "{name}" into accept_uncertain.',
    ),
    "factor_used_uncertain": (
        "采用了未经原文核实的数值：{value}（{source}）。",
        "An unverified figure was used: {value} ({source}).",
    ),
    "factor_secondary": (
        "采用了间接来源的数值：{value}（{source}）。",
        "A figure from a secondary source was used: {value} ({source}).",
    ),
    "factor_remark": ("{value}（{source}）备注：{remark}", "{value} ({source}): {remark}"),
    "no_default": (
        "没有{what}的缺省值，请填写实测值。",
        "There is no default for {what}: give a measured value.",
    ),
    "electricity_footprint": (
        "{value} 是产品碳足迹用的全生命周期电力因子，不得用于企业核算；请选 average 等核算口径。",
        "{value} is a life-cycle factor for product footprints, not for an inventory: choose a series such as average.",
    ),
    "electricity_organisation": (
        "{value} 是企业核算用的电力排放因子，不得用于产品碳足迹；请选 footprint 口径。",
        "{value} is a factor for organisation inventories, not for product footprints: choose the footprint series.",
    ),
    "electricity_withdrawn": (
        "{value} 是2012年区域电网因子，已不适用；请选用现行口径。",
        "{value} is a regional grid factor of 2012, out of date: choose a series in force.",
    ),
    "electricity_mixed": (
        "同一报告混用了不同口径的电力因子（{series}），请统一口径。",
        "The report mixes series of electricity factors ({series}): use one series.",
    ),
    "carbon_twice": (
        "请只填一种：carbon（{first}）或由另一基准换算的含碳量。",
        "Give carbon in one way only ({first}).",
    ),
    "moisture_missing": (
        "含碳量为{basis}基，换算到收到基需要{needed}。",
        "The carbon content is on {basis} basis: {needed} is needed to bring it to as received.",
    ),
    "oxidation_ignored": (
        "{guide} 在企业层级不用碳氧化率，此值未采用。",
        "{guide} takes no oxidation rate at enterprise level: the value was not used.",
    ),
    "steam_state": (
        "请给出蒸汽的焓值，或压力（过热蒸汽另加温度，须在表中）。",
        "Give the enthalpy of the steam, or its pressure (superheated steam also its temperature, as in the table).",
    ),
    "steam_interpolated": (
        "焓值由表中相邻压力线性内插。",
        "The enthalpy was interpolated between neighbouring pressures of the table.",
    ),
    "heat_none": (
        "请填热量（GJ），或蒸汽量，或热水量与水温。",
        "Give heat (GJ), or steam, or hot water and its temperature.",
    ),
    "composition": (
        "各组分体积分数合计为{total}，应为100 %。",
        "The volume fractions sum to {total}, not to 100 %.",
    ),
    "mass_balance": (
        "期初＋购入−期末−售出为负（{value}），请核对库存。",
        "Opening + bought − closing − sold is negative ({value}): check the stocks.",
    ),
    "sold_more": ("售出量大于购入量，请核对。", "More was sold than bought: check."),
    "anode_needed": (
        "请填阳极净耗，或毛耗与残极率，或选定参数组。",
        "Give net anode use, or gross use and loss, or name a parameter set.",
    ),
    "set_needed": (
        "2024年指南印刷的是哪一组参数尚未核实，请用 set 选定：{choices}。",
        "Which parameter set the 2024 guide prints is not settled: choose one by set: {choices}.",
    ),
    "gas_unknown": ("{gas} 在{gwp}中没有潜势值。", "{gas} has no warming potential in {gwp}."),
    "month_number": ("“{value}”不是月份（1至12）。", "{value} is no month (1 to 12)."),
    "csv_columns": (
        "表头应为 stream, parameter, unit, 1 … 12；缺：{missing}。",
        "The header wants stream, parameter, unit, 1 … 12; missing: {missing}.",
    ),
    "csv_stream": (
        "没有名为“{value}”的源流，此行未采用。",
        "There is no stream {value}: the line was not used.",
    ),
    "csv_twice": (
        "“{value}”在两处都有填写，以清单文件为准，月度表未采用。",
        "{value} is given in both files: the case file counts.",
    ),
    "plan_missing": (
        "数据质量控制方案未写明此参数（{parameter}）。",
        "The data-quality plan does not cover {parameter}.",
    ),
    "plan_calibration": (
        "计量器具检定周期为{months}个月，应不超过12个月。",
        "Meters are calibrated every {months:month/months}: at least every 12 months is required.",
    ),
    "plan_downgrade": (
        "方案规定{planned}，报告采用{used}；年度内不得由实测降为缺省等较低方法。",
        "The plan says {planned}, the report used {used}: methods may not be downgraded within a year.",
    ),
    "plan_field": ("方案此行缺少：{missing}。", "This line of the plan lacks: {missing}."),
    "nothing_uncertain": (
        "没有给出任何不确定度，无法评估。",
        "No uncertainty is given anywhere: nothing to assess.",
    ),
    "estimated": ("第{months}月为估算值：{reason}。", "Months {months} are estimates: {reason}."),
    "conservative": (
        "计量器具未按期检定，已按保守原则修正第{months}月。",
        "The meter was not calibrated in time: months {months} corrected conservatively.",
    ),
    "conservative_months": (
        "只对部分月份作保守修正，需要按月的数据；请给出 monthly，或全年修正（uncalibrated = true）。",
        "Correcting some months needs monthly figures: give monthly, or correct the year (uncalibrated = true).",
    ),
    "incomplete": (
        "有{count}条源流未能计算，合计不完整。",
        "{count:stream/streams} could not be computed: the total is incomplete.",
    ),
    "self_made": (
        "“{fuel}”为自产自用的副产煤气，其碳已随入厂燃料计入，不得重复计算；请设 self_made = true 或删除。",
        "{fuel} made and burnt on site is counted with the fuel it came from: set self_made = true or remove it.",
    ),
    # forecast
    "history_short": (
        "历史数据只有{months}个月，至少需要{needed}个月。",
        "The history has {months:month/months}, at least {needed} are needed.",
    ),
    "history_gap": ("{month} 之后缺月份，请补齐。", "Months are missing after {month}: complete the series."),
    "history_month": ("“{value}”不是月份，请写成 2025-01。", "{value} is no month: write it as 2025-01."),
    "history_columns": ("第一行应为 month,value。", "The first line should say month,value."),
    "no_season": ("不足两年，只估计趋势，不估计季节。", "Less than two years: a trend without seasons."),
    # footprint
    "no_unit": (
        "没有功能单位或声明单位，无法计算。",
        "There is no functional or declared unit: nothing can be computed.",
    ),
    "no_processes": ("没有单元过程。", "There is no unit process."),
    "no_output": ("过程没有产出。", "The process has no output."),
    "no_producer": (
        "没有过程产出“{flow}”；请补充该过程或给出因子。",
        "No process makes {flow}: add one or give a factor.",
    ),
    "two_producers": (
        "“{flow}”由多个过程产出（{processes}），请用 from 指明。",
        "{flow} is made by several processes ({processes}): name one by from.",
    ),
    "flow_unit": (
        "“{flow}”按{made}产出或给出因子，此处用{used}，无法换算；请改用同类单位（因子如 kgCO2e/{used}）。",
        "{flow} is made, or its factor given, per {made} and used here in {used}: use units of one kind (a factor in "
        "kgCO2e/{used}).",
    ),
    "singular": (
        "清单矩阵无解：请检查{processes}附近是否有净产出不为正的循环。",
        "The inventory matrix cannot be solved: look for a loop without net output near {processes}.",
    ),
    "scaling_negative": (
        "过程“{process}”的规模为负，除系统扩展外请检查循环。",
        "Process {process} runs at a negative scale: outside system expansion check its loop.",
    ),
    "allocation_basis": (
        "按{method}分配需要每种产出的{needed}。",
        "Allocation by {method} needs {needed} of every output.",
    ),
    "allocation_zero": ("分配基数合计为零。", "The allocation basis sums to zero."),
    "allocation_shares": ("分配比例合计为{total}，应为1。", "The shares sum to {total}, not to 1."),
    "allocation_order": (
        "经济分配列在最后：请说明为何不能细分、扩展系统或按物理关系分配。",
        "Economic allocation comes last: say why splitting, expansion or a physical relation would not do.",
    ),
    "offsets": ("碳抵消不得计入产品碳足迹，未采用。", "Offsets may not be part of a footprint: not used."),
    "cut_single": (
        "单项占{share}，超过取舍阈值{limit}，不得舍去，已保留。",
        "This flow has {share}, above the threshold of {limit}: it may not be cut off and was kept.",
    ),
    "cut_total": (
        "舍去合计占{share}，超过总阈值{limit}，已全部保留。",
        "What was cut off sums to {share}, above the total threshold of {limit}: all was kept.",
    ),
    "cut_never": (
        "高潜势或有害投入不得舍去，已保留。",
        "Inputs of high warming potential or hazard are never cut off: kept.",
    ),
    "data_incomplete": ("数据说明不全，缺：{missing}。", "The description of the data lacks: {missing}."),
    "quality_partial": (
        "数据质量只评了{given}项，五项评齐后才采用。",
        "Only {given} of the five data-quality scores are given: they count when all five are.",
    ),
    "mass_open": (
        "质量平衡差{gap}（投入{inside}，产出{outside}），请核对损耗和废物。",
        "The mass balance is open by {gap} (in {inside}, out {outside}): check losses and waste.",
    ),
    "gwp_mixed": (
        "因子采用的潜势为{found}，本研究为{wanted}。",
        "The factor was made with {found}, this study uses {wanted}.",
    ),
    # verification
    "report_empty": ("报告中没有可核查的数据。", "The report holds nothing to verify."),
    "evidence_stream": ("报告中没有源流“{value}”。", "The report has no stream {value}."),
}

FORMULAS = {
    "购入电": "electricity",
    "购入热": "heat",
    "输出电": "electricity out",
    "输出热": "heat out",
    "投入碳": "carbon in",
    "产出碳": "carbon out",
    "扣减系数": "deduction",
    "四舍五入": "half up",
    "向下取整": "cut off",
    "位小数": "decimals",
    "残极率": "loss",
    "电石渣": "slag",
    "期初": "opening",
    "购入": "bought",
    "期末": "closing",
    "售出": "sold",
    "质量": "mass",
    "距离": "distance",
    "规模": "runs",
    "纯度": "purity",
    "容量": "capacity",
    "回收": "recovered",
    "毛耗": "gross",
    "企业": "enterprise",
    "工序": "processes",
    "熟料": "clinker",
    "各月": "months",
    "读数": "reading",
    "精度": "accuracy",
    "浓度": "concentration",
    "含量": "content",
    "燃烧": "burnt",
    "过程": "process",
    "比": "ratio",
    "（": " (",
    "）": ")",
}
"""Words in formulas, Chinese to English, longer ones first."""


def formula(text: str, language: str) -> str:
    """A formula with its words in one language."""
    if language == "en":
        for zh, en in FORMULAS.items():
            text = text.replace(zh, en)
    return text
