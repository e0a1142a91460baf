"""Classical analysis of a paper: how hard its items are, whether they tell people apart, how well options work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics.errors import MeasurementError, Note
from tancai.engines.psychometrics.responses import Floats, Responses


@dataclass(frozen=True)
class Limits:
    """When an item is flagged; shares and correlations between 0 and 1."""

    too_hard: float = 0.20
    too_easy: float = 0.95
    weak: float = 0.15
    idle_option: float = 0.02
    fewest_people: int = 30


@dataclass(frozen=True)
class Option:
    """One answer to an item: how many gave it, and the correlation of giving it with the score on the other items."""

    option: str
    count: float
    share: float
    discrimination: float | None
    mean_rest: float | None
    is_key: bool


@dataclass(frozen=True)
class ItemStatistics:
    """``difficulty`` is the mean share of points reached (p); ``discrimination`` the item-rest correlation."""

    id: str
    n: float
    mean: float
    sd: float
    highest: int
    difficulty: float
    discrimination: float | None
    item_total: float | None
    alpha_without: float | None
    omitted: float
    flags: tuple[str, ...]
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class PaperStatistics:
    """``alpha`` is Cronbach's, ``kr20`` the same for papers of 0/1 items only; ``sem`` in points."""

    n: int
    mean: float
    sd: float
    lowest: float
    highest: float
    alpha: float | None
    kr20: float | None
    sem: float | None
    items: tuple[ItemStatistics, ...]
    notes: tuple[Note, ...]
    perfect: int = 0
    zero: int = 0
    score_counts: tuple[tuple[float, float], ...] = field(default=())


