"""The door of the item bank: kinds, items and their versions, papers drawn by blueprint.

``form`` never carries a key; ``keys`` is for marking, and for candidates after release only.
"""

from tancai.items.actions import LoadReport, add_item, draw_form, load_bank, revise_item, take_step
from tancai.items.errors import BadItem, BadResponse, Fault, ItemsError, NotAllowed, NotEnoughItems, Shortage
from tancai.items.kinds import Kind, Score, kinds
from tancai.items.models import Form, Item, ItemState, ItemVersion
from tancai.items.practice import PRACTICE, practice_form
from tancai.items.queries import (
    Entry,
    FormView,
    Keyed,
    bank,
    current_state,
    find,
    form,
    items,
    keys,
    next_code,
    score,
    score_sheets,
    scores,
    seen_items,
    supply,
    trial,
    versions_of,
    waiting_for_review,
    with_state,
)
from tancai.items.rules import DIFFICULTIES

__all__ = [
    "DIFFICULTIES",
    "PRACTICE",
    "BadItem",
    "BadResponse",
    "Entry",
    "Fault",
    "Form",
    "FormView",
    "Item",
    "ItemState",
    "ItemVersion",
    "ItemsError",
    "Keyed",
    "Kind",
    "LoadReport",
    "NotAllowed",
    "NotEnoughItems",
    "Score",
    "Shortage",
    "add_item",
    "bank",
    "current_state",
    "draw_form",
    "find",
    "form",
    "items",
    "keys",
    "kinds",
    "load_bank",
    "next_code",
    "practice_form",
    "revise_item",
    "score",
    "score_sheets",
    "scores",
    "seen_items",
    "supply",
    "take_step",
    "trial",
    "versions_of",
    "waiting_for_review",
    "with_state",
]
