"""The shipped bank, read once for all tests of a process that look at it."""

from __future__ import annotations

from tancai.items.bank_files import read_bank

ITEMS, FAULTS = read_bank()
