"""Item parameters from a score file."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tancai.cli.measuring import MeasuringCommand, number, plain_errors
from tancai.engines.psychometrics import calibration, curves, files, fit, grid, layout, reading
from tancai.engines.psychometrics.errors import MeasurementError


class Command(MeasuringCommand):
    help = (
        "Calibrate items by marginal maximum likelihood from a CSV of scores (0/1, or 0, 1, 2, … for grm and gpcm); "
        "a freq column gives how often each row came."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "responses", type=Path, help="CSV: item names in the first line, one person a line"
        )
        parser.add_argument("--model", choices=curves.MODELS, default="2pl", help="default 2pl")
        parser.add_argument("--missing", default="", help="codes for not presented, parted by commas (8,9)")
        parser.add_argument("--skip", default="", help="columns that are no items, parted by commas")
        parser.add_argument(
            "--options", type=int, default=5, help="3PL: options an item has, for the prior on c"
        )
        parser.add_argument(
            "--slope-prior",
            type=float,
            nargs=2,
            metavar=("MEAN", "SD"),
            help="normal prior on log a (default: none)",
        )
        parser.add_argument(
            "--errors",
            choices=("auto", "observed", "empirical", "none"),
            default="auto",
            help="standard errors",
        )
        parser.add_argument("--points", type=int, default=grid.POINTS, help="ability points (default 61)")
        parser.add_argument("--max-iterations", type=int, default=500)
        parser.add_argument("--fit", action="store_true", help="add item fit (S-X2) and model fit (M2)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = {name: [word for word in options[name].split(",") if word] for name in ("missing", "skip")}
        with plain_errors():
            priors = layout.usual_priors(options["model"], options["options"])
            if options["slope_prior"]:
                priors = replace(priors, slope=tuple(options["slope_prior"]))
            found = calibration.calibrate(
                reading.read_scores(options["responses"], by_item=True, **columns),
                options["model"],
                priors=priors,
                grid=grid.normal_grid(options["points"]),
                standard_errors=options["errors"],
                max_iterations=options["max_iterations"],
                progress=_Progress(self) if self.stderr.isatty() else None,
            )
        self.notes(found.notes)
        if not found.converged:
            self.stderr.write(f"NOT CONVERGED: {found.reason}.")
        fits = self._fits(found) if options["fit"] else {}
        if options["json"]:
            self.record(files.calibration_record(found) | fits)
        else:
            self._show(found, fits)

    def _fits(self, found: calibration.Calibration) -> dict[str, Any]:
        fits: dict[str, Any] = {"item_fit": [], "m2": None}
        try:
            fits["item_fit"] = [vars(item) for item in fit.item_fit(found)]
            fits["m2"] = vars(fit.model_fit(found))
        except MeasurementError as error:
            self.stderr.write(str(error))
        return fits

    def _show(self, found: calibration.Calibration, fits: dict[str, Any]) -> None:
        self.stdout.write(
            f"{found.model}  n {found.n}  patterns {found.patterns}  log likelihood {found.log_likelihood:.3f}  "
            f"AIC {found.aic:.1f}  BIC {found.bic:.1f}  errors {found.error_kind}  "
            f"{'converged' if found.converged else 'not converged'} in {found.iterations} iterations"
        )
        rows = []
        for item, error in zip(found.items, found.errors, strict=True):
            row = [
                item.id,
                number(item.a),
                number(error.a),
                _several(item.d),
                _several(error.d),
                _several(item.b),
            ]
            rows.append([*row, number(item.c), number(error.c)] if found.model == "3pl" else row)
        headings = ["item", "a", "se a", "d", "se d", "b"]
        self.table([*headings, "c", "se c"] if found.model == "3pl" else headings, rows)
        if fits.get("item_fit"):
            rows = [[f["id"], number(f["statistic"]), str(f["df"]), number(f["p"])] for f in fits["item_fit"]]
            self.table(["item", "S-X2", "df", "p"], rows)
        if fits.get("m2"):
            m2 = fits["m2"]
            self.stdout.write(
                f"M2 {m2['statistic']:.3f}  df {m2['df']}  p {m2['p']:.4f}  RMSEA {m2['rmsea']:.4f}"
            )


class _Progress:
    """A line about every second while a long calibration runs."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.last = time.monotonic()

    def __call__(self, iteration: int, log_likelihood: float) -> None:
        if time.monotonic() - self.last > 1:
            self.last = time.monotonic()
            self.command.stderr.write(f"iteration {iteration}: log likelihood {log_likelihood:.4f}")


def _several(values: tuple[float, ...] | None) -> str:
    return "–" if values is None else " ".join(number(value) for value in values)
