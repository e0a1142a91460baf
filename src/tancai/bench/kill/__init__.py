"""``tancai bench kill``: does the exam log keep its word when processes die, disks fill and clocks jump?"""

from tancai.bench.kill.command import main

__all__ = ["main"]
