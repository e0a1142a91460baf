"""Editions: first from the file, next by staff, files changed later as drafts, working days from the table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tancai.audit import api as audit
from tancai.lib.clock import SHANGHAI
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.programmes import loader, queries
from tests.programmes.conftest import AT, member

pytestmark = pytest.mark.django_db


def revise(code: str = "cem", **given: Any) -> Any:
    changes = given.pop("changes", {"fees": {"enrolment": 48000, "resit": 10000, "replacement": 0}})
    return programmes.revise(
        code,
        **{
            "changes": changes,
            "note": "调价",
            "effective_from": date(2026, 12, 1),
            "by": None,
            "at": AT,
            **given,
        },
    )


def test_loading_makes_five_first_editions_and_founds_their_organisations(world: None) -> None:
    assert [view.code for view in programmes.programmes()] == ["cem", "dcne", "crp", "csa", "cmc"]
    for code in ("icdc", "ccia", "ceca", "zqgp", "miit-talent"):
        assert people.organisation(code) is not None
    assert people.organisation("zqgp").kind == "organiser"
    assert all(len(programmes.editions(code)) == 1 for code in programmes.programme_codes())


def test_loading_again_changes_nothing(world: None) -> None:
    assert programmes.load_definitions(by=None, at=AT) == []
    assert programmes.pending_file_changes() == []


def test_a_stored_edition_reads_as_the_file_does(world: None) -> None:
    for loaded in loader.read_all():
        found = programmes.definition(loaded.definition.code)
        assert found.model_copy(update={"edition_id": 0, "edition_number": 0}) == loaded.definition


def test_an_edit_is_the_next_edition_from_its_day_on(world: None) -> None:
    before = programmes.definition("cem")
    by = member("office", "icdc", "a@example.org")
    edition = revise(by=by)
    assert edition.number == 2
    assert programmes.definition("cem", on=date(2026, 11, 30)).edition_id == before.edition_id
    assert programmes.definition("cem", on=date(2026, 12, 1)).fees.enrolment == 48000
    assert programmes.definition_of(before.edition_id).fees.enrolment == 0
    newest = programmes.editions("cem")[0]
    assert (newest.note, newest.origin, bool(newest.made_by)) == ("调价", "staff", True)
    assert audit.entries(target=("programme", "cem"), by=by).count() == 1


def test_before_the_first_edition_the_first_one_counts(world: None) -> None:
    assert programmes.definition("cem", on=date(2000, 1, 1)).edition_number == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"note": "  "}, "no_note"),
        ({"changes": {"price": {}}}, "unknown_part"),
        ({"changes": {"code": "other"}}, "code_fixed"),
        ({"changes": {"fees": {"enrolment": 0, "resit": 10000, "replacement": 0}}}, "no_change"),
        ({"effective_from": date(2020, 1, 1)}, "before_latest"),
    ],
)
def test_changes_that_are_refused(world: None, given: dict[str, Any], code: str) -> None:
    with pytest.raises(programmes.BadChange) as caught:
        revise(**given)
    assert caught.value.code == code
    assert programmes.explain(caught.value)
    assert len(programmes.editions("cem")) == 1


def test_a_change_that_breaks_the_schema_is_refused(world: None) -> None:
    with pytest.raises(programmes.BadDefinition) as caught:
        revise(changes={"learning": {"min_share": 9}})
    assert caught.value.faults[0].path == "learning.min_share"
    assert len(programmes.editions("cem")) == 1


def test_nobody_knows_an_unknown_programme(world: None) -> None:
    with pytest.raises(programmes.UnknownProgramme):
        programmes.definition("xyz")
    with pytest.raises(programmes.UnknownProgramme):
        revise("xyz")
    with pytest.raises(programmes.UnknownEdition):
        programmes.definition_of(10**9)


@pytest.fixture
def changed_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped files with another resit fee for cem, as after an update of the software."""
    for path in loader.FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.stem == "cem":
            text = text.replace("resit = 10000", "resit = 12000")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(queries.loader, "FOLDER", tmp_path)
    return tmp_path


