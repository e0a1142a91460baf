"""The bench of verification: a report and its evidence, findings, and 《核查结论》."""
