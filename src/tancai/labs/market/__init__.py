"""A market for a class.

``scenarios``: what its enterprises begin with; ``live``: the fold of its record; ``board``: what screens and results
show of it (these three are pure). ``keeping``: the state a process keeps; ``actions``, ``queries``.
"""
