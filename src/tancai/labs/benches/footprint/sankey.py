"""Where the footprint comes from, as bands: item, process, stage, whole. What is taken off leaves at the end.

Every node is as high as what passes through it, and what comes in is what goes out. Same in, same out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tancai.engines.carbon.footprint.result import Footprint

WIDTH, BAR, GAP, TALL = 1000, 14, 17, 200
MOST = 12
"""Items drawn by name; the smallest of more are drawn together."""
LAYERS = ("item", "process", "stage", "end")
Key = tuple[str, str]
"""Layer and name."""


@dataclass(frozen=True)
class Bar:
    key: Key
    label: str
    value: float
    x: float
    y: float
    height: float

    @property
    def layer(self) -> str:
        return self.key[0]

    @property
    def label_x(self) -> float:
        """Names of items stand before their bar, the others after it."""
        return round(self.x - 6 if self.layer == LAYERS[0] else self.x + BAR + 6, 1)

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True)
class Band:
    source: str
    target: str
    value: float
    origin: str
    path: str


@dataclass(frozen=True)
class Sankey:
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    width: int
    height: int
    gross: float
    credits: float


def sankey(found: Footprint, names: Callable[[Key], str]) -> Sankey | None:
    """The bands of a footprint; ``names`` gives the words of a node, whose last ones are ``net`` and ``credits``.

    None when nothing is emitted. Lengths are in units of the drawing, figures in kgCO2e.
    """
    gains = [one for one in found.contributions if one.value > 0]
    gross = math.fsum(one.value for one in gains)
    credits = math.fsum(-one.value for one in found.contributions if one.value < 0)
    if gross <= 0:
        return None
    items = found.by("name")
    shown = {name for name, value in items.items() if value > 0}
    if len(shown) > MOST:
        shown = set(sorted(shown, key=lambda name: (-items[name], name))[: MOST - 1])
    links: dict[tuple[Key, Key], float] = {}
    origins: dict[tuple[Key, Key], set[str]] = {}

    def add(a: Key, b: Key, value: float, origin: str) -> None:
        links[a, b] = links.get((a, b), 0.0) + value
        origins.setdefault((a, b), set()).add(origin)

    for one in gains:
        item = ("item", one.name if one.name in shown else "")
        process, stage = ("process", one.process), ("stage", one.stage)
        add(item, process, one.value, one.origin)
        add(process, stage, one.value, one.origin)
    for (a, b), value in list(links.items()):
        if a[0] == "process":
            left = min(credits, gross) / gross
            add(b, ("end", "net"), value * (1 - left), "")
            if left:
                add(b, ("end", "credits"), value * left, "")
    return _placed(links, origins, names, gross, credits)


def _placed(
    links: dict[tuple[Key, Key], float],
    origins: dict[tuple[Key, Key], set[str]],
    names: Callable[[Key], str],
    gross: float,
    credits: float,
) -> Sankey:
    through: dict[Key, float] = {}
    for side in (0, 1):
        sums: dict[Key, float] = {}
        for pair, value in links.items():
            sums[pair[side]] = sums.get(pair[side], 0.0) + value
        for key, value in sums.items():
            through[key] = max(through.get(key, 0.0), value)
    layers = [
        sorted((k for k in through if k[0] == layer), key=lambda k: (-through[k], k)) for layer in LAYERS
    ]
    for at in range(len(LAYERS) - 2, -1, -1):  # towards the end, so that bands cross little
        places = {key: place for place, key in enumerate(layers[at + 1])}
        pull = {
            key: sum(places[b] * value for (a, b), value in links.items() if a == key) / through[key]
            for key in layers[at]
        }
        layers[at].sort(key=lambda key: (pull[key], -through[key], key))
    most = max(len(layer) for layer in layers)
    tall = TALL + GAP * (most - 1)
    scale = (tall - GAP * (most - 1)) / gross
    bars: dict[Key, Bar] = {}
    for at, layer in enumerate(layers):
        free = tall - GAP * (len(layer) - 1) - scale * math.fsum(through[key] for key in layer)
        y = 30 + max(0.0, free) / 2
        for key in layer:
            high = scale * through[key]
            x = 190 + at * (WIDTH - 380 - BAR) / (len(LAYERS) - 1)
            bars[key] = Bar(key, names(key), through[key], round(x, 1), round(y, 1), round(high, 2))
            y += high + GAP
    bands = _bands(links, origins, bars, layers, scale)
    return Sankey(
        tuple(bars[key] for layer in layers for key in layer), bands, WIDTH, tall + 40, gross, credits
    )


def _bands(
    links: dict[tuple[Key, Key], float],
    origins: dict[tuple[Key, Key], set[str]],
    bars: dict[Key, Bar],
    layers: list[list[Key]],
    scale: float,
) -> tuple[Band, ...]:
    order = {key: (at, place) for at, layer in enumerate(layers) for place, key in enumerate(layer)}
    out: dict[Key, float] = {}
    into: dict[Key, float] = {}
    starts: dict[tuple[Key, Key], float] = {}
    ends: dict[tuple[Key, Key], float] = {}
    for pair in sorted(links, key=lambda pair: (order[pair[0]], order[pair[1]])):
        starts[pair] = out.get(pair[0], bars[pair[0]].y)
        out[pair[0]] = starts[pair] + scale * links[pair]
    for pair in sorted(links, key=lambda pair: (order[pair[1]], order[pair[0]])):
        ends[pair] = into.get(pair[1], bars[pair[1]].y)
        into[pair[1]] = ends[pair] + scale * links[pair]
    found = []
    for pair in sorted(links, key=lambda pair: (order[pair[0]], order[pair[1]])):
        a, b, high = bars[pair[0]], bars[pair[1]], scale * links[pair]
        x1, x2, y1, y2 = a.x + BAR, b.x, starts[pair], ends[pair]
        middle = (x1 + x2) / 2
        path = (
            f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
            f"V{y2 + high:.1f}C{middle:.1f} {y2 + high:.1f} {middle:.1f} {y1 + high:.1f} {x1:.1f} {y1 + high:.1f}Z"
        )
        origin = next(iter(origins[pair])) if len(origins[pair]) == 1 else ""
        found.append(Band(a.label, b.label, links[pair], origin, path))
    return tuple(found)
