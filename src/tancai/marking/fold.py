"""The one place that writes where an answer stands: a fold of its marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from tancai.marking import rules
from tancai.marking.editions import definitions
from tancai.marking.models import HumanMark, OpenAnswer, Script
from tancai.marking.policy import policy


def refold(script_ids: Iterable[int]) -> None:
    """Bring ``needs`` and ``marks`` of all open answers of these scripts up to their marks."""
    wanted = set(script_ids)
    # Two markers may settle two answers of one script at the same moment; the line is drawn over the whole script.
    list(Script.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    scripts = Script.objects.filter(pk__in=wanted).select_related("sitting__admission__application")
    answers = defaultdict(list)
    for answer in OpenAnswer.objects.filter(script__in=wanted).order_by("position"):
        answers[answer.script_id].append(answer)
    given = live_totals(wanted)
    editions = definitions(script.sitting.admission.application.edition_id for script in scripts)
    pass_marks = {
        s.pk: Decimal(editions[s.sitting.admission.application.edition_id].exam.pass_mark) for s in scripts
    }
    changed = [
        answer
        for script in scripts
        for answer in _folded(script, answers[script.pk], given, pass_marks[script.pk])
    ]
    OpenAnswer.objects.bulk_update(changed, ["needs", "marks"], batch_size=500)


def live_totals(script_ids: Iterable[int]) -> dict[int, list[Decimal]]:
    """Totals of the marks not withdrawn by answer id, oldest first."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    rows = HumanMark.objects.filter(answer__script__in=set(script_ids), withdrawal=None).order_by("id")
    for answer_id, total in rows.values_list("answer_id", "total"):
        found[answer_id].append(total)
    return found


def _folded(
    script: Script, answers: list[OpenAnswer], given: dict[int, list[Decimal]], pass_mark: Decimal
) -> list[OpenAnswer]:
    firsts = [given[answer.pk][0] if given.get(answer.pk) else None for answer in answers]
    rule = policy()
    second = rules.wants_second(rule, auto=script.auto_marks, firsts=firsts, pass_mark=pass_mark)
    changed = []
    for answer in answers:
        standing = rules.settle(given.get(answer.pk, []), second_wanted=second, tolerance=rule.tolerance)
        if (answer.needs, answer.marks) != (standing.needs, standing.marks):
            answer.needs, answer.marks = standing.needs, standing.marks
            changed.append(answer)
    return changed
