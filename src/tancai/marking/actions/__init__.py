"""Writes of marking: scoring, human marks, release, re-checks."""
