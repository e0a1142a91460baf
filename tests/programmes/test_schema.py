"""The schema check names file, line and remedy for every fault."""

from __future__ import annotations

import re
import tomllib

import pytest

from tancai.programmes import loader
from tancai.programmes.errors import BadDefinition
from tancai.programmes.schema import dotted
from tancai.programmes.toml_lines import key_lines
from tancai.programmes.words import describe

CEM = (loader.FOLDER / "cem.toml").read_text(encoding="utf-8")


def faults_of(text: str) -> list:
    with pytest.raises(BadDefinition) as caught:
        loader.read_text(text, "cem.toml")
    return caught.value.faults


def line_with(text: str, needle: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


CASES = [
    # what is replaced, by what, code of the fault, text of the line it must name
    ("resit = 10000", "resitt = 10000", "unknown_key", "resitt"),
    ("resit = 10000", 'resit = "hundred"', "wrong_type", 'resit = "hundred"'),
    ("resit = 10000", "resit = -5", "below", "resit = -5"),
    ("resit = 10000", "", "missing_key", "[fees]"),
    ("min_share = 0.9", "min_share = 90", "above", "min_share = 90"),
    ("min_share = 0.9", "min_share = -0.1", "below", "min_share = -0.1"),
    ("BYDAY=4SA", "BYDAY=4XX", "bad_rrule", "rrule ="),
    ('rrule = "FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYDAY=4SA"', "", "no_rrule", "[calendar]"),
    ("test_run_days = [3, 2]", "test_run_days = [2, 3]", "test_run_order", "[calendar]"),
    ('background = "blue"', 'background = "green"', "not_allowed", 'background = "green"'),
    ('course_opens_on = "approval"', 'course_opens_on = "later"', "not_allowed", "course_opens_on"),
    ('body = "icdc"', 'body = "nobody"', "unknown_organisation", 'body = "nobody"'),
    ("pass_mark = 60", "pass_mark = 160", "pass_mark_above_total", "[exam]"),
    ("out_of = 100", "out_of = 120", "marks_differ", "[paper]"),
    ("count = 30", "count = 31", "marks_differ", "[paper]"),
    ('draw = "all"', 'draw = "listed"\ntopics = ["cem-9"]', "unknown_topic", 'topics = ["cem-9"]'),
    ('draw = "all"', 'draw = "base"', "no_topics", 'draw = "base"'),
    ('draw = "all"', 'draw = "level"', "level_without_topics", 'draw = "level"'),
    ('kind = "single"\ncount', 'kind = "essay"\ncount', "unknown_kind", 'kind = "essay"'),
    ("[paper.difficulty.beginner]", "[paper.difficulty.expert]", "unknown_level", "[paper.difficulty.expert]"),
    ("easy = 0.5", "easy = 0.6", "mix_not_whole", "[paper.difficulty.beginner]"),
    ('code = "cem-2"', 'code = "cem-1"', "double", None),
    ("line = 2", "line = 1", "double", None),
    ("[[conditions.advanced]]", "[[conditions.expert]]", "unknown_level", "[[conditions.expert]]"),
    ('related_majors = ["环境工程与科学", "能源"]', "related_majors = []", "no_related_majors", None),
    ('field = "节能与环保领域"', 'field = ""', "no_field", None),
    ('number_prefix = "CEM"', 'number_prefix = "cem"', "bad_pattern", "number_prefix"),
    ('query = [["name", "document"]', 'query = [["name", "shoe"]', "not_allowed", "query ="),
    ('kind = "portrait"', 'kind = "picture"', "no_material", "[[materials]]"),
    ('start = 09:00:00', 'start = "nine"', "wrong_type", 'start = "nine"'),
    ('code = "cem"\n', 'code = "cem"\nedition_id = 4\n', "unknown_key", "edition_id"),
    ("height = 413", "height = 413 413", "not_toml", "height = 413 413"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "where"), CASES, ids=[f"{c[2]}-{n}" for n, c in enumerate(CASES)]
)
def test_faults_name_their_line_and_say_what_to_do(old: str, new: str, code: str, where: str | None) -> None:
    assert old in CEM
    text = CEM.replace(old, new) if code == "unknown_level" else CEM.replace(old, new, 1)
    fault = next((each for each in faults_of(text) if each.code == code), None)
    assert fault is not None, [each.code for each in faults_of(text)]
    assert fault.file == "cem.toml"
    if where:
        assert fault.line == line_with(text, where)
    assert describe(fault)
    assert "%(" not in describe(fault)


def test_a_fault_deep_in_a_condition_names_the_line_of_its_alternative() -> None:
    text = CEM.replace('at_least = "bachelor", only = true }', 'at_leest = "bachelor", only = true }', 1)
    faults = faults_of(text)
    line = line_with(text, "at_leest")
    assert {(fault.code, fault.line) for fault in faults} == {("missing_key", line), ("unknown_key", line)}
    unknown = next(fault for fault in faults if fault.code == "unknown_key")
    assert unknown.path == "conditions.beginner[3].any_of[1][1].at_leest"
    assert "at_least" in describe(unknown)


def test_a_wrong_type_is_named_in_words() -> None:
    (fault,) = faults_of(CEM.replace("resit = 10000", 'resit = "hundred"', 1))
    assert "应为 整数" in describe(fault)
    (fault,) = faults_of("framework = []\n" + CEM)
    assert "应为 一组带名称的项" in describe(fault)


def test_an_unknown_predicate_lists_those_that_exist() -> None:
    text = CEM.replace(
        '{ kind = "education", at_least = "bachelor"', '{ kind = "schooling", at_least = "bachelor"', 1
    )
    (fault,) = faults_of(text)
    assert (fault.code, fault.line) == ("unknown_predicate", line_with(text, "schooling"))
    assert "occupation" in describe(fault)


BACHELOR = r'(line = 3\ntext = "本科学历（取得其他专业毕业证书）"\nany_of = \[\n).*\n'


def test_a_condition_without_predicate_is_refused() -> None:
    text = re.sub(
        r'(line = 3\ntext = "本科学历（取得其他专业毕业证书）"\nany_of = \[\n).*\n',
        r"\1  [],\n",
        CEM,
        count=1,
    )
    (fault,) = faults_of(text)
    assert fault.code == "empty_alternative"
    assert fault.line == line_with(text, "本科学历（取得其他专业毕业证书）") + 1


def test_an_alternative_list_without_alternatives_is_refused() -> None:
    text = re.sub(
        r'(line = 3\ntext = "本科学历（取得其他专业毕业证书）"\nany_of = \[\n).*\n', r"\1", CEM, count=1
    )
    (fault,) = faults_of(text)
    assert (fault.code, fault.path) == ("empty", "conditions.beginner[3].any_of")


def test_an_unknown_occupation_is_refused() -> None:
    crp = (loader.FOLDER / "crp.toml").read_text(encoding="utf-8")
    text = crp.replace('any_of = ["research-technical", "exchange-staff"]', 'any_of = ["dancer"]')
    with pytest.raises(BadDefinition) as caught:
        loader.read_text(text, "crp.toml")
    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("unknown_occupation", line_with(text, "dancer"))


def test_all_faults_are_told_at_once_in_order_of_lines() -> None:
    text = CEM.replace("resit = 10000", "resit = -1").replace("min_share = 0.9", "min_share = 9")
    lines = [fault.line for fault in faults_of(text)]
    assert lines == sorted(lines)
    assert len(lines) == 2


def test_the_file_must_bear_the_name_of_its_programme(tmp_path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(CEM, encoding="utf-8")
    with pytest.raises(BadDefinition) as caught:
        loader.read_file(path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.file, fault.line) == (
        "wrong_file_name",
        "other.toml",
        line_with(CEM, 'code = "cem"'),
    )


def walk(value: object, path: tuple = ()) -> list[tuple]:
    if isinstance(value, dict):
        return [path] + [each for key, inner in value.items() for each in walk(inner, (*path, key))]
    if isinstance(value, list):
        return [path] + [each for place, inner in enumerate(value) for each in walk(inner, (*path, place))]
    return [path]


@pytest.mark.parametrize("code", ["cem", "dcne", "crp", "csa", "cmc"])
def test_every_key_of_the_shipped_files_has_a_line_that_holds_it(code: str) -> None:
    text = (loader.FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    lines, written = key_lines(text), text.splitlines()
    for path in walk(tomllib.loads(text)):
        assert path in lines, dotted(path)
        if path and isinstance(path[-1], str) and path[-1]:
            assert path[-1] in written[lines[path] - 1], dotted(path)


def test_lines_in_the_odder_corners_of_toml() -> None:
    text = (
        'a.b = 1 # note\n"q r" = """\nlong # no note\n"""\n[t]\nx = [ # note\n  1,\n  [2,\n 3],\n]\n'
        "l = '''\nraw \\'''\n[[t.u]]\nk = { p = 1, q = [true] }\n[[t.u]]\nk = \"\\\"]\"\n[t.u.v]\nz = 2024-01-01\n"
    )
    assert tomllib.loads(text)
    lines = key_lines(text)
    assert lines["a", "b"] == 1
    assert lines[("q r",)] == 2
    assert (lines["t", "x"], lines["t", "x", 0], lines["t", "x", 1], lines["t", "x", 1, 1]) == (6, 7, 8, 9)
    assert (lines["t", "u", 0, "k", "q", 0], lines["t", "u", 1, "k"]) == (14, 16)
    assert lines["t", "u", 1, "v", "z"] == 18
