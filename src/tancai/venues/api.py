"""The door of venues: exam sites, applied for and decided."""

from tancai.venues.actions import apply_site, decide_site
from tancai.venues.errors import BadSite, NotNow, UnknownSite, VenuesError
from tancai.venues.queries import SiteView, contact_phone, site, sites, sites_of, sites_waiting
from tancai.venues.rules import MOST_ROOMS, MOST_SEATS, Fault, RoomFacts, judge

__all__ = [
    "MOST_ROOMS",
    "MOST_SEATS",
    "BadSite",
    "Fault",
    "NotNow",
    "RoomFacts",
    "SiteView",
    "UnknownSite",
    "VenuesError",
    "apply_site",
    "contact_phone",
    "decide_site",
    "judge",
    "site",
    "sites",
    "sites_of",
    "sites_waiting",
]
