"""The door of proctoring: identity at the exam, the lock-down client, the test run."""

__all__: list[str] = []
