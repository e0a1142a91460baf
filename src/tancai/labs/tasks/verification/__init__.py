"""Verification (核查): steps as source 001 names them, checks and conclusion by the engine."""

from tancai.labs.tasks.verification import advanced, beginner, intermediate

__all__ = ["advanced", "beginner", "intermediate"]
