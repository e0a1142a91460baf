"""Reads of marking: released results, the marking desk, the office, re-checks."""
