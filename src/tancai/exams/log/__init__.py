"""The response log: a small process of its own that never loses an acknowledged answer. No Django in here."""
