"""Answered papers as files: a long table, one line a response, and QTI results, one document a candidate. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import IO

from tancai.items import api as items
from tancai.marking.queries.answers import Answered, AnsweredPaper

FORMATS = {"csv": ".csv", "qti3": ".zip", "qti22": ".zip", "qti21": ".zip"}
"""Names of the formats with the ending of the file."""

Told = Callable[[int], None]
_HEAD = ("session", "form", "candidate")
_NAMED = ("ticket", "name")
_REST = (
    "item",
    "version",
    "position",
    "part",
    "kind",
    "response",
    "score",
    "max",
    "first_score",
    "variant",
    "seconds",
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def write(
    papers: Iterable[AnsweredPaper],
    form: str,
    out: IO[bytes],
    *,
    names: bool = False,
    told: Told | None = None,
) -> int:
    """Write the papers to ``out`` and say how many; ``form`` is one of FORMATS, ``told`` hears each number."""
    return (_table if form == "csv" else _documents)(papers, form, out, names, told or (lambda done: None))


def _table(papers: Iterable[AnsweredPaper], form: str, out: IO[bytes], names: bool, told: Told) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    table = csv.writer(text)
    table.writerow((*_HEAD, *(_NAMED if names else ()), *_REST))
    count = 0
    for count, paper in enumerate(papers, start=1):
        who = (paper.ticket, harmless(paper.name)) if names else ()
        for one in paper.answers:
            table.writerow((paper.session, paper.form, paper.code, *who, *_cells(one)))
        told(count)
    text.flush()
    text.detach()
    return count


def _cells(one: Answered) -> tuple[object, ...]:
    question = one.question
    return (
        question.code,
        question.version,
        question.position,
        harmless(question.part),
        question.kind,
        harmless(items.told_answer(one.given)),
        _figure(one.score),
        _figure(one.out_of),
        _figure(one.first_score),
        json.dumps(dict(one.variant), ensure_ascii=False) if one.variant else "",
        "" if one.seconds is None else f"{one.seconds:.0f}",
    )


def harmless(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers."""
    runs = text[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{text}" if runs and not _NUMBER.fullmatch(text) else text


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}" if value else "0"


def _documents(papers: Iterable[AnsweredPaper], form: str, out: IO[bytes], names: bool, told: Told) -> int:
    count = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for count, paper in enumerate(papers, start=1):
            archive.writestr(f"{paper.code}.xml", items.result_document(_result(paper), form))
            told(count)
    return count


def _result(paper: AnsweredPaper) -> items.PaperResult:
    known = [("urn:tancai:session", paper.session)]
    known += [("urn:tancai:ticket", paper.ticket)] if paper.ticket else []
    known += [("urn:tancai:name", paper.name)] if paper.name else []
    return items.PaperResult(
        identifier=f"form-{paper.form}",
        candidate=paper.code,
        at=paper.ended_at,
        identifiers=tuple(known),
        seconds=paper.seconds,
        score=paper.score,
        out_of=paper.out_of,
        passed=paper.passed,
        items=tuple(
            items.ItemResult(
                identifier=one.question.code,
                sequence=one.question.position,
                responses=one.given,
                variant=one.variant,
                score=one.score,
                out_of=one.out_of,
                version=one.question.version,
            )
            for one in paper.answers
        ),
    )
