"""Reduction and management: what the skill clauses of the nine posts ask for beside accounting, sinks and trading."""

from tancai.labs.tasks.strategy import energy, management, sectors

__all__ = ["energy", "management", "sectors"]
