"""Words for what the test run finds: what is the matter, and what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.exams import api as exams
from tancai.proctoring.lockdown.words import say_client
from tancai.proctoring.trial.rules import Finding

TRIAL_STATES: dict[str, tuple[Promise, str]] = {
    "not_done": (gettext_lazy("未测试"), "idle"),
    "problems": (gettext_lazy("有问题待解决"), "near"),
    "checked": (gettext_lazy("设备已检查"), "wait"),
    "done": (gettext_lazy("已完成"), "good"),
}
"""Word and tone of a candidate's test run."""

PART_WORDS: dict[str, Promise] = {
    "browser": gettext_lazy("浏览器"),
    "storage": gettext_lazy("本机保存"),
    "log": gettext_lazy("作答服务器"),
    "speed": gettext_lazy("上传速度"),
    "clock": gettext_lazy("设备时间"),
    "client": gettext_lazy("考试客户端"),
    "camera": gettext_lazy("摄像头"),
}

PART_STATES: dict[str, tuple[Promise, str]] = {
    "good": (gettext_lazy("正常"), "good"),
    "warn": (gettext_lazy("请留意"), "near"),
    "bad": (gettext_lazy("须解决"), "bad"),
    "skipped": (gettext_lazy("未检查"), "idle"),
}


def _span(seconds: float) -> str:
    """A span of time in the unit that reads best."""
    if seconds < 120:
        return _("{n} 秒").format(n=round(seconds))
    if seconds < 7200:
        return _("{n} 分钟").format(n=round(seconds / 60))
    if seconds < 172_800:
        return _("{n} 小时").format(n=round(seconds / 3600))
    return _("{n} 天").format(n=round(seconds / 86_400))


def _speed(kbit: float) -> str:
    return f"{kbit / 1000:.0f} Mbit/s" if kbit >= 1000 else f"{kbit:.0f} kbit/s"


def say_finding(found: Finding) -> str:
    """One sentence: what was found, and what to do about it."""
    p = found.params
    if found.code.startswith("client_") and found.code != "client_ok":
        return say_client(exams.Reason(found.code))
    span, speed = _span(p.get("seconds", 0)), _speed(p.get("upload", 0))
    texts = {
        "browser_ok": _("{name} {version}").format(name=p.get("name", ""), version=p.get("version", "")),
        "browser_old": _("{name} {version} 太旧，请更新到 {oldest} 或更新的版本。").format(
            name=p.get("name", ""), version=p.get("version", ""), oldest=p.get("oldest", "")
        ),
        "browser_unknown": _("认不出浏览器。建议使用新版 Edge、Chrome、Firefox 或 Safari。"),
        "browser_lacks": _("浏览器缺少考试页面需要的功能（{missing}），请更新或更换浏览器。").format(
            missing=p.get("missing", "")
        ),
        "storage_ok": _("断网或关闭页面后，作答仍在本机。"),
        "storage_memory": _(
            "这个浏览器不能在本机保存作答，可能开启了无痕浏览或禁止保存数据。请用普通窗口并允许保存。"
        ),
        "storage_small": _("本机可用空间只有 {quota} MB，请清理磁盘。").format(quota=p.get("quota", "")),
        "log_ok": _("往返 {delay} 毫秒").format(delay=p.get("delay", "")),
        "log_slow": _("往返 {delay} 毫秒，偏慢，作答会晚一两秒保存。请靠近路由器或改用有线网络。").format(
            delay=p.get("delay", "")
        ),
        "log_too_slow": _("往返 {delay} 毫秒，太慢。请更换网络后再测。").format(delay=p.get("delay", "")),
        "log_unreachable": _("连不上作答服务器。请更换网络，或请网络管理员放行考试网址后再测。"),
        "log_unmeasured": _("能连上，但没有测出快慢，请再测一次。"),
        "speed_ok": _("约 {speed}").format(speed=speed),
        "speed_slow": _("约 {speed}，偏慢。考试时请关闭其他占用网络的程序。").format(speed=speed),
        "speed_too_slow": _("约 {speed}，太慢。请更换网络后再测。").format(speed=speed),
        "speed_unmeasured": _("没有测出，请再测一次。"),
        "speed_skipped": _("连上作答服务器后再测。"),
        "clock_ok": _("与服务器相差 {span}").format(span=span),
        "clock_fast": _("比服务器快 {span}。考试以服务器时间为准，建议打开系统的自动校时。").format(
            span=span
        ),
        "clock_slow": _("比服务器慢 {span}。考试以服务器时间为准，建议打开系统的自动校时。").format(
            span=span
        ),
        "clock_skipped": _("连上作答服务器后再测。"),
        "client_ok": _("已核对本场考试的客户端。"),
        "camera_ok": _("能看到画面。"),
        "camera_denied": _("没有得到使用摄像头的同意。请点地址栏的摄像头图标，选择允许后再测。"),
        "camera_none": _("没有找到摄像头，请接好后再测。"),
        "camera_busy": _("摄像头正被其他程序占用，请关闭后再测。"),
        "camera_unsupported": _("这个浏览器不能使用摄像头，请更换浏览器。"),
        "camera_skipped": _("本场考试需要摄像头，请再检查一次，并允许使用摄像头。"),
        "camera_not_needed": _("本场考试不需要摄像头。"),
    }
    return texts[found.code]