def _filled(data: Responses) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores with what was not presented put at 0, and where something was presented."""
    present = data.codes >= 0
    return np.where(present, data.codes, 0).astype(np.float64), present


def _correlation(x: Floats, y: Floats, weight: Floats) -> float | None:
    """Weighted Pearson correlation; None where one of the two does not vary."""
    n = weight.sum()
    if n <= 1:
        return None
    dx, dy = x - weight @ x / n, y - weight @ y / n
    scale = np.sqrt((weight @ dx**2) * (weight @ dy**2))
    if scale <= 1e-12 * max(n, 1.0):
        return None
    return float(np.clip((weight @ (dx * dy)) / scale, -1, 1))


def alpha(scores: ArrayLike, frequency: ArrayLike | None = None) -> float | None:
    """Cronbach's alpha of a complete score matrix (people x items); KR-20 when all scores are 0 or 1.

    None for fewer than two items or where totals do not vary.
    """
    values = np.asarray(scores, dtype=np.float64)
    weight = np.ones(len(values)) if frequency is None else np.asarray(frequency, dtype=np.float64)
    count = values.shape[1]
    n = weight.sum()
    if count < 2 or n < 2:
        return None
    within = float((weight @ (values - weight @ values / n) ** 2).sum())
    total = values.sum(axis=1)
    between = float(weight @ (total - weight @ total / n) ** 2)
    return count / (count - 1) * (1 - within / between) if between > 0 else None


def analyse(
    data: Responses,
    *,
    highest: Sequence[int] | None = None,
    limits: Limits = Limits(),
    answers: NDArray[np.str_] | None = None,
    keys: Mapping[str, Sequence[str]] | None = None,
    offered: Mapping[str, Sequence[str]] | None = None,
) -> PaperStatistics:
    """Statistics of every item and of the paper.

    ``highest`` gives the points each item can bring (default: the highest seen, at least 1). What was not presented
    counts in no item statistic and adds nothing to totals; alpha and SEM rest on people who were given all items.
    ``answers`` (rows x items; "" for none) with ``keys`` adds the analysis of options; ``offered`` names options by
    item that count even if nobody chose them.
    """
    if data.frequency.sum() <= 0:
        raise MeasurementError("no_people", "Every row came 0 times: nobody answered.")
    scores, present = _filled(data)
    top = _tops(data, highest)
    weight = data.frequency
    total = scores.sum(axis=1)
    whole = present.all(axis=1) & (weight > 0)
    notes = list(data.notes)
    paper_alpha, without = _alphas(scores[whole], weight[whole])
    if not whole.all():
        notes.append(_gap_note(float(weight[whole].sum()), data.n))
    items = []
    for j, name in enumerate(data.items):
        rest = total - scores[:, j]
        options = (
            _options(
                answers[:, j], (keys or {}).get(name, ()), rest, weight, offered=(offered or {}).get(name, ())
            )
            if answers is not None
            else ()
        )
        items.append(
            _item(name, scores[:, j], present[:, j], rest, weight, int(top[j]), without[j], options, limits)
        )
    n = weight.sum()
    mean = float(weight @ total / n)
    sd = float(np.sqrt(weight @ (total - mean) ** 2 / (n - 1))) if n > 1 else 0.0
    reach = float(top.sum())
    return PaperStatistics(
        n=data.n,
        mean=mean,
        sd=sd,
        lowest=float(total[weight > 0].min()),
        highest=float(total[weight > 0].max()),
        alpha=paper_alpha,
        kr20=paper_alpha if (top == 1).all() else None,
        sem=sd * float(np.sqrt(max(1 - paper_alpha, 0.0))) if paper_alpha is not None else None,
        items=tuple(items),
        notes=tuple(notes) + _paper_notes(items, data.n, limits),
        perfect=round(float(weight[whole & (total >= reach)].sum())),
        zero=round(float(weight[whole & (total <= 0)].sum())),
        score_counts=_score_counts(total, weight),
    )


def _tops(data: Responses, highest: Sequence[int] | None) -> NDArray[np.intp]:
    seen = np.maximum(data.codes.max(axis=0), 0).astype(np.intp)
    if highest is None:
        return np.maximum(seen, 1)
    given = np.asarray(highest, dtype=np.intp)
    if given.shape != seen.shape or (given < 1).any():
        raise MeasurementError("highest", "Give the highest score of every item, at least 1.")
    if (seen > given).any():
        j = int(np.argmax(seen > given))
        raise MeasurementError(
            "score_range",
            f"Item {data.items[j]}: score {seen[j]} is above its {counted(given[j], 'point', 'points')}.",
        )
    return given


def _gap_note(whole: float, n: int) -> Note:
    return Note(
        "incomplete",
        f"Given every item: only {round(whole)} of {n} people; alpha and SEM rest on them; item-rest correlations "
        "take what was not presented as 0.",
    )


def _alphas(scores: Floats, weight: Floats) -> tuple[float | None, list[float | None]]:
    """Alpha of the paper and without each item, from one covariance matrix."""
    count = scores.shape[1]
    n = weight.sum()
    if count < 2 or n < 2:
        return None, [None] * count
    centred = scores - weight @ scores / n
    covariance = (centred * weight[:, None]).T @ centred
    variance, with_total = np.diag(covariance), covariance.sum(axis=1)
    between = float(covariance.sum())
    whole = count / (count - 1) * (1 - float(variance.sum()) / between) if between > 0 else None
    if count < 3:
        return whole, [None] * count
    left = between - 2 * with_total + variance
    within = variance.sum() - variance
    scale = (count - 1) / (count - 2)
    return whole, [
        float(scale * (1 - w / b)) if b > 1e-12 else None for w, b in zip(within, left, strict=True)
    ]


def _item(
    name: str,
    score: Floats,
    present: NDArray[np.bool_],
    rest: Floats,
    weight: Floats,
    top: int,
    alpha_without: float | None,
    options: tuple[Option, ...],
    limits: Limits,
) -> ItemStatistics:
    own = weight * present
    n = float(own.sum())
    if n == 0:
        return ItemStatistics(
            name, 0.0, 0.0, 0.0, top, 0.0, None, None, None, float(weight.sum()), ("no_answers",), options
        )
    mean = float(own @ score / n)
    sd = float(np.sqrt(own @ (score - mean) ** 2 / (n - 1))) if n > 1 else 0.0
    discrimination = _correlation(score, rest, own)
    flags = _flags(mean / top, discrimination, sd, n, limits) + _option_flags(options, n, limits)
    return ItemStatistics(
        name,
        n,
        mean,
        sd,
        top,
        mean / top,
        discrimination,
        _correlation(score, rest + score, own),
        alpha_without,
        float(weight.sum()) - n,
        flags,
        options,
    )


def _flags(p: float, r: float | None, sd: float, n: float, limits: Limits) -> tuple[str, ...]:
    flags = []
    if sd == 0:
        flags.append("constant")
    if p < limits.too_hard:
        flags.append("too_hard")
    if p > limits.too_easy:
        flags.append("too_easy")
    if r is not None and r < 0:
        flags.append("negative_discrimination")
    elif r is not None and r < limits.weak:
        flags.append("weak_discrimination")
    if n < limits.fewest_people:
        flags.append("few_people")
    return tuple(flags)


def question(
    name: str,
    shares: ArrayLike,
    outside: ArrayLike,
    *,
    answers: NDArray[np.str_] | None = None,
    key: Sequence[str] = (),
    offered: Sequence[str] = (),
    limits: Limits = Limits(),
) -> ItemStatistics:
    """One question of a case, judged by what its people won outside the case, since its questions help one another.

    ``shares`` of its marks (0 to 1) and ``outside`` are people; ``answers``, ``key`` and ``offered`` add its options.
    """
    score, rest = np.asarray(shares, dtype=np.float64), np.asarray(outside, dtype=np.float64)
    weight = np.ones(len(score))
    options = () if answers is None else _options(answers, key, rest, weight, offered=offered)
    return _item(name, score, np.ones(len(score), dtype=np.bool_), rest, weight, 1, None, options, limits)


def _options(
    answers: NDArray[np.str_],
    key: Sequence[str],
    rest: Floats,
    weight: Floats,
    *,
    offered: Sequence[str] = (),
) -> tuple[Option, ...]:
    """Every answer that was given, and every key and option offered even if nobody gave it."""
    given = answers != ""
    n = float(weight[given].sum())
    found = []
    for option in sorted(set(np.unique(answers[given]).tolist()) | set(key) | set(offered)):
        chose = (answers == option).astype(np.float64)
        count = float(weight @ chose)
        mean_rest = float(weight @ (chose * rest) / count) if count else None
        share = count / n if n else 0.0
        found.append(
            Option(option, count, share, _correlation(chose, rest, weight * given), mean_rest, option in key)
        )
    return tuple(found)


def _option_flags(options: tuple[Option, ...], n: float, limits: Limits) -> tuple[str, ...]:
    if not options:
        return ()
    flags = []
    keys = [option for option in options if option.is_key]
    others = [option for option in options if not option.is_key]
    if keys and all(option.count == 0 for option in keys):
        flags.append("key_never_chosen")
    best = max((option.discrimination for option in keys if option.discrimination is not None), default=None)
    enough = [o for o in others if o.discrimination is not None and o.share >= limits.idle_option]
    if best is not None and any(o.discrimination is not None and o.discrimination > best for o in enough):
        flags.append("distractor_better_than_key")
    if any(option.share < limits.idle_option for option in others) and n >= limits.fewest_people:
        flags.append("idle_distractor")
    return tuple(flags)


def _paper_notes(items: Sequence[ItemStatistics], n: int, limits: Limits) -> tuple[Note, ...]:
    notes = []
    for item in items:
        if "no_answers" in item.flags:
            notes.append(Note("all_missing", f"Item {item.id}: nobody answered it.", item.id))
        elif "constant" in item.flags:
            notes.append(Note("constant", f"Item {item.id}: everybody scored {item.mean:g}.", item.id))
    if n < limits.fewest_people:
        notes.append(
            Note("small_sample", f"Few people ({n}): correlations below {limits.fewest_people} mislead.")
        )
    return tuple(notes)


def _score_counts(total: Floats, weight: Floats) -> tuple[tuple[float, float], ...]:
    values, place = np.unique(total, return_inverse=True)
    counts = np.bincount(place.ravel(), weights=weight)
    return tuple((float(v), float(c)) for v, c in zip(values, counts, strict=True) if c > 0)
