from __future__ import annotations

DESIGN = "项目设计文件|Project design document"
MONITORING = "项目监测报告|Monitoring report"
VALIDATION = "审定报告|Validation report"
VERIFICATION = "核证报告|Verification report"
NEUTRALITY = "碳中和评估文件|Neutrality assessment"
PAPERS = {
    "design": ("004 项目设计文件",),
    "monitoring": ("004 项目监测报告",),
    "validation": ("004 审定报告",),
    "verification": ("004 核证报告",),
    "neutrality": ("004 碳中和评估文件",),
}
CO2 = 44 / 12
FARM = ("5.5.4-b2",)
"""Data analysis of the agriculture post; the other sink tasks serve source 004, which is no part of the framework."""
