"""``tancai carbon``: inventory, verification, footprint and forecast on files alone."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.engines.carbon import forecast, tables
from tancai.engines.carbon.accounting import case, inventory, plan, report
from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.engines.carbon.errors import LANGUAGES, CarbonError, Problem, said
from tancai.engines.carbon.footprint import model, result
from tancai.engines.carbon.footprint import report as footprint_report
from tancai.engines.carbon.footprint.scenarios import Variant, variants
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.tree import Node, lines, uncertain
from tancai.engines.carbon.uncertainty import Propagated, Simulated, propagate, simulate
from tancai.engines.carbon.verification import conclusion, reading, sheets
from tancai.engines.carbon.verification.findings import SEVERITIES

INCOMPLETE = "有数据未能采用，结果不完整。|Some data could not be used: the result is incomplete."
HISTORY_WORDS = ("月度排放历史（预测用）", "monthly emissions of three years, to forecast from")
NEEDS = {"glass-report": ("glass",)}
EXAMPLES = Path(tables.__file__).parent / "examples"


class Command(BaseCommand):
    help = (
        "Carbon accounting, verification, product footprint and forecast from files; no database is touched."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=CommandParser)
        one = self._part(parts, "account", "the inventory of an enterprise from a case file")
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
        one = self._part(parts, "verify", "verify a report against its evidence: findings and a conclusion")
        one.add_argument("file", type=Path, metavar="REPORT.toml")
        one.add_argument(
            "--report", type=Path, metavar="FILE.md", help="write the papers of the verification"
        )
        one = self._part(parts, "forecast", "trend and forecast of monthly emissions")
        one.add_argument(
            "file", type=Path, metavar="HISTORY.csv", help="columns month,value (2024-01,1234.5)"
        )
        one.add_argument("--ahead", type=int, default=12, help="months to predict (default 12)")
        one.add_argument("--level", type=float, default=0.95, help="of the intervals (default 0.95)")
        one = self._part(parts, "footprint", "the carbon footprint of a product from a model file")
        one.add_argument("file", type=Path, metavar="MODEL.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one.add_argument(
            "--report", type=Path, metavar="FILE.md", help="write the footprint report as Markdown"
        )
        one = self._part(parts, "plan", "draft the data-quality plan of a case, or check the one in it")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one = self._part(parts, "factors", "search the factor tables")
        one.add_argument("words", nargs="*", help="a fuel, province, gas, series …")
        self._part(parts, "guides", "accounting guides a case may name")
        self._part(parts, "kinds", "kinds of source stream and their fields")
        one = self._part(parts, "example", "list the examples, or write one to start from")
        one.add_argument("name", nargs="?")
        one.add_argument("--to", type=Path, default=Path(), help="folder to write into (default: here)")

    def _part(self, parts: Any, name: str, about: str) -> CommandParser:
        parser: CommandParser = parts.add_parser(name, help=about, description=about)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--language", choices=LANGUAGES, default="zh", help="of tables, trees and messages (default zh)"
        )
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        self.language: str = options["language"]
        with self._plainly():
            getattr(self, f"_{options['part']}")(options)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Bad input ends the command with its messages instead of a traceback."""
        try:
            yield
        except CarbonError as error:
            raise CommandError("\n".join(one.message(self.language) for one in error.problems)) from error

    def _say(self, text: str) -> str:
        return str(said(text, self.language))

    def _print(self, record: Any) -> None:
        self.stdout.write(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))

    def _write(self, target: Path, text: str) -> None:
        try:
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            words = self._say("无法写入|cannot be written")
            raise CommandError(f"{target}: {words} ({error.strerror})") from error

    def _notes(self, problems: list[Problem]) -> None:
        marks = {"refused": "未采用|NOT USED", "doubtful": "存疑|DOUBTFUL", "noted": "提示|NOTE"}
        for problem in sorted(problems, key=lambda one: list(marks).index(one.level)):
            self.stderr.write(f"[{self._say(marks[problem.level])}] {problem.message(self.language)}")

    def _row(self, node: Node, digits: int | None = None, value: float | None = None) -> None:
        label = str(said(node.label, self.language)) or node.key
        figure = shown(node.value if value is None else value, node.digits if digits is None else digits)
        self.stdout.write(f"{_padded(label, 44)} {figure:>18}  {node.unit}")

    # -- account
    def _account(self, options: dict[str, Any]) -> None:
        found = inventory.account(case.read_case(options["file"]))
        sure, drawn = self._uncertainty(found, options["draws"], options["seed"])
        if options["report"]:
            text = report.report(found, self.language, propagated=sure, simulated=drawn)
            self._write(options["report"], text)
        if options["json"]:
            record = inventory.record_of(found, self.language)
            record["uncertainty"] = {
                "propagation": sure.as_dict() if sure else None,
                "monte_carlo": drawn.as_dict() if drawn else None,
            }
            self._print(record)
        else:
            self._show(found, sure, drawn, options)
        self._notes(found.problems)
        if not found.complete:
            raise CommandError(
                self._say(
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
        self.stdout.write(f"{name}  {about.year}  {self._say(about.method.title)}  GWP {about.method.gwp}")
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
        apart = self._say("单列|apart")
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
            self._write(options["report"], sheets.sheets(found, self.language))
        if options["json"]:
            self._print(conclusion.record_of(found))
            return
        for number, one in enumerate(found.findings, 1):
            effect = "" if one.effect is None else f"  [{one.effect:+.2f} tCO2e]"
            kind = self._say(SEVERITIES[one.severity])
            self.stdout.write(f"{number:>3} {kind} {one.subject}: {one.text(self.language)}{effect}")
            self.stdout.write(f"      {self._say('所需证据|evidence')}: {one.evidence(self.language)}")
        self.stdout.write(self._say(conclusion.CONCLUSIONS[found.conclusion]))
        figures = [("报告|reported", found.reported), ("核查|verified", found.verified)]
        if found.open:
            figures.append(("保守估算|conservative", found.conservative))
        for label, value in figures:
            if value is not None:
                self.stdout.write(f"{_padded(self._say(label), 20)} {shown(value, 0):>16}  tCO2e")

    # -- forecast
    def _forecast(self, options: dict[str, Any]) -> None:
        ahead, level = options["ahead"], options["level"]
        if not (1 <= ahead <= 120 and 0.5 <= level < 1):
            raise CommandError(
                self._say("ahead 应为1至120，level 应在0.5至1之间。|ahead: 1 to 120, level: 0.5 to 1.")
            )
        found = forecast.predict(forecast.read_history(options["file"]), ahead, level=level)
        if options["json"]:
            self._print(found.as_dict())
            return
        direction = {"rising": "上升|rising", "falling": "下降|falling", "none": "无明显趋势|no clear trend"}
        clear = self._say(direction[found.trend.direction])
        slope = f"{found.trend.slope:+.2f} {self._say('每月|a month')}, p {found.trend.p:.4f}"
        self.stdout.write(f"{self._say('趋势|trend')}: {clear} ({slope})")
        if not found.seasonal:
            self.stdout.write(Problem("no_season").message(self.language))
        for one in found.months:
            low, high = shown(one.low, 2), shown(one.high, 2)
            self.stdout.write(f"{one.month}  {shown(one.value, 2):>16}  {low:>16} – {high:>16}")
        self.stdout.write(f"{self._say('合计|sum')} {shown(found.year_total(), 2)}")

    # -- footprint
    def _footprint(self, options: dict[str, Any]) -> None:
        found = result.footprint(model.read_model(options["file"]))
        compared = variants(found)
        if options["report"]:
            text = footprint_report.report(found, compared, self.language)
            self._write(options["report"], text)
        if options["json"]:
            record = result.record_of(found, self.language)
            record["scenarios"] = [_variant(one) for one in compared]
            self._print(record)
        elif options["tree"]:
            for line in lines(found.total, self.language):
                self.stdout.write(line)
        else:
            self._show_footprint(found, compared)
        self._notes(found.problems)
        if not found.complete:
            raise CommandError(self._say(INCOMPLETE))

    def _show_footprint(self, found: result.Footprint, compared: list[Variant]) -> None:
        self.stdout.write(f"{found.model.unit_text}  GWP100 {found.model.gwp}")
        for one in found.contributions:
            stage = self._say(footprint_report.STAGES.get(one.stage, one.stage))
            name = _padded(f"{self._say(one.name)}（{stage}）", 44)
            share = f"{100 * found.share(one.value):8.4f} %"
            self.stdout.write(f"{name} {shown(one.value, 2):>14} {share}")
        self._row(found.total)
        for origin, value in found.by("origin").items():
            name = self._say(footprint_report.ORIGINS[origin])
            self.stdout.write(f"  {_padded(name, 42)} {shown(value, 2):>14} kgCO2e")
        for variant in compared:
            change = f"{variant.change:+.3f} ({100 * variant.relative:+.4f} %)"
            self.stdout.write(f"  {_padded(variant.name, 42)} {shown(variant.value, 2):>14} {change}")

    # -- plan
    def _plan(self, options: dict[str, Any]) -> None:
        found = inventory.account(case.read_case(options["file"]))
        if found.case.plan:
            problems = plan.check(found)
            if options["json"]:
                self._print([problem.as_dict() for problem in problems])
            else:
                for problem in problems:
                    self.stdout.write(problem.message(self.language))
                if not problems:
                    self.stdout.write(self._say("方案完整。|The plan is complete."))
            return
        lines_found = plan.draft(found)
        if options["json"]:
            self._print(lines_found)
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
            self._print([{"in": row.table, "line": row.line, **row.cells} for row in rows])
            return
        for row in rows:
            shown_cells = [
                f"{name}={cell}"
                for name, cell in row.cells.items()
                if cell and name not in ("zh", "en", "guide", "version", "table", "source", "confidence")
            ]
            name = self._say(row.name) if row.name else ""
            trust = self._say(report.CONFIDENCE[row.confidence])
            self.stdout.write(
                f"{row.table}: {name}  {'  '.join(shown_cells)}  ({self._say(row.source)}; {trust})"
            )
        if not rows:
            self.stdout.write(self._say("没有找到。|Nothing was found."))

    def _guides(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print(tables.guides())
            return
        for code, guide in tables.guides().items():
            years = f"{guide['from_year']}–{guide.get('to_year', '')}"
            self.stdout.write(f"{code}  {self._say(guide['title'])}")
            purchased = {
                "counted": "外购电热计入|purchased energy counted",
                "auxiliary": "外购电热单列|stated apart",
            }
            facts = [years, f"GWP {guide['gwp']}", guide["fuels"], self._say(purchased[guide["purchased"]])]
            self.stdout.write(
                f"    {'  '.join(facts)}  ({self._say(report.CONFIDENCE[guide['confidence']])})"
            )

    def _kinds(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print(
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
            self.stdout.write(f"{code}  {self._say(kind.label)}")
            for one in kind.fields:
                units = ", ".join(one.units) if one.units else (", ".join(one.choices) or one.what)
                must = self._say("必填|required") if one.required else ""
                self.stdout.write(
                    f"    {one.name:<16} {_padded(self._say(one.label), 34)} {units}  {must}".rstrip()
                )

    def _example(self, options: dict[str, Any]) -> None:
        names = sorted({path.stem for path in EXAMPLES.glob("*.*") if path.suffix in (".toml", ".csv")})
        if not options["name"]:
            for name in names:
                file = EXAMPLES / f"{name}.toml"
                about = file.read_text(encoding="utf-8").splitlines()[:2] if file.exists() else HISTORY_WORDS
                self.stdout.write(f"{name:<16} {about[0 if self.language == 'zh' else 1].lstrip('# ')}")
            return
        if options["name"] not in names:
            raise CommandError(f"there is no example {options['name']}: choose one of {', '.join(names)}")
        wanted = [options["name"], *NEEDS.get(options["name"], ())]
        for path in sorted(path for name in wanted for path in EXAMPLES.glob(f"{name}.*")):
            target = options["to"] / path.name
            if target.exists():
                raise CommandError(f"{target} exists already: choose another folder with --to")
            self._write(target, path.read_text(encoding="utf-8"))
            self.stdout.write(str(target))


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


def _padded(text: str, width: int) -> str:
    """Chinese characters take two columns."""
    taken = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return text + " " * max(0, width - taken)
