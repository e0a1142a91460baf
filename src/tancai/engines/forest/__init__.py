"""Carbon sinks: forest and bamboo projects, grassland from space, supply curves, carbon neutrality, document checks.

``project`` reads a case and ``sink`` computes it; ``grass``, ``supply`` and ``neutrality`` do the same for theirs.
Every result is a tree of formulas (``tree``) down to figures with their source.
"""

VERSION = "1.0"
