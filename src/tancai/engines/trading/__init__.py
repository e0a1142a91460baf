"""The trading engine: the national carbon market as a registry, an exchange and a yearly duty.

A map, in the order of the work:

- ``packs``, ``packs/*.toml``: rules as data, every fact with source and confidence; uncertain ones can be chosen.
- ``hours``: trading days and sessions. ``accounts``: holding states and money of a participant.
- ``book``: one side of an order book, price first, then time. ``market``: events in, state by fold.
- ``orders``: order files to events, each bad row refused by itself. ``replaying``: a file to a market and its record.
- ``charting``: tape, candles, depth. ``strategy``: what a participant made. ``bots``: seeded counterparties.
- ``history``: published quantities and prices, month by month.
- ``allocation``: allowances of power units and of industry. ``compliance``: surrender, carry-over, fines.
- ``cases``: input files of allocation and compliance. ``errors``, ``words``: problems by code, in two languages.

Money is whole cents, prices are cents a tonne, quantities whole tonnes: nothing is rounded in a trade.
Pure: no framework, no clock, no hidden chance. Times are naive and mean Asia/Shanghai.
"""

ENGINE_VERSION = "1.0"
