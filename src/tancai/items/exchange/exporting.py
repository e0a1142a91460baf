"""Writing items of the bank as files of other systems; what a format cannot say is told item by item."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tancai.items import kinds as item_kinds
from tancai.items import texts
from tancai.items.exchange import gift, moodle, moodle_write, native, qti2, qti_write, sheet, text_write, xml
from tancai.items.exchange.model import Found, Loss, NotThis, Read
from tancai.items.models import ItemOrigin, ItemVersion
from tancai.items.queries.attachments import attachment_bytes
from tancai.items.queries.bank import tags_of
from tancai.items.queries.pictures import picture_bytes

FORMATS = {
    "qti3": (".zip", "application/zip"),
    "qti22": (".zip", "application/zip"),
    "qti21": (".zip", "application/zip"),
    "moodle": (".xml", "application/xml"),
    "gift": (".txt", "text/plain; charset=utf-8"),
    "aiken": (".txt", "text/plain; charset=utf-8"),
    "xlsx": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (".csv", "text/csv; charset=utf-8"),
}
"""Names for ``--format`` with ending and type of the file."""

EXPORTED, WITH_LOSS, REFUSED = "exported", "exported_with_loss", "refused"


@dataclass(frozen=True)
class Written:
    """What became of one item: ``losses`` are not in the file, or only in the part that this house alone reads."""

    code: str
    kind: str
    status: str
    losses: tuple[Loss, ...] = ()
    reason: str = ""
    piece: str = ""


@dataclass(frozen=True)
class Export:
    data: bytes
    ending: str
    mime: str
    items: tuple[Written, ...]


def export_items(item_ids: Iterable[int], form: str) -> Export:
    """The newest versions of these items as one file; ``form`` is one of FORMATS."""
    found = list(_found(list(item_ids)))
    writers: dict[str, Callable[[list[_One]], tuple[bytes, list[Written]]]] = {
        "moodle": _moodle,
        "gift": _gift,
        "aiken": _aiken,
        "xlsx": lambda items: _table(items, sheet.write_xlsx),
        "csv": lambda items: _table(items, sheet.write_csv),
    }
    if form in qti_write.DIALECTS:
        data, written = _qti(found, qti_write.DIALECTS[form])
    else:
        data, written = writers[form](found)
    ending, mime = FORMATS[form]
    return Export(data, ending, mime, tuple(written))


@dataclass(frozen=True)
class _One:
    found: Found
    origin: ItemOrigin | None
    """Where the newest version came from, when it wrote more than the room could hold."""


def _found(item_ids: list[int]) -> Iterator[_One]:
    newest: dict[int, ItemVersion] = {}
    for start in range(0, len(item_ids), 500):
        rows = ItemVersion.objects.filter(item__in=item_ids[start : start + 500]).select_related("item")
        for version in rows.order_by("number"):
            newest[version.item_id] = version
    tags = tags_of(item_ids)
    kept = ItemOrigin.objects.exclude(foreign="").filter(item__in=item_ids).order_by("pk")
    origins = {row.version_id: row for row in kept}
    for version in sorted(newest.values(), key=lambda one: one.item.code):
        yield _One(of_version(version, tags.get(version.item_id, [])), origins.get(version.pk))


def of_version(version: ItemVersion, tags: list[str]) -> Found:
    """A version of the bank as it goes out; ``source`` is its code."""
    item, basis = version.item, version.basis
    about = {"topic": item.topic, "difficulty": item.difficulty, "levels": list(item.levels)}
    about |= {"document": basis.get("document", ""), "clause": basis.get("clause", "")}
    return Found(
        kind=item.kind,
        content=version.content,
        key=version.key,
        explanation=version.explanation,
        source=item.code,
        tags=tuple(tags),
        about={name: value for name, value in about.items() if value},
    )


_OF_SAMPLE = ("parameterised", "case")


def _plainer(found: Found) -> Found:
    """A calculation with numbers of its own as the one with the numbers of its sample, for formats without it."""
    kind: Any = item_kinds.kinds().get(found.kind)
    if found.kind not in _OF_SAMPLE or not item_kinds.varies(found.kind, found.content):
        return found
    explanation = kind.explained(found.explanation, found.content, found.key)
    content, key = kind.resolved(found.content, found.key, None)
    if found.kind == "case":
        content |= {"variables": [], "derived": []}
        key = {"questions": [_without_sample(own) for own in key["questions"]]}
        return replace(found, content=content, key=key, explanation=explanation)
    return replace(found, kind="numeric", content=content, key=_without_sample(key), explanation=explanation)


def _without_sample(key: dict[str, Any]) -> dict[str, Any]:
    """A key without what it was computed from."""
    return {name: value for name, value in key.items() if name not in ("exact", "values")}


def _status(code: str, kind: str, losses: list[Loss]) -> Written:
    return Written(code, kind, WITH_LOSS if losses else EXPORTED, tuple(losses))


def _changes(found: Found, back: Read) -> list[Loss]:
    """What reading the written item again does not give back."""
    if not isinstance(back, Found):
        return [Loss("not_read_back", back.reason)]
    if back.kind != found.kind:
        return [Loss("kind", found.kind)]
    found = _with_sha(found, back)
    losses = []
    for name in ("content", "key", "explanation"):
        if getattr(found, name) != getattr(back, name):
            losses.append(Loss(name))
    return losses


def _with_sha(found: Found, back: Found) -> Found:
    """Pictures are told by their token here and by their content there."""

    def blank(value: Any) -> Any:
        return re.sub(r"\((image|file):[0-9a-f]{40}\)", r"(\1)", value) if isinstance(value, str) else value

    return (
        found
        if not back.pictures
        else replace(
            found,
            content=_mapped(found.content, blank)
            if _mapped(found.content, blank) != _mapped(back.content, blank)
            else back.content,
            key=_mapped(found.key, blank)
            if _mapped(found.key, blank) != _mapped(back.key, blank)
            else back.key,
            explanation=back.explanation
            if blank(found.explanation) == blank(back.explanation)
            else found.explanation,
        )
    )


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    return [_mapped(inner, change) for inner in value] if isinstance(value, list) else change(value)


def _tokens(found: Found) -> list[str]:
    parts: list[str] = []
    _mapped(
        [found.content, found.key, found.explanation],
        lambda v: parts.extend(texts.tokens(v)) if isinstance(v, str) else None,
    )
    return list(dict.fromkeys(parts))


def _picture(token: str) -> tuple[str, bytes] | None:
    found = picture_bytes(token)
    if found is None:
        other = attachment_bytes(token)
        return None if other is None else (f"{token[:16]}.{other[0]}", other[1])
    ending = found[1].removeprefix("image/").replace("jpeg", "jpg").split("+")[0]
    return f"{token[:16]}.{ending}", found[0]


def _address(shown: dict[str, tuple[str, bytes]], token: str) -> str:
    """Where a picture stands in the package; what is not one of ours stays as it is."""
    return f"../images/{shown[token][0]}" if token in shown else token


def _qti(items: list[_One], dialect: qti_write.Dialect) -> tuple[bytes, list[Written]]:
    out = io.BytesIO()
    written: list[Written] = []
    listed: list[tuple[str, str, list[str]]] = []
    beside: dict[str, dict[str, Any]] = {}
    kept: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in items:
            found, path = one.found, f"items/{one.found.source}.xml"
            shown = {token: picture for token in _tokens(found) if (picture := _picture(token))}
            try:
                text, losses = _qti_item(one, dialect, partial(_address, shown))
            except NotThis as reason:
                written.append(Written(found.source, found.kind, REFUSED, (), reason.reason, reason.piece))
                continue
            for name, data in shown.values():
                if name not in kept:
                    archive.writestr(f"images/{name}", data)
                    kept.add(name)
            archive.writestr(path, text)
            listed.append((found.source, path, [f"images/{name}" for name, _data in shown.values()]))
            beside[found.source] = native.entry(found, whole=bool(losses))
            written.append(_status(found.source, found.kind, losses))
        archive.writestr(native.NAME, native.write(beside))
        archive.writestr(
            "imsmanifest.xml", qti_write.manifest(dialect, "tancai-items", listed, [native.NAME])
        )
    return out.getvalue(), written


def _qti_item(one: _One, dialect: qti_write.Dialect, address: qti_write.Address) -> tuple[str, list[Loss]]:
    if one.origin is not None and one.origin.form == dialect.code:
        return one.origin.foreign, []
    plainer = _plainer(one.found)
    text = qti_write.item(plainer, dialect, address)
    node = next(xml.elements(io.BytesIO(text.encode()), {"assessmentItem", "qti-assessment-item"}))
    losses = _changes(
        one.found, qti2.item(node, lambda name: b"x" if name.startswith("../images/") else None)
    )
    if one.origin is not None:
        losses.append(Loss("foreign", one.origin.form))
    return text, losses


def _moodle(items: list[_One]) -> tuple[bytes, list[Written]]:
    parts, written = [], []
    for one in items:
        try:
            if one.origin is not None and one.origin.form == "moodle":
                text, losses = one.origin.foreign, []
            else:
                text = moodle_write.question(_plainer(one.found), _picture)
                back = next(moodle.questions(io.BytesIO(f"<quiz>{text}</quiz>".encode())))
                losses = _changes(one.found, back)
                losses += [Loss("foreign", one.origin.form)] if one.origin is not None else []
        except NotThis as reason:
            written.append(
                Written(one.found.source, one.found.kind, REFUSED, (), reason.reason, reason.piece)
            )
            continue
        parts.append(text)
        written.append(_status(one.found.source, one.found.kind, losses))
    body = "\n".join(parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'.encode(), written


def _gift(items: list[_One]) -> tuple[bytes, list[Written]]:
    return _texts(items, text_write.gift, lambda text: next(gift.questions(text)))


def _aiken(items: list[_One]) -> tuple[bytes, list[Written]]:
    from tancai.items.exchange import aiken

    return _texts(items, text_write.aiken, lambda text: next(aiken.questions(text)))


def _texts(
    items: list[_One], write: Callable[[Found], str], read: Callable[[str], Read]
) -> tuple[bytes, list[Written]]:
    parts, written = [], []
    for one in items:
        try:
            text = write(_plainer(one.found))
        except NotThis as reason:
            written.append(
                Written(one.found.source, one.found.kind, REFUSED, (), reason.reason, reason.piece)
            )
            continue
        parts.append(text)
        losses = _changes(one.found, read(text))
        losses += [Loss("foreign", one.origin.form)] if one.origin is not None else []
        written.append(_status(one.found.source, one.found.kind, losses))
    return "\n".join(parts).encode(), written


def _table(items: list[_One], write: Callable[[list[list[str]]], bytes]) -> tuple[bytes, list[Written]]:
    table, written = [], []
    for one, (row, losses) in zip(items, sheet.rows(one.found for one in items), strict=True):
        if row is None:
            written.append(
                Written(one.found.source, one.found.kind, REFUSED, (), losses[0].code, losses[0].piece)
            )
            continue
        table.append(row)
        losses = (*losses, *_changes(one.found, sheet.back(row)))
        more = [Loss("foreign", one.origin.form)] if one.origin is not None else []
        written.append(_status(one.found.source, one.found.kind, [*losses, *more]))
    return write(table), written
