"""Enterprise accounting after GB/T 32150 and the sector guides.

``case`` reads a case file, ``kinds`` says what kinds of source stream there are (what they compute stands in a module a
trade), ``inventory`` adds them up, ``plan`` is the data-quality control plan, ``report`` puts everything on paper.
"""
