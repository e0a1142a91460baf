"""Parallel papers: exact sections, alike topics and difficulties, nothing seen, and why there are none."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from tancai.engines.assembly.blueprint import Aim, Measure, Objective
from tancai.engines.psychometrics.curves import information, item_from_locations
from tancai.items import api as items
from tancai.items.assembling import Papers, papers
from tancai.items.models import FormEntry
from tancai.items.queries.forms import assemble_papers, draw_picks
from tancai.items.rules import Candidate, Pick, Want
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.programmes.api import Definition
from tancai.programmes.queries import programme_codes
from tests.items.test_draw import CEM, MIX, TOPICS, WANTS, _pool

DOUBLE = [Candidate(c.item_id + 1000, c.version_id + 5000, c.kind, c.topic, c.difficulty) for c in _pool(CEM)]


def sound(found: Papers, wants: list[Want], overlap: int) -> None:
    held = [{pick.candidate.item_id for pick in paper} for paper in found.picks]
    for paper, ids in zip(found.picks, held, strict=True):
        assert [pick.position for pick in paper] == list(range(1, len(paper) + 1))
        assert len(ids) == len(paper)
        expected = [(want.part, want.kind, want.marks) for want in wants for _ in range(want.count)]
        assert [(pick.part, pick.candidate.kind, pick.marks) for pick in paper] == expected
    assert all(len(a & b) <= overlap for a, b in combinations(held, 2))


def topics(paper: tuple[Pick, ...], kind: str) -> Counter[str]:
    return Counter(pick.candidate.topic for pick in paper if pick.candidate.kind == kind)


@pytest.mark.anydatabase
def test_a_bank_of_three_papers_is_used_up_by_three_papers_that_are_alike() -> None:
    pool = _pool(CEM)
    found = papers(pool, WANTS, 3, seed="2026-11-28", cover=TOPICS, mix=MIX)
    sound(found, WANTS, 0)
    assert {pick.candidate.item_id for paper in found.picks for pick in paper} == {c.item_id for c in pool}
    for paper in found.picks:
        assert set(topics(paper, "single")) | set(topics(paper, "multiple")) >= set(TOPICS)
        for topic, held in Counter(c.topic for c in pool if c.kind == "single").items():
            assert abs(topics(paper, "single")[topic] - held / 3) <= 1


@pytest.mark.anydatabase
def test_a_fourth_paper_is_refused_with_the_reason() -> None:
    found = papers(_pool(CEM), WANTS, 4, seed="a", cover=TOPICS, mix=MIX)
    assert found.picks == () and found.found.status == "infeasible"
    codes = {hindrance.demand.code for hindrance in found.hindrances}
    assert "overlap" in codes and codes & {"section", "topic"}
    allowed = papers(_pool(CEM), WANTS, 4, seed="a", cover=TOPICS, mix=MIX, overlap=20)
    sound(allowed, WANTS, 20)
    assert len(allowed.picks) == 4


@pytest.mark.anydatabase
def test_difficulties_come_near_the_wished_mix_in_every_paper() -> None:
    found = papers([*_pool(CEM), *DOUBLE], WANTS, 2, seed="b", cover=TOPICS, mix=MIX)
    sound(found, WANTS, 0)
    for paper in found.picks:
        counted = Counter(pick.candidate.difficulty for pick in paper)
        for name, share in MIX.items():
            assert abs(counted[name] - 45 * share) <= (found.found.bound or 0) + 1 + 1e-6


@pytest.mark.anydatabase
def test_the_seed_decides_and_items_seen_before_never_come() -> None:
    pool = [*_pool(CEM), *DOUBLE]
    first, again, other = (papers(pool, WANTS, 2, seed=s, cover=TOPICS, mix=MIX) for s in ("x", "x", "y"))
    assert first.picks == again.picks != other.picks
    seen = frozenset(pick.candidate.item_id for paper in first.picks for pick in paper)
    resit = papers(pool, WANTS, 2, seed="x", cover=TOPICS, mix=MIX, excluded=seen)
    sound(resit, WANTS, 0)
    assert not seen & {pick.candidate.item_id for paper in resit.picks for pick in paper}


@pytest.mark.anydatabase
def test_items_seen_before_are_named_when_nothing_is_left() -> None:
    pool = _pool(CEM)
    seen = frozenset(c.item_id for c in pool if c.kind == "short" and c.topic != "cem-2")
    found = papers(pool, WANTS, 1, seed="x", excluded=seen)
    codes = {hindrance.demand.code for hindrance in found.hindrances}
    assert codes == {"section", "excluded"}
    assert all(hindrance.enough for hindrance in found.hindrances)


@pytest.mark.anydatabase
def test_sections_that_share_topics_each_get_items_that_fit() -> None:
    """Six of topic a for the first part, which the second part could use too."""
    supply = {("a", "single"): 8, ("b", "single"): 10, ("c", "single"): 10}
    wants = [Want("own", "single", 6, 2, (("a",),)), Want("all", "single", 10, 1, (("a", "b", "c"),))]
    for seed in "12345":
        found = papers(_pool(supply), wants, 1, seed=seed)
        sound(found, wants, 0)
        assert {pick.candidate.topic for pick in found.picks[0] if pick.part == "own"} == {"a"}
    short = papers(_pool({**supply, ("a", "single"): 5}), wants, 1, seed="1")
    (hindrance,) = short.hindrances
    assert hindrance.demand.code == "section" and dict(hindrance.demand.params)["parts"] == ("own",)
    assert hindrance.needed == 5


@pytest.mark.anydatabase
def test_own_topics_come_first_and_others_only_fill() -> None:
    supply = {("own", "single"): 6, ("other", "single"): 20}
    found = papers(_pool(supply), [Want("p", "single", 10, 1, (("own",), ("other",)))], 1, seed="s")
    assert topics(found.picks[0], "single") == {"own": 6, "other": 4}
    two = papers(_pool(supply), [Want("p", "single", 10, 1, (("own",), ("other",)))], 2, seed="s")
    assert [topics(paper, "single")["own"] for paper in two.picks] == [3, 3]


@pytest.mark.anydatabase
def test_an_empty_bank_is_a_hindrance_and_no_traceback() -> None:
    (hindrance,) = papers([], WANTS, 2, seed="s").hindrances
    assert hindrance.demand.code == "section"


@pytest.mark.anydatabase
def test_calibrated_items_may_be_aimed_at_information() -> None:
    pool = [*_pool(CEM), *DOUBLE]
    curves = {
        c.version_id: item_from_locations(
            str(c.item_id), "2pl", 0.7 + c.item_id % 7 / 10, c.item_id % 9 / 3 - 1.3
        )
        for c in pool
    }
    aim = Objective("closest", tuple(Aim(Measure("information", theta=t), 9.5) for t in (-0.5, 0.5)), 0.1)
    found = papers(pool, WANTS, 2, seed="s", cover=TOPICS, curves=curves, objective=aim)
    sound(found, WANTS, 0)
    for paper in found.picks:
        for theta in (-0.5, 0.5):
            told = sum(float(information(curves[pick.candidate.version_id], theta)[0]) for pick in paper)
            assert abs(told - 9.5) <= (found.found.value or 0) + 1e-6
    assert found.found.status == "optimal"


def shipped() -> tuple[Definition, str]:
    """The shipped programmes and bank, and a programme of 45 questions with its first level."""
    programmes.load_definitions(by=None, at=clock.now())
    items.load_bank(by=None, at=clock.now())
    definition = programmes.definition("cem")
    return definition, definition.levels[0].code if definition.levels else ""


@pytest.mark.django_db
def test_assembled_forms_are_kept_like_drawn_ones() -> None:
    definition, level = shipped()
    made = items.assemble_forms(
        definition, level=level, speciality="", count=2, seed="autumn", overlap=0, by=None, at=clock.now()
    )
    views = [items.form(form.pk) for form in made.forms]
    drawn = items.draw_form(definition, level=level, speciality="", seed="one", by=None, at=clock.now())
    assert len(views) == 2 and made.found.status in ("optimal", "feasible")
    assert all(view.total == items.form(drawn.pk).total == 100 for view in views)
    shape = [(e.position, e.kind, e.marks, e.part) for e in items.form(drawn.pk).entries]
    assert all([(e.position, e.kind, e.marks, e.part) for e in view.entries] == shape for view in views)
    seen = items.seen_items([form.pk for form in made.forms])
    assert len(seen) == 2 * len(shape)
    third = items.assemble_forms(
        definition,
        level=level,
        speciality="",
        count=1,
        seed="resit",
        exclude_item_ids=seen,
        by=None,
        at=clock.now(),
    )
    assert not seen & items.seen_items([third.forms[0].pk])


@pytest.mark.django_db
def test_nothing_is_kept_when_there_are_no_such_papers() -> None:
    definition, level = shipped()
    with pytest.raises(items.CannotAssemble) as caught:
        items.assemble_forms(
            definition, level=level, speciality="", count=60, seed="a", by=None, at=clock.now()
        )
    assert caught.value.proven and caught.value.hindrances
    assert not FormEntry.objects.exists()


@pytest.mark.django_db
def test_every_blueprint_that_can_be_drawn_can_be_assembled() -> None:
    shipped()
    tried = 0
    for code in programme_codes():
        definition = programmes.definition(code)
        for level in [one.code for one in definition.levels] or [""]:
            for speciality in [one.code for one in definition.specialities][:2] or [""]:
                blueprint = definition.blueprint(level, speciality)
                if not blueprint.sections or draw_picks(blueprint, level, "s").shortages:
                    continue
                found = assemble_papers(blueprint, level, 1, seed="s", excluded=frozenset())
                assert len(found.picks) == 1, (code, level, speciality, found.hindrances)
                tried += 1
    assert tried >= 4
