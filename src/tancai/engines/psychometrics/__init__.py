"""The measurement engine: what a set of responses says about items, papers and people.

A map, in the order of the road from answers to decisions:

- ``reading``, ``keys``, ``responses``: files of answers, their keys, scores as patterns with frequencies.
- ``classical``: difficulty, discrimination, options, alpha, flags.
- ``curves``, ``grid``: item response models, their probabilities and information; the points they are integrated on.
- ``layout``, ``expectation``, ``precision``, ``calibration``: item parameters by marginal maximum likelihood.
- ``ability``: EAP, MAP, ML, and EAP for sum scores. ``fit``: S-X2 and M2. ``dif``: Mantel-Haenszel and logistic.
- ``linking``, ``equating``: one scale for several calibrations, one worth for scores of several forms.
- ``standards``: pass marks by Angoff and bookmark. ``copying``: omega and K-index as flags.
- ``simulation``: responses from known items. ``files``: parameters as JSON.

Model: P = c + (1 - c) / (1 + exp(-(a theta + d))), theta ~ N(0, 1), no factor 1.7; b = -d / a.
Pure: no framework, no clock, no hidden chance; errors are ``errors.MeasurementError`` with a stable code.
"""
