"""Taking read items into the bank: dry or for good, chunk by chunk, each with its outcome; safe to repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items import attached
from tancai.items.actions.attachments import add_attachment
from tancai.items.actions.pictures import add_picture, drawn
from tancai.items.attached import MIMES
from tancai.items.bank_files import content_digest
from tancai.items.errors import BadAttachment, BadPicture
from tancai.items.exchange import files
from tancai.items.exchange.model import MOST_ITEMS, Found, Loss, Read, Refused
from tancai.items.item_texts import text_faults
from tancai.items.kinds import kinds
from tancai.items.models import Item, ItemOrigin, ItemState, ItemVersion
from tancai.items.rules import DIFFICULTIES

CHUNK = 500
UNSORTED = "imported"
"""Topic of items whose file names none; authors move them to theirs."""

IMPORTED, WITH_LOSS, UNCHANGED, REFUSED = "imported", "imported_with_loss", "unchanged", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became, or would become, of one item of a file."""

    status: str
    title: str
    source: str
    place: str
    line: int
    kind: str = ""
    code: str = ""
    revised: bool = False
    """A new version of an item that is there already."""
    reason: str = ""
    piece: str = ""
    asks: str = ""
    losses: tuple[Loss, ...] = ()
    notes: tuple[Loss, ...] = ()
    stem: str = ""


@dataclass(frozen=True)
class Target:
    """Where items go: ``topics`` maps names in files (topic codes, categories) to topics of the bank."""

    collection: str = "shared"
    topic: str = UNSORTED
    difficulty: str = "medium"
    levels: tuple[str, ...] = ()
    topics: Callable[[str], str] = field(default=lambda name: "")
    bank: str = ""


def import_file(
    path: Path, target: Target, *, form: str = "", dry_run: bool = False, by: Any, at: datetime
) -> Iterator[Outcome]:
    """Every item of a file, package or folder with its outcome, as it is done. Call it outside a transaction."""
    target = replace(target, bank=(target.bank or path.name)[:120])
    yield from import_items(files.read(path, form), target, form=form, dry_run=dry_run, by=by, at=at)


