"""A case: several questions about one text, with its tables, pictures and formulas.

``content`` {stem, variables, derived, questions [{kind, marks, content}]}, ``key`` {questions [the key of each]}.
``variables`` and ``derived`` are those of a calculation (``parameterised``) and belong to the whole case: ``{name}``
may stand in the text and in every question, and a question of that kind has only its expression. A candidate has one
*variant* for the case; ``resolved`` fills it in and leaves plain questions.

A response is ``{"1": response, …}`` by number of question. On a paper a question has its share of the marks of the
case. Questions that people mark leave the marks of the others standing (``Score.sure``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import BadResponse, Fault
from tancai.items.kinds import lines, numbers
from tancai.items.kinds.case import wording
from tancai.items.kinds.case.parts import CALCULATION, KINDS, by_people
from tancai.items.kinds.expressions import names as expression_names
from tancai.items.kinds.parameterised import KIND as PARAMETERISED
from tancai.items.kinds.parameterised import computed, filled
from tancai.items.kinds.score import Score

LEAST, MOST = 2, 12
MOST_MARKS = 100
_CENT, _HALF = Decimal("0.01"), Decimal("0.5")

Variant = dict[str, str]


class Case:
    code = "case"
    name = gettext_lazy("案例题")
    letter = "c"
    shape = "questions"
    kinds = tuple(KINDS)
    """What its questions may be, by code."""
    lines = (
        lines.Line("questions", rows=16),
        lines.Line("variables", rows=3, needed=False),
        lines.Line("derived", rows=2, needed=False),
    )
    bodies = ("questions", "variables", "derived", "marks")

    @property
    def of_variant(self) -> Case:
        return self

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = lines.stem_faults(content)
        questions, keys = content.get("questions", []), key.get("questions", [])
        if not LEAST <= len(questions) <= MOST or len(keys) != len(questions):
            found.append(Fault("questions", "count", (("least", LEAST), ("most", MOST))))
            return found
        worth = [question.get("marks") for question in questions]
        found += [
            Fault(f"questions.{number}.marks", "marks")
            for number, one in enumerate(worth, start=1)
            if type(one) is not int or not 1 <= one <= MOST_MARKS
        ]
        for number, (question, own) in enumerate(zip(questions, keys, strict=True), start=1):
            found += _placed(number, _question_faults(content, question, own))
        calculated = any(question["kind"] == CALCULATION for question in questions)
        if not found and content.get("variables") and not calculated:
            found.append(Fault("variables", "no_calculation"))
        if not found and marks is not None and sum(worth) != marks:
            found.append(Fault("questions", "marks_do_not_add_up", (("marks", marks),)))
        return found

    def points_and_room(self, content: dict[str, Any], key: dict[str, Any], marks: int) -> tuple[int, int]:
        """How many marking points its questions for people have, and how many half marks a paper has for these."""
        asked = zip(content["questions"], key["questions"], shares(content, Decimal(marks)), strict=True)
        people = [(own, share) for question, own, share in asked if by_people(question["kind"])]
        return sum(len(own["points"]) for own, _share in people), int(
            2 * sum(share for _own, share in people)
        )

    def varies(self, content: dict[str, Any]) -> bool:
        """Only a case with variables has numbers of a candidate's own."""
        return bool(content.get("variables"))

    def vary(self, content: dict[str, Any], generator: random.Random) -> Variant:
        return PARAMETERISED.vary({"variables": content.get("variables", [])}, generator)

    def resolved(
        self, content: dict[str, Any], key: dict[str, Any], variant: Variant | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Content and key with the numbers of this variant, of the sample without one; no expressions are left."""
        if "variables" not in content:
            return content, key
        used = variant or self.vary(content, random.Random(0))
        shown = _shown(content, used)
        keys = key.get("questions", [{}] * len(content["questions"]))
        made, wanted = [], []
        for question, own in zip(content["questions"], keys, strict=True):
            kind, inner = question["kind"], question["content"]
            if kind == CALCULATION:
                kind = PARAMETERISED.of_variant.code
                inner, own = PARAMETERISED.resolved(_calculation(content, inner), own, used)
            made.append({**question, "kind": kind, "content": _with(inner, shown)})
            wanted.append(_with(own, shown))
        answers = {f"answer{n}": own["value"] for n, own in enumerate(wanted, start=1) if "value" in own}
        found = {"stem": filled(content["stem"], shown), "questions": made}
        return found, {"questions": wanted, "values": {**shown, **answers}} if key else {}

    def explained(self, explanation: str, content: dict[str, Any], key: dict[str, Any]) -> str:
        """The explanation with the numbers of a resolved case; ``{answer2}`` is the answer to question 2."""
        content, key = self.resolved(content, key, None)
        return filled(explanation, key.get("values", {}))

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        content, _key = self.resolved(content, {}, None)
        questions = [
            {
                "number": number,
                "kind": question["kind"],
                "marks": question["marks"],
                "public": KINDS[question["kind"]].public(question["content"]),
            }
            for number, question in enumerate(content["questions"], start=1)
        ]
        return {"stem": content["stem"], "questions": questions}

    def response(self, raw: Any) -> dict[str, Any] | None:
        """What was given by number of question; each is read by its own kind when it is scored."""
        if raw in (None, "", [], {}):
            return None
        if not isinstance(raw, dict) or not set(raw) <= {str(n) for n in range(1, MOST + 1)}:
            raise BadResponse("answers to a case stand under the numbers of its questions")
        given = {number: raw[number] for number in sorted(raw, key=int) if raw[number] not in (None, "", [])}
        return given or None

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        content, key = self.resolved(content, key, None)
        given = response or {}
        scores = [
            _score(question, own, given.get(str(number)), worth, policy)
            for number, (question, own, worth) in enumerate(
                zip(content["questions"], key["questions"], shares(content, marks), strict=True), start=1
            )
        ]
        detail = {"parts": [_told(score) for score in scores]}
        if not any(score.needs_human for score in scores):
            won = sum((score.marks or Decimal(0) for score in scores), Decimal(0))
            return Score(won, marks, {**detail, "right": won == marks})
        people = [by_people(question["kind"]) for question in content["questions"]]
        sure = [score for score, human in zip(scores, people, strict=True) if not human]
        return Score(
            None,
            marks,
            detail,
            sure=sum((score.marks or Decimal(0) for score in sure), Decimal(0)),
            sure_of=sum((score.out_of for score in sure), Decimal(0)),
        )

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        """Solutions by question; ``by_people`` has the marking points of all questions that people mark."""
        questions = [
            {"number": number, "kind": question["kind"], "marks": question["marks"], **solved}
            for number, question, solved in _solved(content, key, self)
        ]
        people = [question for question in questions if by_people(question["kind"])]
        points = [
            {**point, "question": question["number"]}
            for question in people
            for point in question["solution"]["points"]
        ]
        reference = "\n".join(
            f"（{question['number']}）{question['solution']['reference']}" for question in people
        )
        return {"questions": questions, "by_people": {"reference": reference, "points": points}}

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> dict[str, Any]:
        """Every question answered by its own kind, all rightly or all wrongly."""
        content, key = self.resolved(content, key, None)
        return {
            str(number): KINDS[question["kind"]].answer(question["content"], own, right=right, chance=chance)
            for number, (question, own) in enumerate(
                zip(content["questions"], key["questions"], strict=True), start=1
            )
        }

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """``questions``: tables with ``kind``, ``marks`` and what a file of the bank has for an item of that kind."""
        given, _key = PARAMETERISED.from_file({**raw, "expression": ""})
        made = [wording.from_table(question) for question in raw.get("questions", [])]
        return _joined(raw["stem"], given, made)

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        own = PARAMETERISED.written(
            {"variables": content["variables"], "derived": content["derived"]}, {"expression": ""}
        )
        return {
            "questions": wording.written(content["questions"], key["questions"]),
            "variables": own["variables"],
            "derived": own["derived"],
        }

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Raises BadItem for questions that cannot be told apart or are of no known kind."""
        return self.composed(stem, wording.read(given.get("questions", "")), given)

    def composed(
        self, stem: str, made: list[wording.Made], given: dict[str, str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A case of questions (kind, marks, content, key) and its lines ``variables`` and ``derived``."""
        rows = {name: given.get(name, "") for name in ("variables", "derived")}
        return _joined(stem, PARAMETERISED.read("", rows)[0], made)


def shares(content: dict[str, Any], marks: Decimal) -> list[Decimal]:
    """What each question is worth on a paper that gives the case ``marks``: in half marks, together exactly that.

    In cents where there are more questions than half marks.
    """
    worth = [question["marks"] for question in content["questions"]]
    if sum(worth) == marks:
        return [Decimal(one) for one in worth]
    unit = _HALF if marks % _HALF == 0 and marks / _HALF >= len(worth) else _CENT
    exact = [marks * one / sum(worth) / unit for one in worth]
    found = [max(1, int(value)) for value in exact]
    while sum(found) * unit < marks:
        found[max(range(len(found)), key=lambda i: (exact[i] - found[i], -i))] += 1
    while sum(found) * unit > marks:
        found[
            max((i for i in range(len(found)) if found[i] > 1), key=lambda i: (found[i] - exact[i], i))
        ] -= 1
    return [one * unit for one in found]


def _joined(
    stem: str, own: dict[str, Any], made: list[wording.Made]
) -> tuple[dict[str, Any], dict[str, Any]]:
    questions = [{"kind": kind, "marks": marks, "content": content} for kind, marks, content, _key in made]
    content = {
        "stem": stem,
        "variables": own["variables"],
        "derived": own["derived"],
        "questions": questions,
    }
    return content, {"questions": [key for _kind, _marks, _content, key in made]}


def _calculation(content: dict[str, Any], inner: dict[str, Any]) -> dict[str, Any]:
    """A question of the kind ``parameterised`` with the numbers of its case."""
    return {**inner, "variables": content["variables"], "derived": content.get("derived", [])}


def _question_faults(content: dict[str, Any], question: dict[str, Any], key: dict[str, Any]) -> list[Fault]:
    kind = KINDS.get(question.get("kind", ""))
    if kind is None:
        return [Fault("kind", "unknown_kind", (("kind", question.get("kind")),))]
    inner = question["content"]
    if kind.code != CALCULATION:
        points = question.get("marks") if by_people(kind.code) else None
        return kind.faults(inner, key, points)
    if not content.get("variables"):
        return [Fault("variables", "empty")]
    if not str(inner.get("stem", "")).strip():
        return [Fault("stem", "empty")]
    like = _calculation(content, inner)
    return kind.faults({**like, "stem": "\n".join(_texts(content))}, key, None)


def _texts(content: dict[str, Any]) -> Iterator[str]:
    """The text of the case and of its questions."""
    yield content["stem"]
    for question in content["questions"]:
        yield question["content"].get("stem", "")


def _placed(number: int, faults: list[Fault]) -> list[Fault]:
    whole = ("variables", "derived")  # of the case, wherever they were missed
    return [
        fault
        if fault.place.partition(".")[0] in whole
        else Fault(f"questions.{number}.{fault.place}", fault.code, fault.params)
        for fault in faults
    ]


def _shown(content: dict[str, Any], variant: Variant) -> dict[str, str]:
    if not content["variables"]:
        return {}
    return {name: numbers.shown(value) for name, value in computed(content, variant).items()}


def _with(value: Any, shown: dict[str, str]) -> Any:
    """All texts of a content or key with the numbers filled in."""
    if not shown:
        return value
    if isinstance(value, str):
        return filled(value, shown)
    if isinstance(value, dict):
        return {name: _with(inner, shown) for name, inner in value.items()}
    return [_with(inner, shown) for inner in value] if isinstance(value, list) else value


def _score(question: dict[str, Any], key: dict[str, Any], raw: Any, worth: Decimal, policy: str) -> Score:
    kind = KINDS[question["kind"]]
    try:
        response = kind.response(raw)
    except BadResponse:
        response = None
    found = kind.score(question["content"], key, response, marks=worth, policy=policy)
    if found.marks is None:
        return found
    return Score(found.marks.quantize(_CENT, ROUND_HALF_UP), found.out_of, found.detail)


def _told(score: Score) -> dict[str, Any]:
    told = {"out_of": float(score.out_of)}
    return told if score.marks is None else {"marks": float(score.marks), **told}


def _solved(
    content: dict[str, Any], key: dict[str, Any], case: Case
) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    expressions = [own.get("expression") for own in key["questions"]]
    content, key = case.resolved(content, key, None)
    for number, (question, own) in enumerate(
        zip(content["questions"], key["questions"], strict=True), start=1
    ):
        solution = KINDS[question["kind"]].solution(question["content"], own)
        if expressions[number - 1]:
            named = expression_names(expressions[number - 1])
            used = {name: value for name, value in own["values"].items() if name in named}
            solution |= {"expression": expressions[number - 1], "values": used}
        yield number, question, {"stem": question["content"]["stem"], "solution": solution}


KIND = Case()
