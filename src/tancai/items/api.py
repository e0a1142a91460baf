"""The door of the item bank: kinds, items and their versions, papers drawn by blueprint.

``form`` never carries a key; ``keys`` is for marking, and for candidates after release only.
"""

from tancai.items.actions import (
    AssembledForms,
    LoadReport,
    add_item,
    assemble_forms,
    draw_form,
    load_bank,
    revise_item,
    take_step,
)
from tancai.items.assembling import Demand, Hindrance
from tancai.items.errors import (
    BadItem,
    BadPicture,
    BadResponse,
    CannotAssemble,
    Fault,
    ItemsError,
    NotAllowed,
    NotEnoughItems,
    Shortage,
)
from tancai.items.item_texts import labelled as labelled_texts
from tancai.items.item_texts import pictures_of, text_faults
from tancai.items.kinds import Kind, Score, kinds
from tancai.items.models import Form, Item, ItemState, ItemVersion
from tancai.items.pictures import add_picture, picture_bytes
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
from tancai.items.texts import plain as plain_text
from tancai.items.texts import tokens as picture_tokens

__all__ = [
    "DIFFICULTIES",
    "PRACTICE",
    "AssembledForms",
    "BadItem",
    "BadPicture",
    "BadResponse",
    "CannotAssemble",
    "Demand",
    "Entry",
    "Fault",
    "Form",
    "FormView",
    "Hindrance",
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
    "add_picture",
    "assemble_forms",
    "bank",
    "current_state",
    "draw_form",
    "find",
    "form",
    "items",
    "keys",
    "kinds",
    "labelled_texts",
    "load_bank",
    "next_code",
    "picture_bytes",
    "picture_tokens",
    "pictures_of",
    "plain_text",
    "practice_form",
    "revise_item",
    "score",
    "score_sheets",
    "scores",
    "seen_items",
    "supply",
    "take_step",
    "text_faults",
    "trial",
    "versions_of",
    "waiting_for_review",
    "with_state",
]
