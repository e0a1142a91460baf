"""Verification (核查): does a report hold? Findings with severity, evidence asked, and a conclusion.

``reading`` takes the report and the evidence, ``checks`` are the cross-checks one by one, ``slips`` explains a
difference by a usual slip, ``conclusion`` weighs the findings, ``sheets`` writes review table, on-site list, findings
and conclusion.
"""
