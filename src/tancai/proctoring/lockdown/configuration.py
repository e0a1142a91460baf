"""The settings of the lock-down client for one session: one start page, our addresses only, nothing else.

Study pages live at the same site, so the filter lets through the exam room, sign-in, help of the client and the files
of pages, and the response log; everything else of the site and of the world stays closed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MODERN_ENGINE = 3
ALLOW = 1
OPEN_PATHS = ("exam/*", "account/*", "i18n/*", "static/*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a configuration.

    ``site`` and ``log`` are the public addresses without a slash at the end; ``leave`` the address that closes the
    client; ``salt`` 32 random bytes; ``mark`` the suffix of the user agent.
    """

    site: str
    log: str
    leave: str
    salt: bytes
    mark: str
    quit_password: str = ""
    camera: bool = False


def settings_for(wanted: Wanted) -> dict[str, Any]:
    """The settings of the file, ready to be written and hashed."""
    return {
        **_WINDOW,
        **_CLOSED,
        "startURL": f"{wanted.site}/exam/",
        "quitURL": wanted.leave,
        "quitURLConfirm": False,
        "allowQuit": True,
        "hashedQuitPassword": hashlib.sha256(wanted.quit_password.encode()).hexdigest()
        if wanted.quit_password
        else "",
        "browserUserAgent": wanted.mark,
        "examKeySalt": wanted.salt,
        "allowVideoCapture": wanted.camera,
        "allowAudioCapture": False,
        "URLFilterEnable": True,
        "URLFilterEnableContentFilter": False,
        "URLFilterRules": [_rule(expression) for expression in allowed(wanted.site, wanted.log)],
    }


def allowed(site: str, log: str) -> list[str]:
    """Expressions of the addresses that may be opened."""
    found = [f"{_plain(site)}/{path}" for path in OPEN_PATHS]
    return [*found, f"{_plain(log)}/*"]


def _plain(address: str) -> str:
    """Scheme, host, port and prefix, as the filter of the client writes them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _rule(expression: str) -> dict[str, Any]:
    return {"active": True, "regex": False, "expression": expression, "action": ALLOW}


_WINDOW: dict[str, Any] = {
    "sebConfigPurpose": 0,
    "browserViewMode": 1,
    "mainBrowserWindowWidth": "100%",
    "mainBrowserWindowHeight": "100%",
    "browserWindowWebView": MODERN_ENGINE,
    "sendBrowserExamKey": True,
    "enableBrowserWindowToolbar": False,
    "hideBrowserWindowToolbar": True,
    "showMenuBar": False,
    "showTaskBar": True,
    "showTime": True,
    "showInputLanguage": True,
    "showReloadButton": True,
    "showReloadWarning": False,
    "browserWindowAllowReload": True,
    "newBrowserWindowAllowReload": False,
    "enableZoomPage": True,
    "enableZoomText": True,
    "zoomMode": 0,
    "audioControlEnabled": False,
    "browserWindowShowURL": 0,
}
"""Whole screen, reloading and zoom possible, input methods shown: Chinese is typed in the exam."""

_CLOSED: dict[str, Any] = {
    "allowBrowsingBackForward": False,
    "allowDictation": False,
    "allowDictionaryLookup": False,
    "allowDisplayMirroring": False,
    "allowDownUploads": False,
    "allowDownloads": False,
    "allowUploads": False,
    "allowPDFReaderToolbar": False,
    "allowPreferencesWindow": False,
    "allowPrint": False,
    "allowScreenSharing": False,
    "allowSiri": False,
    "allowSpellCheck": False,
    "allowSpellCheckDictionary": [],
    "allowSwitchToApplications": False,
    "allowUserSwitching": False,
    "allowVirtualMachine": False,
    "allowWlan": True,
    "allowedDisplaysMaxNumber": 1,
    "allowedDisplayBuiltin": True,
    "blockPopUpWindows": True,
    "newBrowserWindowByLinkPolicy": 1,
    "newBrowserWindowByScriptPolicy": 0,
    "enablePrivateClipboard": True,
    "clipboardPolicy": 2,
    "enablePrintScreen": False,
    "enableRightMouse": False,
    "enableF12": False,
    "detectStoppedProcess": True,
    "examSessionClearCookiesOnStart": True,
    "examSessionClearCookiesOnEnd": True,
    "examSessionReconfigureAllow": False,
    "downloadAndOpenSebConfig": True,
    "ignoreExitKeys": True,
    "monitorProcesses": True,
    "removeBrowserProfile": True,
}
"""No copying in or out, no printing, no spelling help, no second screen, no other program."""
