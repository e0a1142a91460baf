"""The carbon engine: what an enterprise emits, whether a report holds, and what a product carries through its life.

A map, in the order of the work:

- ``units``: exact units with tagged masses (tC, tCO2, tCO2e, Nm3 …). ``numbers``: reading figures, rounding half up.
- ``tree``: a calculation as nodes with value, unit, formula, source; printed, differentiated, drawn from.
- ``reading``: input files with the line of every field; ``errors``, ``words``: problems by code, in two languages.
- ``tables``: factors as files under ``data/`` with guide, version, table, year, unit, confidence and source a row.
- ``uncertainty``: error propagation and Monte Carlo over a tree. ``forecast``: trend and prediction of monthly series.
- ``accounting``: a case file to an inventory and a report. ``verification``: findings and conclusion on a report.
- ``footprint``: a model of processes to the footprint of a product.
- ``examples``: input files that run as they stand.

Pure: no framework, no clock, no hidden chance. Facts of which the document itself was not read carry the confidence
``V2`` (secondary source) or ``M`` (unverified); a figure marked M is used only when the input names it.
"""

ENGINE_VERSION = "1.0"
