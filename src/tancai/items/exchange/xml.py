"""XML read in pieces: the wanted elements one after the other, each with its line; nothing else is kept.

On expat, as the standard library wraps it, so that lines are known and memory stays flat. Declared entities are
refused altogether (no bombs), external ones are never fetched, depth and text of an element are bounded.
"""

from __future__ import annotations

import contextlib
import html
from collections.abc import Collection, Iterator
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from tancai.items.exchange.model import MOST_FILE, Unusable

_CHUNK = 64 * 1024
_DEEPEST = 150


class Node(ET.Element):
    """An element by its local name; ``line`` of its start."""

    line: int = 0


def elements(stream: IO[bytes], wanted: Collection[str]) -> Iterator[Node]:
    """The outermost elements of these names, in order; raises Unusable at what is no sound or no friendly XML."""
    reader = _Reader(wanted)
    while True:
        chunk = stream.read(_CHUNK)
        try:
            reader.parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            yield from reader.done
            raise Unusable(
                "not_well_formed", expat.errors.messages.get(error.code, ""), error.lineno
            ) from None
        except (ValueError, LookupError) as error:
            raise Unusable("encoding", str(error)[:80]) from None
        yield from reader.done
        reader.done.clear()
        if not chunk:
            return


def first_name(data: bytes) -> tuple[str, str]:
    """Name and namespace of the outermost element of the beginning of a file, ``("", "")`` when it is no XML."""
    found: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _attributes: found.append(name) if not found else None
    with contextlib.suppress(expat.ExpatError, ValueError, LookupError):
        parser.Parse(data, False)
    space, _is, name = found[0].rpartition(" ") if found else ("", "", "")
    return name, space


class _Reader:
    def __init__(self, wanted: Collection[str]) -> None:
        self.wanted = frozenset(wanted)
        self.done: list[Node] = []
        self.stack: list[Node] = []
        self.last: Node | None = None
        self.depth = self.size = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._skipped
        self.parser.ExternalEntityRefHandler = lambda *_names: 1
        self.parser.UseForeignDTD(True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unusable("too_deep", "", self.parser.CurrentLineNumber)
        local = name.rpartition(" ")[2]
        if not self.stack and local not in self.wanted:
            return
        qti3 = local.startswith("qti-")
        local = camel(local.removeprefix("qti-")) if qti3 else local
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(local, {camel(key): value for key, value in given.items()} if qti3 else given)
        node.line = self.parser.CurrentLineNumber
        if self.stack:
            self.stack[-1].append(node)
        else:
            self.size = 0
        self.stack.append(node)
        self.last = None

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if self.stack:
            self.last = self.stack.pop()
            if not self.stack:
                self.done.append(self.last)
                self.last = None

    def _text(self, data: str) -> None:
        if not self.stack:
            return
        self.size += len(data)
        if self.size > MOST_FILE:
            raise Unusable("too_large", "", self.parser.CurrentLineNumber)
        if self.last is not None:
            self.last.tail = (self.last.tail or "") + data
        else:
            self.stack[-1].text = (self.stack[-1].text or "") + data

    def _entity(self, name: str, *_rest: object) -> None:
        raise Unusable("entities", name, self.parser.CurrentLineNumber)

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(html.unescape(f"&{name};"))


def camel(name: str) -> str:
    """``response-identifier`` as ``responseIdentifier``."""
    head, *rest = name.split("-")
    return head + "".join(part.capitalize() for part in rest)


def words(node: ET.Element | None) -> str:
    """All text of an element in one line."""
    return "" if node is None else " ".join("".join(node.itertext()).split())