def test_a_changed_file_is_a_draft_until_somebody_adopts_it(world: None, changed_files: Path) -> None:
    (draft,) = programmes.pending_file_changes()
    assert draft.code == "cem" and draft.definition.fees.resit == 12000
    assert programmes.definition("cem").fees.resit == 10000
    programmes.adopt_file_change(
        "cem", digest=draft.digest, note="随更新", effective_from=date(2026, 12, 1), by=None, at=AT
    )
    assert programmes.definition("cem").fees.resit == 12000
    assert programmes.editions("cem")[0].origin == "file"
    assert programmes.pending_file_changes() == []


def test_a_draft_set_aside_is_not_offered_again_until_the_file_changes(
    world: None, changed_files: Path
) -> None:
    (draft,) = programmes.pending_file_changes()
    programmes.set_aside_file_change("cem", digest=draft.digest, note="不采用", by=None, at=AT)
    assert programmes.pending_file_changes() == []
    assert programmes.definition("cem").fees.resit == 10000
    path = changed_files / "cem.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("resit = 12000", "resit = 13000"), encoding="utf-8"
    )
    assert [each.code for each in programmes.pending_file_changes()] == ["cem"]


def test_a_draft_that_changed_meanwhile_is_not_adopted(world: None, changed_files: Path) -> None:
    with pytest.raises(programmes.BadChange) as caught:
        programmes.adopt_file_change(
            "cem", digest="0" * 64, note="x", effective_from=date(2026, 12, 1), by=None, at=AT
        )
    assert caught.value.code == "draft_gone"


def test_a_broken_file_is_reported_with_its_line_and_breaks_nothing(world: None, changed_files: Path) -> None:
    path = changed_files / "cem.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("resit =", "resitt ="), encoding="utf-8")
    (change,) = programmes.pending_file_changes()
    assert change.definition is None
    assert {fault.code for fault in change.faults} == {"missing_key", "unknown_key"}
    assert programmes.definition("cem").fees.resit == 10000


def test_differences_match_lists_by_their_names(world: None) -> None:
    before = programmes.edition_plain(programmes.definition("cem").edition_id)
    changes = {"topics": [before["topics"][-1], *before["topics"][:-1]], "related_majors": ["能源"]}
    found = programmes.differences(before, {**before, **changes})
    assert [each.path for each in found] == ["related_majors"]


# Days


def test_upcoming_days_begin_with_the_next(world: None) -> None:
    keys = [day.key for day in programmes.upcoming_days("cem", at=AT)]
    assert keys[:3] == ["cem-2026-12-26", "cem-2027-02-27", "cem-2027-04-24"]
    assert programmes.upcoming_days("cmc", at=AT) == []


def test_a_day_is_open_until_it_closes(world: None) -> None:
    closes = datetime(2026, 12, 20, tzinfo=SHANGHAI)
    assert programmes.open_days("cem", at=closes - timedelta(seconds=1))[0].key == "cem-2026-12-26"
    assert programmes.open_days("cem", at=closes)[0].key == "cem-2027-02-27"


def test_exam_days_by_key(world: None) -> None:
    assert programmes.exam_day("cem-2026-12-26").date == date(2026, 12, 26)
    for key in ("cem-2026-12-25", "cem-2026-11-28", "xyz-2026-12-26", "cem-2026-12-26-s9", "nonsense"):
        with pytest.raises(programmes.UnknownExamDay):
            programmes.exam_day(key)


def test_a_day_already_booked_outlives_a_change_of_the_rule(world: None) -> None:
    calendar = {**programmes.content(programmes.definition("cem"))["calendar"]}
    calendar["rrule"] = "FREQ=MONTHLY;BYDAY=1SU"
    revise(changes={"calendar": calendar})
    assert programmes.exam_day("cem-2026-12-26").date == date(2026, 12, 26)
    assert programmes.upcoming_days("cem", at=AT + timedelta(days=12))[0].key == "cem-2026-12-06"


