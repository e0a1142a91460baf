"""A work computed: the footprint as far as it can be, and every fault with the name of its value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.footprint.model import model_of
from tancai.engines.carbon.footprint.result import Footprint, footprint
from tancai.engines.carbon.footprint.scenarios import Variant, variants
from tancai.engines.carbon.reading import Source
from tancai.labs.benches.faults import Fault
from tancai.labs.benches.footprint.names import Values
from tancai.labs.benches.footprint.reading import Read, read
from tancai.labs.benches.toml import as_toml


@dataclass
class Computed:
    """``found`` is None while nothing can be computed. ``text`` is the model file these figures come from."""

    read: Read
    text: str
    found: Footprint | None = None
    variants: list[Variant] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return self.found is not None and self.found.complete


def compute(values: Values) -> Computed:
    """Compute the model in a work; never raises for what a person entered."""
    plan = read(values)
    text = as_toml(plan.model)
    done = Computed(plan, text)
    source = Source("", plan.model, plan.lines, hashlib.sha256(text.encode()).hexdigest())
    try:
        done.found = footprint(model_of(source))
        done.variants = variants(done.found)
        problems = list(done.found.problems)
    except CarbonError as error:
        problems = [*source.problems, *(one for one in error.problems if one not in source.problems)]
    done.faults = [Fault(name, problem) for name, problem in plan.problems]
    done.faults += [Fault(plan.name_at(one.place.line), one) for one in problems]
    return done
