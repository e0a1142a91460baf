"""A pass mark from the ratings of a panel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import CommandParser

from tancai.cli.measuring import MeasuringCommand, number, plain_errors
from tancai.engines.psychometrics import files, reading, standards
from tancai.engines.psychometrics.errors import MeasurementError


class Command(MeasuringCommand):
    help = (
        "Where to put the pass mark: by Angoff's method from a CSV of rater and items (the share of just-qualified "
        "people who would solve each), or by bookmarks in a booklet of calibrated items (rater,bookmark)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "ratings", type=Path, nargs="?", help="CSV of the panel; not needed with --booklet"
        )
        parser.add_argument(
            "--method", choices=("angoff", "bookmark"), default="angoff", help="default angoff"
        )
        parser.add_argument("--parameters", type=Path, help="item parameters: what calibrate --json prints")
        parser.add_argument(
            "--response-probability", type=float, default=2 / 3, help="of the booklet (default 2/3)"
        )
        parser.add_argument(
            "--booklet",
            action="store_true",
            help="print the ordered booklet for the raters, and nothing else",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with plain_errors():
            if options["booklet"]:
                self._booklet(options)
            elif options["ratings"] is None:
                raise MeasurementError("no_ratings", "Give the file of ratings, or --booklet.")
            elif options["method"] == "angoff":
                self._angoff(options)
            else:
                self._bookmark(options)

    def _calibrated(self, options: dict[str, Any]) -> Any:
        if options["parameters"] is None:
            raise MeasurementError("no_parameters", "Bookmarks need calibrated items: give --parameters.")
        return files.read_items(options["parameters"])[1]

    def _booklet(self, options: dict[str, Any]) -> None:
        made = standards.booklet(
            self._calibrated(options), response_probability=options["response_probability"]
        )
        if options["json"]:
            pages = [
                {"page": page, "item": item, "score": score, "location": place}
                for page, (item, score, place) in enumerate(made.entries, start=1)
            ]
            self.record({"response_probability": made.response_probability, "pages": pages})
            return
        rows = [
            [str(page), item, str(score), number(place)]
            for page, (item, score, place) in enumerate(made.entries, start=1)
        ]
        self.table(["page", "item", "score", "location"], rows)

    def _angoff(self, options: dict[str, Any]) -> None:
        raters, items, shares, points = reading.read_ratings(options["ratings"])
        unrated = [name for name, column in zip(items, shares.T, strict=True) if np.isnan(column).all()]
        if unrated:
            raise MeasurementError(
                "unrated_item", f"Item {unrated[0]} was rated by nobody: leave it out or have it rated."
            )
        calibrated = None
        if options["parameters"] is not None:
            by_id = {item.id: item for item in self._calibrated(options)}
            missing = [name for name in items if name not in by_id]
            if missing:
                raise MeasurementError(
                    "unknown_item",
                    f"{options['parameters'].name} has no item {missing[0]}: calibrate all that were rated.",
                )
            calibrated = [by_id[name] for name in items]
            if (points != 1).any():
                raise MeasurementError(
                    "points",
                    "The ability at the mark is that of items of one point each: leave --parameters or points away.",
                )
        found = standards.angoff(shares, points=points.tolist(), calibrated=calibrated)
        self.notes(found.notes)
        if options["json"]:
            self.record(
                {
                    "method": "angoff",
                    "mark": found.mark,
                    "out_of": float(points.sum()),
                    "se": found.error,
                    "agreement": found.agreement,
                    "theta": found.theta,
                    "raters": [
                        {"rater": name, "mark": mark} for name, mark in zip(raters, found.raters, strict=True)
                    ],
                    "items": [
                        {"id": name, "mean": mean, "sd": spread}
                        for name, mean, spread in zip(items, found.items, found.item_spread, strict=True)
                    ],
                }
            )
            return
        self.stdout.write(
            f"mark {found.mark:.2f} of {points.sum():g}  se {found.error:.2f}  agreement {number(found.agreement)}"
            + (f"  theta {number(found.theta)}" if calibrated else "")
        )
        self.table(
            ["rater", "mark"],
            [[name, number(mark, 2)] for name, mark in zip(raters, found.raters, strict=True)],
        )
        self.table(
            ["item", "mean", "sd"],
            [
                [name, number(mean), number(spread)]
                for name, mean, spread in zip(items, found.items, found.item_spread, strict=True)
            ],
        )

    def _bookmark(self, options: dict[str, Any]) -> None:
        calibrated = self._calibrated(options)
        made = standards.booklet(calibrated, response_probability=options["response_probability"])
        raters, marks = reading.read_bookmarks(options["ratings"])
        found = standards.bookmark(made, marks, calibrated)
        if options["json"]:
            self.record(
                {
                    "method": "bookmark",
                    "theta": found.theta,
                    "mean_theta": found.mean_theta,
                    "se": found.error,
                    "score": found.score,
                    "out_of": sum(item.categories - 1 for item in calibrated),
                    "raters": [
                        {"rater": name, "bookmark": mark, "theta": cut}
                        for name, mark, cut in zip(raters, marks, found.raters, strict=True)
                    ],
                }
            )
            return
        self.stdout.write(
            f"theta {found.theta:.3f} (median)  mean {found.mean_theta:.3f}  se {found.error:.3f}  "
            f"expected score {found.score:.2f} of {sum(item.categories - 1 for item in calibrated)}"
        )
        self.table(
            ["rater", "bookmark", "theta"],
            [
                [name, str(mark), number(cut)]
                for name, mark, cut in zip(raters, marks, found.raters, strict=True)
            ],
        )
