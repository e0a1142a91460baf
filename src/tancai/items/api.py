"""The door of the item bank: kinds, items and their versions, papers drawn by blueprint.

``form`` never carries a key; ``keys`` is for marking, and for candidates after release only.
"""

from tancai.items.actions.alike import mark_alike
from tancai.items.actions.attachments import add_attachment
from tancai.items.actions.bank import LoadReport, add_item, load_bank, revise_item, take_step
from tancai.items.actions.calibrating import SheetData, calibrate
from tancai.items.actions.changing import change_items, undo_change
from tancai.items.actions.forms import AssembledForms, assemble_forms, draw_form
from tancai.items.actions.import_jobs import JOB as IMPORT
from tancai.items.actions.import_jobs import import_report, start_import
from tancai.items.actions.importing import UNSORTED, Outcome, Target, import_file
from tancai.items.actions.papers import (
    MOST_PAPERS,
    ask_for_papers,
    decide_papers,
    replace_item,
    search_papers,
)
from tancai.items.actions.pictures import MOST_BYTES as MOST_PICTURE
from tancai.items.actions.pictures import add_picture
from tancai.items.actions.remarks import add_comment, mark_comment
from tancai.items.actions.sources import mark_source
from tancai.items.analysing import BAD_KEY
from tancai.items.assembling import Demand, Hindrance
from tancai.items.attached import MOST_BYTES as MOST_ATTACHMENT
from tancai.items.errors import (
    BadAttachment,
    BadChange,
    BadComment,
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
from tancai.items.exchange.exporting import FORMATS as EXPORT_FORMATS
from tancai.items.exchange.exporting import Export, Written, export_items
from tancai.items.exchange.files import FORMATS as IMPORT_FORMATS
from tancai.items.exchange.model import IMPORT_PURPOSE, Loss
from tancai.items.exchange.result_write import ItemResult, PaperResult, Variable
from tancai.items.exchange.result_write import document as result_document
from tancai.items.exchange.result_write import told as told_answer
from tancai.items.exchange.sheet import template as import_template
from tancai.items.item_texts import labelled as labelled_texts
from tancai.items.item_texts import pictures_of, text_faults
from tancai.items.kinds import (
    Kind,
    Score,
    explained,
    for_people,
    kind_name,
    kinds,
    printed_marks,
    resolved,
    varies,
    vary,
)
from tancai.items.kinds.choices import LETTERS
from tancai.items.kinds.lines import Line
from tancai.items.likeness import Likeness, alike, alike_marks, alike_to
from tancai.items.measuring import MARKS as CURVE_MARKS
from tancai.items.models import (
    AlikeMark,
    Calibration,
    ChangeBatch,
    Comment,
    CommentMark,
    Form,
    Item,
    ItemFigures,
    ItemState,
    ItemVersion,
    PaperSet,
    PaperSetStep,
    SourceMark,
)
from tancai.items.needing import needs
from tancai.items.other_keys import (
    by_machine,
    key_lines,
    other_keys,
    own_letters,
    score_by_keys,
    told_letters,
)
from tancai.items.pointed import room_fault
from tancai.items.practice import PRACTICE, practice_form
from tancai.items.queries.answering import Answerable, answerable
from tancai.items.queries.answers import Question, answer_variables, paper_questions
from tancai.items.queries.bank import (
    Use,
    author_of,
    authors,
    bank,
    counts_by_topic,
    current_state,
    find,
    items,
    next_code,
    review_queue,
    supply,
    tags,
    tags_of,
    uses_of,
    versions_of,
    waiting_for_review,
    with_state,
)
from tancai.items.queries.changing import Change, Planned, change_batches, clean_tag, plan_change, plan_undo
from tancai.items.queries.figures import (
    calibrated_sources,
    calibration,
    calibrations,
    curve_of,
    curves_of,
    figures_of,
    history_of,
    newest_figures,
)
from tancai.items.queries.forms import (
    Entry,
    FormView,
    Keyed,
    form,
    keys,
    pilot_paper,
    score,
    score_sheets,
    scores,
    seen_items,
    trial,
    variants,
    varied,
)
from tancai.items.queries.papers import (
    ABILITIES,
    INFORMATION,
    MIX,
    Fitting,
    PaperOf,
    accepted_forms,
    fitting,
    paper_set,
    paper_sets,
    papers_of,
)
from tancai.items.queries.pictures import picture_bytes
from tancai.items.queries.remarks import Thread, comment, open_on_version, open_threads, threads
from tancai.items.queries.sources import Source, source_marks, sources, superseded_documents
from tancai.items.rules import DIFFICULTIES
from tancai.items.texts import plain as plain_text
from tancai.items.texts import tokens as picture_tokens

__all__ = [
    "ABILITIES",
    "BAD_KEY",
    "CURVE_MARKS",
    "DIFFICULTIES",
    "EXPORT_FORMATS",
    "IMPORT",
    "IMPORT_FORMATS",
    "IMPORT_PURPOSE",
    "INFORMATION",
    "LETTERS",
    "MIX",
    "MOST_ATTACHMENT",
    "MOST_PAPERS",
    "MOST_PICTURE",
    "PRACTICE",
    "UNSORTED",
    "AlikeMark",
    "Answerable",
    "AssembledForms",
    "BadAttachment",
    "BadChange",
    "BadComment",
    "BadItem",
    "BadPicture",
    "BadResponse",
    "Calibration",
    "CannotAssemble",
    "Change",
    "ChangeBatch",
    "Comment",
    "CommentMark",
    "Demand",
    "Entry",
    "Export",
    "Fault",
    "Fitting",
    "Form",
    "FormView",
    "Hindrance",
    "Item",
    "ItemFigures",
    "ItemResult",
    "ItemState",
    "ItemVersion",
    "ItemsError",
    "Keyed",
    "Kind",
    "Likeness",
    "Line",
    "LoadReport",
    "Loss",
    "NotAllowed",
    "NotEnoughItems",
    "Outcome",
    "PaperOf",
    "PaperResult",
    "PaperSet",
    "PaperSetStep",
    "Planned",
    "Question",
    "Score",
    "SheetData",
    "Shortage",
    "Source",
    "SourceMark",
    "Target",
    "Thread",
    "Use",
    "Variable",
    "Written",
    "accepted_forms",
    "add_attachment",
    "add_comment",
    "add_item",
    "add_picture",
    "alike",
    "alike_marks",
    "alike_to",
    "answer_variables",
    "answerable",
    "ask_for_papers",
    "assemble_forms",
    "author_of",
    "authors",
    "bank",
    "by_machine",
    "calibrate",
    "calibrated_sources",
    "calibration",
    "calibrations",
    "change_batches",
    "change_items",
    "clean_tag",
    "comment",
    "counts_by_topic",
    "current_state",
    "curve_of",
    "curves_of",
    "decide_papers",
    "draw_form",
    "explained",
    "export_items",
    "figures_of",
    "find",
    "fitting",
    "for_people",
    "form",
    "history_of",
    "import_file",
    "import_report",
    "import_template",
    "items",
    "key_lines",
    "keys",
    "kind_name",
    "kinds",
    "labelled_texts",
    "load_bank",
    "mark_alike",
    "mark_comment",
    "mark_source",
    "needs",
    "newest_figures",
    "next_code",
    "open_on_version",
    "open_threads",
    "other_keys",
    "own_letters",
    "paper_questions",
    "paper_set",
    "paper_sets",
    "papers_of",
    "picture_bytes",
    "picture_tokens",
    "pictures_of",
    "pilot_paper",
    "plain_text",
    "plan_change",
    "plan_undo",
    "practice_form",
    "printed_marks",
    "replace_item",
    "resolved",
    "result_document",
    "review_queue",
    "revise_item",
    "room_fault",
    "score",
    "score_by_keys",
    "score_sheets",
    "scores",
    "search_papers",
    "seen_items",
    "source_marks",
    "sources",
    "start_import",
    "superseded_documents",
    "supply",
    "tags",
    "tags_of",
    "take_step",
    "text_faults",
    "threads",
    "told_answer",
    "told_letters",
    "trial",
    "undo_change",
    "uses_of",
    "variants",
    "varied",
    "varies",
    "vary",
    "versions_of",
    "waiting_for_review",
    "with_state",
]
