"""Files taken into items: data sheets and documents that go with a question."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from tancai.files import api as files
from tancai.items import attached
from tancai.items.errors import BadAttachment
from tancai.items.queries.attachments import PURPOSE


def add_attachment(data: bytes, *, name: str, words: str = "", by: Any, at: datetime) -> str:
    """Keep a file and give the text that stands for it in an item: ``[words](file:token)``.

    The same bytes are kept once. ``words`` (the name without) is what candidates read. Call it outside a transaction.
    Raises BadAttachment (see ``attached.judged``).
    """
    ending, kept = attached.judged(name, data)
    words = " ".join((words or name).replace("[", "（").replace("]", "）").split())[:200]
    if not words:
        raise BadAttachment("no_words")
    sha = hashlib.sha256(kept).hexdigest()
    stored = files.StoredFile.objects.filter(purpose=PURPOSE, sha256=sha, discard=None).first()
    if stored is None:
        stored = files.store(kept, purpose=PURPOSE, name=name, mime=attached.MIMES[ending], by=by, at=at)
    return f"[{words}](file:{stored.token})"
