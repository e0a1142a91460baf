"""Product carbon footprint after ISO 14067 and GB/T 24067.

``model`` reads a model file, ``allocation`` shares multi-output processes, ``matrix`` solves the inventory,
``result`` gives contributions, origins apart, data quality, cut-off and sensitivity, ``scenarios`` computes variants,
``report`` puts it on paper.
"""
