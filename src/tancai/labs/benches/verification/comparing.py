"""A verifier's findings beside those of the engine: found, near, missed, not a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon.verification.conclusion import Verification
from tancai.engines.carbon.verification.findings import Finding
from tancai.labs.benches.verification.kinds import ACTIVITY, kind_of, subject_of
from tancai.labs.tasks.answers import Figure
from tancai.labs.tasks.answers import figure as read_figure

WITHIN = 0.02
"""An effect is right within two per cent and half a tonne."""


@dataclass(frozen=True)
class Own:
    """A finding as written down; ``effect`` in tCO2e, None where none was given or it is no figure."""

    number: int
    subject: str
    kind: str
    severity: str
    place: str = ""
    basis: str = ""
    fact: str = ""
    evidence: str = ""
    effect: float | None = None
    effect_text: str = ""
    closed: bool = False

    @property
    def whole(self) -> bool:
        """Does it say what a finding must say?"""
        return bool(self.subject and self.kind and self.severity and self.fact.strip())


@dataclass(frozen=True)
class Pair:
    """A finding of the engine with the one written down for it; ``severity`` and ``effect``: do they agree?"""

    engine: Finding
    own: Own
    severity: bool
    effect: bool | None


@dataclass
class Comparison:
    """``optional``: what the engine notes but nobody need write (observations, consequences of what was found)."""

    found: list[Pair] = field(default_factory=list)
    near: list[Pair] = field(default_factory=list)
    missed: list[Finding] = field(default_factory=list)
    false: list[Own] = field(default_factory=list)
    optional: list[Finding] = field(default_factory=list)
    conclusion: bool = False
    verified: bool | None = None

    @property
    def wanted(self) -> int:
        return len(self.found) + len(self.near) + len(self.missed)


def own_findings(values: Mapping[str, Any]) -> list[Own]:
    """The findings of a work, by number; values ``finding.<n>`` that are no mapping are passed over."""
    found = []
    for name, value in values.items():
        number = name.removeprefix("finding.")
        if (
            name.startswith("finding.")
            and number.isascii()
            and number.isdigit()
            and isinstance(value, Mapping)
        ):
            found.append(_own(int(number), value))
    return sorted(found, key=lambda one: one.number)


def _own(number: int, value: Mapping[str, Any]) -> Own:
    def text(name: str) -> str:
        given = value.get(name, "")
        return given.strip() if isinstance(given, str) else ""

    read = read_figure(text("effect")) if text("effect") else None
    return Own(
        number,
        text("subject"),
        text("kind"),
        text("severity"),
        text("place"),
        text("basis"),
        text("fact"),
        text("evidence"),
        read.value if isinstance(read, Figure) else None,
        text("effect"),
        value.get("closed") is True,
    )


def compare(
    found: Verification, own: Sequence[Own], *, conclusion: str = "", verified: str = ""
) -> Comparison:
    """Every finding of the engine once. Several checks that show one fault in the activity data of a stream are one."""
    result = Comparison()
    used: set[int] = set()
    groups: dict[str, list[Finding]] = {}
    for one in found.findings:
        groups.setdefault(_group(one), []).append(one)
    for group in groups.values():
        _place(result, group, own, used)
    streams = {subject_of(pair.engine) for pair in result.found if kind_of(pair.engine) == "reported"}
    for one in [one for one in result.missed if one.code == "reported_sum" and streams - {"total"}]:
        result.missed.remove(one)  # the sum is off because a stream is, and that was found
        result.optional.append(one)
    result.false = [one for one in own if one.number not in used]
    result.conclusion = conclusion == found.conclusion
    read = read_figure(verified) if verified.strip() else None
    if read is not None:
        result.verified = isinstance(read, Figure) and abs(read.value - found.verified) <= max(
            0.5, 1e-4 * abs(found.verified)
        )
    return result


def _group(one: Finding) -> str:
    kind = kind_of(one)
    return f"{subject_of(one)}/{'activity' if kind in ACTIVITY else one.id}"


def _place(result: Comparison, group: list[Finding], own: Sequence[Own], used: set[int]) -> None:
    subject = subject_of(group[0])
    mine = [
        one for one in own if one.subject == subject or (subject == "intensity" and one.subject == "total")
    ]
    kinds = {kind_of(one) for one in group}
    exact = [one for one in mine if one.kind in kinds]
    related = [one for one in mine if kinds & ACTIVITY and one.kind in ACTIVITY]
    for place, some in (
        (result.found, exact or related),
        (result.near, [one for one in mine if one.number not in used]),
    ):
        if some:
            best = next((one for one in group if kind_of(one) == some[0].kind), group[0])
            place.append(_pair(best, some[0]))
            used.update(one.number for one in (*exact, *related, some[0]))
            result.optional += [one for one in group if one is not best]
            return
    heavy = [one for one in group if one.severity != "observation"]
    if heavy:
        first = max(heavy, key=lambda one: (one.severity == "nonconformity", abs(one.effect or 0.0)))
        result.missed.append(first)
        result.optional += [one for one in group if one is not first]
    else:
        result.optional += group


def _pair(engine: Finding, own: Own) -> Pair:
    effect = None
    if engine.effect is not None and own.effect is not None:
        effect = abs(own.effect - engine.effect) <= max(0.5, WITHIN * abs(engine.effect))
    return Pair(engine, own, own.severity == engine.severity, effect)
