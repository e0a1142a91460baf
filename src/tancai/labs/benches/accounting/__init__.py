"""The bench of enterprise accounting: a piece of work as a case of the engine, computed, and its monthly sheet."""

from tancai.labs.benches.accounting.computing import DRAWS, Computed, compute
from tancai.labs.benches.accounting.factors import PICKED, Factor, factors
from tancai.labs.benches.accounting.names import (
    ABOUT,
    BOUNDARY,
    ENTERPRISE,
    MONTHS,
    SPREADS,
    Row,
    rows_of,
)
from tancai.labs.benches.accounting.reading import read
from tancai.labs.benches.accounting.sheets import HEADINGS, Change, Finding, Look, look, template
from tancai.labs.benches.accounting.writing import left, values_of
from tancai.labs.benches.faults import Fault
from tancai.labs.benches.toml import as_toml

__all__ = [
    "ABOUT",
    "BOUNDARY",
    "DRAWS",
    "ENTERPRISE",
    "HEADINGS",
    "MONTHS",
    "PICKED",
    "SPREADS",
    "Change",
    "Computed",
    "Factor",
    "Fault",
    "Finding",
    "Look",
    "Row",
    "as_toml",
    "compute",
    "factors",
    "left",
    "look",
    "read",
    "rows_of",
    "template",
    "values_of",
]
