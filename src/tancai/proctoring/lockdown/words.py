"""Words for the codes of the lock-down client."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tancai.exams import api as exams

EXCEPTION_REASONS: dict[str, Promise] = {
    "no_client": gettext_lazy("设备没有可用的客户端"),
    "device": gettext_lazy("客户端在该设备上不能运行"),
    "accessibility": gettext_lazy("需要使用辅助技术"),
    "site": gettext_lazy("在考点由监考老师现场监考"),
    "network": gettext_lazy("网络拦截客户端"),
    "demonstration": gettext_lazy("演示场次"),
    "other": gettext_lazy("其他原因"),
}

SYSTEMS: dict[str, Promise | str] = {
    "windows": "Windows",
    "macos": "macOS",
    "ipados": "iPadOS",
    "linux": "Linux",
    "android": gettext_lazy("安卓、鸿蒙"),
    "other": gettext_lazy("其他系统"),
}

SHORT: dict[str, Promise] = {
    "client_missing": gettext_lazy("普通浏览器"),
    "client_unproven": gettext_lazy("客户端未出示密钥"),
    "client_other_config": gettext_lazy("配置文件不符"),
    "client_unknown_build": gettext_lazy("客户端版本不在名单"),
}

PLACES: dict[str, Promise] = {
    "check": gettext_lazy("入场核对"),
    "enter": gettext_lazy("进入考场"),
    "room": gettext_lazy("打开考场页面"),
    "paper": gettext_lazy("取试卷"),
    "during": pgettext_lazy("place", "考试中"),
}


def say_client(found: exams.Reason) -> str:
    """One sentence for the candidate: what is the matter with the client, and what to do."""
    texts = {
        "client_missing": _(
            "这场考试须在考试客户端中进行，您现在用的是普通浏览器。请下载配置文件并用客户端打开。"
        ),
        "client_unproven": _(
            "正在核对考试客户端，请稍候几秒。如一直如此，请退出客户端，重新打开本场考试的配置文件。"
        ),
        "client_other_config": _(
            "客户端打开的不是本场考试的配置文件。请退出客户端，重新下载配置文件再打开。"
        ),
        "client_unknown_build": _(
            "您的客户端版本不在本场考试的允许名单中。请更新到说明页所列版本，或联系监考老师。"
        ),
    }
    return texts.get(found.code, exams.say_reason(found))
