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


class NoSuchMarket(LabsError):
    """No market for this person, or no market of this code."""

    def __init__(self) -> None:
        super().__init__("没有这个市场，请核对加入码|no such market: check the code")


class MarketEnded(LabsError):
    """Nobody trades in this market any more."""

    def __init__(self) -> None:
        super().__init__("这个市场已经结束|this market has ended")


class MarketFull(LabsError):
    """No more seats, or no more moves."""

    def __init__(self) -> None:
        super().__init__("这个市场已满，请联系开设者|this market is full: ask the one who opened it")


class BadMarket(LabsError):
    """Something about a market that cannot be done as asked."""
