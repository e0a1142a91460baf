"""Trading and compliance in the national carbon market, on the engine's order book, allocation and yearly duty."""

from tancai.labs.tasks.trading import advanced, beginner, intermediate

__all__ = ["advanced", "beginner", "intermediate"]
