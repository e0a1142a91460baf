from __future__ import annotations

from django.conf import settings
from django.db import models


class Item(models.Model):
    """A question of the bank; what it says stands in its versions, what it is allowed to do in its states."""

    code = models.CharField(max_length=60, unique=True)
    collection = models.CharField(max_length=40, help_text="Bank it belongs to: a programme code, or shared.")
    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=60)
    difficulty = models.CharField(max_length=10)
    levels = models.JSONField(default=list, help_text="Levels it may be drawn for; empty means all.")

    class Meta:
        indexes = [models.Index(fields=["topic", "kind"], name="items_by_topic")]  # drawing and coverage

    def __str__(self) -> str:
        return self.code


class ItemVersion(models.Model):
    """What an item says: content shown, key kept back, and why. Never changed once made."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    content = models.JSONField()
    key = models.JSONField()
    basis = models.JSONField()
    explanation = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="items_one_version_number")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class ItemState(models.Model):
    """A step of a version's life: draft → review → pilot or active → retired, or back to draft with a reason."""

    DRAFT, REVIEW, PILOT, ACTIVE, RETIRED = "draft", "review", "pilot", "active", "retired"

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="states")
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"


class ItemTag(models.Model):
    """A word authors have put on an item; who put it there stands in the changes."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "item"], name="items_tag_once")]

    def __str__(self) -> str:
        return self.name


class ChangeBatch(models.Model):
    """One change of several items at once: what was asked, by whom, and what it takes back if it is an undoing."""

    kind = models.CharField(max_length=20)
    value = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by", help_text="At most once."
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class ItemChange(models.Model):
    """What a batch did to one item: place, level, tags or a step, before and after."""

    batch = models.ForeignKey(ChangeBatch, on_delete=models.PROTECT, related_name="changes")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="changes")
    version = models.ForeignKey(ItemVersion, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "item"], name="items_changed_once_a_batch")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.before} → {self.after}"


class Comment(models.Model):
    """What a reader says about a place in a version; answers hang on the first of a thread."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="comments")
    place = models.CharField(max_length=40, blank=True, help_text="stem, options.B, key …; empty: the whole.")
    text = models.CharField(max_length=2000)
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.text[:40]


class CommentMark(models.Model):
    """A thread settled or opened again; the newest counts."""

    SETTLED, REOPENED = "settled", "reopened"

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.comment_id} {self.mark}"


class SourceMark(models.Model):
    """What is known of a document that items stand on: in force, or superseded and by what; the newest counts."""

    IN_FORCE, SUPERSEDED = "in_force", "superseded"

    document = models.CharField(max_length=300, db_index=True)
    mark = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.document} {self.mark}"


class AlikeMark(models.Model):
    """A look at two versions that say nearly the same: no duplicates after all, or to be looked at again; the newest
    counts. It is about these texts: a new version of either is a pair of its own."""

    DIFFERENT, REOPENED = "different", "reopened"

    first = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="items_alike_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id} {self.mark}"


