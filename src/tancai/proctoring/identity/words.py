"""Words for the codes of identity, the same wherever they are shown."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

FLAG_WORDS: dict[str, Promise] = {
    "no_face": gettext_lazy("画面中没有人"),
    "several_faces": gettext_lazy("画面中不止一人"),
    "other_person": gettext_lazy("与证件照相似度低"),
    "covered": gettext_lazy("摄像头被遮挡"),
    "stopped": gettext_lazy("摄像头停止"),
    "dropped": gettext_lazy("断网期间有画面未能保留"),
}

FLAG_STATES: dict[str, tuple[Promise, str]] = {
    "open": (gettext_lazy("待查看"), "near"),
    "doubt": (gettext_lazy("待复核"), "near"),
    "harmless": (gettext_lazy("无异常"), "idle"),
    "set_aside": (gettext_lazy("复核后不作处理"), "idle"),
    "upheld": (gettext_lazy("复核后疑点成立"), "bad"),
}
"""Word and tone of a flag's state."""

CHECK_STATES: dict[str, tuple[Promise, str]] = {
    "choose": (gettext_lazy("未选择核验方式"), "idle"),
    "human_waiting": (gettext_lazy("等待人工核验"), "near"),
    "human": (gettext_lazy("人工核验，全程看考"), "good"),
    "check_in": (gettext_lazy("未提交照片"), "idle"),
    "waiting": (gettext_lazy("等待核对照片"), "near"),
    "same": (gettext_lazy("已核验"), "good"),
    "other": (gettext_lazy("不是本人"), "bad"),
    "again": (gettext_lazy("请重新拍照"), "wait"),
}

REVIEW_WORDS: dict[str, Promise] = {
    "posture": gettext_lazy("坐姿或角度所致"),
    "light": gettext_lazy("光线所致"),
    "device": gettext_lazy("设备或网络所致"),
    "passer_by": gettext_lazy("他人路过，没有交流"),
    "same_person": gettext_lazy("确认是本人"),
    "left_seat": gettext_lazy("离开座位"),
    "helper": gettext_lazy("有他人在旁协助"),
    "stand_in": gettext_lazy("疑似替考"),
    "hidden": gettext_lazy("有意遮挡摄像头"),
    "other": gettext_lazy("其他"),
}

OUTCOME_WORDS: dict[str, Promise] = {
    "harmless": gettext_lazy("无异常"),
    "doubt": gettext_lazy("有疑点，请考生说明并复核"),
    "set_aside": gettext_lazy("不作处理"),
    "upheld": gettext_lazy("疑点成立"),
    "same": gettext_lazy("是本人"),
    "again": gettext_lazy("看不清，请重拍"),
    "other": pgettext_lazy("identity", "不是本人"),
}

READING_STATES: dict[str, Promise] = {
    "measured": gettext_lazy("已比对"),
    "no_face": gettext_lazy("没有找到人脸"),
    "several_faces": gettext_lazy("找到不止一张人脸"),
    "no_model": gettext_lazy("找到一张人脸，未比对身份"),
    "no_reference": gettext_lazy("没有可比对的照片"),
    "covered": gettext_lazy("画面被遮挡或过暗"),
    "failed": gettext_lazy("没有完成比对"),
}

AGAINST_WORDS: dict[str, Promise] = {
    "portrait": gettext_lazy("证件照"),
    "card": gettext_lazy("身份证件"),
    "nobody": gettext_lazy("只查有无人脸"),
}


def adapter_words(name: str) -> str:
    """What this installation does with faces, in one sentence for staff and candidates."""
    texts = {
        "eyes": _("系统只在本平台服务器上检查画面中有没有人、有几个人；是不是本人，由监考老师查看。"),
        "local": _("系统在本平台服务器上检查画面并与证件照比对；有疑点的，由监考老师查看。"),
        "remote": _("画面发送给委托的比对服务，与证件照比对；有疑点的，由监考老师查看。"),
    }
    return texts.get(name, "")


def say_start(code: str) -> str:
    """Why the exam cannot begin yet, and what to do."""
    texts = {
        "choose": _("请先选择身份核验方式。"),
        "human_waiting": _("您选择了人工核验，请等监考老师与您联系，当面或通过视频核验后即可进入。"),
        "check_in": _("请先拍摄身份证件和本人照片。"),
        "check_waiting": _("照片正在核对，核对完成后即可进入，请稍候。"),
        "check_again": _("照片看不清，请按提示重新拍摄。"),
        "check_other": _("核对时认为照片与本人不符。请联系监考老师当面或通过视频核验。"),
        "camera": _("请打开摄像头，确认画面正常后进入。"),
    }
    return texts.get(code, _("现在不能进行，请联系监考老师。"))


def say_error(code: str, params: dict[str, object]) -> str:
    """What was wrong and what to do."""
    texts = {
        "not_demanded": _("这场考试不核验身份。"),
        "no_consent": _("您没有同意拍摄，或已经撤回。请选择人工核验。"),
        "too_young": _("未满 14 周岁的，请选择人工核验。"),
        "not_camera_way": _("您选择的是人工核验，不需要拍照。"),
        "camera_only": _("这场考试须用摄像头现场拍照，不能上传已有的照片。"),
        "bad_picture": _("照片不能打开，请重新拍摄。"),
        "too_large": _("照片太大，请重新拍摄或换一张 10 MB 以内的。"),
        "too_often": _("提交太频繁，请稍后再试或联系监考老师。"),
        "decided": _("身份已经核验，不需要再拍。"),
        "no_note": _("请写明情况。"),
        "long_text": _("文字太长，请控制在 {most} 字以内。").format(most=params.get("most", "")),
        "no_text": _("请填写说明。"),
        "bad_outcome": _("请选择结论。"),
        "bad_reason": _("请选择原因。"),
        "own_case": _("不能处理本人的考试。"),
        "reviewed": _("已经有人查看并作出结论。"),
        "not_doubted": _("这个情况不需要说明或复核。"),
        "same_person": _("初次查看和复核须由不同的人完成。"),
        "too_early": _(
            "考生还没有说明。收到说明，或初次查看 {days} 天后，才能认定疑点成立；认定不作处理不受此限。"
        ).format(days=params.get("days", "")),
    }
    return texts.get(code, _("没有完成，请重试。"))
