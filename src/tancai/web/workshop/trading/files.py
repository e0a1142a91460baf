"""Results as XLSX and PDF, and the record as an order file for the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tancai.labs import api as labs
from tancai.lib import clock, documents, spreadsheets
from tancai.lib.chinese_dates import long_date
from tancai.people import api as people
from tancai.web.workshop.speaking import language
from tancai.web.workshop.trading.access import either, own_market
from tancai.web.workshop.trading.results import lines

TEMPLATE = Path(__file__).parent / "results.typ"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _sent(data: bytes | str, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=kind, headers=headers)


def _yuan(cents: int) -> float:
    return cents / 100


@login_required
def sheet(request: HttpRequest, market_id: int) -> HttpResponse:
    """Ranking, positions and daily quotes."""
    market, seat = either(request, market_id)
    found = lines(market, seat, market.opener_id == request.user.pk)
    ranking = [
        [
            one.place,
            people.display_name(holder.user),
            one.account,
            holder.enterprise["name"],
            one.result.trades,
            _yuan(one.result.total),
            one.missing,
            _yuan(one.fine),
            _yuan(one.total),
        ]
        for one, holder in found
    ]
    positions = [
        [
            one.account,
            product,
            flow.bought,
            _yuan(flow.paid),
            flow.sold,
            _yuan(flow.earned),
            flow.held,
            _yuan(flow.mark),
            _yuan(flow.result),
        ]
        for one, _holder in found
        for product, flow in sorted(one.result.positions.items())
    ]
    heads = [
        _("名次"),
        _("姓名"),
        _("账户"),
        _("企业"),
        _("成交笔数"),
        _("策略损益（元）"),
        _("未清缴（吨）"),
    ]
    heads += [_("罚款下限（元）"), _("合计（元）")]
    held = [_("账户"), _("品种"), _("买入（吨）"), _("买入金额（元）"), _("卖出（吨）"), _("卖出金额（元）")]
    held += [_("持有（吨）"), _("计价（元/吨）"), _("损益（元）")]
    quotes = [
        _("日期"),
        _("品种"),
        _("开盘"),
        _("最高"),
        _("最低"),
        _("收盘"),
        _("成交量（吨）"),
        _("成交额（元）"),
    ]
    data = spreadsheets.write_book(
        [
            (_("结果"), heads, ranking),
            (_("持仓与损益"), held, positions),
            (_("每日行情"), quotes, [_quote(one) for one in labs.closes_of(market)]),
        ]
    )
    return _sent(data, XLSX, f"market-{market.pk}.xlsx")


def _quote(one: Any) -> list[Any]:
    prices = [None if cents is None else _yuan(cents) for cents in (one.opened, one.high, one.low, one.close)]
    return [one.day.isoformat(), one.product, *prices, one.quantity, _yuan(one.amount)]


@login_required
def pdf(request: HttpRequest, market_id: int) -> HttpResponse:
    market, seat = either(request, market_id)
    found = lines(market, seat, market.opener_id == request.user.pk)
    board = labs.market_board(market)
    scenario = labs.SCENARIOS[market.scenario]
    data = {
        "language": language(),
        "title": _("交易实训结果单"),
        "footer": f"{market.title} · {long_date(clock.today())}",
        "facts": [
            (_("市场"), market.title),
            (_("情景"), labs.said(scenario.title, language())),
            (_("随机种子"), str(market.seed)),
            (_("模拟日期"), f"{board.now:%Y-%m-%d %H:%M}"),
        ],
        "heads": [
            *(_("名次"), _("姓名"), _("企业"), _("策略损益（元）")),
            *(_("未清缴（吨）"), _("罚款下限（元）"), _("合计（元）")),
        ],
        "rows": [
            [
                str(one.place),
                people.display_name(holder.user),
                f"{one.account} {holder.enterprise['name']}",
                f"{_yuan(one.result.total):,.2f}",
                f"{one.missing:,}",
                f"{_yuan(one.fine):,.2f}",
                f"{_yuan(one.total):,.2f}",
            ]
            for one, holder in found
        ],
        "note": _(
            "策略损益＝卖出收入－买入支出＋净买入按最近收盘价计价－手续费。罚款下限按清缴截止后的缺口计算。"
        ),
    }
    return _sent(
        documents.render(TEMPLATE, data, at=clock.now()), "application/pdf", f"market-{market.pk}.pdf"
    )


@own_market
def record(request: HttpRequest, market: Any) -> HttpResponse:
    """The record for ``tancai market replay``."""
    return _sent(labs.market_record(market).text, "text/csv; charset=utf-8", f"market-{market.pk}.csv")
