from __future__ import annotations


class LabsError(Exception):
    """Something the laboratories refuse; ``message(language)`` names place and remedy."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text.rpartition("|")[2])

    @property
    def problems(self) -> tuple[LabsError, ...]:
        return (self,)

    def message(self, language: str = "zh") -> str:
        chinese, bar, english = self.text.partition("|")
        return english if bar and language == "en" else chinese


class NoSuchTask(LabsError):
    """No task has this code; ``near`` are codes that look like it."""

    def __init__(self, code: str, near: tuple[str, ...] = ()) -> None:
        self.code = code
        self.near = near
        chinese = f"没有任务 {code}" + (
            f"，是否为 {'、'.join(near)}？" if near else "，可用 tancai labs list 查看"
        )
        english = f"no task {code}" + (f": {' or '.join(near)}?" if near else ": see tancai labs list")
        super().__init__(f"{chinese}|{english}")


class BadWork(LabsError):
    """A work file that cannot be read; ``chinese`` and ``english`` say why and what to do."""

    def __init__(self, name: str, chinese: str, english: str) -> None:
        place = f"{name}: " if name else ""
        super().__init__(f"{place}{chinese}|{place}{english}")
