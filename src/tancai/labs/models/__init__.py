from tancai.labs.models.market import Market, Move, Seat
from tancai.labs.models.work import Work, WorkEntry

__all__ = ["Market", "Move", "Seat", "Work", "WorkEntry"]
