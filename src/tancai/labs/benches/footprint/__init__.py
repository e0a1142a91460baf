"""The bench of product footprints: a piece of work as a model of the engine, as a graph and as a Sankey diagram."""

from tancai.labs.benches.faults import Fault
from tancai.labs.benches.footprint.computing import Computed, compute
from tancai.labs.benches.footprint.graph import Drawing, draw
from tancai.labs.benches.footprint.label import Label, label_of
from tancai.labs.benches.footprint.names import (
    FACTOR_UNITS,
    KINDS,
    PRICE_UNITS,
    STAGES,
    UNITS,
    Node,
    Row,
    flow_id,
    nodes_of,
    scenarios_of,
)
from tancai.labs.benches.footprint.reading import read
from tancai.labs.benches.footprint.sankey import Sankey, sankey
from tancai.labs.benches.footprint.writing import values_of
from tancai.labs.benches.toml import as_toml

__all__ = [
    "FACTOR_UNITS",
    "KINDS",
    "PRICE_UNITS",
    "STAGES",
    "UNITS",
    "Computed",
    "Drawing",
    "Fault",
    "Label",
    "Node",
    "Row",
    "Sankey",
    "as_toml",
    "compute",
    "draw",
    "flow_id",
    "label_of",
    "nodes_of",
    "read",
    "sankey",
    "scenarios_of",
    "values_of",
]
