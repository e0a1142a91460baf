"""The five documents of a sink project, as far as its data go; each says what is missing.

Design, monitoring, validation, verification and neutrality: ``KINDS`` names them as the bodies do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tancai.engines.bilingual import said
from tancai.engines.carbon.numbers import shown
from tancai.engines.forest import discount, tables
from tancai.engines.forest.tree import Node, find
from tancai.labs.benches.faults import Fault
from tancai.labs.benches.sink import words
from tancai.labs.benches.sink.computing import Computed, check, compute, neutral
from tancai.labs.benches.sink.ground import central_of, degrees_of, place_of
from tancai.labs.benches.sink.names import (
    TABLES,
    Values,
    group,
    plot_name,
    rows_of,
    stratum_name,
    tally,
    written,
)

KINDS: dict[str, str] = {
    "design": "项目设计文件|Project design document",
    "monitoring": "项目监测报告|Monitoring report",
    "validation": "审定报告|Validation report",
    "verification": "核证报告|Verification report",
    "neutrality": "碳中和评估文件|Carbon-neutrality assessment",
}
TEACHING = (
    "教学示例：文中数字由实训数据计算得出，不是真实减排量。"
    "|A teaching example: the figures come from practice data and are no real reductions."
)


@dataclass
class Sheet:
    """A table of a document: what it shows, headings, rows of text."""

    title: str
    heads: list[str]
    rows: list[list[str]]


@dataclass
class Section:
    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)


@dataclass
class Document:
    """``missing`` names what a complete document would still hold."""

    kind: str
    title: str
    name: str
    note: str
    sections: list[Section]
    missing: list[str]
    digest: str


def document(values: Values, kind: str, language: str = "zh") -> Document:
    """A document of the project in a work; raises KeyError for a kind that is none."""
    title = said(KINDS[kind], language)
    done = compute(values)
    writer = _Writer(values, done, language)
    make: dict[str, Callable[[], list[Section]]] = {
        "design": writer.design,
        "monitoring": writer.monitoring,
        "validation": lambda: writer.checked("validation"),
        "verification": lambda: writer.checked("verification"),
        "neutrality": writer.neutrality,
    }
    sections = make[kind]()
    name = str(values.get("event.name" if kind == "neutrality" else "project.name") or "")
    return Document(
        kind,
        title,
        name,
        said(TEACHING, language),
        sections,
        list(dict.fromkeys(writer.missing)),
        done.read.source().digest,
    )


ORGANS = {
    "above": "地上|above",
    "below": "地下|below",
    "stem": "干|stem",
    "branch": "枝|branches",
    "leaf": "叶|leaves",
    "crown": "冠|crown",
}
UNITS = {"about.not_forest": "a", "about.smallest_patch": "m2", "about.cleared": "%"}


class _Writer:
    def __init__(self, values: Values, done: Computed, language: str) -> None:
        self.values, self.done, self.language = values, done, language
        self.missing: list[str] = []
        self.about = {key: str(value).strip() for key, value in group(values, "about").items()}

    def say(self, text: str) -> str:
        return str(said(text, self.language))

    def label(self, name: str) -> str:
        return words.label(name, self.language)

    def want(self, text: str) -> None:
        self.missing.append(self.say(text))

    def fact(self, name: str, *, shown_as: str = "", required: bool = True) -> tuple[str, str]:
        """A value with its label; what is required and not there is missing."""
        value = shown_as or str(self.values.get(name) or "").strip()
        if not value and required:
            self.missing.append(self.label(name))
        table, _, key = name.partition(".")
        unit = UNITS.get(name) or TABLES.get(table, {}).get(key, "")
        known = value and not shown_as and unit not in ("", "1", "list")
        return self.label(name), (f"{written(value, unit)}" if known else value) or self.say("未填|not given")

    def figure(self, node: Node | float, unit: str = "") -> str:
        value, at = (node.value, node.unit.text) if isinstance(node, Node) else (node, unit)
        return f"{shown(float(format(value, '.6g')))} {at if at != '1' else ''}".strip()

    def faults(self, faults: Iterable[Fault]) -> None:
        for one in faults:
            if one.level == "refused":
                self.missing.append(
                    f"{self.label(one.name)}{'：' if self.language == 'zh' else ': '}{one.words(self.language)}"
                    if one.name
                    else one.words(self.language)
                )

    # -- parts of several documents
    def general(self, *more: str) -> Section:
        rules = self.done.project.rules if self.done.project is not None else None
        pack = words.pack(str(self.values.get("project.pack") or ""), self.language)
        facts = [
            self.fact("project.name"),
            self.fact("about.owner"),
            self.fact("about.place"),
            self.fact("project.pack", shown_as=pack),
            *(self.fact(name) for name in more),
        ]
        if rules is not None:
            facts.append((self.label("project.discount"), self.say(discount.WORDS[rules.discount])))
            facts.append((self.label("project.k_risk"), f"{100 * rules.k_risk.value:.4g} %"))
            facts.append((self.label("project.gwp"), rules.gwp))
        summary = self.about.get("summary")
        return Section(self.say("项目概况|The project"), facts, [summary] if summary else [])

    def strata(self) -> Sheet:
        kinds = str(self.values.get("biomass.species") or "")
        rows = []
        for row in rows_of(self.values, "s"):
            species = words.species(row.text("species") or kinds, self.language)
            rows.append(
                [
                    stratum_name(row),
                    row.text("area"),
                    species,
                    row.text("planted") or "–",
                    (row.text("site") and words.code("site", row.text("site"), self.language)) or "–",
                ]
            )
        if not rows:
            self.want("分层|Strata")
        heads = [
            self.label("s.id"),
            self.say("面积（ha）|Area (ha)"),
            self.label("biomass.species"),
            self.label("s.planted"),
            self.say("立地|Site"),
        ]
        return Sheet(self.say("分层|Strata"), heads, rows)

    def pools(self) -> Sheet:
        yes, no = self.say("计入|counted"), self.say("不计|not counted")
        chosen = self.done.project.rules.pools if self.done.project is not None else ()
        rows = [
            [self.say("地上生物质|Above-ground biomass"), yes],
            [self.say("地下生物质|Below-ground biomass"), yes],
        ]
        rows += [
            [words.code("pools", one, self.language), yes if one in chosen else no]
            for one in words.CODES["pools"]
        ]
        rows.append([self.say("收获木质林产品|Harvested wood products"), no])
        return Sheet(self.say("碳库|Pools"), [self.say("碳库|Pool"), self.say("处理|Treatment")], rows)

    def sampling(self) -> Section:
        size = self.done.size
        section = Section(self.say("抽样设计|Sampling design"))
        section.facts = [self.fact("biomass.plot_area")]
        if placed := self.places():
            section.sheets.append(placed)
        if size is None:
            self.want(
                "各分层预调查均值与标准差（样地数量计算）|Pilot means and deviations of the strata (number of plots)"
            )
            return section
        section.facts += [
            (self.say("可靠性与允许误差|Reliability and error"), "90 % / 10 %"),
            (self.say("计算样地数|Plots computed"), " → ".join(f"{one:.6g}" for one in size.passes)),
            (self.say("应设样地数|Plots to lay out"), str(size.n)),
        ]
        names = list(self.done.project.areas) if self.done.project is not None else []
        rows = [
            [name, f"{best:.4g}", str(a), f"{equal:.4g}", str(b)]
            for name, best, a, equal, b in zip(
                names,
                size.optimum,
                size.optimum_plots,
                size.proportional,
                size.proportional_plots,
                strict=True,
            )
        ]
        heads = [
            self.label("s.id"),
            self.say("最优分配|Optimum"),
            self.say("取整|rounded"),
            self.say("按面积|Proportional"),
            self.say("取整|rounded"),
        ]
        section.sheets.insert(0, Sheet(self.say("样地分配|Allocation"), heads, rows))
        return section

    def places(self) -> Sheet | None:
        """Where the plots lie, so that somebody else finds them again; None while none has a place."""
        strata = {str(row.number): stratum_name(row) for row in rows_of(self.values, "s")}
        central = central_of(self.values)
        rows = []
        for row in rows_of(self.values, "p"):
            at, turned = place_of(row, central), degrees_of(row, central)
            if at is None:
                continue
            flat = ("–", "–") if central is None and turned else tuple(f"{one:.1f}" for one in at)
            round_ = tuple(f"{one:.6f}" for one in turned) if turned else ("–", "–")
            rows.append([plot_name(row), strata.get(row.text("stratum"), "–"), *round_, *flat])
        heads = [
            self.label("p.id"),
            self.label("s.id"),
            self.say("东经（°）|Longitude (°E)"),
            self.say("北纬（°）|Latitude (°N)"),
            self.say("东（m）|East (m)"),
            self.say("北（m）|North (m)"),
        ]
        title = self.say("样地位置|Places of the plots")
        if central is not None:
            grid = self.say("CGCS2000，中央经线|CGCS2000, central meridian")
            title = (
                f"{title}（{grid} {central}°）" if self.language == "zh" else f"{title} ({grid} {central}°)"
            )
        return Sheet(title, heads, rows) if rows else None

    def equations(self) -> Section:
        section = Section(self.say("参数与方程|Parameters and equations"))
        method = str(self.values.get("biomass.method") or "")
        section.facts = [
            self.fact(
                "biomass.species",
                shown_as=words.species(str(self.values.get("biomass.species") or ""), self.language),
            ),
            self.fact("biomass.method", shown_as=words.code("method", method, self.language)),
            self.fact("biomass.equations", required=method == "allometry"),
        ]
        if self.done.project is None:
            return section
        rows = []
        for one in {(m.species, m.equations): m for m in self.done.project.methods.values()}.values():
            for row in tables.find_all("allometry", species=one.species, equations=one.equations):
                span = f"D {row['d_from'] or 0}–{row['d_below'] or '∞'}"
                powers = [
                    f"{sign}^{row[key]}"
                    for key, sign in (("b", "D"), ("c", "H"), ("d", "L"), ("e", "(D²H)"))
                    if row.number(key)
                ]
                rows.append(
                    [
                        words.species(one.species, self.language),
                        span,
                        f"{self.say(ORGANS[row['organ']])} = {row['a']} · {' · '.join(powers)}",
                        f"{row.source} {row.confidence}",
                    ]
                )
            for k, node in enumerate(one.carbon):
                part = (self.say("地上|above"), self.say("地下|below"))[k]
                source = f"{said(node.source, self.language)} {node.confidence}".strip()
                rows.append([words.species(one.species, self.language), part, f"CF = {node.value:g}", source])
        heads = [
            self.label("biomass.species"),
            self.say("适用|Range"),
            self.say("方程或参数|Equation or figure"),
            self.say("来源与可信度|Source and confidence"),
        ]
        section.sheets = [Sheet(self.say("方程与参数|Equations and figures"), heads, rows)]
        return section

    def chain(self) -> Section:
        section = Section(self.say("减排量核算|Reductions"))
        found = self.done.found
        if found is None:
            self.want(
                "本期样地每木检尺（尚无可计算的碳储量）|Tallies of the plots (no stock can be computed yet)"
            )
            return section
        keys = (
            "stock.now",
            "trees.change",
            "u",
            "discount",
            "trees",
            "shrub",
            "dead_wood",
            "litter",
            "soil",
            "project.change",
            "fire",
            "baseline",
            "leakage",
            "actual",
            "net",
            "k_risk",
            "credit",
        )
        rows = []
        for key in keys:
            try:
                node = find(found.credit, key)
            except KeyError:
                continue
            rows.append(
                [
                    self.say(node.label) or key,
                    self.figure(node),
                    f"{said(node.source, self.language)} {node.confidence}".strip() or "–",
                ]
            )
        heads = [self.say("项目|Item"), self.say("数值|Value"), self.say("依据|Basis")]
        section.sheets = [Sheet(self.say("核算表|The calculation"), heads, rows), self.by_year()]
        return section

    def by_year(self) -> Sheet:
        start = self.about.get("period_start", "")[:4]
        first = int(start) if start.isdigit() else 1
        rows = [[str(first + k), shown(value)] for k, value in enumerate(self.done.yearly)]
        return Sheet(
            self.say("分年度减排量（期内平均分摊）|Reductions by year (equal parts of the period)"),
            [self.label("event.year"), "tCO2e"],
            rows,
        )

    # -- the documents
    def design(self) -> list[Section]:
        self.faults(one for one in self.done.faults if not one.name.startswith("p."))
        general = self.general("about.start", "about.crediting_start", "about.crediting_end")
        ground = Section(
            self.say("边界与适用条件|Boundary and applicability"), sheets=[self.strata(), self.applicable()]
        )
        ground.facts = [
            self.fact(f"about.{key}") for key in ("tenure_end", "smallest_patch", "not_forest", "cleared")
        ]
        baseline = Section(self.say("基准线与额外性|Baseline and additionality"))
        for key in ("baseline", "additionality"):
            baseline.facts.append(self.fact(f"about.{key}"))
        if self.done.project is not None and self.done.project.baseline is not None:
            node = self.done.project.baseline
            baseline.facts.append((self.say(node.label), self.figure(node)))
        return [
            general,
            ground,
            Section(self.say("碳库与排放源|Pools and sources"), sheets=[self.pools()]),
            baseline,
            self.ex_ante(),
            self.sampling(),
            self.equations(),
        ]

    def applicable(self) -> Sheet:
        """What the methodology asks of the land, as far as facts alone decide."""
        found = check(self.values, "validation")
        self.faults(one for one in found.faults if one.name)
        bad = {one.item: self.say(one.reason) for one in found.found.findings if one.automatic}
        facts = {2: "start", 4: "not_forest", 5: "tenure_end", 6: "smallest_patch", 8: "cleared"}
        rows = []
        for row in tables.find_all("checklists", kind="validation"):
            item = int(row["item"])
            if item in facts:
                given = self.about.get(facts[item], "")
                result = bad.get(item) or (self.say("符合|met") if given else self.say("未填|not given"))
                rows.append([row["en" if self.language == "en" else "zh"], given or "–", result])
        return Sheet(
            self.say("适用条件|Applicability"),
            [self.say("条件|Condition"), self.say("本项目|This project"), self.say("结果|Result")],
            rows,
        )

    def ex_ante(self) -> Section:
        section = Section(self.say("事前预估|Forecast"))
        if not self.done.forecast:
            self.want("分层立地与生长曲线（事前预估）|Sites and growth curves of the strata (forecast)")
            return section
        rows = [
            [
                str(one.year),
                *(
                    self.figure(value)
                    for value in (
                        one.stock,
                        one.trees,
                        one.baseline,
                        one.leakage,
                        one.net,
                        one.reduction,
                        one.so_far,
                    )
                ),
            ]
            for one in self.done.forecast
        ]
        heads = [
            self.say("第几年|Year"),
            self.say("林木碳储量|Stock"),
            self.say("林木变化|Trees"),
            self.say("基准线|Baseline"),
            self.say("泄漏|Leakage"),
            self.say("净清除|Net"),
            self.say("减排量|Reduction"),
            self.say("累计|So far"),
        ]
        section.texts = [
            self.say(
                "预估只供计划，减排量以监测实测为准。|A forecast is for planning; reductions come from measurement."
            )
        ]
        section.sheets = [Sheet(self.say("分年度预估（tCO2e）|Forecast by year (tCO2e)"), heads, rows)]
        return section

    def monitoring(self) -> list[Section]:
        self.faults(self.done.faults)
        general = self.general("about.period_start", "about.period_end", "about.implementation")
        survey = Section(self.say("监测结果|What was measured"), sheets=[self.strata()])
        found, project = self.done.found, self.done.project
        if found is not None and project is not None and project.now is not None:
            trees = {
                plot_name(row): sum(_count(cells.get("n", "")) for cells in tally(row, "now"))
                for row in rows_of(self.values, "p")
            }
            rows = [
                [
                    one.id,
                    one.stratum,
                    str(trees.get(one.id) or "–"),
                    *(self.figure(node.value) for node in (one.above, one.below, one.carbon)),
                ]
                for one in sorted(project.now.plots, key=lambda one: (one.stratum, one.id))
            ]
            heads = [
                self.label("p.id"),
                self.label("s.id"),
                self.say("株数|Trees"),
                "AGB t/ha",
                "BGB t/ha",
                "tC/ha",
            ]
            survey.sheets.append(Sheet(self.say("样地|Plots"), heads, rows))
            now = found.estimates["now"]
            strata = [
                [name, f"{area:g}", str(n), f"{mean:.6g}", f"{s:.6g}"]
                for (name, area), n, mean, s in zip(
                    found.counted.items(), now.counts, now.means, now.deviations, strict=True
                )
            ]
            heads = [
                self.label("s.id"),
                "ha",
                self.say("样地数|Plots"),
                self.say("均值 tC/ha|Mean tC/ha"),
                self.say("标准差|Deviation"),
            ]
            survey.sheets.append(Sheet(self.say("分层统计|Strata"), heads, strata))
            survey.facts = [
                (self.say("加权均值|Weighted mean"), f"{now.mean:.6g} tC/ha"),
                (self.say("标准误|Standard error"), f"{now.error:.6g}"),
                (self.say("t 值（90 %，自由度）|t (90 %, df)"), f"{now.t:.6g} ({now.df})"),
                (self.say("相对不确定度|Relative uncertainty"), f"{100 * now.u:.6g} %"),
            ]
        return [
            general,
            Section(self.say("碳库与排放源|Pools and sources"), sheets=[self.pools()]),
            self.equations(),
            self.sampling(),
            survey,
            self.chain(),
        ]

    def checked(self, kind: str) -> list[Section]:
        done = check(self.values, kind)
        found = done.found
        self.faults(done.faults)
        body = (
            ("about.validator", "about.notice_validation")
            if kind == "validation"
            else (
                "about.verifier",
                "about.notice_verification",
                "about.period_start",
                "about.period_end",
                "about.plots_measured_again",
            )
        )
        general = self.general(*body, "about.comments")
        answers = {row.number: row for row in rows_of(self.values, "v" if kind == "validation" else "w")}
        rows = []
        english = self.language == "en"
        for row in tables.find_all("checklists", kind=kind):
            item = int(row["item"])
            answer = answers.get(item)
            result = (
                words.code("result", answer.text("result") or "open", self.language)
                if answer
                else words.code("result", "open", self.language)
            )
            rows.append(
                [
                    str(item),
                    row["en" if english else "zh"],
                    row["evidence_en" if english else "evidence_zh"],
                    result,
                    answer.text("note") if answer else "",
                ]
            )
        heads = [
            self.say("序号|No."),
            self.say("核查要点|Item"),
            self.say("证据|Evidence"),
            self.say("结论|Result"),
            self.say("说明|Note"),
        ]
        listed = Section(
            self.say("逐项审查|Item by item"), sheets=[Sheet(self.say("审查表|Checklist"), heads, rows)]
        )
        findings = [
            [
                str(one.item),
                words.code("result", one.result, self.language),
                self.say(one.reason) or "–",
                self.say("已关闭|closed") if one.closed else self.say("未关闭|open"),
            ]
            for one in found.findings
        ]
        heads = [self.say("序号|No."), self.say("类别|Class"), self.say("说明|Note"), self.say("状态|State")]
        listed.sheets.append(Sheet(self.say("发现|Findings"), heads, findings))
        if found.unanswered:
            numbers = ", ".join(map(str, found.unanswered))
            self.missing.append(self.say(f"未作结论的条目：{numbers}|Items without an answer: {numbers}"))
        end = Section(self.say("结论|Conclusion"))
        end.facts = [(self.say("结论|Conclusion"), words.code("conclusion", found.conclusion, self.language))]
        sections = [general, listed]
        if kind == "verification":
            sections.append(self.chain())
            if self.done.found is not None and found.conclusion == "positive":
                end.facts.append(
                    (self.say("核证减排量|Verified reduction"), self.figure(self.done.found.credit))
                )
        return [*sections, end]

    def neutrality(self) -> list[Section]:
        done = neutral(self.values)
        if done is None:
            self.want(
                "活动或组织的排放源（在“碳中和”一页填写）|Sources of the event or organisation (page “Neutrality”)"
            )
            return []
        self.faults(done.faults)
        facts = [
            self.fact("event.name"),
            self.fact(
                "event.kind",
                shown_as=words.code(
                    "event_kind", str(self.values.get("event.kind") or "event"), self.language
                ),
            ),
            self.fact(
                "event.standard",
                shown_as=words.code(
                    "standard", str(self.values.get("event.standard") or "mee-2019"), self.language
                ),
            ),
            self.fact("event.year"),
        ]
        sections = [Section(self.say("评估对象|Subject"), facts)]
        found = done.found
        if found is None:
            return sections
        rows = []
        for _, node in found.gross.parts:
            parts = dict(node.parts)
            rows.append(
                [self.say(node.label), self.figure(parts["AD"]), self.figure(parts["EF"]), self.figure(node)]
            )
        heads = [self.label("e.name"), self.label("e.amount"), self.say("因子|Factor"), "tCO2e"]
        sections.append(
            Section(
                self.say("核算|Emissions"),
                [(self.say(found.gross.label), self.figure(found.gross))],
                sheets=[Sheet(self.say("排放源|Sources"), heads, rows)],
            )
        )
        cuts = [[self.say(node.label), self.figure(node)] for _, node in found.reduced.parts]
        sections.append(
            Section(
                self.say("减排|Reductions"),
                [
                    (self.say(found.reduced.label), self.figure(found.reduced)),
                    (self.say(found.residual.label), self.figure(found.residual)),
                ],
                sheets=[Sheet(self.say("措施|Measures"), [self.label("r.name"), "tCO2e"], cuts)],
            )
        )
        units = [
            [
                words.code("means", row.text("kind"), self.language),
                row.text("serial"),
                row.text("tonnes"),
                row.text("vintage") or "–",
                self.say("已注销|retired") if row.fields.get("retired") else self.say("未注销|not retired"),
            ]
            for row in rows_of(self.values, "u")
        ]
        heads = [
            self.label("u.kind"),
            self.label("u.serial"),
            "tCO2e",
            self.label("u.vintage"),
            self.say("状态|State"),
        ]
        offset = [
            (self.say(found.needed.label), self.figure(found.needed)),
            (self.say("已注销抵消量|Units retired"), f"{found.retired} t"),
        ]
        sections.append(
            Section(
                self.say("抵消|Offsets"), offset, sheets=[Sheet(self.say("抵消明细|Units"), heads, units)]
            )
        )
        if not found.neutral:
            gap = int(found.needed.value) - found.retired
            self.missing.append(self.say(f"尚需抵消 {gap} tCO2e|{gap} tCO2e still to offset"))
        done_word = (
            self.say("抵消量不少于剩余排放，可以称为碳中和|Offsets cover what remains: neutral")
            if found.neutral
            else self.say("抵消量不足，不能称为碳中和|Offsets fall short: not neutral")
        )
        sections.append(Section(self.say("结论|Conclusion"), texts=[done_word]))
        return sections


def _count(text: str) -> int:
    try:
        return int(float(text))
    except ValueError:
        return 0


def rows_for(sections: Sequence[Section]) -> list[dict[str, Any]]:
    """Sections as plain values for a template."""
    return [
        {
            "title": one.title,
            "facts": [list(fact) for fact in one.facts],
            "texts": one.texts,
            "sheets": [
                {"title": sheet.title, "heads": sheet.heads, "rows": sheet.rows}
                for sheet in one.sheets
                if sheet.rows
            ],
        }
        for one in sections
    ]
