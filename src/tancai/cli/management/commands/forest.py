"""``tancai forest``: sink projects, sampling, grassland, supply, neutrality and checklists from files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.engines.carbon.errors import LANGUAGES, Problem, said
from tancai.engines.carbon.numbers import shown
from tancai.engines.forest import checks, grass, neutrality, project, sink, supply, tables
from tancai.engines.forest.reading import ForestError
from tancai.engines.forest.tree import Node, lines, walk

EXAMPLES = Path(tables.__file__).parent / "examples"
INCOMPLETE = "有数据未能采用，结果不完整。|Some data could not be used: the result is incomplete."
SINK_KEYS = ("stock.first", "stock.now", "trees.change", "trees", "shrub", "dead_wood", "litter", "soil")
GRASS_KEYS = (
    "stock.baseline",
    "stock.project",
    "gross",
    "biomass",
    "soil",
    "fertiliser",
    "leakage",
    "net",
    "credit",
)
NEUTRAL = {
    True: "结论：实现碳中和。|Conclusion: carbon neutral.",
    False: "结论：未实现碳中和。|Conclusion: not carbon neutral.",
}
CONCLUSIONS = {
    "positive": "结论：通过。|Conclusion: positive.",
    "negative": "结论：未通过，有未关闭的不符合或澄清项。|Conclusion: negative, findings are open.",
    "open": "结论：未完成，尚有未回答的项目。|Conclusion: not yet, items are unanswered.",
}
CHAIN_KEYS = ("project.change", "fire", "baseline", "leakage", "net", "credit")


class Command(BaseCommand):
    help = "Carbon sinks from files: projects, supply, grassland, neutrality; no database is touched."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=CommandParser)
        one = self._part(parts, "sink", "what a forest or bamboo project may claim, from a project file")
        one.add_argument("file", type=Path, metavar="PROJECT.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one = self._part(parts, "supply", "carbon supply curve, optimal rotations and break-even prices")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one = self._part(parts, "grass", "a grassland project from NDVI and weather")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one = self._part(parts, "neutrality", "carbon neutrality of an event or an organisation")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one = self._part(parts, "check", "validation or verification: findings and a conclusion")
        one.add_argument("file", type=Path, metavar="CHECK.toml")
        self._part(parts, "packs", "rule packs a project may name, with the confidence of each value")
        one = self._part(parts, "tables", "the data tables, or the rows of one")
        one.add_argument("name", nargs="?")
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
        except ForestError as error:
            raise CommandError("\n".join(one.message(self.language) for one in error.problems)) from error

    def _say(self, text: str) -> str:
        return str(said(text, self.language))

    def _print(self, record: Any) -> None:
        self.stdout.write(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))

    def _finish(self, problems: list[Problem], complete: bool) -> None:
        marks = {"refused": "未采用|NOT USED", "doubtful": "存疑|DOUBTFUL", "noted": "提示|NOTE"}
        for problem in sorted(problems, key=lambda one: list(marks).index(one.level)):
            self.stderr.write(f"[{self._say(marks[problem.level])}] {problem.message(self.language)}")
        if not complete:
            raise CommandError(self._say(INCOMPLETE))

    def _row(self, label: str, value: float, at: str = "", digits: int | None = 2) -> None:
        self.stdout.write(f"{_padded(self._say(label), 48)} {shown(value, digits):>16}  {at}".rstrip())

    def _nodes(self, root: Node, keys: tuple[str, ...]) -> None:
        found: dict[str, Node] = {}
        for node in walk(root):
            found.setdefault(node.key, node)
        for key in keys:
            if key in found:
                node = found[key]
                self._row(node.label or node.key, node.value, "" if node.unit.text == "1" else node.unit.text)

    def _tree(self, root: Node) -> None:
        self.stdout.write("\n".join(lines(root, self.language)))

    # -- sink
    def _sink(self, options: dict[str, Any]) -> None:
        found = sink.sink(project.read_project(options["file"]))
        if options["json"]:
            self._print(sink.record_of(found, self.language))
        elif options["tree"]:
            self._tree(found.credit)
        else:
            self._show_sink(found)
        self._finish(found.problems, found.complete)

    def _show_sink(self, found: sink.Sink) -> None:
        pack = tables.packs()[found.project.rules.pack]
        self.stdout.write(f"{found.project.name}  {self._say(pack['name'])}\n")
        now = found.estimates["now"]
        for k, (name, area) in enumerate(found.counted.items()):
            count = now.counts[k]
            words = f"分层 {name}（{area:g} ha，样地{count}个）|stratum {name} ({area:g} ha, {count} plots)"
            self._row(words, now.means[k], f"tC/ha  s = {shown(now.deviations[k], 3)}")
        self._row("加权平均碳密度|weighted mean", now.mean, "tC/ha", 4)
        self._row("标准误|standard error", now.error, f"tC/ha  t({now.df}) = {now.t:.5f}", 4)
        self._row("林木变化的不确定度（90 %）|uncertainty of the change (90 %)", found.u * 100, "%")
        self._nodes(found.credit, SINK_KEYS + CHAIN_KEYS)
        if found.size is not None:
            size = found.size
            words = "所需样地数（90 %，10 %误差）|plots needed (90 %, 10 % error)"
            self._row(
                words,
                size.n,
                f"{self._say('最优分配|optimum')} {' + '.join(map(str, size.optimum_plots))}",
                0,
            )
        for row in found.ex_ante:
            self._row(
                f"事前预估，第{row['year']}年（不产生减排量）|forecast, year {row['year']} (no credit)",
                row["tCO2"],
                "tCO2",
                0,
            )

    # -- supply
    def _supply(self, options: dict[str, Any]) -> None:
        case = supply.read_case(options["file"])
        found = supply.record_of(case)
        if options["json"]:
            self._print(found)
        else:
            self._show_supply(case, found)
        self._finish(case.problems, case.complete)

    def _show_supply(self, case: supply.Case, found: dict[str, Any]) -> None:
        self.stdout.write(f"{case.name}\n")
        names = [land.id for land in case.lands]
        head = self._say("碳价 元/t|CNY/t"), self._say("供给 tCO2|supply"), self._say("新增 tCO2|additional")
        self.stdout.write(
            f"{_padded(head[0], 14)}{_padded(head[1], 18)}{_padded(head[2], 18)}"
            + "".join(_padded(name, 24) for name in names)
        )
        for row in found["supply"]:
            line = (
                f"{row['price']:<14g}{shown(row['supply_tCO2'], 0):<18}{shown(row['additional_tCO2'], 0):<18}"
            )
            for one in row["classes"]:
                planted = self._say("造林|planted") if one["planted"] else "–"
                age = f"T {one['rotation']}" if one["rotation"] else ""
                line += _padded(f"{planted} {age} {shown(one['land_value'], 0)}", 24)
            self.stdout.write(line.rstrip())
        for name, even in found["break_even"].items():
            words = f"{name}：盈亏平衡碳价|{name}: break-even price"
            if even["price"] is None:
                self.stdout.write(f"{_padded(self._say(words), 48)} –")
                continue
            note = (
                self._say("（无碳收入即可造林）|(planted without carbon income)")
                if even["price"] <= 0
                else ""
            )
            at = self._say("元/t|CNY/t") + (f"  T {even['rotation']}" if even["rotation"] else "")
            self._row(words, even["price"], f"{at} {note}")

    # -- grass
    def _grass(self, options: dict[str, Any]) -> None:
        found = grass.read_grass(options["file"])
        if options["json"]:
            self._print(grass.record_of(found, self.language))
        elif options["tree"]:
            self._tree(found.credit)
        else:
            self.stdout.write(f"{found.name}\n")
            for key, scene in found.scenes.items():
                words = {
                    "baseline": "基准线年NPP|yearly NPP, baseline",
                    "project": "项目年NPP|yearly NPP, project",
                }[key]
                cells = (
                    self._say(f"（{scene.cells}个像元）|({scene.cells} cells)")
                    if scene.raster is not None
                    else ""
                )
                self._row(words, scene.mean, f"gC/m2 {cells}", 3)
            self._row("增量的不确定度（90 %）|uncertainty of the gain (90 %)", found.u * 100, "%")
            keys = (
                "stock.baseline",
                "stock.project",
                "gross",
                "biomass",
                "soil",
                "fertiliser",
                "leakage",
                "net",
                "credit",
            )
            self._nodes(found.credit, keys)
        self._finish(found.problems, found.complete)

    # -- neutrality
    def _neutrality(self, options: dict[str, Any]) -> None:
        found = neutrality.read_neutrality(options["file"])
        if options["json"]:
            self._print(neutrality.record_of(found, self.language))
        elif options["tree"]:
            self._tree(found.needed)
        else:
            self.stdout.write(f"{found.name}\n")
            for _, node in found.gross.parts:
                self._row(node.label, node.value, "tCO2e", 4)
            for node in (found.gross, found.reduced, found.residual):
                self._row(node.label, node.value, "tCO2e", 4)
            self._row(found.needed.label, found.needed.value, "t", 0)
            self._row("已注销抵消量|units retired", found.retired, "t", 0)
            yes, no = (
                "结论：实现碳中和。|Conclusion: carbon neutral.",
                "结论：未实现碳中和。|Conclusion: not carbon neutral.",
            )
            self.stdout.write(self._say(yes if found.neutral and found.complete else no))
        self._finish(found.problems, found.complete)

    # -- checks
    def _check(self, options: dict[str, Any]) -> None:
        found = checks.read_check(options["file"])
        if options["json"]:
            self._print(checks.record_of(found))
        else:
            column = "zh" if self.language == "zh" else "en"
            for one in found.findings:
                text = tables.the("checklists", kind=found.kind, item=str(one.item))[column]
                closed = self._say("（已关闭）|(closed)") if one.closed else ""
                self.stdout.write(
                    f"{one.item:>3}  {one.result.upper():<4} {text}: {self._say(one.reason)} {closed}".rstrip()
                )
            for item in found.unanswered:
                text = tables.the("checklists", kind=found.kind, item=str(item))[column]
                self.stdout.write(f"{item:>3}  –    {text}")
            self.stdout.write(self._say(CONCLUSIONS[found.conclusion]))
        self._finish(found.problems, found.complete)

    # -- facts and examples
    def _packs(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print(tables.packs())
            return
        for code, pack in tables.packs().items():
            self.stdout.write(f"{_padded(code, 14)}{self._say(pack['name'])}")
            for key in ("pools", "discount", "k_risk", "gwp"):
                value, mark = pack[key]
                text = ", ".join(value) or "–" if isinstance(value, list) else value
                unsure = (
                    self._say("  （待核，须自行写明或接受）|  (unverified: state it or accept it)")
                    if mark == "M-"
                    else ""
                )
                self.stdout.write(f"    {_padded(key, 12)}{text}  [{mark}]{unsure}")

    def _tables(self, options: dict[str, Any]) -> None:
        names = [name for name in tables.versions() if (tables.DATA / f"{name}.csv").exists()]
        if options["name"] is None:
            for name in names:
                self.stdout.write(f"{_padded(name, 18)}{tables.versions()[name]}  {len(tables.rows(name))}")
            return
        if options["name"] not in names:
            raise CommandError(self._say("可用：|choose one of: ") + ", ".join(names))
        found: list[Mapping[str, str]] = [row.cells for row in tables.rows(options["name"])]
        if options["json"]:
            self._print(found)
            return
        for cells in found:
            self.stdout.write("  ".join(value for value in cells.values() if value))

    def _example(self, options: dict[str, Any]) -> None:
        names = sorted(path.stem for path in EXAMPLES.glob("*.toml"))
        name = options["name"]
        if name is None:
            for one in names:
                lead = (EXAMPLES / f"{one}.toml").read_text(encoding="utf-8").splitlines()
                text = lead[0 if self.language == "zh" else 1].lstrip("# ")
                self.stdout.write(f"{_padded(one, 16)}{text}")
            return
        if name not in names:
            raise CommandError(self._say("可用：|choose one of: ") + ", ".join(names))
        written = []
        for path in sorted(EXAMPLES.glob(f"{name}.*")) + sorted(EXAMPLES.glob(f"{name}-*.csv")):
            target = options["to"] / path.name
            if target.exists():
                raise CommandError(
                    f"{target}: "
                    + self._say("已存在，请换一个文件夹。|is there already: choose another folder.")
                )
            written.append((target, path.read_bytes()))
        for target, data in written:
            try:
                target.write_bytes(data)
            except OSError as error:
                words = self._say("无法写入|cannot be written")
                raise CommandError(f"{target}: {words} ({error.strerror})") from error
            self.stdout.write(str(target))


def _padded(text: str, width: int) -> str:
    """Filled up to ``width`` columns; Chinese characters take two."""
    wide = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return text + " " * max(1, width - wide)
