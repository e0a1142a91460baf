"""Product footprints after ISO 14067 and GB/T 24067; factors marked as invented are invented for teaching."""

from tancai.labs.tasks.footprint import advanced, beginner, intermediate

__all__ = ["advanced", "beginner", "intermediate"]
