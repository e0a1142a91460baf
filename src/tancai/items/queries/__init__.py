"""Reads of the item bank."""
