"""Linear programs with whole variables, and HiGHS that solves them: one thread, fixed seed, an absolute gap."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tancai.engines.assembly.bank import Floats


@dataclass(frozen=True)
class Outcome:
    """``status``: ``solved`` (to the gap or target), ``stopped`` (by time or nodes), ``infeasible``.

    ``x`` is None when no solution was found; ``bound`` is what no solution can be below; ``late``: time ran out.
    ``prices`` of a relaxed program: by how much a unit of each variable that is left out would worsen it.
    """

    status: str
    x: Floats | None
    value: float
    bound: float
    late: bool = False
    prices: Floats | None = None


NOBODY = -1


class Program:
    """Minimise cost over variables and rows, given block by block."""

    def __init__(self) -> None:
        self.size = 0
        self.height = 0
        self._columns: list[tuple[Floats, Floats, Floats, bool]] = []
        self._blocks: list[tuple[sp.coo_array, int, int]] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._owner: list[NDArray[np.intp]] = []

    def variables(
        self,
        count: int,
        *,
        low: float | Floats = 0.0,
        high: float | Floats = 1.0,
        whole: bool = True,
        cost: float | Floats = 0.0,
    ) -> int:
        """Adds variables; returns the place of the first."""
        first = self.size
        spread = [np.broadcast_to(np.asarray(v, dtype=np.float64), count) for v in (low, high, cost)]
        self._columns.append((spread[0], spread[1], spread[2], whole))
        self.size += count
        return first

    def rows(
        self,
        low: float | Floats,
        high: float | Floats,
        *blocks: tuple[int, sp.sparray | Floats],
        owner: int | NDArray[np.intp] = NOBODY,
    ) -> int:
        """Adds rows: the sum of the blocks, each a matrix that begins at a variable; returns the first row's place.

        ``owner`` says which requirement wants them; rows of nobody always hold.
        """
        first = self.height
        height = blocks[0][1].shape[0]
        for at, block in blocks:
            self._blocks.append((sp.coo_array(block), first, at))
        self._low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), height))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), height))
        self._owner.append(np.broadcast_to(np.asarray(owner, dtype=np.intp), height))
        self.height += height
        return first

    def lp(self, *, whole: bool = True) -> highspy.HighsLp:
        table, low, high, _ = self.table()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.size, self.height
        lp.col_lower_, lp.col_upper_, lp.col_cost_ = self.columns()
        lp.row_lower_, lp.row_upper_ = low, high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = table.indptr
        lp.a_matrix_.index_ = table.indices
        lp.a_matrix_.value_ = table.data
        if whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(whole)] for whole in self.kinds()]
        return lp

    def columns(self) -> tuple[Floats, Floats, Floats]:
        """Lower bounds, upper bounds and costs of the variables."""
        low, high, cost = (np.concatenate([column[k] for column in self._columns]) for k in range(3))
        return low, high, cost

    def kinds(self) -> NDArray[np.bool_]:
        """Which variables must be whole."""
        return np.repeat(
            [column[3] for column in self._columns], [len(column[0]) for column in self._columns]
        )

    def table(self) -> tuple[sp.csr_array, Floats, Floats, NDArray[np.intp]]:
        """All rows: their matrix, bounds and owners."""
        low = np.concatenate([np.empty(0), *self._low])
        high = np.concatenate([np.empty(0), *self._high])
        owner = np.concatenate([np.empty(0, dtype=np.intp), *self._owner])
        return self._matrix(), low, high, owner

    def _matrix(self) -> sp.csr_array:
        if not self._blocks:
            return sp.csr_array((self.height, self.size))
        data = np.concatenate([block.data for block, _, _ in self._blocks])
        row = np.concatenate([block.coords[0] + first for block, first, _ in self._blocks])
        column = np.concatenate([block.coords[1] + at for block, _, at in self._blocks])
        return sp.coo_array((data, (row, column)), shape=(self.height, self.size)).tocsr()


def solve(
    program: Program,
    *,
    seed: int = 0,
    gap: float = 0.0,
    target: float | None = None,
    nodes: int | None = None,
    seconds: float = 1e6,
    whole: bool = True,
    start: Floats | None = None,
) -> Outcome:
    """Solves to the absolute ``gap``, or until a solution at or below ``target``; ``whole=False`` relaxes.

    ``start``: a solution to begin from. The result depends on ``seed`` and not on the machine unless ``late``.
    """
    if seconds <= 0:
        return Outcome("stopped", None, np.inf, -np.inf, late=True)
    highs = _quiet_solver()
    options = {
        "threads": 1,
        "random_seed": seed % 2_147_483_647,
        "mip_abs_gap": gap,
        "mip_rel_gap": 0.0,
        # at the solver's own 1e-6 a cut may take the best solution away: tests hold a bank for which it did
        "mip_feasibility_tolerance": 1e-9,
        "time_limit": float(seconds),
    }
    if target is not None:
        options["objective_target"] = target
    if nodes is not None:
        options["mip_max_nodes"] = nodes
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(program.lp(whole=whole))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = list(start)
        highs.setSolution(solution)
    highs.run()
    return _outcome(highs, whole, program)


def _outcome(highs: highspy.Highs, whole: bool, program: Program) -> Outcome:
    status, info = highs.getModelStatus(), highs.getInfo()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Outcome("infeasible", None, np.inf, np.inf)
    late = status == kinds.kTimeLimit
    if program.size == 0 or status == kinds.kModelEmpty:
        return Outcome("solved", np.zeros(program.size), 0.0, 0.0)
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    bound = info.mip_dual_bound if whole else info.objective_function_value
    if not whole and status != kinds.kOptimal:
        bound = -np.inf
    if not feasible:
        return Outcome("stopped", None, np.inf, float(bound) if whole else -np.inf, late)
    x = np.array(highs.getSolution().col_value, dtype=np.float64)
    done = status in (kinds.kOptimal, kinds.kObjectiveTarget)
    prices = None if whole else np.array(highs.getSolution().col_dual, dtype=np.float64)
    return Outcome(
        "solved" if done else "stopped",
        x,
        float(info.objective_function_value),
        float(bound),
        late,
        prices,
    )


def _quiet_solver() -> highspy.Highs:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    return highs
