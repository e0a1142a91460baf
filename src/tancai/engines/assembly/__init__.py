"""Papers from a blueprint by integer programming.

Files of one idea each, in the order in which they use each other: ``bank`` (items as columns), ``conditions`` (which
items a requirement speaks of), ``blueprint`` (requirements and aims), ``rows`` (a blueprint as linear rows for one
form), ``solver`` (HiGHS), ``several`` (parallel forms), ``conflicts`` (why nothing fits, and what would have to give),
``checking`` (forms looked at again without the solver), ``assembling`` (the way in), ``items_file``, ``blueprint_file``
and ``records`` (files in, records out).

Source of the models: van der Linden (2005), Linear Models for Optimal Test Design; the shadow of forms still to come:
van der Linden & Adema (1998), Journal of Educational Measurement 35.
"""
