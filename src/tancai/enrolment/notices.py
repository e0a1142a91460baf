"""What candidates are told about their applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import override

from tancai.enrolment import words
from tancai.enrolment.models import Application
from tancai.messages import api as messages
from tancai.programmes import api as programmes


def tell(application: Application, kind: str, *, by: Any, at: datetime, **more: Any) -> None:
    """Send the message ``kind`` to the applicant."""
    definition = programmes.definition_of(application.edition_id)
    params = {
        "programme": {"zh-hans": definition.name, "en": definition.name_en},
        "number": application.number,
    }
    messages.send(
        person=application.person,
        kind=kind,
        params={**params, **more},
        link=f"/me/applications/{application.number}/",
        at=at,
        by=by,
    )


def reasons_in_words(
    application: Application, reasons: Sequence[Mapping[str, str]], remark: str
) -> dict[str, str]:
    """The reasons of a return, one line each, in both languages."""
    definition = programmes.definition_of(application.edition_id)
    said = {}
    for language in ("zh-hans", "en"):
        names = {m.kind: m.name if language == "zh-hans" else m.name_en for m in definition.materials}
        with override(language):
            lines = [words.say_return(reason, names) for reason in reasons]
        said[language] = "\n".join([*lines, *([remark] if remark else [])])
    return said