class ItemOrigin(models.Model):
    """Where a version was brought in from, so that the same file brings it in once and gets back what it wrote."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="origins")
    version = models.ForeignKey(ItemVersion, on_delete=models.CASCADE, related_name="origins")
    bank = models.CharField(max_length=120, help_text="Name of the file or bank it came from.")
    source = models.CharField(max_length=300, help_text="The item's own name there.")
    digest = models.CharField(max_length=64, help_text="Of the item as it was read.")
    form = models.CharField(max_length=10, help_text="Format of the file.")
    losses = models.JSONField(default=list)
    foreign = models.TextField(
        blank=True, help_text="The item as its file wrote it, when something was lost."
    )

    class Meta:
        indexes = [models.Index(fields=["bank", "source"], name="items_by_origin")]  # a file brought in again

    def __str__(self) -> str:
        return f"{self.bank}#{self.source}"


class Form(models.Model):
    """A paper drawn from the bank by a blueprint: frozen versions in order."""

    programme = models.CharField(max_length=20)
    level = models.CharField(max_length=20, blank=True)
    speciality = models.CharField(max_length=40, blank=True)
    seed = models.CharField(max_length=80)
    blueprint = models.JSONField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.programme} {self.level} {self.speciality} {self.seed}"


class FormEntry(models.Model):
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="entries")
    position = models.IntegerField(help_text="From 1, in order of printing.")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    marks = models.IntegerField()
    part = models.CharField(max_length=40)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="items_one_entry_at_position"),
            models.UniqueConstraint(fields=["form", "version"], name="items_version_once_in_form"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}#{self.position}"


class PaperSet(models.Model):
    """Parallel papers asked for: from which blueprint, how many, how alike, and what they must not hold."""

    programme = models.CharField(max_length=20)
    level = models.CharField(max_length=20, blank=True)
    speciality = models.CharField(max_length=40, blank=True)
    count = models.PositiveSmallIntegerField()
    overlap = models.PositiveSmallIntegerField(help_text="Items that two of the papers may share.")
    aim = models.CharField(max_length=12, help_text="mix of difficulties, or information.")
    rules = models.JSONField(default=dict, help_text="Why items were left out: resit, last, seconds.")
    excluded = models.JSONField(default=list, help_text="Ids of the items left out.")
    seed = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["programme", "level", "speciality"], name="items_paper_sets")]

    def __str__(self) -> str:
        return f"{self.programme} {self.level} {self.speciality} × {self.count}"


class PaperSetOutcome(models.Model):
    """What the search for a set came to: how near to the best, proven; or why there are none."""

    papers = models.OneToOneField(PaperSet, on_delete=models.PROTECT, related_name="outcome")
    status = models.CharField(max_length=12)
    value = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    gap_allowed = models.FloatField(null=True)
    late = models.BooleanField(default=False)
    assumed = models.IntegerField(
        default=0,
        help_text="Items in reach that have no figures yet and were taken by their rated difficulty.",
    )
    seconds = models.FloatField()
    hindrances = models.JSONField(default=list)
    at = models.DateTimeField()


class PaperSetForm(models.Model):
    """A paper of a set under its number; after an item was replaced the newest row of a number counts."""

    papers = models.ForeignKey(PaperSet, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveSmallIntegerField()
    form = models.OneToOneField(Form, on_delete=models.PROTECT, related_name="paper_set_row")
    taken_out = models.ForeignKey(ItemVersion, null=True, on_delete=models.PROTECT, related_name="+")
    put_in = models.ForeignKey(ItemVersion, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]


class PaperSetStep(models.Model):
    """A set accepted for exams, or discarded; the newest counts."""

    ACCEPTED, DISCARDED = "accepted", "discarded"

    papers = models.ForeignKey(PaperSet, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Calibration(models.Model):
    """One analysis of scored answers, with the figures of the paper as a whole; ``source`` says whose answers."""

    programme = models.CharField(max_length=20)
    source = models.CharField(max_length=60, db_index=True)
    name = models.CharField(max_length=120)
    n = models.IntegerField()
    mean = models.FloatField(null=True)
    sd = models.FloatField(null=True)
    alpha = models.FloatField(null=True)
    sem = models.FloatField(null=True)
    model = models.CharField(
        max_length=8, blank=True, help_text="1pl, 2pl; with graded scores pcm, grm; empty: too few people."
    )
    converged = models.BooleanField(default=False)
    log_likelihood = models.FloatField(null=True)
    notes = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.programme} {self.name}"


class ItemFigures(models.Model):
    """What a calibration found about one version; the newest row of a version counts.

    ``options``: what was answered, how often, by whom; ``groups``: share of points reached by fifths of the other
    points; ``observed``: share right near each ability, beside the curve of the model; ``steps``: of a graded score,
    from which share of the marks on, how many people, and where the step lies (``b`` is their mean);
    ``parts``: the questions of a case that a machine scores.
    """

    calibration = models.ForeignKey(Calibration, on_delete=models.PROTECT, related_name="rows")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="figures")
    n = models.IntegerField()
    difficulty = models.FloatField(help_text="Mean share of the marks reached.")
    discrimination = models.FloatField(null=True, help_text="Correlation with the marks on the other items.")
    a = models.FloatField(null=True)
    b = models.FloatField(null=True)
    se_a = models.FloatField(null=True)
    se_b = models.FloatField(null=True)
    flags = models.JSONField(default=list)
    options = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    observed = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    parts = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["version", "-id"], name="items_newest_figures")]
        constraints = [models.UniqueConstraint(fields=["calibration", "version"], name="items_figures_once")]
