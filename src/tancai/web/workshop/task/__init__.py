"""The bench of laboratory tasks: chosen, worked on, checked step by step, handed in and marked."""
