"""The road as it is explained to somebody who has not set out yet."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tancai.programmes import api as programmes
from tancai.web.shell.road import STATIONS, Step


def _within(days: int) -> str:
    return ngettext("%(n)d 个工作日内", "%(n)d 个工作日内", days) % {"n": days}


def steps(definition: programmes.Definition | None = None) -> list[Step]:
    """What happens at each station; with a definition, its own promises."""
    notes = _of(definition) if definition else _general()
    return [Step(title, note=note) for title, note in zip(STATIONS.values(), notes, strict=True)]


def _general() -> list[str]:
    return [
        _("选择职业和级别，填写条件，上传材料和证件照。"),
        _("发证机构按承诺的工作日审核；需要补正时逐项写明理由。"),
        _("在线课程，学时由系统记录，随时可以看到还差多少。"),
        _("网上机考，每次作答立即保存，凭回执离开。"),
        _("选择题机器评分，简答题由阅卷员匿名评阅。"),
        _("证书编号唯一，任何人可以在线查验。"),
    ]


def _of(definition: programmes.Definition) -> list[str]:
    promises, exam = definition.promises, definition.exam
    study = (
        _("学时达到 %(share)d%% 方可进入考场。") % {"share": round(definition.learning.min_share * 100)}
        if definition.learning.min_share
        else _("课程随时可学，不作学时要求。")
    )
    opens = _("审核通过后开课。") if definition.course_opens_on == "approval" else _("报名后即可学习。")
    return [
        _("填写条件、上传材料，一次提交。"),
        _("材料齐全后 %(within)s完成。") % {"within": _within(promises.review_days)},
        f"{opens}{study}",
        _("%(minutes)d 分钟，满分 %(out_of)d，%(pass_mark)d 分合格。")
        % {"minutes": exam.minutes, "out_of": exam.out_of, "pass_mark": exam.pass_mark},
        _("考试后 %(within)s公布成绩。") % {"within": _within(promises.score_days)},
        _("成绩合格后 %(within)s颁发。") % {"within": _within(promises.certificate_days)},
    ]
