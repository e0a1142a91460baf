"""Every figure that the source documents print, restated here with its source, against the shipped definitions.

``000`` dcne, ``001`` cem, ``002`` crp, ``003`` cmc, ``004`` csa; ``shipped`` where the documents are silent.
"""

from __future__ import annotations

import pytest

from tancai.programmes import loader
from tancai.programmes.definition import Definition

DEFINITIONS: dict[str, Definition] = {each.definition.code: each.definition for each in loader.read_all()}

HS, SV, JC, BA, PG = "senior_high", "secondary_vocational", "junior_college", "bachelor", "postgraduate"
ANY, RELATED = ("major", False), ("major", True)


def education(step: str) -> tuple[object, ...]:
    """Printed with 及以上."""
    return ("education", step, "or higher")


def diploma(step: str) -> tuple[object, ...]:
    """Printed without 及以上."""
    return ("education", step, "only")


def years(count: int) -> tuple[object, ...]:
    return ("years", count, "cumulative")


def unbroken(count: int) -> tuple[object, ...]:
    """Printed with 连续."""
    return ("years", count, "continuous")


def certificate(level: str, family: str, held: int = 0) -> tuple[object, ...]:
    return ("certificate", level, family, held)


STUDENT = ("student",)
B, M, A = "beginner", "intermediate", "advanced"


def ladder(*counts: int) -> list[list[list[tuple[object, ...]]]]:
    """中专, 大专, 本科, 研究生及以上 in any other major with years 连续 (0: none printed)."""
    steps = [diploma(SV), diploma(JC), diploma(BA), education(PG)]
    return [
        [[step, ANY, *([unbroken(count)] if count else [])]]
        for step, count in zip(steps, counts, strict=True)
    ]


CEM_BEGINNER = [*ladder(2, 1, 0, 0), [[education(JC), RELATED, years(1)]]]


def middle(family: str) -> list[list[list[tuple[object, ...]]]]:
    return [
        *ladder(3, 2, 1, 0),
        [[education(JC), RELATED]],
        [[certificate(B, family), years(1)]],
        [[certificate(M, "other")]],
    ]


def high(family: str) -> list[list[list[tuple[object, ...]]]]:
    return [
        *ladder(4, 3, 2, 2),
        [[education(JC), RELATED, years(1)]],
        [[certificate(M, family), years(1)]],
        [[certificate(A, "other", 1)]],
    ]


