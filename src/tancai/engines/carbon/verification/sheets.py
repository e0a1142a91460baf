"""The papers of a verification as Markdown: review table, on-site list, findings, conclusion."""

from __future__ import annotations

from collections.abc import Iterator

from tancai.engines.bilingual import said
from tancai.engines.carbon import ENGINE_VERSION, tables
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.verification.conclusion import CONCLUSIONS, DAYS_TO_CORRECT, Verification
from tancai.engines.carbon.verification.findings import REVIEW, SEVERITIES, Finding

ON_SITE = {
    "basic": "查：营业执照、排污许可证；问：组织机构和生产变化|look up licences; ask about organisation and changes",
    "boundary": "看：设施与平面图、设备清单是否一致|look at plant against site plan and equipment list",
    "method": "查：指南版本与方案；问：计算过程|look up guide and plan; ask how it was computed",
    "activity": "查：台账、结算单；看：计量器具铭牌；验：抽取月份重新汇总|"
    "look up ledgers and invoices; look at meters; test by summing sampled months",
    "factors": "查：检测报告和采样记录；验：留样复测|look up tests and sampling; test the kept sample",
    "emissions": "验：按原始数据重算|test by recomputing from raw data",
    "production": "查：产量报表、销售凭证；验：与库存平衡核对|look up output and sales; test against stocks",
    "quality": "查：检定证书、存证时间、培训记录|look up calibration certificates, dates of evidence, training",
    "plan": "查：方案版本与执行记录|look up plan versions and records",
    "other": "问：其他影响数据质量的情况|ask what else bears on the data",
}
"""查、问、看、验: look up, ask, look, test (V2)."""


def sheets(found: Verification, language: str = "zh") -> str:
    def words(text: str) -> str:
        return str(said(text, language))

    case = found.report.inventory.case
    out = [
        f"# {words('核查报告|Verification report')} {case.enterprise.get('name', case.name)} {case.year}",
        "",
    ]
    out += [f"## {words('一、文件评审表|1. Document review')}", "", *_review(found, language)]
    out += ["", f"## {words('二、现场核查清单|2. On-site checklist')}", "", *_on_site(found, language)]
    out += ["", f"## {words('三、发现|3. Findings')}", "", *_findings(found.findings, found, language)]
    out += [
        "",
        f"## {words('四、核查结论|4. Conclusion')}",
        "",
        f"**{words(CONCLUSIONS[found.conclusion])}**",
        "",
    ]
    if found.reported is not None:
        out.append(f"- {words('报告排放量|reported')}: {shown(found.reported, 0)} tCO2e")
    out.append(f"- {words('核查排放量|verified')}: {shown(found.verified, 0)} tCO2e")
    if found.open:
        out.append(f"- {words('保守估算|conservative estimate')}: {shown(found.conservative, 0)} tCO2e")
        days = f"收到不符合项清单后{DAYS_TO_CORRECT}日内整改（期限未经原文核实）|"
        days += f"to be corrected within {DAYS_TO_CORRECT} days of the list (the period is unverified)"
        out.append(f"- {words(days)}")
    versions = ", ".join(f"{name} {version}" for name, version in tables.versions().items())
    digest = f"SHA-256 {found.report.digest}"
    out += ["", f"{words('计算引擎|engine')} {ENGINE_VERSION}; {versions}; {digest}"]
    return "\n".join(out) + "\n"


def _review(found: Verification, language: str) -> Iterator[str]:
    heading = ["评审内容|content", "发现数|findings", "评审意见|opinion"]
    yield from _head(heading, language)
    for code, label in REVIEW.items():
        some = [one for one in found.findings if one.review == code]
        worst = next((s for s in SEVERITIES if any(one.severity == s for one in some)), None)
        opinion = SEVERITIES[worst] if worst else "未发现问题|nothing found"
        yield f"| {said(label, language)} | {len(some)} | {said(opinion, language)} |"


def _on_site(found: Verification, language: str) -> Iterator[str]:
    heading = ["内容|content", "方式|how", "重点|look for"]
    yield from _head(heading, language)
    for code, how in ON_SITE.items():
        some = [one for one in found.findings if one.review == code and one.severity != "observation"]
        joint = "；" if language == "zh" else "; "
        focus = joint.join(f"{one.subject}: {one.evidence(language)}" for one in some) or "–"
        yield f"| {said(REVIEW[code], language)} | {said(how, language)} | {focus} |"


def _findings(findings: list[Finding], found: Verification, language: str) -> Iterator[str]:
    if not findings:
        yield str(said("未发现问题。|Nothing was found.", language))
        return
    heading = [
        "编号|no.",
        "类别|severity",
        "对象|subject",
        "发现|finding",
        "影响|effect",
        "所需证据|evidence",
        "状态|state",
    ]
    yield from _head(heading, language)
    for number, one in enumerate(findings, 1):
        effect = "–" if one.effect is None else f"{one.effect:+.2f} t"
        state = (
            "待整改|open"
            if one in found.open
            else "–"
            if one.severity != "nonconformity"
            else "已整改|closed"
        )
        cells = [
            str(number),
            said(SEVERITIES[one.severity], language),
            one.subject,
            one.text(language),
            effect,
            one.evidence(language),
            said(state, language),
        ]
        yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _head(heading: list[str], language: str) -> Iterator[str]:
    yield "| " + " | ".join(str(said(text, language)) for text in heading) + " |"
    yield "|" + "---|" * len(heading)
