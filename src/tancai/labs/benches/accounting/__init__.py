"""The bench of enterprise accounting: a piece of work as a case of the engine, computed, and its monthly sheet."""

from tancai.labs.benches.accounting.ahead import HISTORY, Ahead, ahead
from tancai.labs.benches.accounting.beside import BALANCE_UNITS
from tancai.labs.benches.accounting.checking import Check, Checked, check
from tancai.labs.benches.accounting.collecting import (
    Ask,
    Collected,
    Sheet,
    collected,
    figures_asked,
    main_figure,
)
from tancai.labs.benches.accounting.computing import DRAWS, Computed, compute
from tancai.labs.benches.accounting.factors import PICKED, Factor, factors, name_of
from tancai.labs.benches.accounting.names import (
    ABOUT,
    AMOUNTS,
    BOUNDARY,
    ENTERPRISE,
    MONTHS,
    PLAN,
    SPREADS,
    Row,
    rows_of,
)
from tancai.labs.benches.accounting.quality import Control, controls, drafted
from tancai.labs.benches.accounting.reading import read
from tancai.labs.benches.accounting.sheets import HEADINGS, Change, Finding, Look, look, template
from tancai.labs.benches.accounting.writing import left, values_of
from tancai.labs.benches.faults import Fault
from tancai.labs.benches.toml import as_toml

__all__ = [
    "ABOUT",
    "AMOUNTS",
    "BALANCE_UNITS",
    "BOUNDARY",
    "DRAWS",
    "ENTERPRISE",
    "HEADINGS",
    "HISTORY",
    "MONTHS",
    "PICKED",
    "PLAN",
    "SPREADS",
    "Ahead",
    "Ask",
    "Change",
    "Check",
    "Checked",
    "Collected",
    "Computed",
    "Control",
    "Factor",
    "Fault",
    "Finding",
    "Look",
    "Row",
    "Sheet",
    "ahead",
    "as_toml",
    "check",
    "collected",
    "compute",
    "controls",
    "drafted",
    "factors",
    "figures_asked",
    "left",
    "look",
    "main_figure",
    "name_of",
    "read",
    "rows_of",
    "template",
    "values_of",
]
