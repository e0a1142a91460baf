"""Whether a request comes from the lock-down client of its session; no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tancai.proctoring.lockdown.keys import proves

PROOF_HOLDS = timedelta(minutes=10)
"""How long a proof posted by a page stands for requests of the same browser that carry none."""

EXCEPTION_REASONS = ("no_client", "device", "accessibility", "site", "network", "demonstration", "other")
"""Why somebody may sit without the client; words are made where they are shown."""


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What a request shows of its client.

    ``address`` is the absolute address as the browser saw it. ``config_hash`` and ``exam_hash`` come from the headers
    ``X-SafeExamBrowser-ConfigKeyHash`` and ``X-SafeExamBrowser-RequestHash``, or from the script interface of the
    client for the page at ``address``. ``proven_at`` and ``proven_key``: the last proof of this browser and the Config
    Key it was for.
    """

    address: str
    at: datetime
    config_hash: str = ""
    exam_hash: str = ""
    user_agent: str = ""
    proven_at: datetime | None = None
    proven_key: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the session asks for: the Config Key that counts, the Browser Exam Keys (any when empty)."""

    required: bool
    config_key: str
    exam_keys: tuple[str, ...] = ()
    excepted: bool = False


def judge(standing: Standing, facts: RequestFacts) -> str:
    """Empty when the request may pass, else why not.

    ``client_missing`` an ordinary browser; ``client_unproven`` the client, but no proof yet; ``client_other_config``
    opened with another configuration; ``client_unknown_build`` a build of the client that is not on the list.
    """
    if not standing.required or standing.excepted:
        return ""
    if not facts.config_hash:
        return "" if _proven(standing, facts) else _silent(facts)
    return proof(standing, facts)


def proof(standing: Standing, facts: RequestFacts) -> str:
    """Judges the hashes alone: empty when they prove the client, else ``client_…`` as in ``judge``."""
    if not facts.config_hash:
        return _silent(facts)
    if not proves(facts.config_hash, facts.address, (standing.config_key,)):
        return "client_other_config"
    if standing.exam_keys and not proves(facts.exam_hash, facts.address, standing.exam_keys):
        return "client_unknown_build"
    return ""


def _proven(standing: Standing, facts: RequestFacts) -> bool:
    if facts.proven_at is None or facts.proven_key != proven_key(standing):
        return False
    return timedelta(0) <= facts.at - facts.proven_at + timedelta(seconds=5) <= PROOF_HOLDS


def proven_key(standing: Standing) -> str:
    """What a remembered proof is worth: it ends when the configuration or the list of builds changes."""
    return ":".join((standing.config_key, *sorted(standing.exam_keys)))


def _silent(facts: RequestFacts) -> str:
    return "client_unproven" if is_client(facts.user_agent) else "client_missing"


def is_client(user_agent: str) -> bool:
    """Whether a browser calls itself the client; said, not proven."""
    return "SEB/" in user_agent or "SEB " in f"{user_agent} " or "SafeExamBrowser" in user_agent


SYSTEMS = ("windows", "macos", "ipados", "linux", "android", "other")


def system_of(user_agent: str) -> str:
    """The system a browser runs on, as far as it tells; an iPad often says it is a Mac."""
    marks = (
        ("ipados", ("iPad", "iPhone")),
        ("android", ("Android", "HarmonyOS")),
        ("windows", ("Windows",)),
        ("macos", ("Macintosh", "Mac OS X")),
        ("linux", ("Linux", "X11", "CrOS")),
    )
    return next((name for name, words in marks if any(word in user_agent for word in words)), "other")
