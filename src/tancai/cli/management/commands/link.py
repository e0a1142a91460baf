"""One scale for two calibrations, or one worth for the scores of two forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tancai.cli.measuring import MeasuringCommand, number, plain_errors
from tancai.engines.psychometrics import equating, files, linking, reading

EQUATINGS = {"mean": equating.mean, "linear": equating.linear, "equipercentile": equating.equipercentile}


class Command(MeasuringCommand):
    help = (
        "Put the items of NEW on the scale of BASE through the items both hold (parameter files of calibrate --json); "
        "or, with mean, linear or equipercentile, scores of NEW in scores of BASE (CSV of score,count)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("base", type=Path)
        parser.add_argument("new", type=Path)
        parser.add_argument(
            "--method",
            choices=[*linking.METHODS, *EQUATINGS],
            default="stocking-lord",
            help="default stocking-lord",
        )
        parser.add_argument(
            "--anchors", help="ids of the shared items to use, parted by commas (default: all shared)"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with plain_errors():
            if options["method"] in EQUATINGS:
                self._equate(**options)
            else:
                self._link(**options)

    def _link(self, *, base: Path, new: Path, method: str, anchors: str | None, **options: Any) -> None:
        _, ours = files.read_items(base)
        model, theirs = files.read_items(new)
        wanted = [name for name in anchors.split(",") if name] if anchors else None
        found = linking.link(ours, theirs, method=method, anchors=wanted)
        if not found.converged:
            self.stderr.write("NOT CONVERGED: the search for the line stopped early.")
        for anchor in found.anchors:
            if anchor.adrift:
                self.stderr.write(
                    f"Anchor {anchor.id} is out of line: b differs by {anchor.b_gap:.3f} after linking."
                )
        if options["json"]:
            self.record(files.link_record(found, theirs, model))
            return
        self.stdout.write(f"{method}: theta(base) = {found.slope:.5f} theta(new) + {found.shift:.5f}")
        rows = [
            [a.id, number(a.b_gap), number(a.log_a_gap), number(a.robust_z), "adrift" if a.adrift else ""]
            for a in found.anchors
        ]
        self.table(["anchor", "b gap", "ln a gap", "robust z", ""], rows)

    def _equate(self, *, base: Path, new: Path, method: str, **options: Any) -> None:
        forms = [reading.read_score_counts(path) for path in (base, new)]
        low = int(min(scores.min() for scores, _ in forms))
        ours, theirs = (equating.score_counts(scores, counts, low=low) for scores, counts in forms)
        found = EQUATINGS[method](theirs, ours)
        rows = zip(found.score, found.equivalent, found.error, strict=True)
        if options["json"]:
            table = [
                {"score": float(x), "equivalent": float(y), "se": float(e) if e == e else None}
                for x, y, e in rows
            ]
            self.record({"method": method, "n_base": ours.n, "n_new": theirs.n, "scores": table})
            return
        self.table(["score", "equivalent", "se"], [[f"{x:g}", number(y), number(e)] for x, y, e in rows])
