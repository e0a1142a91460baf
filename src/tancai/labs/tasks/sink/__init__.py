"""Carbon sinks: tasks make parts of the five papers of source 004."""

from tancai.labs.tasks.sink import advanced, beginner, intermediate

__all__ = ["advanced", "beginner", "intermediate"]