def test_a_special_day_is_found_by_its_key_and_follows_the_rules(world: None) -> None:
    start = datetime(2026, 12, 12, 14, 0, tzinfo=SHANGHAI)
    day = programmes.add_special_day("cem", starts_at=start, note="专场", by=None, at=AT)
    assert programmes.exam_day(day.key) == day
    assert day.closes_at == datetime(2026, 12, 6, tzinfo=SHANGHAI)
    assert programmes.upcoming_days("cem", at=AT)[0] == day


def test_a_special_day_at_short_notice_stays_open_until_its_start(world: None) -> None:
    start = AT + timedelta(hours=2)
    day = programmes.add_special_day("cem", starts_at=start, note="加考", by=None, at=AT)
    assert day.closes_at == start
    assert day.ticket_from < AT


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"note": " "}, "no_note"),
        ({"starts_at": AT}, "day_past"),
        ({"closes_at": datetime(2026, 12, 13, tzinfo=SHANGHAI)}, "closes_after_start"),
        ({"starts_at": datetime(2026, 12, 26, 9, 0, tzinfo=SHANGHAI)}, "day_exists"),
    ],
)
def test_special_days_that_are_refused(world: None, given: dict[str, Any], code: str) -> None:
    usual = {"starts_at": datetime(2026, 12, 12, 14, 0, tzinfo=SHANGHAI), "note": "专场"}
    with pytest.raises(programmes.BadChange) as caught:
        programmes.add_special_day("cem", **{**usual, **given}, by=None, at=AT)
    assert caught.value.code == code


def test_cancelling_and_restoring_are_rows(world: None) -> None:
    key = "cem-2026-12-26"
    programmes.cancel_day(key, reason="停电", by=None, at=AT)
    assert programmes.is_cancelled(key)
    assert key not in [day.key for day in programmes.upcoming_days("cem", at=AT)]
    assert programmes.exam_day(key).date == date(2026, 12, 26)
    with pytest.raises(programmes.BadChange):
        programmes.cancel_day(key, reason="停电", by=None, at=AT)
    programmes.restore_day(key, reason="来电", by=None, at=AT)
    assert not programmes.is_cancelled(key)
    assert [change.kind for change in programmes.day_changes("cem")] == ["restored", "cancelled"]


# Working days


def test_announced_years_are_loaded_and_the_next_is_provisional(world: None) -> None:
    assert programmes.working_years() == list(range(2004, 2027))
    assert programmes.working_deadline(date(2026, 9, 30), 1) == programmes.Deadline(date(2026, 10, 8), False)
    assert programmes.working_deadline(date(2026, 12, 31), 1) == programmes.Deadline(date(2027, 1, 1), True)


def test_a_year_announced_later_is_provisional_no_longer(world: None) -> None:
    programmes.announce_year(
        2027, exceptions=[(date(2027, 1, 1), False, "元旦")], source="公告", by=None, at=AT
    )
    assert programmes.working_deadline(date(2026, 12, 31), 1) == programmes.Deadline(date(2027, 1, 4), False)
    assert [row.day for row in programmes.workday_rows(2027)] == [date(2027, 1, 1)]


def test_one_day_entered_for_an_unannounced_year_is_itself_certain(world: None) -> None:
    programmes.set_working_day(date(2027, 1, 1), working=False, name="元旦", by=None, at=AT)
    assert not programmes.is_working_day(date(2027, 1, 1))
    assert programmes.working_deadline(date(2026, 12, 31), 1).provisional


def test_the_newest_row_of_a_day_counts(world: None) -> None:
    day = date(2026, 11, 23)
    programmes.set_working_day(day, working=False, name="演示", by=None, at=AT)
    assert not programmes.is_working_day(day)
    programmes.set_working_day(day, working=True, name="", by=None, at=AT)
    assert programmes.is_working_day(day)
    assert day not in [row.day for row in programmes.workday_rows(2026)]


def test_rights_follow_body_and_organiser(world: None) -> None:
    ceca, zqgp = people.organisation("ceca"), people.organisation("zqgp")
    assert programmes.organisation_ids("crp") == {ceca.pk, zqgp.pk}
    assert programmes.codes_of_organisations({zqgp.pk}) == ["crp", "csa"]
    assert programmes.codes_of_organisations(set()) == []
    assert len(programmes.codes_of_organisations(None)) == 5
