"""A receipt long afterwards: what can still be checked, and what the check says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tancai.exams import logbook, standing
from tancai.exams.log import fold as folding
from tancai.exams.models import AnswerSheet, Sitting
from tancai.lib import clock

RECORD, KEPT, NOTHING = "record", "kept", "nothing"


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """Whether a receipt is right, and by what.

    ``basis``: ``record``: computed again from every event; ``kept``: the events were deleted at ``deleted_at``, so it
    could only be compared with what was written down when the answers were collected, by the log and beside the answer
    sheet, each for itself; ``nothing``: the sitting is not closed, or the log cannot be read.
    ``sheet_agrees``: whether the answers that were marked are those of the record; None when that cannot be told.
    """

    matches: bool
    basis: str
    events: int = 0
    closed_at: datetime | None = None
    deleted_at: datetime | None = None
    sheet_agrees: bool | None = None

    def __bool__(self) -> bool:
        return self.matches


def check_receipt(sitting: Sitting, receipt: str) -> ReceiptCheck:
    """Check a receipt as a candidate types it (spaces and case do not matter) against all that is left."""
    plain = "".join(receipt.split()).replace("-", "").lower()
    folded = folding.fold(logbook.rows(sitting.pk))
    sheet = AnswerSheet.objects.filter(sitting=sitting).first()
    if folded.closing is None:
        return ReceiptCheck(False, NOTHING)
    if folded.purged_at is not None:
        return _by_what_was_kept(plain, folded, sheet)
    answers = {item: value for item, value in folded.values.items() if item.isdigit()}
    agrees = None if sheet is None else (sheet.receipt, sheet.answers) == (folded.receipt, answers)
    return ReceiptCheck(
        matches=plain == folded.receipt,
        basis=RECORD,
        events=folded.events,
        closed_at=standing.moment(folded.closing.received),
        sheet_agrees=agrees,
    )


def _by_what_was_kept(plain: str, folded: folding.Folded, sheet: AnswerSheet | None) -> ReceiptCheck:
    assert folded.purged_at is not None
    return ReceiptCheck(
        matches=sheet is not None and plain == folded.receipt == sheet.receipt,
        basis=KEPT,
        events=sheet.events if sheet else 0,
        closed_at=sheet.ended_at if sheet else None,
        deleted_at=standing.moment(folded.purged_at),
    )


def say_receipt(check: ReceiptCheck) -> str:
    """What the check found, for the candidate."""
    if check.basis == NOTHING:
        return _("现在没有可以核对的记录：尚未收卷，或记录暂时读不到。请稍后再试。")
    if check.basis == KEPT:
        day = clock.local_date(check.deleted_at).isoformat() if check.deleted_at else ""
        if check.matches:
            return _(
                "相符。作答过程记录已于 {day} 按保存期限删除，不能再逐条重算；回执码与收卷时分别留存在"
                "作答记录和答卷中的两份一致。"
            ).format(day=day)
        return _(
            "不符：与收卷时留存的回执码不一致。作答过程记录已于 {day} 按保存期限删除，不能再逐条重算。"
        ).format(day=day)
    if not check.matches:
        return _(
            "不符：按现有作答记录逐条重算，得到的回执码与您输入的不同。请核对输入；如无误，请与考务联系。"
        )
    if check.sheet_agrees is False:
        return _("回执码相符，但评分所用的答卷与作答记录不一致。请立即与考务联系。")
    return _("相符：已按全部作答记录逐条重算，共 {count} 条，没有任何改动。").format(count=check.events)
