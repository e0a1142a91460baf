from tancai.labs.models.work import Work, WorkEntry

__all__ = ["Work", "WorkEntry"]