def import_items(
    found: Iterable[Read], target: Target, *, form: str = "", dry_run: bool = False, by: Any, at: datetime
) -> Iterator[Outcome]:
    """Items in chunks of one transaction each; what was taken in stays when a later chunk fails."""
    run = _Run(target, form, dry_run, by, at)
    reads = iter(found)
    for _chunk in range(MOST_ITEMS // CHUNK):
        chunk = list(islice(reads, CHUNK))
        if not chunk:
            return
        yield from run.chunk(chunk)
    if next(reads, None) is not None:
        yield Outcome(REFUSED, "", "", "", 0, reason="too_many_items", piece=str(MOST_ITEMS))


@dataclass
class _Ready:
    found: Found
    source: str
    digest: str
    item: Item | None
    code: str
    losses: list[Loss]
    revised: bool


class _Run:
    def __init__(self, target: Target, form: str, dry_run: bool, by: Any, at: datetime) -> None:
        self.target, self.form, self.dry_run, self.by, self.at = target, form, dry_run, by, at
        self.codes: dict[str, int] = {}
        self.seen: set[str] = set()

    def chunk(self, reads: Sequence[Read]) -> list[Outcome]:
        sources = [self._source(one) if isinstance(one, Found) else "" for one in reads]
        known = self._known(sources, [one.source for one in reads if isinstance(one, Found) and one.source])
        looked: list[Outcome | _Ready] = []
        for one, source in zip(reads, sources, strict=True):
            if isinstance(one, Refused):
                looked.append(_refused(one, one.reason, one.piece, one.asks))
            else:
                looked.append(self._look_at(one, source, known))
        ready = [one for one in looked if isinstance(one, _Ready)]
        if self.dry_run:
            for made in ready:
                made.losses += _picture_losses(made.found)
        elif ready:
            self._keep(ready)
        return [_taken(one) if isinstance(one, _Ready) else one for one in looked]

    def _source(self, found: Found) -> str:
        """The item's name within its bank; a name that comes twice, or none, is told apart by the content."""
        name = "#".join(part for part in (found.place, found.source) if part) if found.source else ""
        name = name or f"={found.digest}"
        if name in self.seen:
            name = f"{name[:230]}={found.digest}"
        self.seen.add(name)
        return name[:300]

    def _known(self, sources: list[str], codes: list[str]) -> dict[str, tuple[Item, str]]:
        """Items that are there already by source, and by code for what comes back from here, with their digests."""
        own = Item.objects.filter(code__in=codes, collection=self.target.collection)
        found: dict[str, tuple[Item, str]] = {f"code:{item.code}": (item, "") for item in own}
        newest = ItemVersion.objects.filter(item__in=[item.pk for item in own]).order_by("item_id", "number")
        for version in newest.select_related("item"):
            digest = _digest_of(version.item.kind, version.content, version.key, version.explanation)
            found[f"code:{version.item.code}"] = (version.item, digest)
        rows = ItemOrigin.objects.filter(
            bank=self.target.bank,
            source__in=[s for s in sources if s],
            item__collection=self.target.collection,
        )
        for row in rows.select_related("item").order_by("pk"):
            found[row.source] = (row.item, row.digest)
        return found

    def _look_at(self, found: Found, source: str, known: dict[str, tuple[Item, str]]) -> _Ready | Outcome:
        faults = kinds()[found.kind].faults(found.content, found.key, None)
        faults += text_faults(found.content, found.key, found.explanation)
        if faults:
            return _refused(found, f"fault_{faults[0].code}", faults[0].place, "")
        before = known.get(source) or known.get(f"code:{found.source}")
        if before is not None and before[1] == found.digest:
            return replace(
                _taken(_Ready(found, source, "", before[0], before[0].code, [], True)), status=UNCHANGED
            )
        item = before[0] if before is not None and before[0].kind == found.kind else None
        code = item.code if item is not None else self._code(self._topic(found), found.kind)
        return _Ready(found, source, found.digest, item, code, list(found.losses), item is not None)

    def _topic(self, found: Found) -> str:
        for name in (found.about.get("topic", ""), found.about.get("category", "")):
            if name and (topic := self.target.topics(str(name))):
                return topic
        return self.target.topic

    def _code(self, topic: str, kind: str) -> str:
        stem = f"{topic}-{kinds()[kind].letter}"
        if stem not in self.codes:
            numbers = [
                int(code.removeprefix(stem))
                for code in Item.objects.filter(code__startswith=stem).values_list("code", flat=True)
                if code.removeprefix(stem).isdigit()
            ]
            self.codes[stem] = max(numbers, default=0)
        self.codes[stem] += 1
        return f"{stem}{self.codes[stem]:02d}"

    def _keep(self, ready: list[_Ready]) -> None:
        for one in ready:
            one.found = self._with_pictures(one)
        with transaction.atomic():
            self._write(ready)

    def _with_pictures(self, one: _Ready) -> Found:
        """The item with its pictures and files taken in; one that is none leaves its words."""
        swap: dict[str, str] = {}
        for sha, (name, data) in one.found.pictures.items():
            if name.rpartition(".")[2].lower() in MIMES:
                swap[f"(file:{sha})"] = self._attached(one, name, data)
                continue
            try:
                text = add_picture(data, name=name, words=name, by=self.by, at=self.at)
                swap[f"(image:{sha})"] = text[text.rindex("(") :]
            except BadPicture as error:
                one.losses.append(Loss(f"picture_{error.code}", name))
                swap[f"(image:{sha})"] = f"（{name}）"
        if not swap:
            return one.found
        content, key = _swapped(one.found.content, swap), _swapped(one.found.key, swap)
        return replace(one.found, content=content, key=key, explanation=_swapped(one.found.explanation, swap))

    def _attached(self, one: _Ready, name: str, data: bytes) -> str:
        try:
            text = add_attachment(data, name=name, by=self.by, at=self.at)
        except BadAttachment as error:
            one.losses.append(Loss(f"file_{error.code}", name))
            return f"（{name}）"
        return text[text.rindex("(") :]

    def _write(self, ready: list[_Ready]) -> None:
        fresh = [one for one in ready if one.item is None]
        made = Item.objects.bulk_create([self._item(one) for one in fresh])
        for one, item in zip(fresh, made, strict=True):
            one.item = item
        numbers: dict[int, int] = {}
        rows = ItemVersion.objects.filter(item__in=[one.item.pk for one in ready if one.item is not None])
        for item_id, number in rows.order_by("number").values_list("item_id", "number"):
            numbers[item_id] = number
        versions = ItemVersion.objects.bulk_create([self._version(one, numbers) for one in ready])
        ItemState.objects.bulk_create(
            [ItemState(version=v, state=ItemState.DRAFT, at=self.at, by=self.by) for v in versions]
        )
        ItemOrigin.objects.bulk_create(
            [self._origin(one, version) for one, version in zip(ready, versions, strict=True)]
        )
        detail = {"items": len(fresh), "versions": len(versions), "collection": self.target.collection}
        audit.record("items.import", by=self.by, at=self.at, target=("bank", self.target.bank), detail=detail)

    def _item(self, one: _Ready) -> Item:
        about = one.found.about
        difficulty = about.get("difficulty", "")
        levels = [str(level)[:20] for level in about.get("levels", []) if isinstance(level, str)]
        return Item(
            code=one.code,
            collection=self.target.collection,
            kind=one.found.kind,
            topic=self._topic(one.found),
            difficulty=difficulty if difficulty in DIFFICULTIES else self.target.difficulty,
            levels=levels or list(self.target.levels),
        )

    def _version(self, one: _Ready, numbers: dict[int, int]) -> ItemVersion:
        found, about = one.found, one.found.about
        assert one.item is not None
        numbers[one.item.pk] = number = numbers.get(one.item.pk, 0) + 1
        basis = {"document": str(about.get("document") or f"导入：{self.target.bank}")[:300]}
        basis["clause"] = str(about.get("clause", ""))[:300]
        return ItemVersion(
            item=one.item,
            number=number,
            content=found.content,
            key=found.key,
            basis=basis,
            explanation=found.explanation,
            digest=content_digest(found.content, found.key, basis, found.explanation),
            note=f"导入：{self.target.bank}"[:300],
            made_at=self.at,
            made_by=self.by,
        )

    def _origin(self, one: _Ready, version: ItemVersion) -> ItemOrigin:
        return ItemOrigin(
            item=version.item,
            version=version,
            bank=self.target.bank,
            source=one.source,
            digest=one.digest,
            form=self.form or _form_of(one.found),
            losses=[[loss.code, loss.piece] for loss in one.losses],
            foreign=one.found.foreign,
        )


def _form_of(found: Found) -> str:
    raw = found.foreign.lstrip("\ufeff \n")
    if "assessment-item" in raw[:2000]:
        return "qti3"
    if "imsqti_v2p2" in raw[:3000]:
        return "qti22"
    return "qti21" if "<assessmentItem" in raw[:3000] else "moodle" if raw.startswith("<question") else ""


def _digest_of(kind: str, content: dict[str, Any], key: dict[str, Any], explanation: str) -> str:
    return Found(kind, content, key, explanation).digest


def _picture_losses(found: Found) -> list[Loss]:
    """Pictures and files that would not be taken in."""
    losses = []
    for name, data in found.pictures.values():
        try:
            if name.rpartition(".")[2].lower() in MIMES:
                attached.judged(name, data)
            else:
                drawn(data)
        except BadPicture as error:
            losses.append(Loss(f"picture_{error.code}", name))
        except BadAttachment as error:
            losses.append(Loss(f"file_{error.code}", name))
    return losses


def _taken(one: _Ready) -> Outcome:
    found = one.found
    return Outcome(
        status=WITH_LOSS if one.losses else IMPORTED,
        title=found.title,
        source=found.source,
        place=found.place,
        line=found.line,
        kind=found.kind,
        code=one.code,
        revised=one.revised,
        losses=tuple(one.losses),
        notes=found.notes,
        stem=str(found.content.get("stem", ""))[:200],
    )


def _refused(one: Read, reason: str, piece: str, asks: str) -> Outcome:
    kind, stem = (one.kind, str(one.content.get("stem", ""))[:200]) if isinstance(one, Found) else ("", "")
    return Outcome(
        REFUSED,
        one.title,
        one.source,
        one.place,
        one.line,
        kind,
        reason=reason,
        piece=piece,
        asks=asks,
        stem=stem,
    )


def _swapped(value: Any, swap: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in swap.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {name: _swapped(inner, swap) for name, inner in value.items()}
    return [_swapped(inner, swap) for inner in value] if isinstance(value, list) else value
