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
        shown = ", ".join(near) or "tancai labs list"
        super().__init__(f"没有任务 {code}，可用：{shown}|no task {code}: see {shown}")


class BadWork(LabsError):
    """A work file that cannot be read; ``chinese`` and ``english`` say why and what to do."""

    def __init__(self, name: str, chinese: str, english: str) -> None:
        place = f"{name}: " if name else ""
        super().__init__(f"{place}{chinese}|{place}{english}")


class NoSuchWork(LabsError):
    """This person has no such piece of work."""

    def __init__(self) -> None:
        super().__init__("没有这份作业|no such work")


class Closed(LabsError):
    """The work was handed in or put away and takes no more entries."""

    def __init__(self) -> None:
        super().__init__(
            "这份作业已提交或已收起，不能再改|the work was handed in or put away and takes no more entries"
        )


class NoName(LabsError):
    """A work needs a name."""

    def __init__(self) -> None:
        super().__init__("作业名称不能为空|a work needs a name")


class OtherVersion(LabsError):
    """The task has changed since the case was drawn: it cannot be drawn again."""

    def __init__(self) -> None:
        super().__init__(
            "本任务的出题方式已经更新，这份作业的案例无法再现，请重新开始一份"
            "|the task has changed since this case was drawn: please begin a new one"
        )
