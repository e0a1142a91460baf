"""What can go wrong with definitions, calendars and editions."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One fault of a definition: where (file, line from 1, key path), a stable code, plain parameters."""

    file: str
    line: int
    path: str
    code: str
    params: dict[str, object] = field(default_factory=dict, hash=False)


class ProgrammesError(Exception):
    """Base of this room's errors."""


class UnknownProgramme(ProgrammesError):
    """No programme of this code."""


class UnknownEdition(ProgrammesError):
    """No edition of this id."""


class UnknownExamDay(ProgrammesError):
    """The key names no exam day of any edition and no special day."""


class BadDefinition(ProgrammesError):
    """A definition that does not pass the schema check; ``faults`` names every place."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(each) for each in map(_line, faults)))


class BadChange(ProgrammesError):
    """A change that an edition or a calendar cannot take; ``code`` is stable."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)


def _line(fault: Fault) -> str:
    from tancai.programmes.words import describe

    return f"{fault.file}:{fault.line}: {describe(fault)}"
