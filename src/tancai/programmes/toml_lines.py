"""Where each key of a TOML text stands: a walk over the text that keeps nothing but key paths and line numbers.

The text must already have been accepted by ``tomllib``; this walk only follows its structure.
"""

from __future__ import annotations

Path = tuple[str | int, ...]


def key_lines(text: str) -> dict[Path, int]:
    """Line (from 1) of every table, key and array element by its path, e.g. ``("levels", 0, "code")``."""
    return _Walk(text).run()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {(): 1}
        self.arrays: dict[Path, int] = {}

    def run(self) -> dict[Path, int]:
        base: Path = ()
        self._skip(newlines=True)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                base = self._header()
            else:
                self._pair(base)
            self._skip(newlines=True)
        return self.lines

    def _step(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def _peek(self, size: int = 1) -> str:
        return self.text[self.at : self.at + size]

    def _skip(self, *, newlines: bool) -> None:
        while self.at < len(self.text):
            char = self._peek()
            if char == "#":
                end = self.text.find("\n", self.at)
                self._step((end if end >= 0 else len(self.text)) - self.at)
            elif char in " \t\r" or (newlines and char == "\n"):
                self._step()
            else:
                return

    def _header(self) -> Path:
        many = self._peek(2) == "[["
        line = self.line
        self._step(2 if many else 1)
        names = self._dotted()
        self._step(2 if many else 1)
        base: Path = ()
        for name in names[:-1]:
            base = self._inside((*base, name), line)
        path = (*base, names[-1])
        self.lines.setdefault(path, line)
        if not many:
            return self._inside(path, line) if path in self.arrays else path
        self.arrays[path] = self.arrays.get(path, -1) + 1
        self.lines[(*path, self.arrays[path])] = line
        return (*path, self.arrays[path])

    def _inside(self, path: Path, line: int) -> Path:
        self.lines.setdefault(path, line)
        return (*path, self.arrays[path]) if path in self.arrays else path

    def _dotted(self) -> list[str]:
        names = []
        while True:
            self._skip(newlines=False)
            names.append(self._name())
            self._skip(newlines=False)
            if self._peek() != ".":
                return names
            self._step()

    def _name(self) -> str:
        if self._peek() in "\"'":
            return self._string()
        start = self.at
        while self._peek() and (self._peek().isalnum() or self._peek() in "-_"):
            self._step()
        return self.text[start : self.at]

    def _pair(self, base: Path) -> None:
        line = self.line
        path = base
        for name in self._dotted():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._step()
        self._skip(newlines=False)
        self._value(path)

    def _value(self, path: Path) -> None:
        char = self._peek()
        if char in "\"'":
            self._string()
        elif char == "[":
            self._array(path)
        elif char == "{":
            self._inline_table(path)
        else:
            while self._peek() and self._peek() not in ",]}#\n":
                self._step()

    def _array(self, path: Path) -> None:
        self._step()
        index = 0
        self._skip(newlines=True)
        while self._peek() != "]":
            self.lines[(*path, index)] = self.line
            self._value((*path, index))
            index += 1
            self._skip(newlines=True)
            if self._peek() == ",":
                self._step()
                self._skip(newlines=True)
        self._step()

    def _inline_table(self, path: Path) -> None:
        self._step()
        self._skip(newlines=True)
        while self._peek() != "}":
            self._pair(path)
            self._skip(newlines=True)
            if self._peek() == ",":
                self._step()
                self._skip(newlines=True)
        self._step()

    def _string(self) -> str:
        quote = self._peek()
        triple = self._peek(3) == quote * 3
        mark = quote * 3 if triple else quote
        self._step(len(mark))
        start = self.at
        while self._peek(len(mark)) != mark:
            self._step(2 if quote == '"' and self._peek() == "\\" else 1)
        while triple and self._peek(4) == quote * 4:
            self._step()
        value = self.text[start : self.at]
        self._step(len(mark))
        return value
