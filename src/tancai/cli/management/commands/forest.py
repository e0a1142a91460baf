"""``tancai forest``: sink projects, sampling, grassland, supply, neutrality and checklists from files alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tancai.cli.engine_command import EngineCommand, leading, padded
from tancai.engines.bilingual import counted
from tancai.engines.carbon.errors import Problem
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


class Command(EngineCommand):
    help = "Carbon sinks from files: projects, supply, grassland, neutrality; no database is touched."
    trouble = ForestError

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=CommandParser)
        one = self.part(parts, "sink", "what a forest or bamboo project may claim, from a project file")
        one.add_argument("file", type=Path, metavar="PROJECT.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one = self.part(parts, "supply", "carbon supply curve, optimal rotations and break-even prices")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one = self.part(parts, "grass", "a grassland project from NDVI and weather")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one = self.part(parts, "neutrality", "carbon neutrality of an event or an organisation")
        one.add_argument("file", type=Path, metavar="CASE.toml")
        one.add_argument("--tree", action="store_true", help="print the whole calculation")
        one = self.part(parts, "check", "validation or verification: findings and a conclusion")
        one.add_argument("file", type=Path, metavar="CHECK.toml")
        self.part(parts, "packs", "rule packs a project may name, with the confidence of each value")
        one = self.part(parts, "tables", "the data tables, or the rows of one")
        one.add_argument("name", nargs="?")
        self.example_part(parts)

    def _finish(self, problems: list[Problem], complete: bool) -> None:
        self.notes(problems)
        if not complete:
            raise CommandError(self.say(INCOMPLETE))

    def _row(self, label: str, value: float, at: str = "", digits: int | None = 2) -> None:
        self.stdout.write(f"{padded(self.say(label), 48)} {shown(value, digits):>16}  {at}".rstrip())

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
            self.print(sink.record_of(found, self.language))
        elif options["tree"]:
            self._tree(found.credit)
        else:
            self._show_sink(found)
        self._finish(found.problems, found.complete)

    def _show_sink(self, found: sink.Sink) -> None:
        pack = tables.packs()[found.project.rules.pack]
        self.stdout.write(f"{found.project.name}  {self.say(pack['name'])}\n")
        now = found.estimates["now"]
        for k, (name, area) in enumerate(found.counted.items()):
            count = now.counts[k]
            plots = counted(count, "plot", "plots")
            words = f"分层 {name}（{area:g} ha，样地{count}个）|stratum {name} ({area:g} ha, {plots})"
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
                f"{self.say('最优分配|optimum')} {' + '.join(map(str, size.optimum_plots))}",
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
            self.print(found)
        else:
            self._show_supply(case, found)
        self._finish(case.problems, case.complete)

    def _show_supply(self, case: supply.Case, found: dict[str, Any]) -> None:
        self.stdout.write(f"{case.name}\n")
        names = [land.id for land in case.lands]
        head = self.say("碳价 元/t|CNY/t"), self.say("供给 tCO2|supply"), self.say("新增 tCO2|additional")
        self.stdout.write(
            f"{padded(head[0], 14)}{padded(head[1], 18)}{padded(head[2], 18)}"
            + "".join(padded(name, 24) for name in names)
        )
        for row in found["supply"]:
            line = (
                f"{row['price']:<14g}{shown(row['supply_tCO2'], 0):<18}{shown(row['additional_tCO2'], 0):<18}"
            )
            for one in row["classes"]:
                planted = self.say("造林|planted") if one["planted"] else "–"
                age = f"T {one['rotation']}" if one["rotation"] else ""
                line += padded(f"{planted} {age} {shown(one['land_value'], 0)}", 24)
            self.stdout.write(line.rstrip())
        for name, even in found["break_even"].items():
            words = f"{name}：盈亏平衡碳价|{name}: break-even price"
            if even["price"] is None:
                self.stdout.write(f"{padded(self.say(words), 48)} –")
                continue
            note = (
                self.say("（无碳收入即可造林）|(planted without carbon income)") if even["price"] <= 0 else ""
            )
            at = self.say("元/t|CNY/t") + (f"  T {even['rotation']}" if even["rotation"] else "")
            self._row(words, even["price"], f"{at} {note}")

    # -- grass
    def _grass(self, options: dict[str, Any]) -> None:
        found = grass.read_grass(options["file"])
        if options["json"]:
            self.print(grass.record_of(found, self.language))
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
                    self.say(f"（{scene.cells}个像元）|({scene.cells} cells)")
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
            self.print(neutrality.record_of(found, self.language))
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
            self.stdout.write(self.say(yes if found.neutral and found.complete else no))
        self._finish(found.problems, found.complete)

    # -- checks
    def _check(self, options: dict[str, Any]) -> None:
        found = checks.read_check(options["file"])
        if options["json"]:
            self.print(checks.record_of(found))
        else:
            column = "zh" if self.language == "zh" else "en"
            for one in found.findings:
                text = tables.the("checklists", kind=found.kind, item=str(one.item))[column]
                closed = self.say("（已关闭）|(closed)") if one.closed else ""
                self.stdout.write(
                    f"{one.item:>3}  {one.result.upper():<4} {text}: {self.say(one.reason)} {closed}".rstrip()
                )
            for item in found.unanswered:
                text = tables.the("checklists", kind=found.kind, item=str(item))[column]
                self.stdout.write(f"{item:>3}  –    {text}")
            self.stdout.write(self.say(CONCLUSIONS[found.conclusion]))
        self._finish(found.problems, found.complete)

    # -- facts and examples
    def _packs(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self.print(tables.packs())
            return
        for code, pack in tables.packs().items():
            self.stdout.write(f"{padded(code, 14)}{self.say(pack['name'])}")
            for key in ("pools", "discount", "k_risk", "gwp"):
                value, mark = pack[key]
                text = ", ".join(value) or "–" if isinstance(value, list) else value
                unsure = (
                    self.say("  （待核，须自行写明或接受）|  (unverified: state it or accept it)")
                    if mark == "M-"
                    else ""
                )
                self.stdout.write(f"    {padded(key, 12)}{text}  [{mark}]{unsure}")

    def _tables(self, options: dict[str, Any]) -> None:
        names = [name for name in tables.versions() if (tables.DATA / f"{name}.csv").exists()]
        if options["name"] is None:
            for name in names:
                self.stdout.write(f"{padded(name, 18)}{tables.versions()[name]}  {len(tables.rows(name))}")
            return
        if options["name"] not in names:
            raise CommandError(self.say("可用：|choose one of: ") + ", ".join(names))
        found: list[Mapping[str, str]] = [row.cells for row in tables.rows(options["name"])]
        if options["json"]:
            self.print(found)
            return
        for cells in found:
            self.stdout.write("  ".join(value for value in cells.values() if value))

    def _example(self, options: dict[str, Any]) -> None:
        files = {
            path.stem: [
                *sorted(EXAMPLES.glob(f"{path.stem}.*")),
                *sorted(EXAMPLES.glob(f"{path.stem}-*.csv")),
            ]
            for path in sorted(EXAMPLES.glob("*.toml"))
        }
        about = {name: leading(EXAMPLES / f"{name}.toml") for name in files}
        self.examples(options, about, files)
