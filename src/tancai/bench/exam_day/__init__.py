"""``tancai bench exam-day``: a whole exam day against real servers. See docs/benchmarks/exam-day.md."""

from tancai.bench.exam_day.command import main

__all__ = ["main"]
