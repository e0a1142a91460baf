"""``tancai carbon``: inventory, verification, footprint and forecast on files alone."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tancai.cli.engine_command import EngineCommand, leading, padded
from tancai.engines.carbon import forecast, tables
from tancai.engines.carbon.accounting import case, inventory, plan, report
from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.footprint import model, result
from tancai.engines.carbon.footprint import report as footprint_report
from tancai.engines.carbon.footprint.scenarios import Variant, variants
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.tree import Node, lines, uncertain
from tancai.engines.carbon.uncertainty import Propagated, Simulated, propagate, simulate
from tancai.engines.carbon.verification import conclusion, reading, sheets
from tancai.engines.carbon.verification.findings import SEVERITIES

INCOMPLETE = "有数据未能采用，结果不完整。|Some data could not be used: the result is incomplete."
HISTORY_WORDS = "月度排放历史（预测用）|monthly emissions of three years, to forecast from"
NEEDS = {"glass-report": ("glass",)}
EXAMPLES = Path(tables.__file__).parent / "examples"


class Command(EngineCommand):
    help = (
        "Carbon accounting, verification, product footprint and forecast from files; no database is touched."
    )
    trouble = CarbonError

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=CommandParser)
        one = self.part(parts, "account", "the inventory of an enterprise from a case file")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one.add_argument("--months", action="store_true", help="with --tree: months too")
        one.add_argument(
            "--report", type=Path, metavar="FILE.md", help="write the emission report as Markdown"
        )
        one.add_argument(
            "--draws", type=_count, default=10_000, help="Monte Carlo draws (default 10000; 0 for none)"
        )
        one.add_argument("--seed", type=_count, default=1, help="seed of the draws (default 1)")
        one = self.part(parts, "verify", "verify a report against its evidence: findings and a conclusion")
        one.add_argument("file", type=Path, metavar="REPORT.toml")
        one.add_argument(
            "--report", type=Path, metavar="FILE.md", help="write the papers of the verification"
        )
        one = self.part(parts, "forecast", "trend and forecast of monthly emissions")
        one.add_argument(
            "file", type=Path, metavar="HISTORY.csv", help="columns month,value (2024-01,1234.5)"
        )
        one.add_argument("--ahead", type=int, default=12, help="months to predict (default 12)")
        one.add_argument("--level", type=float, default=0.95, help="of the intervals (default 0.95)")
        one = self.part(parts, "footprint", "the carbon footprint of a product from a model file")
        one.add_argument("file", type=Path, metavar="MODEL.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one.add_argument(
            "--report", type=Path, metavar="FILE.md", help="write the footprint report as Markdown"
        )
        one = self.part(parts, "plan", "draft the data-quality plan of a case, or check the one in it")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one = self.part(parts, "factors", "search the factor tables")
        one.add_argument("words", nargs="*", help="a fuel, province, gas, series …")
        self.part(parts, "guides", "accounting guides a case may name")
        self.part(parts, "kinds", "kinds of source stream and their fields")
        self.example_part(parts)

    def _row(self, node: Node, digits: int | None = None, value: float | None = None) -> None:
        label = self.say(str(node.label)) or node.key
        figure = shown(node.value if value is None else value, node.digits if digits is None else digits)
        self.stdout.write(f"{padded(label, 44)} {figure:>18}  {node.unit}")

    # -- account
    def _account(self, options: dict[str, Any]) -> None:
        found = inventory.account(case.read_case(options["file"]))
        sure, drawn = self._uncertainty(found, options["draws"], options["seed"])
        if options["report"]:
            text = report.report(found, self.language, propagated=sure, simulated=drawn)
            self.write_file(options["report"], text.encode())
        if options["json"]:
            record = inventory.record_of(found, self.language)
            record["uncertainty"] = {
                "propagation": sure.as_dict() if sure else None,
                "monte_carlo": drawn.as_dict() if drawn else None,
            }
            self.print(record)
        else:
            self._show(found, sure, drawn, options)
        self.notes(found.problems)
        if not found.complete:
            raise CommandError(
                self.say(
                    "有数据未能采用，结果不完整。|Some data could not be used: the result is incomplete."
                )
            )

    def _uncertainty(
        self, found: inventory.Inventory, draws: int, seed: int
    ) -> tuple[Propagated | None, Simulated | None]:
        if not uncertain(found.total):
            return None, None
        return propagate(found.total), simulate(found.total, draws=draws, seed=seed) if draws > 0 else None

    def _show(
        self,
        found: inventory.Inventory,
        sure: Propagated | None,
        drawn: Simulated | None,
        options: dict[str, Any],
    ) -> None:
        about = found.case
        name = about.enterprise.get("name", about.name)
        self.stdout.write(f"{name}  {about.year}  {self.say(about.method.title)}  GWP {about.method.gwp}")
        if options["tree"]:
            for line in lines(found.total, self.language, months=options["months"]):
                self.stdout.write(line)
            return
        for line_found in found.lines:
            self._row(line_found.node, 2, line_found.emission)
        self.stdout.write("")
        for node in found.categories.values():
            self._row(node)
        self._row(found.total)
        apart = self.say("单列|apart")
        for node in found.beside.values():
            self.stdout.write(f"{apart}:", ending=" ")
            self._row(node)
        rest = [found.rest] if found.rest else []
        for node in [
            *(one.node for one in found.balances),
            *rest,
            *found.intensities,
            *found.indicators,
            *found.allowance,
        ]:
            self._row(node)
        if sure is not None:
            self.stdout.write(f"± {shown(sure.half, 2)} tCO2e (95 %, ± {100 * sure.relative:.2f} %)")
        if drawn is not None:
            low, high = shown(drawn.low, 2), shown(drawn.high, 2)
            self.stdout.write(f"Monte Carlo {drawn.draws} ({drawn.seed}): {low} – {high} tCO2e")

    # -- verify
    def _verify(self, options: dict[str, Any]) -> None:
        found = conclusion.verify(reading.read_report(options["file"]))
        if options["report"]:
            self.write_file(options["report"], sheets.sheets(found, self.language).encode())
        if options["json"]:
            self.print(conclusion.record_of(found))
            return
        for number, one in enumerate(found.findings, 1):
            effect = "" if one.effect is None else f"  [{one.effect:+.2f} tCO2e]"
            kind = self.say(SEVERITIES[one.severity])
            self.stdout.write(f"{number:>3} {kind} {one.subject}: {one.text(self.language)}{effect}")
            self.stdout.write(f"      {self.say('所需证据|evidence')}: {one.evidence(self.language)}")
        self.stdout.write(self.say(conclusion.CONCLUSIONS[found.conclusion]))
        figures = [("报告|reported", found.reported), ("核查|verified", found.verified)]
        if found.open:
            figures.append(("保守估算|conservative", found.conservative))
        for label, value in figures:
            if value is not None:
                self.stdout.write(f"{padded(self.say(label), 20)} {shown(value, 0):>16}  tCO2e")

    # -- forecast
    def _forecast(self, options: dict[str, Any]) -> None:
        ahead, level = options["ahead"], options["level"]
        if not (1 <= ahead <= 120 and 0.5 <= level < 1):
            raise CommandError(
                self.say("ahead 应为1至120，level 应在0.5至1之间。|ahead: 1 to 120, level: 0.5 to 1.")
            )
        found = forecast.predict(forecast.read_history(options["file"]), ahead, level=level)
        if options["json"]:
            self.print(found.as_dict())
            return
        direction = {"rising": "上升|rising", "falling": "下降|falling", "none": "无明显趋势|no clear trend"}
        clear = self.say(direction[found.trend.direction])
        slope = f"{found.trend.slope:+.2f} {self.say('每月|a month')}, p {found.trend.p:.4f}"
        self.stdout.write(f"{self.say('趋势|trend')}: {clear} ({slope})")
        if not found.seasonal:
            self.stdout.write(Problem("no_season").message(self.language))
        for one in found.months:
            low, high = shown(one.low, 2), shown(one.high, 2)
            self.stdout.write(f"{one.month}  {shown(one.value, 2):>16}  {low:>16} – {high:>16}")
        self.stdout.write(f"{self.say('合计|sum')} {shown(found.year_total(), 2)}")

    # -- footprint
    def _footprint(self, options: dict[str, Any]) -> None:
        found = result.footprint(model.read_model(options["file"]))
        compared = variants(found)
        if options["report"]:
            text = footprint_report.report(found, compared, self.language)
            self.write_file(options["report"], text.encode())
        if options["json"]:
            record = result.record_of(found, self.language)
            record["scenarios"] = [_variant(one) for one in compared]
            self.print(record)
        elif options["tree"]:
            for line in lines(found.total, self.language):
                self.stdout.write(line)
        else:
            self._show_footprint(found, compared)
        self.notes(found.problems)
        if not found.complete:
            raise CommandError(self.say(INCOMPLETE))

    def _show_footprint(self, found: result.Footprint, compared: list[Variant]) -> None:
        self.stdout.write(f"{found.model.unit_text}  GWP100 {found.model.gwp}")
        for one in found.contributions:
            stage = self.say(footprint_report.STAGES.get(one.stage, one.stage))
            name = padded(f"{self.say(one.name)}（{stage}）", 44)
            share = f"{100 * found.share(one.value):8.4f} %"
            self.stdout.write(f"{name} {shown(one.value, 2):>14} {share}")
        self._row(found.total)
        for origin, value in found.by("origin").items():
            name = self.say(footprint_report.ORIGINS[origin])
            self.stdout.write(f"  {padded(name, 42)} {shown(value, 2):>14} kgCO2e")
        for variant in compared:
            change = f"{variant.change:+.3f} ({100 * variant.relative:+.4f} %)"
            self.stdout.write(f"  {padded(variant.name, 42)} {shown(variant.value, 2):>14} {change}")

    # -- plan
    def _plan(self, options: dict[str, Any]) -> None:
        found = inventory.account(case.read_case(options["file"]))
        if found.case.plan:
            problems = plan.check(found)
            if options["json"]:
                self.print([problem.as_dict() for problem in problems])
            else:
                for problem in problems:
                    self.stdout.write(problem.message(self.language))
                if not problems:
                    self.stdout.write(self.say("方案完整。|The plan is complete."))
            return
        lines_found = plan.draft(found)
        if options["json"]:
            self.print(lines_found)
        else:
            self.stdout.write(plan.as_toml(lines_found))

    # -- factors, kinds, example
    def _factors(self, options: dict[str, Any]) -> None:
        rows = [
            row
            for row in tables.search(options["words"][0] if options["words"] else "")
            if all(
                any(word.lower() in cell.lower() for cell in row.cells.values()) for word in options["words"]
            )
        ]
        if options["json"]:
            self.print([{"in": row.table, "line": row.line, **row.cells} for row in rows])
            return
        for row in rows:
            shown_cells = [
                f"{name}={cell}"
                for name, cell in row.cells.items()
                if cell and name not in ("zh", "en", "guide", "version", "table", "source", "confidence")
            ]
            name = self.say(row.name) if row.name else ""
            trust = self.say(report.CONFIDENCE[row.confidence])
            self.stdout.write(
                f"{row.table}: {name}  {'  '.join(shown_cells)}  ({self.say(row.source)}; {trust})"
            )
        if not rows:
            self.stdout.write(self.say("没有找到。|Nothing was found."))

    def _guides(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self.print(tables.guides())
            return
        for code, guide in tables.guides().items():
            years = f"{guide['from_year']}–{guide.get('to_year', '')}"
            self.stdout.write(f"{code}  {self.say(guide['title'])}")
            purchased = {
                "counted": "外购电热计入|purchased energy counted",
                "auxiliary": "外购电热单列|stated apart",
            }
            facts = [years, f"GWP {guide['gwp']}", guide["fuels"], self.say(purchased[guide["purchased"]])]
            self.stdout.write(f"    {'  '.join(facts)}  ({self.say(report.CONFIDENCE[guide['confidence']])})")

    def _kinds(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self.print(
                {
                    code: {
                        "label": kind.label,
                        "category": kind.category,
                        "fields": [
                            {"name": f.name, "label": f.label, "units": f.units, "required": f.required}
                            for f in kind.fields
                        ],
                    }
                    for code, kind in sorted(KINDS.items())
                }
            )
            return
        for code, kind in sorted(KINDS.items()):
            self.stdout.write(f"{code}  {self.say(kind.label)}")
            for one in kind.fields:
                units = ", ".join(one.units) if one.units else (", ".join(one.choices) or one.what)
                must = self.say("必填|required") if one.required else ""
                self.stdout.write(
                    f"    {one.name:<16} {padded(self.say(one.label), 34)} {units}  {must}".rstrip()
                )

    def _example(self, options: dict[str, Any]) -> None:
        files = {
            name: [
                path for each in (name, *NEEDS.get(name, ())) for path in sorted(EXAMPLES.glob(f"{each}.*"))
            ]
            for name in sorted(
                {path.stem for path in EXAMPLES.glob("*.*") if path.suffix in (".toml", ".csv")}
            )
        }
        about = {
            name: leading(file) if (file := EXAMPLES / f"{name}.toml").exists() else HISTORY_WORDS
            for name in files
        }
        self.examples(options, about, files)


def _count(text: str) -> int:
    """A whole number from 0 to a million."""
    if not text.isdecimal() or int(text) > 1_000_000:
        raise ArgumentTypeError(f"{text}: give a whole number from 0 to 1000000")
    return int(text)


def _variant(one: Variant) -> dict[str, Any]:
    plain = {
        name: None if value != value else value for name, value in vars(one).items() if name != "problems"
    }
    return plain | {"problems": [problem.as_dict() for problem in one.problems]}
