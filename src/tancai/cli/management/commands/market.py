"""``tancai market``: replay an order file, compute allowances, settle a compliance year; files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tancai.cli.engine_command import EngineCommand, padded
from tancai.engines.bilingual import LANGUAGES
from tancai.engines.trading import (
    bots,
    cases,
    charting,
    history,
    hours,
    orders,
    packs,
    replaying,
    strategy,
)
from tancai.engines.trading.errors import Problem, Refused, TradingError
from tancai.engines.trading.market import yuan

EXAMPLES = Path(cases.__file__).parent / "examples"


class Command(EngineCommand):
    help = (
        "Carbon market: replay orders, simulate a day, allocate, comply; from files, no database is touched."
    )
    trouble = TradingError

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=CommandParser)
        one = self.part(parts, "replay", "the market that an order file makes")
        one.add_argument("file", type=Path, metavar="ORDERS.csv")
        one.add_argument("--rules", default="cea", help="rule pack (default cea)")
        one.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="RULE=VALUE",
            help="choose another value of a rule that no source settles",
        )
        one = self.part(parts, "allocate", "allowances of a case")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one = self.part(parts, "comply", "surrender, offsets, carry-over and penalty of a case")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one = self.part(parts, "simulate", "trading days of seeded bots, written as an order file")
        one.add_argument("file", type=Path, metavar="ORDERS.csv")
        one.add_argument("--bots", type=int, default=30, help="2 to 200 (default 30)")
        one.add_argument("--seed", type=int, default=1)
        one.add_argument("--day", default="2026-03-02", help="a trading day (default 2026-03-02)")
        one.add_argument("--days", type=int, default=1, help="trading days from it on, 1 to 60 (default 1)")
        one.add_argument("--previous", default="85.40", help="previous close, CNY/t (default 85.40)")
        one.add_argument("--product", default="CEA25")
        one = self.part(parts, "rules", "the facts of a rule pack with source and confidence")
        one.add_argument("name", nargs="?", default="cea")
        self.part(parts, "history", "what the national market traded month by month, as published")
        self.example_part(parts)

    def _line(self, label: str, figure: str) -> None:
        self.stdout.write(f"{padded(self.say(label), 36)}  {figure}")

    def _uncertain(self, pack: packs.Pack) -> None:
        for fact in pack.uncertain():
            mark = self.say("所选|CHOSEN") if fact.chosen else self.say("未证实|UNCONFIRMED")
            self.stderr.write(f"[{mark}] {fact.name} = {fact.value} ({fact.confidence}: {fact.source})")

    # -- replay
    def _replay(self, options: dict[str, Any]) -> None:
        choices = dict(one.partition("=")[::2] for one in options["set"])
        pack = packs.load(options["rules"], choices)
        found = replaying.replay(orders.read_orders(options["file"]), pack)
        record = replaying.record_of(found)
        if options["json"]:
            self.print(record)
        else:
            self._show(found, record)
            self._uncertain(pack)
        for problem in found.refusals:
            self.stderr.write(f"[{self.say('未受理|REFUSED')}] {problem.message(self.language)}")

    def _show(self, found: replaying.Replay, record: dict[str, Any]) -> None:
        self.stdout.write(f"{found.file.name}  {found.market.pack.name} {found.market.pack.version}")
        self._line("行数|rows", f"{found.rows:,}")
        self._line("成交笔数|trades", f"{len(found.market.trades):,}")
        self._line("未受理|refused", f"{len(found.refusals):,}")
        self.stdout.write("")
        for one in found.market.closes:
            shown = charting.close_record(one)
            self.stdout.write(
                f"{shown['day']}  {shown['product']:<9}"
                f" {self.say('开|open')} {shown['open'] or '–':>8}  {self.say('高|high')} {shown['high'] or '–':>8}"
                f"  {self.say('低|low')} {shown['low'] or '–':>8}  {self.say('收|close')} {shown['close']:>8}"
                f"  {shown['quantity']:>12,} t  {shown['amount']:>18} {self.say('元|CNY')}"
            )
        self.stdout.write("")
        for name, account in sorted(found.market.accounts.items()):
            made = strategy.result(found.market, name)
            self._line(name, f"{yuan(account.balance):>18} {self.say('元|CNY')}   {yuan(made.total):>16}")
            for product, state in sorted(account.holdings.items()):
                self._line(f"  {product}", f"{state.total:>15,}    t")
        self.stdout.write("")
        self._line("校验值|digest", record["digest"])

    # -- simulate
    def _simulate(self, options: dict[str, Any]) -> None:
        if not 2 <= options["bots"] <= 200:
            raise CommandError(self.say("bots 应为2至200。|bots: give 2 to 200."))
        if not 1 <= options["days"] <= 60:
            raise CommandError(self.say("days 应为1至60。|days: give 1 to 60."))
        try:
            day = orders.moment(f"{options['day']} 00:00:00")
            previous = orders.cents(options["previous"], "previous")
        except Refused as refused:
            raise TradingError(Problem(refused.code, 0, refused.field, refused.params)) from None
        if not hours.is_trading_day(day.date()):
            raise TradingError(Problem("not_trading_day", field="day", params={"day": options["day"]}))
        crowd = bots.crowd(options["bots"], previous, options["seed"])
        pack = packs.load("cea")
        product, seed, count = options["product"], options["seed"], options["days"]
        events, market = bots.days(pack, crowd, product, previous, on=day, seed=seed, count=count)
        try:
            with options["file"].open("x", encoding="utf-8", newline="") as file:
                file.write(orders.text_of(events))
        except OSError as error:
            words = self.say("无法写入|cannot be written")
            raise CommandError(f"{options['file']}: {words} ({error.strerror})") from error
        record = {"file": str(options["file"]), "rows": len(events), "trades": len(market.trades)}
        record["days"] = len(market.closes)
        record["digest"] = market.digest()
        if options["json"]:
            self.print(record)
        else:
            for name, value in record.items():
                self._line(name, str(value))

    # -- allocate and comply
    def _allocate(self, options: dict[str, Any]) -> None:
        self._case(cases.allocate(options["file"]), options["json"])

    def _comply(self, options: dict[str, Any]) -> None:
        self._case(cases.comply(options["file"]), options["json"])

    def _case(self, found: cases.Outcome, as_json: bool) -> None:
        if as_json:
            self.print(found.record())
        else:
            for line in found.lines:
                self._line(line.label, f"{line.shown(self.language):>22}  {line.unit}")
                if line.formula:
                    self.stdout.write(f"      {line.formula}  [{line.confidence}: {line.source}]")
            for note in found.notes:
                self.stderr.write(f"[{self.say('提示|NOTE')}] {self.say(note)}")
        for problem in found.problems:
            self.stderr.write(f"[{self.say('未采用|NOT USED')}] {problem.message(self.language)}")
        if found.problems:
            raise CommandError(
                self.say(
                    "有数据未能采用，结果不完整。|Some data could not be used: the result is incomplete."
                )
            )

    # -- rules and examples
    def _rules(self, options: dict[str, Any]) -> None:
        pack = packs.load(options["name"])
        if options["json"]:
            self.print(
                {
                    "name": pack.name,
                    "version": pack.version,
                    "facts": [vars(one) for one in pack.facts.values()],
                }
            )
            return
        self.stdout.write(f"{self.say(pack.title)}  {pack.name} {pack.version}")
        for fact in pack.facts.values():
            offered = "" if not fact.choices else f"  --set {fact.name}=…"
            self.stdout.write(f"{fact.confidence:<3} {fact.name:<16} {fact.value} {fact.unit}{offered}")
            self.stdout.write(f"      {fact.source}")

    def _history(self, options: dict[str, Any]) -> None:
        found = history.months()
        if options["json"]:
            self.print(
                {
                    "table": history.TABLE_VERSION,
                    "months": [
                        {
                            name: value if isinstance(value, int) else str(value)
                            for name, value in vars(one).items()
                        }
                        for one in found
                    ],
                }
            )
            return
        heads = "挂牌|listed", "大宗|block", "竞价|auction", "合计|total", "均价|average"
        self.stdout.write(f"{'':<8}" + "".join(f"{self.say(head):>14}" for head in heads))
        for one in found:
            tonnes = (one.listed, one.block, one.auction, one.total)
            figures = "".join(f"{round(value):>14,}" for value in tonnes)
            self.stdout.write(f"{one.year}-{one.month:02d} {figures}{one.price:>14}")
        for year in sorted({one.year for one in found}):
            whole = history.summed(one for one in found if one.year == year)
            said = self.say("大宗|block")
            self._line(
                str(year),
                f"{round(whole.quantity):>14,} t  {whole.price:.2f}  {said} {whole.block_share:.1%}",
            )
        self.stdout.write(f"[{found[0].confidence}: {found[0].source}]")

    def _example(self, options: dict[str, Any]) -> None:
        found = sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".toml", ".csv"))
        about = {path.stem: "|".join(cases.about(path, language) for language in LANGUAGES) for path in found}
        self.examples(options, about, {path.stem: [path] for path in found})
