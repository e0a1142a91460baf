"""Sets of parallel papers: searched once, mended item by item, accepted or discarded; and nothing seen comes again."""

from __future__ import annotations

import os
import random
from itertools import combinations
from typing import Any

import pytest

from tancai.items import api as items
from tancai.items.actions.papers import search_papers
from tancai.items.models import Calibration, FormEntry, Item, ItemFigures, PaperSet
from tancai.items.queries.forms import candidates, draw_picks
from tancai.items.rules import Want, draw
from tancai.programmes import api as programmes
from tests.installed import install
from tests.items.test_draw import CEM, TOPICS, WANTS, _pool
from tests.marking.world import AT, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def definition() -> Any:
    install(AT, bank=True)
    return programmes.definition("cem")


def asked(definition: Any, **options: Any) -> PaperSet:
    wishes: dict[str, Any] = {"count": 2, "overlap": 0, "seed": "spring", **options}
    level, speciality = definition.level_codes[0], definition.speciality_codes[0]
    return items.ask_for_papers(definition, level=level, speciality=speciality, by=None, at=AT, **wishes)


def test_a_set_is_searched_once_and_says_how_near_to_the_best_it_is(definition: Any) -> None:
    wanted = asked(definition)
    outcome = search_papers(wanted, definition, by=None, at=AT)
    assert outcome.status == "optimal" and outcome.gap is not None and outcome.bound is not None
    assert outcome.gap <= outcome.gap_allowed + 1e-9
    assert search_papers(wanted, definition, by=None, at=AT).pk == outcome.pk
    one, two = items.papers_of(wanted)
    assert (one.number, two.number, one.replaced) == (1, 2, 0)
    assert not one.item_ids & two.item_ids
    assert len(one.item_ids) == len(two.item_ids) == sum(one.difficulties.values())
    assert len(one.information) == len(items.ABILITIES) and all(value > 0 for value in one.information)


def test_what_cannot_be_is_kept_with_its_reasons_in_words_of_the_blueprint(definition: Any) -> None:
    everything = set(Item.objects.filter(kind="single").values_list("pk", flat=True))
    wanted = asked(definition, excluded=everything)
    outcome = search_papers(wanted, definition, by=None, at=AT)
    assert outcome.status == "infeasible" and items.papers_of(wanted) == []
    assert {hindrance["code"] for hindrance in outcome.hindrances} & {"section", "excluded"}
    with pytest.raises(items.NotAllowed, match="nothing_found"):
        items.decide_papers(wanted, "accepted", by=None, at=AT)


def test_a_replaced_item_makes_a_new_paper_and_the_old_one_stays_as_it_was(definition: Any) -> None:
    author = account("author", programmes_body(definition))
    wanted = asked(definition)
    search_papers(wanted, definition, by=author, at=AT)
    before = items.papers_of(wanted)[0]
    out = before.version_ids[4]
    choice = items.fitting(wanted, 1, out, definition)
    assert choice and not {one.item_id for one in choice} & before.item_ids
    assert choice[0].same_topic >= choice[-1].same_topic
    items.replace_item(wanted, 1, out, choice[0].version_id, definition, by=author, at=AT)
    after = items.papers_of(wanted)[0]
    assert after.replaced == 1 and after.form_id != before.form_id
    assert set(after.version_ids) == (set(before.version_ids) - {out}) | {choice[0].version_id}
    assert after.version_ids[4] == choice[0].version_id
    assert [e.version_id for e in FormEntry.objects.filter(form=before.form_id)] == list(before.version_ids)
    with pytest.raises(items.NotAllowed, match="moved_on"):
        items.replace_item(wanted, 1, out, choice[0].version_id, definition, by=author, at=AT)
    other = items.papers_of(wanted)[1].version_ids[0]
    with pytest.raises(items.NotAllowed, match="does_not_fit"):
        items.replace_item(wanted, 1, after.version_ids[0], other, definition, by=author, at=AT)


def programmes_body(definition: Any) -> Any:
    from tancai.people import api as people

    return people.organisation(definition.body)


