"""A calculation with numbers of its own for every candidate.

``content`` {stem, unit, variables [{name, min, max, step} or {name, values}], derived [{name, expression}]},
``key`` {expression, tolerance, round?}: numbers are texts. ``{name}`` in the stem and the explanation stands for a
variable or derived value, ``{answer}`` in the explanation for the answer. A derived value may use what stands above it.

A *variant* {name: text} fixes the variables; a sitting keeps its own. ``resolved`` turns content, key and variant into
a numeric item, which is all that public view, score and solution ever see: neither ranges nor expressions leave.
"""

from __future__ import annotations

import random
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import Fault
from tancai.items.kinds import expressions, lines, numbers
from tancai.items.kinds.expressions import BadExpression
from tancai.items.kinds.numeric import KIND as NUMERIC
from tancai.items.kinds.score import Score

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")
_PLACE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,29})\}")
_RANGE = re.compile(r"(?P<min>[^\s~]+)\s*(?:~|\.\.)\s*(?P<max>\S+?)\s*(?:/|步长|step)\s*(?P<step>\S+)")
ANSWER = "answer"
MOST_VALUES = 10_000_000
_PROBES = 40

Variant = dict[str, str]


class Parameterised:
    code = "parameterised"
    name = gettext_lazy("计算题")
    letter = "p"
    shape = "lines"
    lines = (
        lines.Line("variables", rows=5),
        lines.Line("derived", rows=3, needed=False),
        lines.Line("expression"),
        lines.Line("round", needed=False),
        lines.Line("tolerance", needed=False),
        lines.Line("unit", needed=False),
    )
    of_variant = NUMERIC
    key_lines = ("expression", "round", "tolerance")
    bodies = ("variables", "derived", "expression", "round", "tolerance", "unit")

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = lines.stem_faults(content) + _variable_faults(content) + _round_faults(key)
        if not found:
            found = _expression_faults(content, key)
        if not found:
            found = _placeholder_faults(content)
        return found or _probe_faults(content, key)

    def vary(self, content: dict[str, Any], generator: random.Random) -> Variant:
        """Values of the variables drawn by this generator, as they are shown."""
        return {one["name"]: _at(one, generator.randrange(_count(one))) for one in content["variables"]}

    def resolved(
        self, content: dict[str, Any], key: dict[str, Any], variant: Variant | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Content and key of the numeric item this variant makes; without a variant, of the sample one.

        Raises BadExpression when a variant cannot be computed, which ``faults`` looks for beforehand.
        """
        values = computed(content, variant or self.vary(content, random.Random(0)))
        shown = {name: numbers.shown(value) for name, value in values.items()}
        stem = filled(content["stem"], shown)
        if not key:
            return {"stem": stem, "unit": content.get("unit", "")}, {}
        exact = expressions.value(key["expression"], values)
        found = {"value": _told(exact, key.get("round")), "tolerance": _tolerance(key), "exact": str(exact)}
        return {"stem": stem, "unit": content.get("unit", "")}, {**found, "values": shown}

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        return NUMERIC.public(self.resolved(content, {}, None)[0])

    def response(self, raw: Any) -> str | None:
        return NUMERIC.response(raw)

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        content, key = self.resolved(content, key, None)
        return NUMERIC.score(content, key, response, marks=marks, policy=policy)

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> str:
        content, key = self.resolved(content, key, None)
        return NUMERIC.answer(content, key, right=right, chance=chance)

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        expression = key["expression"]
        content, key = self.resolved(content, key, None)
        return {**NUMERIC.solution(content, key), "expression": expression, "values": key["values"]}

    def explained(self, explanation: str, content: dict[str, Any], key: dict[str, Any]) -> str:
        """The explanation with the numbers of a resolved item."""
        if "variables" in content:
            content, key = self.resolved(content, key, None)
        return filled(explanation, {**key.get("values", {}), ANSWER: key.get("value", "")})

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        variables, derived = raw.get("variables") or {}, raw.get("derived") or {}
        content = {
            "stem": raw["stem"],
            "unit": str(raw.get("unit", "")),
            "variables": [_from_table(name, table) for name, table in variables.items()],
            "derived": [{"name": name, "expression": str(text)} for name, text in derived.items()],
        }
        key: dict[str, Any] = {"expression": str(raw.get("expression", ""))}
        if "tolerance" in raw:
            key["tolerance"] = str(raw["tolerance"])
        if "round" in raw:
            key["round"] = raw["round"]
        return content, key

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        return {
            "variables": "\n".join(_row(one) for one in content["variables"]),
            "derived": "\n".join(
                f"{one['name']} = {one['expression']}" for one in content.get("derived", [])
            ),
            "expression": key["expression"],
            "round": "" if key.get("round") is None else str(key["round"]),
            "tolerance": key.get("tolerance", ""),
            "unit": content.get("unit", ""),
        }

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        key: dict[str, Any] = {"expression": given.get("expression", "").strip()}
        if given.get("tolerance", "").strip():
            key["tolerance"] = given["tolerance"].strip()
        if given.get("round", "").strip():
            places = numbers.number(given["round"])
            whole = places is not None and places == places.to_integral_value()
            key["round"] = int(places) if places is not None and whole else given["round"].strip()
        pairs = [row.partition("=") for row in lines.rows(given.get("derived", ""))]
        content = {
            "stem": stem,
            "unit": given.get("unit", "").strip(),
            "variables": [_from_row(row) for row in lines.rows(given.get("variables", ""))],
            "derived": [{"name": name.strip(), "expression": text.strip()} for name, _is, text in pairs],
        }
        return content, key

    def rekeyed(
        self, content: dict[str, Any], key: dict[str, Any], given: dict[str, str]
    ) -> dict[str, Any] | None:
        whole = {"variables": [], "derived": [], **content}
        return self.read(content["stem"], {**self.written(whole, key), **given})[1]


def computed(content: dict[str, Any], variant: Variant) -> dict[str, Decimal]:
    """Every variable and derived value of a variant; raises BadExpression."""
    values: dict[str, Decimal] = {}
    for one in content["variables"]:
        found = numbers.number(variant.get(one["name"]))
        if found is None:
            raise BadExpression("unknown_name", one["name"])
        values[one["name"]] = found
    for one in content.get("derived", []):
        values[one["name"]] = expressions.value(one["expression"], values)
    return values


def _told(exact: Decimal, places: int | None) -> str:
    """The key as it is shown: rounded by the item's rule."""
    return numbers.shown(exact) if places is None else format(numbers.rounded(exact, places), "f")


def _tolerance(key: dict[str, Any]) -> str:
    """As written; else half a unit of the last place that is asked for; else a thousandth of the answer."""
    if key.get("tolerance") not in (None, ""):
        return str(key["tolerance"])
    if key.get("round") is None:
        return "0.1%"
    return format(Decimal(1).scaleb(-int(key["round"])) / 2, "f")


def filled(text: str, values: dict[str, str]) -> str:
    """A text with its ``{name}`` filled in; other names stay as they are."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def _from_table(name: str, table: Any) -> dict[str, Any]:
    if isinstance(table, dict) and "values" in table:
        table = table["values"]
    if isinstance(table, list):
        return {"name": name, "values": [str(value) for value in table]}
    if not isinstance(table, dict):
        return {"name": name, "values": [str(table)]}
    return {"name": name, **{part: str(table.get(part, "")) for part in ("min", "max", "step")}}


def _row(one: dict[str, Any]) -> str:
    if "values" in one:
        return f"{one['name']} = {', '.join(one['values'])}"
    return f"{one['name']} = {one['min']}~{one['max']} / {one['step']}"


def _from_row(row: str) -> dict[str, Any]:
    name, _is, rest = row.partition("=")
    found = _RANGE.fullmatch(rest.strip())
    if found:
        return {"name": name.strip(), **found.groupdict()}
    values = [value.strip() for value in re.split(r"[,，;；、]", rest) if value.strip()]
    return {"name": name.strip(), "values": values}


def _bounds(one: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    least, most, step = (numbers.number(one.get(part)) for part in ("min", "max", "step"))
    if least is None or most is None or step is None:
        raise ValueError
    return least, most, step


def _count(one: dict[str, Any]) -> int:
    if "values" in one:
        return len(one["values"])
    least, most, step = _bounds(one)
    return int((most - least) // step) + 1


def _at(one: dict[str, Any], place: int) -> str:
    if "values" in one:
        return str(one["values"][place])
    least, _most, step = _bounds(one)
    return numbers.shown(least + step * place)


def _variable_faults(content: dict[str, Any]) -> list[Fault]:
    variables = content.get("variables", [])
    found = [] if variables else [Fault("variables", "empty")]
    given = [one["name"] for one in (*variables, *content.get("derived", []))]
    for name in given:
        if not _NAME.fullmatch(name) or name in expressions.NAMES or name == ANSWER:
            found.append(Fault("variables", "name", (("name", name),)))
    found += [
        Fault("variables", "name_twice", (("name", n),)) for n in sorted(set(given)) if given.count(n) > 1
    ]
    return found + [fault for one in variables for fault in _one_variable(one)]


def _one_variable(one: dict[str, Any]) -> list[Fault]:
    place = f"variables.{one['name']}"
    if "values" in one:
        if not one["values"]:
            return [Fault(place, "empty")]
        wrong = [value for value in one["values"] if numbers.number(value) is None]
        return [Fault(place, "number", (("text", value),)) for value in wrong]
    try:
        least, most, step = _bounds(one)
    except ValueError:
        return [Fault(place, "range")]
    if step <= 0 or most <= least or (most - least) / step > MOST_VALUES:
        return [Fault(place, "range")]
    return []


def _round_faults(key: dict[str, Any]) -> list[Fault]:
    places = key.get("round")
    if places is None or (type(places) is int and -6 <= places <= 10):
        return []
    return [Fault("round", "places")]


def _expression_faults(content: dict[str, Any], key: dict[str, Any]) -> list[Fault]:
    known = {one["name"] for one in content["variables"]}
    parts = [(f"derived.{one['name']}", one["name"], one["expression"]) for one in content.get("derived", [])]
    found = []
    for place, name, text in (*parts, ("expression", "", key.get("expression", ""))):
        try:
            strange = sorted(expressions.names(text) - known)
        except BadExpression as error:
            found.append(Fault(place, f"expression_{error.code}", (("piece", error.piece),)))
            continue
        found += [Fault(place, "expression_unknown_name", (("piece", one),)) for one in strange]
        known.add(name)
    return found


def _placeholder_faults(content: dict[str, Any]) -> list[Fault]:
    known = {one["name"] for one in (*content["variables"], *content.get("derived", []))}
    outside = re.sub(r"\$[^$\n]+\$", "", content["stem"])
    strange = [name for name in _PLACE.findall(outside) if name not in known]
    if strange:
        return [Fault("stem", "unknown_placeholder", (("name", strange[0]),))]
    if not any(name in known for name in _PLACE.findall(content["stem"])):
        return [Fault("stem", "no_placeholder")]
    return []


def _probe_faults(content: dict[str, Any], key: dict[str, Any]) -> list[Fault]:
    """The item computed at its corners and at a few drawn variants."""
    corners = [
        {one["name"]: _at(one, (_count(one) - 1) * end) for one in content["variables"]} for end in (0, 1)
    ]
    drawn = [KIND.vary(content, random.Random(seed)) for seed in range(_PROBES)]
    for variant in (*corners, *drawn):
        told = ", ".join(f"{name}={value}" for name, value in variant.items())
        try:
            made, found = KIND.resolved(content, key, variant)
        except BadExpression as error:
            return [
                Fault("expression", f"expression_{error.code}", (("piece", f"{told}: {error.piece}"[:120]),))
            ]
        wrong = NUMERIC.faults(made, found, None)
        if wrong:
            return [Fault(wrong[0].place, wrong[0].code, (*wrong[0].params, ("variant", told)))]
    return []


KIND = Parameterised()
