"""Every public sample file with the outcome of each of its items; the table of the guide is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tancai.items.exchange import files
from tancai.items.exchange.model import Found
from tancai.items.item_texts import text_faults
from tancai.items.kinds import kinds

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
KEEP = (".xml", ".gift", ".txt")
ASKED = {
    *("choiceInteraction", "textEntryInteraction", "inlineChoiceInteraction", "extendedTextInteraction"),
    *("multichoice", "truefalse", "shortanswer", "numerical", "essay", "cloze", "gapselect"),
    *(
        "multiple_choice_question",
        "true_false_question",
        "multiple_answers_question",
        "short_answer_question",
    ),
    *(
        "fill_in_multiple_blanks_question",
        "multiple_dropdowns_question",
        "numerical_question",
        "essay_question",
    ),
    *("response_lid", "response_str", "response_num", "response_lid response_str"),
}
"""What formats call questions of choice, text and number."""
OTHER_KINDS = {"matching", "ordering"}
OUTSIDE = {"template", "no_question", "several_interactions", "adaptive"}
"""Not one plain question: drawn by a program, asking nothing, several in one, or changing with the answers."""


@dataclass(frozen=True)
class Sample:
    group: str
    file: str
    status: str
    kind: str
    why: tuple[str, ...]
    asks: str


def present() -> bool:
    return (SAMPLES / "qti").is_dir()


@lru_cache(maxsize=1)
def samples() -> tuple[Sample, ...]:
    return tuple(one for group in ("qti", "gift", "moodle-xml") for one in _group(group))


def _group(group: str) -> Iterator[Sample]:
    root = SAMPLES / group
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.suffix not in KEEP:
            continue
        name = path.relative_to(root)
        for one in files.read(path):
            if not isinstance(one, Found):
                yield Sample(name.parts[0], str(name), "refused", "", (one.reason,), one.asks)
                continue
            faults = kinds()[one.kind].faults(one.content, one.key, None)
            faults += text_faults(one.content, one.key, one.explanation)
            if faults:
                yield Sample(name.parts[0], str(name), "refused", one.kind, (f"fault_{faults[0].code}",), "")
            else:
                status = "imported_with_loss" if one.losses else "imported"
                yield Sample(
                    name.parts[0], str(name), status, one.kind, tuple(x.code for x in one.losses), ""
                )


def table() -> str:
    """Counts by folder as a Markdown table."""
    rows = ["| samples | files | imported | with loss | refused |", "|---|---:|---:|---:|---:|"]
    groups = dict.fromkeys(one.group for one in samples())
    for group in [*groups, ""]:
        mine = [one for one in samples() if group in ("", one.group)]
        count = Counter(one.status for one in mine)
        cells = (
            len({one.file for one in mine}),
            *(count[s] for s in ("imported", "imported_with_loss", "refused")),
        )
        rows.append(f"| {group or '**all**'} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(rows)


def why() -> str:
    """Reasons of losses and refusals with their counts as a Markdown table."""
    rows = ["| outcome | reason | items |", "|---|---|---:|"]
    count = Counter((one.status, reason) for one in samples() for reason in set(one.why))
    for (status, reason), number in sorted(
        count.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1])
    ):
        rows.append(f"| {status.replace('_', ' ')} | `{reason}` | {number} |")
    return "\n".join(rows)


def share() -> tuple[int, int]:
    """(imported without loss, all) of the plain questions of choice, text and number.

    Left out: what is outside (see ``OUTSIDE``), and items whose only loss is a picture that the sample set left out.
    """
    mine = []
    for one in samples():
        asked = (
            one.asks in ASKED if one.status == "refused" and one.asks else one.kind not in OTHER_KINDS | {""}
        )
        if (
            asked
            and not OUTSIDE & set(one.why)
            and set(one.why) != {"picture_missing"}
            and one.why != ("no_key",)
        ):
            mine.append(one)
    return sum(one.status == "imported" for one in mine), len(mine)