def test_accepted_papers_wait_for_exams_until_an_item_is_retired(definition: Any) -> None:
    wanted = asked(definition)
    search_papers(wanted, definition, by=None, at=AT)
    level, speciality = wanted.level, wanted.speciality
    assert items.accepted_forms(definition, level, speciality) == []
    items.decide_papers(wanted, "accepted", by=None, at=AT)
    papers = items.papers_of(wanted)
    assert items.accepted_forms(definition, level, speciality) == [paper.form_id for paper in papers]
    with pytest.raises(items.NotAllowed, match="decided"):
        items.decide_papers(wanted, "accepted", by=None, at=AT)
    with pytest.raises(items.NotAllowed, match="decided"):
        items.replace_item(
            wanted, 1, papers[0].version_ids[0], papers[1].version_ids[0], definition, by=None, at=AT
        )
    version = items.ItemVersion.objects.get(pk=papers[0].version_ids[0])
    items.take_step(version, "retired", reason="out of date", by=None, at=AT)
    assert items.accepted_forms(definition, level, speciality) == [papers[1].form_id]
    with pytest.raises(items.NotAllowed, match="reason_needed"):
        items.decide_papers(wanted, "discarded", by=None, at=AT)
    items.decide_papers(wanted, "discarded", reason="the rule has changed", by=None, at=AT)
    assert items.accepted_forms(definition, level, speciality) == []


def test_measured_figures_take_the_place_of_rated_difficulty(definition: Any) -> None:
    pool = candidates(topics=set(TOPICS), level="")[:2]
    row = Calibration.objects.create(programme="cem", source="session:1", name="x", n=300, at=AT)
    ItemFigures.objects.create(
        calibration=row, version_id=pool[0].version_id, n=300, difficulty=0.4, a=1.5, b=0.7
    )
    curves, assumed = items.curves_of([one.version_id for one in pool])
    assert curves[pool[0].version_id].a == 1.5 and curves[pool[0].version_id].b[0] == pytest.approx(0.7)
    assert assumed == {pool[1].version_id}
    wanted = asked(definition, aim="information", overlap=10)
    outcome = search_papers(wanted, definition, by=None, at=AT)
    assert outcome.status in ("optimal", "feasible") and outcome.assumed > 0
    middle = [paper.information[items.ABILITIES.index(0.0)] for paper in items.papers_of(wanted)]
    assert max(middle) - min(middle) <= 2 * (outcome.value or 0) + 1e-6


@pytest.mark.anydatabase
def test_papers_drawn_for_somebody_hold_nothing_that_he_or_she_has_seen() -> None:
    """Two drawn at random, one after the other, over many seeds; the third may fail but never repeat."""
    rounds = 150
    _no_repeats(rounds)


@pytest.mark.anydatabase
@pytest.mark.sweep
@pytest.mark.skipif("TANCAI_SWEEP" not in os.environ, reason="ten thousand draws: make sweep")
def test_ten_thousand_draws_hold_nothing_seen_before() -> None:
    _no_repeats(10_000)


def _no_repeats(rounds: int) -> None:
    pool = _pool(CEM)
    wants: list[Want] = list(WANTS)
    for number in range(rounds):
        seen: set[int] = set()
        for sitting in range(3):
            left = [one for one in pool if one.item_id not in seen]
            found = draw(left, wants, random.Random(f"{number}:{sitting}"), cover=TOPICS)
            ids = {pick.candidate.item_id for pick in found.picks}
            assert not ids & seen
            assert found.picks or (sitting == 2 and found.shortages)
            seen |= ids


def test_a_draw_from_the_bank_leaves_out_what_is_excluded(definition: Any) -> None:
    blueprint = definition.blueprint(definition.level_codes[0], definition.speciality_codes[0])
    papers = []
    seen: set[int] = set()
    for number in range(2):
        picks = draw_picks(blueprint, definition.level_codes[0], f"x{number}", seen).picks
        papers.append({pick.candidate.item_id for pick in picks})
        seen |= papers[-1]
    assert all(papers) and all(not a & b for a, b in combinations(papers, 2))
