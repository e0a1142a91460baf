"""The forest engine against published figures, itself, and bad input."""
