"""Words for every code: Chinese and English, reason and remedy."""

from __future__ import annotations

PROBLEMS: dict[str, tuple[str, str]] = {
    # files and fields
    "unreadable": ("文件打不开：{why}。", "The file cannot be opened: {why}."),
    "not_utf8": ("不是UTF-8编码，请另存为UTF-8。", "Not UTF-8: save the file as UTF-8."),
    "not_toml": ("格式有误（{why}），请对照示例改正。", "Not valid TOML ({why}): mend it after an example."),
    "schema": (
        '请写明 schema = "{wanted}"；现为“{found}”。',
        'Say schema = "{wanted}"; it says "{found}".',
    ),
    "columns": (
        "缺少列：{missing}；请补上表头。",
        "Columns are missing: {missing}. Add them to the heading.",
    ),
    "no_rows": ("文件没有数据行。", "The file has no rows."),
    "ragged": (
        "此行多出{count}格，请删去。",
        "This row has {count:cell/cells} too many: delete what is too much.",
    ),
    "missing": ("缺少此项，请补填。", "This field is missing: fill it in."),
    "unknown_field": ("没有这个字段，请核对拼写。", "There is no such field: check the spelling."),
    "unknown_choice": (
        "“{value}”不可选，请从以下选择：{choices}。",
        "{value} is no choice: use one of {choices}.",
    ),
    "no_time": (
        "“{value}”不是时间，请写成 2026-03-02 09:30:00。",
        "{value} is no time: write it like 2026-03-02 09:30:00.",
    ),
    "no_number": (
        "“{value}”不是数值，请只写数字和小数点。",
        "{value} is no figure: write digits and a point only.",
    ),
    "full_width": (
        "“{value}”含全角字符，请改为“{remedy}”。",
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
        "{value} has commas in thousands: write {remedy}.",
    ),
    "negative": ("“{value}”须大于0。", "{value}: a figure above 0 is wanted."),
    "too_large": ("“{value}”过大，上限{limit}。", "{value} is too large: at most {limit}."),
    "percent": (
        "“{value}”应为0至1之间的小数（71.2%写成0.712）。",
        "{value}: a fraction from 0 to 1 is wanted (71.2 % is 0.712).",
    ),
    "cents": (
        "“{value}”元不足整分，请保留两位小数。",
        "{value} yuan has parts of a cent: give two decimals.",
    ),
    "whole": ("“{value}”应为整数。", "{value}: a whole number is wanted."),
    # orders
    "quantity_step": (
        "数量“{value}”须为1吨的整数倍；请填整吨数。",
        "Quantity {value}: the step is 1 t, give whole tonnes.",
    ),
    "tick": (
        "价格“{value}”须为0.01元/吨的整数倍；请保留两位小数。",
        "Price {value}: the tick is 0.01 CNY/t, give two decimals.",
    ),
    "listed_size": (
        "挂牌协议单笔须小于{limit}吨；请拆单或改用大宗协议。",
        "A listed order must be below {limit} t: split it or make it a block.",
    ),
    "block_size": (
        "大宗协议单笔须不小于{limit}吨；请改用挂牌协议。",
        "A block must be {limit} t or more: use a listed order.",
    ),
    "price_high": (
        "价格高于涨幅限制{high}元/吨（前收盘价{previous}）；请改在{low}至{high}之间。",
        "The price is above the limit {high} (previous close {previous}): stay within {low} to {high}.",
    ),
    "price_low": (
        "价格低于跌幅限制{low}元/吨（前收盘价{previous}）；请改在{low}至{high}之间。",
        "The price is below the limit {low} (previous close {previous}): stay within {low} to {high}.",
    ),
    "no_previous_close": (
        "“{product}”没有前收盘价，无法计算涨跌幅；请先设定。",
        "{product} has no previous close, so there are no limits: set one first.",
    ),
    "closed": (
        "此刻休市，挂牌协议交易时段为{hours}；请在时段内申报。",
        "The market is closed; listed orders trade {hours}: order within these hours.",
    ),
    "day_ended": (
        "今日交易已结束，请下一交易日再申报。",
        "The trading day has ended: order on the next one.",
    ),
    "block_closed": (
        "大宗协议仅在{hours}交易；请在此时段内申报。",
        "Blocks trade {hours} only: order within these hours.",
    ),
    "not_trading_day": (
        "{day}不是交易日；请在交易日申报。",
        "{day} is no trading day: order on a trading day.",
    ),
    "suspended": ("市场已暂停交易，恢复后再申报。", "Trading is suspended: order when it resumes."),
    "same_day": (
        "当日买入{bought}吨，次一交易日方可卖出；现可卖{tradable}吨。",
        "{bought} t were bought today and can be sold from the next trading day; {tradable} t can be sold now.",
    ),
    "holding": (
        "可用交易持仓{tradable}吨，不足{wanted}吨；请减少数量或先划入交易持仓。",
        "{tradable} t are free for trading, {wanted} t are wanted: order less, or move holdings to trading first.",
    ),
    "funds": (
        "可用资金{available}元，不足{wanted}元；请减少数量或先入金。",
        "{available} CNY are available, {wanted} CNY are wanted: order less, or deposit first.",
    ),
    "withdrawable": (
        "可取资金{available}元（当日卖出所得次一交易日可取），不足{wanted}元。",
        "{available} CNY can be withdrawn (proceeds of today from the next trading day), {wanted} CNY are wanted.",
    ),
    "position_limit": (
        "买入后持仓{after}吨，超过最大持仓量{limit}吨。",
        "The holding would be {after} t, above the limit of {limit} t: order less.",
    ),
    "price_priority": (
        "对手方有更优价格{best}元/吨，不得先摘{price}元/吨；请按价格优先依次摘牌。",
        "A better price of {best} is open, {price} cannot be taken before it: take from the best level.",
    ),
    "five_levels": (
        "对手方最优五档仅有{depth}吨可摘，不足{wanted}吨；请减少数量。",
        "The best five levels offer {depth} t, {wanted} t are wanted: take less.",
    ),
    "self_trade": (
        "将与本方挂单{other}成交；请先撤回该单。",
        "It would trade with the own order {other}: withdraw that first.",
    ),
    "duplicate": ("编号“{order}”已用过，请换一个。", "{order} was used before: choose another identifier."),
    "no_order": ("没有未成交的申报“{order}”。", "There is no open order {order}: check the identifier."),
    "not_yours": ("没有可由本账户操作的申报“{order}”。", "There is no order {order} of this account."),
    "no_account": ("没有账户“{account}”；请先开户。", "There is no account {account}: open it first."),
    "account_open": (
        "账户“{account}”已开立，每个主体只能开立一个。",
        "{account} is open already: one account each.",
    ),
    "barred": (
        "账户“{account}”属禁止参与交易的人员（条例第七条）。",
        "{account} belongs to somebody barred from trading (Order 775 art. 7).",
    ),
    "time_back": (
        "时间早于上一行，请按时间顺序排列。",
        "Earlier than the row before: put rows in order of time.",
    ),
    "counterparty": ("该大宗协议指定了其他对手方。", "This block names another counterparty."),
    "auction_closed": (
        "单向竞价“{order}”此刻不接受报价（{hours}）。",
        "Auction {order} takes no bids now ({hours}).",
    ),
    "auction_price": (
        "报价劣于保留价{reserve}元/吨。",
        "The bid is worse than the reserve price of {reserve}: better it.",
    ),
    "auction_hours": (
        "竞价时段“{value}”有误，请写成 10:00-10:30，且晚于公告时间。",
        "{value} is no auction time: write it like 10:00-10:30, after the announcement.",
    ),
    "auction_quantity": (
        "报价数量超过竞价总量{limit}吨。",
        "The bid is above the {limit} t on auction: bid less.",
    ),
    # registry and duty
    "registered": (
        "登记持仓{registered}吨，不足{wanted}吨；交易持仓须先划转至登记持仓（现有{tradable}吨可划转）。",
        "{registered} t are registered, {wanted} t are wanted: first move tradable ones ({tradable} t) over.",
    ),
    "judicial": ("司法冻结{frozen}吨，不足{wanted}吨。", "{frozen} t are frozen, {wanted} t are wanted."),
    "vintage": (
        "“{product}”不能用于{year}年度清缴；{remedy}。",
        "{product} cannot be surrendered for {year}: {remedy_en}.",
    ),
    "not_old": (
        "“{product}”不是2024及以前年度配额，不需结转。",
        "{product} is no vintage to 2024 and needs no carry-over.",
    ),
    "carry_late": (
        "结转申请已于{deadline}截止，未结转的旧年度配额不能用于2025及以后年度。",
        "Carry-over had to be applied for by {deadline}; the old vintages cannot be used for 2025 or later.",
    ),
    "carry_limit": (
        "最大可结转{limit}吨（已结转{used}吨），申请{wanted}吨，请减少数量。",
        "At most {limit} t can be carried over ({used} t have been), {wanted} t are wanted: apply for less.",
    ),
    "no_duty": (
        "没有{year}年度的应清缴量。",
        "There is no obligation for {year}: set the verified quantity first.",
    ),
    "over_duty": (
        "尚欠{left}吨，不必清缴{wanted}吨。",
        "{left} t are still due, {wanted} t are too much.",
    ),
    "ccer_cap": (
        "抵销上限为应清缴量的5%，即{limit}吨，已用{used}吨，不能再用{wanted}吨；其余请用配额清缴。",
        "The offset cap of 5 % is {limit} t, {used} t are used: {wanted} t more are not allowed,"
        " surrender allowances for the rest.",
    ),
    "ccer_covered": (
        "“{product}”来自全国碳市场覆盖范围内的项目，不得抵销；请换用其他项目。",
        "{product} comes from a project inside the market's coverage and cannot offset: use another project.",
    ),
    "no_such_rules": (
        "没有规则包“{name}”，可选：{choices}。",
        "There are no rules {name}: use one of {choices}.",
    ),
}
