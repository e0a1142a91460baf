"""A portrait at the door: what a program can check stops it here, the rest waits for the reviewer."""

from __future__ import annotations

from typing import Any

from tancai.enrolment.errors import BadMaterial
from tancai.lib import images

MAX_PORTRAIT_BYTES = 8 * 1024 * 1024


def inspect(data: bytes, rule: Any) -> list[images.Finding]:
    """Findings on the picture against the programme's portrait rule, hard and soft."""
    if not data:
        return [images.Finding("empty", True)]
    if len(data) > MAX_PORTRAIT_BYTES:
        return [images.Finding("too_large", True, {"most": MAX_PORTRAIT_BYTES // (1024 * 1024)})]
    return images.inspect_portrait(data, width=rule.width, height=rule.height, background=rule.background)


def prepare(data: bytes, rule: Any) -> tuple[bytes, list[dict[str, Any]]]:
    """The portrait scaled to the pixels asked for, and its soft findings; raises BadMaterial on a hard fault."""
    if len(data) > MAX_PORTRAIT_BYTES:
        raise BadMaterial("too_large", kind="portrait", most=MAX_PORTRAIT_BYTES // (1024 * 1024))
    findings = inspect(data, rule)
    listed = [{"code": f.code, "hard": f.hard, "params": f.params} for f in findings]
    if any(f.hard for f in findings):
        raise BadMaterial("portrait", kind="portrait", findings=listed)
    return images.fit_portrait(data, width=rule.width, height=rule.height).data, listed
