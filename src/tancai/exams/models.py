"""Sessions, who is admitted to them, and what happened in each sitting.

Everything that happens is a row with author and time. The answers themselves live in the response log
(``tancai.exams.log``); ``AnswerSheet`` is what was folded from it when a sitting ended.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tancai.lib.crypto import EncryptedTextField


def _by() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class Session(models.Model):
    """One exam of one programme: a day of its calendar, a special session, or a rehearsal of the technique."""

    REGULAR, SPECIAL, REHEARSAL = "regular", "special", "rehearsal"

    exam_day = models.CharField(max_length=64)
    programme = models.CharField(max_length=16)
    edition = models.ForeignKey("programmes.Edition", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, default=REGULAR)
    date = models.DateField(help_text="The day in Asia/Shanghai that the session is named after.")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(help_text="Working time of a candidate.")
    entry_until = models.DateTimeField(help_text="Nobody enters for the first time later than this.")
    own_time = models.BooleanField(
        default=False, help_text="Each candidate's time begins when he or she enters, not at the start."
    )

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["exam_day", "kind"], name="one_session_of_a_kind_a_day"),
        ]
        indexes = [
            models.Index(fields=["programme", "starts_at"], name="session_programme"),
            models.Index(fields=["starts_at"], name="session_start"),
        ]

    def __str__(self) -> str:
        return f"session {self.exam_day}"


class SessionEvent(models.Model):
    """opened, prepared, admitted, closed, cancelled; on_duty, off_duty and noted by the invigilator."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = _by()
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]


class SessionForm(models.Model):
    """A paper of the session for one level and speciality; ``series`` 2 and up for those who have seen items of 1."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="forms")
    level = models.CharField(max_length=16, blank=True)
    speciality = models.CharField(max_length=64, blank=True)
    series = models.PositiveSmallIntegerField(default=1)
    form = models.ForeignKey("items.Form", on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "level", "speciality", "series"], name="one_session_form"
            ),
        ]


class Admission(models.Model):
    """A candidate may sit this session. ``application`` keeps its level and speciality; copies are for lists."""

    FIRST, RESIT = "first", "resit"

    application = models.ForeignKey(
        "enrolment.Application", on_delete=models.PROTECT, related_name="admissions"
    )
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="admissions")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="admissions")
    kind = models.CharField(max_length=8, default=FIRST)
    level = models.CharField(max_length=16, blank=True)
    speciality = models.CharField(max_length=64, blank=True)
    ticket_number = models.CharField(max_length=24, unique=True)
    extra_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Accommodation granted before the exam; later extra time is an event."
    )
    admitted_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "session"], name="one_admission_a_session"),
        ]
        indexes = [models.Index(fields=["session", "ticket_number"], name="admission_list")]

    def __str__(self) -> str:
        return self.ticket_number


class ResitBooking(models.Model):
    """The wish to sit again on another exam day; it becomes an admission once its fee is settled."""

    application = models.ForeignKey(
        "enrolment.Application", on_delete=models.PROTECT, related_name="resit_bookings"
    )
    exam_day = models.CharField(max_length=64)
    booked_at = models.DateTimeField()
    by = _by()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "exam_day"], name="one_resit_booking_a_day"),
        ]


class EntryCode(models.Model):
    """A one-time code to enter without an account; a new row when the invigilator issues another."""

    admission = models.ForeignKey(Admission, on_delete=models.CASCADE, related_name="entry_codes")
    code = EncryptedTextField()
    index = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = _by()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class AdmissionEvent(models.Model):
    """withdrawn, accommodated (extra minutes), told (the ticket can be printed), warned (hours are missing);
    on the day knocked (late at the door), let_in (by the invigilator), looked (into what
    happened); granted (another attempt after a wrong end)."""

    admission = models.ForeignKey(Admission, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = _by()
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]


class Sitting(models.Model):
    """One candidate at one paper. ``seed`` orders the questions; the id is the sitting's name in the log."""

    admission = models.OneToOneField(Admission, on_delete=models.PROTECT, related_name="sitting")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="sittings")
    form = models.ForeignKey(SessionForm, on_delete=models.PROTECT, related_name="sittings")
    seed = models.BigIntegerField()
    variants = models.JSONField(
        default=dict,
        help_text="Numbers of questions that differ between candidates: {position: {name: value}}.",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class SittingEvent(models.Model):
    """What happened: entered, started, handed_in, expired, ended; and what the invigilator ordered.

    Orders (extra, pause, resume, message, transfer, end, grace, queued) carry a reason code and a ``ref`` by which
    the log process knows them; ``confirmed_at`` is when the log had them on disk, empty while they wait for it.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = _by()
    reason = models.CharField(max_length=24, blank=True)
    detail = models.JSONField(default=dict)
    ref = models.CharField(max_length=40, null=True, unique=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            # a sitting begins once and ends once, whoever races
            models.UniqueConstraint(
                fields=["sitting"], condition=models.Q(kind="started"), name="one_start_a_sitting"
            ),
        ]
        indexes = [models.Index(fields=["kind", "at"], name="sitting_event_kind")]


class AnswerSheet(models.Model):
    """The folded answers of a finished sitting: ``answers`` maps position (as text) to the response value."""

    HANDED_IN, EXPIRED, ENDED = "handed_in", "expired", "ended"

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, related_name="sheet")
    how = models.CharField(max_length=12)
    answers = models.JSONField(default=dict)
    receipt = models.CharField(max_length=64, help_text="Hash over the sitting's events, hex.")
    events = models.PositiveIntegerField()
    late = models.PositiveIntegerField(
        default=0, help_text="Answers made in time that arrived after the end."
    )
    set_aside = models.PositiveIntegerField(default=0, help_text="Events kept but not counted.")
    ended_at = models.DateTimeField()
    pulled_at = models.DateTimeField()
