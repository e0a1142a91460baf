"""Accounting (核算) after GB/T 32150 and the sector guides; steps as source 001 names them."""

from tancai.labs.tasks.accounting import advanced, beginner, intermediate

__all__ = ["advanced", "beginner", "intermediate"]
