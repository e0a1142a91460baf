"""Marks, results and what candidates ask about them.

A *script* is a finished sitting as marking sees it: a code instead of a name. Scores, marks, claims and results are
rows that are only added. ``OpenAnswer.needs`` and ``.marks`` are the fold of its marks, kept for queues and totals and
written by one function in ``fold.py``.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


def _by() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Script(models.Model):
    """A finished sitting in marking, under its code; made when its choice questions were scored."""

    sitting = models.OneToOneField("exams.Sitting", on_delete=models.PROTECT, related_name="script")
    session = models.ForeignKey("exams.Session", on_delete=models.PROTECT, related_name="scripts")
    code = models.CharField(max_length=16, unique=True)
    policy = models.CharField(max_length=24, help_text="How multiple choice was scored.")
    auto_marks = models.DecimalField(max_digits=6, decimal_places=2, help_text="Sum of the automatic scores.")
    scored_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["session", "code"], name="marking_scripts")]

    def __str__(self) -> str:
        return self.code


class AutoScore(models.Model):
    """The automatic score of one question; also 0 for a question without an answer.

    A case of which people mark a part has both: this row for the rest of it, and an open answer.
    """

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="scores")
    position = models.PositiveSmallIntegerField()
    marks = models.DecimalField(max_digits=5, decimal_places=2)
    out_of = models.DecimalField(max_digits=5, decimal_places=2)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["script", "position"], name="marking_one_auto_score")]


class OpenAnswer(models.Model):
    """An answer that people must mark. ``needs``: first, second, third or empty when it is settled."""

    FIRST, SECOND, THIRD = "first", "second", "third"

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="open_answers")
    session = models.ForeignKey("exams.Session", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey("items.ItemVersion", on_delete=models.PROTECT, related_name="+")
    out_of = models.DecimalField(max_digits=5, decimal_places=2)
    needs = models.CharField(max_length=8, default=FIRST, blank=True)
    marks = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["script", "position"], name="marking_one_open_answer")]
        # the queue: what a session still needs, question by question
        indexes = [models.Index(fields=["session", "needs", "version", "id"], name="marking_queue")]


class Claim(models.Model):
    """A marker has this answer on the desk until a moment; the newest row of an answer counts."""

    answer = models.ForeignKey(OpenAnswer, on_delete=models.CASCADE, related_name="claims")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["marker", "until"], name="marking_claims")]


class HumanMark(models.Model):
    """One marker's mark of one answer: ``points`` are the marks given to each marking point, in order."""

    answer = models.ForeignKey(OpenAnswer, on_delete=models.PROTECT, related_name="given")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8)
    points = models.JSONField()
    total = models.DecimalField(max_digits=5, decimal_places=2)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["marker", "at"], name="marking_own_marks")]


class MarkWithdrawal(models.Model):
    """A marker took a mark back before release."""

    mark = models.OneToOneField(HumanMark, on_delete=models.PROTECT, related_name="withdrawal")
    by = _by()
    at = models.DateTimeField()


class Release(models.Model):
    """The results of a session were made known; ``statistics`` as they stood at that moment."""

    session = models.OneToOneField("exams.Session", on_delete=models.PROTECT, related_name="release")
    statistics = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["-at"]


class Result(models.Model):
    """What became of one admission: released, then perhaps corrected; the newest row counts."""

    RELEASED, CORRECTED = "released", "corrected"
    SCORED, ABSENT = "scored", "absent"

    admission = models.ForeignKey("exams.Admission", on_delete=models.PROTECT, related_name="results")
    session = models.ForeignKey("exams.Session", on_delete=models.PROTECT, related_name="results")
    kind = models.CharField(max_length=10, default=RELEASED)
    outcome = models.CharField(max_length=8, default=SCORED)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True, help_text="Empty when absent.")
    out_of = models.DecimalField(max_digits=6, decimal_places=2)
    pass_mark = models.DecimalField(max_digits=6, decimal_places=2)
    passed = models.BooleanField()
    breakdown = models.JSONField(default=list, help_text="Per part and kind: count, marks, out_of.")
    released_at = models.DateTimeField(help_text="When the candidate was first told.")
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["admission", "-id"], name="marking_newest_result"),
            models.Index(fields=["session", "passed"], name="marking_session_results"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["admission"], condition=models.Q(kind="released"), name="marking_released_once"
            ),
            models.CheckConstraint(
                condition=models.Q(total__isnull=False) | models.Q(passed=False),
                name="marking_absent_not_passed",
            ),
        ]


class RecheckRequest(models.Model):
    """A candidate asks to have a released result looked at again."""

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="recheck")
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["at", "id"]


class RecheckDecision(models.Model):
    """Upheld, or changed: ``changes`` maps positions to the marks now given. ``corrected`` is the new result."""

    UPHELD, CHANGED = "upheld", "changed"

    request = models.OneToOneField(RecheckRequest, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=8)
    reason = models.TextField()
    changes = models.JSONField(default=dict)
    corrected = models.OneToOneField(Result, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = _by()


class Ruling(models.Model):
    """What is proposed about a question after an exam, with the effects announced before anybody decides.

    ``credit``: everybody gets its marks; ``drop``: it counts for nobody, and the pass mark falls in proportion;
    ``rekey``: scored again with ``letters`` as the key, or with the lines of one (``value=12.5``). ``effects``: one row
    an admission whose score would change.
    """

    CREDIT, DROP, REKEY = "credit", "drop", "rekey"

    session = models.ForeignKey("exams.Session", on_delete=models.PROTECT, related_name="rulings")
    version = models.ForeignKey("items.ItemVersion", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    letters = models.JSONField(default=list)
    reason = models.TextField()
    effects = models.JSONField(default=list)
    scripts = models.IntegerField(help_text="Scripts that hold the question.")
    at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["-id"]


class RulingDecision(models.Model):
    """A second person approved or refused a ruling."""

    APPROVED, REFUSED = "approved", "refused"

    ruling = models.OneToOneField(Ruling, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=8)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = _by()


class RulingScore(models.Model):
    """What a question of one script is worth since a ruling; the newest change of a position counts."""

    decision = models.ForeignKey(RulingDecision, on_delete=models.PROTECT, related_name="scores")
    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="ruling_scores")
    position = models.PositiveSmallIntegerField()
    marks = models.DecimalField(max_digits=5, decimal_places=2)
    out_of = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "script", "position"], name="marking_one_ruling_score"
            )
        ]


class Correction(models.Model):
    """The result that a ruling gave an admission in the place of the one before."""

    decision = models.ForeignKey(RulingDecision, on_delete=models.PROTECT, related_name="corrections")
    before = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+")
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="correction")