CONDITIONS = {
    ("dcne", B): [
        [[years(3)]],
        [[education(HS), years(2)]],
        [[education(SV), years(1)]],
        [[STUDENT]],
        [[certificate(B, "other")]],
    ],
    ("dcne", M): middle("programme"),
    ("dcne", A): high("programme"),
    ("cem", B): CEM_BEGINNER,
    ("cem", M): middle("field"),
    ("cem", A): high("field"),
    ("crp", ""): [
        [[years(3)]],
        [[education(HS), RELATED, unbroken(2)], [diploma(JC), ANY, unbroken(2)]],
        [[education(BA), RELATED, years(1)], [education(BA), ANY, years(1)]],
        [[("degree", "double_bachelor"), RELATED]],
        [[("occupation", ("research-technical", "exchange-staff"))]],
        [[certificate(B, "other")]],
    ],
    # 004 prints the 高级 list again under 初级; shipped: the list of cem
    ("csa", B): CEM_BEGINNER,
    ("csa", M): middle("field"),
    ("csa", A): high("field"),
    **{("cmc", f"grade-{n}"): [[[years((0, 3, 5)[(n - 1) // 3])]]] for n in range(1, 10)},
}


def plain(predicate) -> tuple[object, ...]:
    match predicate.kind:
        case "education":
            return ("education", predicate.at_least, "only" if predicate.only else "or higher")
        case "degree":
            return ("degree", predicate.at_least)
        case "major":
            assert not predicate.strict
            return ("major", predicate.related)
        case "years":
            assert not predicate.after_certificate
            return ("years", predicate.at_least, "continuous" if predicate.continuous else "cumulative")
        case "certificate":
            return ("certificate", predicate.level, predicate.family, predicate.held_years)
        case "occupation":
            return ("occupation", predicate.any_of)
    return (predicate.kind,)


@pytest.mark.parametrize(("code", "level"), CONDITIONS, ids=lambda value: value or "all")
def test_every_line_of_the_conditions(code: str, level: str) -> None:
    lines = DEFINITIONS[code].conditions_for(level)
    assert [line.line for line in lines] == list(range(1, len(lines) + 1))
    found = [[[plain(each) for each in alternative] for alternative in line.any_of] for line in lines]
    assert found == CONDITIONS[code, level]


def test_no_programme_has_conditions_for_levels_it_does_not_have() -> None:
    listed = {(code, level) for code, definition in DEFINITIONS.items() for level in definition.conditions}
    assert listed == set(CONDITIONS)


@pytest.mark.parametrize(
    ("code", "level", "line", "text"),
    [
        ("dcne", B, 1, "从事相关领域工作年限满3年"),
        ("dcne", B, 4, "在校大学生、相关职业院校学生"),
        ("dcne", M, 5, "具有能源、计算机等相关专业大专及以上学历"),
        ("dcne", M, 6, "取得初级数字碳中和工程师证书，从事相关领域工作满一年"),
        ("cem", A, 1, "中专学历（取得其他专业），连续从事相关领域工作满4年"),
        ("cem", A, 6, "取得中级节能与环保领域岗位能力评测证书，从事相关领域工作满一年"),
        ("csa", M, 6, "取得初级碳减排领域证书，从事相关领域工作满一年"),
        ("csa", A, 7, "取得其他高级职业或技能证书、职称证书等满一年"),
    ],
)
def test_lines_are_printed_as_in_the_documents(code: str, level: str, line: int, text: str) -> None:
    assert DEFINITIONS[code].conditions_for(level)[line - 1].text == text


def test_every_text_that_says_unbroken_asks_for_unbroken_years_and_no_other() -> None:
    for definition in DEFINITIONS.values():
        for lines in definition.conditions.values():
            for line in lines:
                asked = [each for alternative in line.any_of for each in alternative if each.kind == "years"]
                assert all(each.continuous == ("连续" in line.text) for each in asked), line.text


def test_a_level_less_certificate_of_the_field_counts_as_beginner_for_csa() -> None:
    for level in (M, A):
        (alternative,) = DEFINITIONS["csa"].conditions_for(level)[5].any_of
        assert alternative[0].levelless_as == B
    assert DEFINITIONS["csa"].certificate.field_programmes == ("crp", "csa")


@pytest.mark.parametrize(
    ("code", "majors"),
    [
        ("dcne", ("能源", "计算机")),
        ("cem", ("环境工程与科学", "能源")),
        ("crp", ("环境工程与科学", "能源")),
        ("csa", ("环境工程与科学", "能源")),
    ],
)
def test_related_majors(code: str, majors: tuple[str, ...]) -> None:
    assert DEFINITIONS[code].related_majors == majors


def test_the_strict_reading_of_other_majors_is_a_switch() -> None:
    content = loader.content(DEFINITIONS["cem"])
    strict = Definition.model_validate({**content, "readings": {"other_major": "unrelated_only"}})
    assert strict.conditions[B][0].any_of[0][1].strict
    assert not strict.conditions[B][4].any_of[0][1].strict
    back = Definition.model_validate({**loader.content(strict), "readings": {}})
    assert back.conditions == DEFINITIONS["cem"].conditions


def test_the_year_of_line_six_may_be_bound_to_the_time_after_the_certificate() -> None:
    content = loader.content(DEFINITIONS["cem"])
    bound = Definition.model_validate({**content, "readings": {"certificate_year": "after_certificate"}})
    assert bound.conditions[M][5].any_of[0][1].after_certificate
    assert not bound.conditions[M][0].any_of[0][2].after_certificate


# § 1

NAMES = [
    ("dcne", "数字碳中和工程师", "中国通信工业协会互联网产业专业委员会", "", ["初级", "中级", "高级"], 0),
    ("cem", "碳排放管理师", "工业和信息化部工业文化发展中心", "", ["初级", "中级", "高级"], 0),
    ("crp", "碳减排领域专业技能岗位人才", "中国节能协会", "中企工培（北京）教育咨询有限责任公司", [], 9),
    (
        "csa",
        "碳汇计量评估师",
        "中国节能协会",
        "中企工培（北京）教育咨询有限责任公司",
        ["初级", "中级", "高级"],
        0,
    ),
    (
        "cmc",
        "碳管理产业人才岗位能力",
        "工业和信息化部人才交流中心",
        "",
        [f"{'初中高'[n // 3]}级{n + 1}级" for n in range(9)],
        9,
    ),
]


@pytest.mark.parametrize(("code", "name", "body", "organiser", "levels", "specialities"), NAMES)
def test_names_bodies_levels(code, name, body, organiser, levels, specialities) -> None:
    definition = DEFINITIONS[code]
    organisations = {each.code: each.name for each in definition.organisations}
    assert definition.name == name
    assert organisations[definition.body] == body
    assert organisations.get(definition.organiser, "") == organiser
    assert [level.name for level in definition.levels] == levels
    assert len(definition.specialities) == specialities


def test_the_nine_specialities_of_crp_with_the_posts_they_print() -> None:
    assert {each.name: each.post for each in DEFINITIONS["crp"].specialities} == {
        "碳排放管理": "碳排放管理师",
        "碳排放核查": "碳排放核查员",
        "碳资产管理": "碳资产管理师",
        "碳排放监测": "碳排放监测员",
        "碳排放咨询": "碳排放咨询师",
        "碳排放核算": "碳排放核算员",
        "碳交易": "碳交易师",
        "碳审计": "碳审计师",
        "碳评估": "碳评估师",
    }


def test_posts_are_printed_with_the_level_in_brackets() -> None:
    assert DEFINITIONS["cem"].post_name(A) == "碳排放管理师（高级）"
    assert DEFINITIONS["csa"].post_name(B) == "碳汇计量评估师（初级）"
    assert DEFINITIONS["crp"].post_name("", "trading") == "碳交易师"


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("dcne", "数字碳中和工程师职业技能证书"),
        ("cem", "节能与环保领域岗位能力评测证书"),
        ("crp", "碳减排领域专业技能岗位证书"),
        ("csa", "碳减排领域专业技能岗位证书"),
    ],
)
def test_certificate_titles(code: str, title: str) -> None:
    assert DEFINITIONS[code].certificate.title == title


@pytest.mark.parametrize(("code", "groups"), [("dcne", 4), ("cem", 11), ("csa", 11), ("crp", 1)])
def test_people_addressed(code: str, groups: int) -> None:
    assert len(DEFINITIONS[code].catalogue.audience) == groups


def test_addresses_form_title_and_notice_number() -> None:
    crp, csa, cem = (DEFINITIONS[code] for code in ("crp", "csa", "cem"))
    assert crp.catalogue.form_title == "碳减排领域专业技能人才培养报名审核表"
    assert crp.catalogue.notice_number == "中节协〔2024〕3号"
    assert crp.catalogue.addresses.query == csa.catalogue.addresses.query == "www.cecaweb.org.cn"
    assert "ks.kszx365.com" in cem.catalogue.addresses.client
    assert all(DEFINITIONS[code].catalogue.definition for code in DEFINITIONS)


@pytest.mark.parametrize(
    ("code", "opens"), [("cem", "approval"), ("csa", "approval"), ("crp", "enrolment"), ("dcne", "enrolment")]
)
def test_when_the_course_opens(code: str, opens: str) -> None:
    assert DEFINITIONS[code].course_opens_on == opens


def test_institutions_and_single_persons_may_apply() -> None:
    assert all(set(each.channels) == {"individual", "institution"} for each in DEFINITIONS.values())


# § 3

PORTRAITS = [
    # 000 一寸白底; 001 一寸蓝底免冠; 002 二寸免冠蓝底彩色; 004 一寸蓝底免冠 480 × 640
    ("dcne", 295, 413, "white", False),
    ("cem", 295, 413, "blue", True),
    ("crp", 413, 579, "blue", True),
    ("csa", 480, 640, "blue", True),
]


@pytest.mark.parametrize(("code", "width", "height", "background", "bareheaded"), PORTRAITS)
def test_portraits(code, width, height, background, bareheaded) -> None:
    rule = DEFINITIONS[code].portrait
    assert (rule.width, rule.height, rule.background, rule.bareheaded) == (
        width,
        height,
        background,
        bareheaded,
    )
    assert rule.colour
    assert len(rule.checklist) == 9


ALWAYS = {"application_form", "identity_front", "identity_back", "portrait"}
MATERIALS = [
    # programme, predicates of the alternative claimed, what is held, document, what is required beside ALWAYS
    ("cem", {"education", "major", "years"}, {"education"}, "resident_id", {"education_certificate", "work_proof"}),
    ("cem", {"certificate", "years"}, {"education"}, "resident_id",
     {"education_certificate", "work_proof", "certificate_proof"}),
    ("dcne", {"years"}, set(), "resident_id", {"work_proof"}),
    ("dcne", {"student"}, {"education"}, "resident_id", {"student_proof", "education_certificate"}),
    ("crp", {"degree", "major"}, {"education", "degree"}, "resident_id",
     {"education_certificate", "degree_certificate"}),
    ("crp", {"degree", "major"}, set(), "resident_id", {"education_certificate", "degree_certificate"}),
    ("crp", {"years"}, {"education"}, "resident_id", {"education_certificate", "work_proof"}),
    ("crp", {"years"}, {"education", "degree"}, "resident_id",
     {"education_certificate", "degree_certificate", "work_proof"}),
    ("crp", {"occupation"}, set(), "resident_id", {"work_proof"}),
    ("csa", {"education", "major"}, {"education", "degree"}, "resident_id", {"education_certificate"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "predicates", "held", "document", "wanted"), MATERIALS)
def test_materials_follow_the_line_claimed(code, predicates, held, document, wanted) -> None:
    required = {
        rule.kind
        for rule in DEFINITIONS[code].materials
        if rule.required(predicates=predicates, held=held, document_kind=document)
    }
    assert required == ALWAYS | wanted


def test_a_passport_has_one_side() -> None:
    required = {
        rule.kind
        for rule in DEFINITIONS["cem"].materials
        if rule.required(predicates=set(), held=set(), document_kind="passport")
    }
    assert required == ALWAYS - {"identity_back"}


def test_only_crp_asks_for_degrees_and_only_dcne_for_students() -> None:
    kinds = {code: {rule.kind for rule in each.materials} for code, each in DEFINITIONS.items()}
    assert [code for code in DEFINITIONS if "degree_certificate" in kinds[code]] == ["crp"]
    assert [code for code in DEFINITIONS if "student_proof" in kinds[code]] == ["dcne"]
    assert "portfolio" in kinds["cmc"]


# § 4

PROMISES = [
    # review, scores, certificate, query opens
    ("dcne", 1, 15, 50, None),
    ("cem", 1, 15, 45, 50),
    ("crp", 1, 15, 45, 50),
    ("csa", 1, 15, 45, 50),
]


@pytest.mark.parametrize(("code", "review", "score", "certificate", "query"), PROMISES)
def test_service_promises(code, review, score, certificate, query) -> None:
    found = DEFINITIONS[code].promises
    assert (found.review_days, found.score_days, found.certificate_days, found.query_days) == (
        review,
        score,
        certificate,
        query,
    )


DATES = [
    # enrolment, closing, ticket, sprint class, test run, overflow
    ("dcne", "closing", 7, 3, None, None, 0),
    ("cem", "closing", 7, 3, 7, (3, 2), 0),
    ("crp", "rolling", 4, 3, None, None, 0),
    ("csa", "closing", 7, 3, 7, (3, 2), 1),
]


@pytest.mark.parametrize(("code", "enrolment", "close", "ticket", "sprint", "test_run", "overflow"), DATES)
def test_days_before_the_exam(code, enrolment, close, ticket, sprint, test_run, overflow) -> None:
    rule = DEFINITIONS[code].calendar
    assert (rule.enrolment, rule.close_days, rule.ticket_days) == (enrolment, close, ticket)
    assert (rule.sprint_days, rule.test_run_days, rule.overflow_days) == (sprint, test_run, overflow)


@pytest.mark.parametrize("code", ["dcne", "cem", "crp", "csa"])
def test_a_resit_costs_a_hundred_yuan_and_may_be_repeated(code: str) -> None:
    definition = DEFINITIONS[code]
    assert definition.fees.resit == 100_00
    assert definition.fees.enrolment == 0
    assert definition.exam.resit_limit is None


def test_the_competency_standard_is_free_and_on_demand() -> None:
    cmc = DEFINITIONS["cmc"]
    assert (cmc.fees.enrolment, cmc.fees.resit) == (0, 0)
    assert cmc.calendar.kind == "on_demand"


def test_crp_classes_open_in_six_months() -> None:
    assert DEFINITIONS["crp"].calendar.class_months == (1, 3, 5, 7, 9, 11)


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=list(DEFINITIONS))
def test_what_no_document_prints_is_shipped_alike(definition: Definition) -> None:
    exam = definition.exam
    minutes = 120 if definition.code == "cmc" else 90  # a laboratory task takes 25 to 60 minutes
    assert (exam.minutes, exam.start.isoformat(), exam.multiple_policy) == (
        minutes,
        "09:00:00",
        "all_or_nothing",
    )
    assert (exam.pass_mark, exam.out_of) == (60, 100)


# § 5


@pytest.mark.parametrize(("code", "share"), [("cem", 0.9), ("crp", 0.9), ("csa", 0.9), ("dcne", 0.0)])
def test_share_of_hours(code: str, share: float) -> None:
    assert DEFINITIONS[code].learning.min_share == share


@pytest.mark.parametrize("code", ["cem", "dcne"])
def test_papers_of_one_part(code: str) -> None:
    (part,) = DEFINITIONS[code].paper.parts
    sections = [(section.kind, section.count, section.marks) for section in part.sections]
    assert sections == [("single", 30, 1), ("multiple", 10, 2), ("short", 5, 10)]


@pytest.mark.parametrize(("code", "draws"), [("crp", ["base", "speciality"]), ("csa", ["base", "level"])])
def test_papers_of_two_halves(code: str, draws: list[str]) -> None:
    parts = DEFINITIONS[code].paper.parts
    assert [part.marks for part in parts] == [50, 50]
    assert [part.draw for part in parts] == draws


def test_the_cmc_paper_has_two_elements_of_knowledge_and_a_laboratory() -> None:
    """T/MIITEC 020-2024, table 2 and B.1: knowledge is 基础知识 and 专业知识, skills are examined by experiment.

    The shares are ours: 75 to 25 is near the weights 70 to 25 of the beginners' grades (table B.3), 45 to 30 as 3 to 2.
    """
    parts = DEFINITIONS["cmc"].paper.parts
    assert [(part.name, part.marks, part.draw) for part in parts] == [
        ("基础知识", 45, "base"),
        ("专业知识", 30, "speciality"),
        ("技术技能", 25, "speciality"),
    ]


def test_every_post_of_cmc_has_a_topic_made_of_its_requirements() -> None:
    cmc = DEFINITIONS["cmc"]
    posts = [post for direction in cmc.framework.directions for post in direction.posts]
    topics = [topic for topic in cmc.topics if topic.speciality]
    assert [topic.speciality for topic in topics] == [post.code for post in posts]
    for topic, post in zip(topics, posts, strict=True):
        assert topic.points == tuple(statement.text for statement in post.knowledge)


def test_topics_of_the_syllabuses() -> None:
    cem, csa = DEFINITIONS["cem"], DEFINITIONS["csa"]
    assert len(cem.topics) == 7
    assert len({topic.unit for topic in cem.topics}) == 2
    assert [len([t for t in csa.topics if t.level == level]) for level in (B, M, A)] == [4, 5, 5]
    assert len([t for t in DEFINITIONS["crp"].topics if t.speciality]) == 9


def test_the_csa_paper_draws_from_the_level_then_from_lower_ones() -> None:
    sections = {s.part: s.tiers for s in DEFINITIONS["csa"].blueprint(A).sections}
    assert [tier[0][:5] for tier in sections["applied"]] == ["csa-h", "csa-m", "csa-b"]
    assert [
        tier[0][:5] for tier in {s.part: s.tiers for s in DEFINITIONS["csa"].blueprint(B).sections}["applied"]
    ] == ["csa-b"]


def test_the_crp_paper_draws_from_the_speciality_first() -> None:
    blueprint = DEFINITIONS["crp"].blueprint("", "trading")
    tiers = next(s.tiers for s in blueprint.sections if s.part == "speciality")
    assert tiers[0] == ("crp-7",)
    assert len(tiers[1]) == 8
    assert "crp-7" in blueprint.cover and "crp-1" not in blueprint.cover


def test_the_cem_paper_covers_all_topics_and_levels_differ_by_difficulty() -> None:
    cem = DEFINITIONS["cem"]
    assert cem.blueprint(B).cover == tuple(f"cem-{n}" for n in range(1, 8))
    assert cem.blueprint(B).mix != cem.blueprint(A).mix
    assert cem.blueprint(B).total == 100


def test_client_and_camera() -> None:
    assert DEFINITIONS["cem"].exam.client_required
    assert not DEFINITIONS["csa"].exam.client_required
    assert DEFINITIONS["csa"].exam.camera_required
    assert DEFINITIONS["csa"].exam.identity_check == "face_local"
    assert not DEFINITIONS["cem"].exam.camera_required


# § 6

ANY_TWO = {frozenset(pair) for pair in (("number", "document"), ("number", "name"), ("document", "name"))}
QUERIES = [
    ("cem", {frozenset({"name", "document"}), frozenset({"name", "number"})}),
    ("csa", ANY_TWO | {frozenset({"number"})}),
    ("crp", ANY_TWO | {frozenset({"number"})}),
    ("dcne", ANY_TWO),
]


@pytest.mark.parametrize(("code", "accepted"), QUERIES)
def test_what_a_certificate_can_be_looked_up_by(code: str, accepted: set[frozenset[str]]) -> None:
    assert {frozenset(names) for names in DEFINITIONS[code].certificate.query} == accepted


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=list(DEFINITIONS))
def test_certificates_hold_two_years_with_three_lines_of_registration(definition: Definition) -> None:
    assert (definition.certificate.validity_years, definition.certificate.registrations) == (2, 3)


@pytest.mark.parametrize("code", ["crp", "csa"])
def test_the_booklet_of_the_association(code: str) -> None:
    rule = DEFINITIONS[code].certificate
    assert rule.title_en == "PROFESSIONAL SKILLS CERTIFICATE"
    assert rule.embossed_seal
    assert len(rule.use_notes) == len(rule.use_notes_en) == 5


# Readings and discrepancies that staff must see


@pytest.mark.parametrize(
    ("code", "note", "kind"),
    [
        ("csa", "beginner-list", "contradiction"),
        ("csa", "third-week", "contradiction"),
        ("csa", "addresses", "contradiction"),
        ("crp", "levels", "contradiction"),
        ("crp", "exam-day", "gap"),
        ("crp", "syllabus", "gap"),
        ("crp", "operator", "reading"),
        ("cem", "other-major", "reading"),
        ("cem", "line-6-year", "reading"),
        ("cem", "exam-details", "gap"),
        ("dcne", "learning", "gap"),
        ("cmc", "grade-mapping", "gap"),
    ],
)
def test_notes_that_staff_see(code: str, note: str, kind: str) -> None:
    assert [each.kind for each in DEFINITIONS[code].notes if each.code == note] == [kind]
