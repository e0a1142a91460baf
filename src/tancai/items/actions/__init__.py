"""Writes of the item bank."""
