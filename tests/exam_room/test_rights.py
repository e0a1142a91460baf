"""Before release no answer of an exam day holds a key, a score or anything of another candidate.

Every address of the exam room, the invigilator's desk and the exam pages of candidates and office is walked; one that
is added without being walked fails these tests.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from tancai.exams import api as exams
from tancai.marking import api as marking
from tancai.marking.models import AutoScore
from tancai.proctoring import api as proctoring
from tancai.proctoring.models import Flag, Picture
from tancai.web.invigilator import feed
from tests.exam_room import hall as halls
from tests.exam_room.hall import MINUTE, SECRET_ANSWER, SECRET_STATEMENT, Hall, Visitor, ask_log, patterns
from tests.exams import world
from tests.exams.log.world import LogProcess
from tests.proctoring import world as identity

pytestmark = [pytest.mark.usefixtures("programmes_there"), pytest.mark.anydatabase]

KEYS = re.compile(r'"(solution|score|scores|key|correct|points?|marks_given|explanation|rubric)"\s*:')
CONFIG = {"sitting", "token", "log", "room", "keeper", "paper", "finish", "receipt", "check"}
LINE = {
    *(
        "id",
        "ticket",
        "name",
        "state",
        "connected",
        "heard",
        "saved",
        "ends",
        "left",
        "answered",
        "questions",
    ),
    *("extra", "pending", "queued", "letIn", "incidents", "needs"),
}


@pytest.fixture
def hall(exam_log: LogProcess) -> Iterator[Hall]:
    feed.forget_all()
    yield Hall(exam_log)
    feed.forget_all()


def exam_pages() -> set[str]:
    """The exam part of the candidate's desk."""
    from tancai.web.candidate.exam import exam_urls

    return {f"candidate:{each.name}" for each in exam_urls}


def test_a_candidate_is_told_no_key_no_score_and_nothing_of_another(hall: Hall) -> None:
    me, other, mine, theirs = hall.me, hall.other, hall.mine, hall.theirs
    with hall.to(hall.window.due - timedelta(hours=1)):
        hall.rehearses(other, theirs)
        hall.rehearses(me, mine)
        me.get("candidate:exams")
        assert b"%PDF" in me.get("candidate:ticket", mine.pk).content[:8]
    with hall.to(hall.session.starts_at):
        hall.identifies(other, theirs, 20)
        hall.identifies(me, mine, 30)
        beside = hall.writes(other, theirs, SECRET_ANSWER, 23)
        config = hall.writes(me, mine, "我自己写的话", 33)
        assert set(config) - {"page", "camera"} == CONFIG
        hall.doubts()
        flag = proctoring.flags_of_admission(theirs.pk)[0]
        proctoring.state_on_flag(flag, SECRET_STATEMENT, by=other.user, at=hall.session.starts_at)
        me.get("exam_room:statement", mine.pk)
        own = proctoring.flags_of_admission(mine.pk)[0]
        me.post("exam_room:statement", mine.pk, data={"flag": own.pk, f"f{own.pk}-text": "我戴着眼镜。"})
        me.get("exam_room:statement", mine.pk)
        log_told = _asks_the_log(config)
        me.post("exam_room:identity_withdraw", mine.pk)
        me.get("exam_room:identity", mine.pk)
        receipt = hall.hands_in(other, beside)
        hall.hands_in(me, config)
        marking.score_session(hall.session, by=None, at=hall.session.starts_at)
        assert AutoScore.objects.filter(script__sitting=mine.sitting).exists()
        _after_the_exam(hall)  # what pages say once has been said
        before = _after_the_exam(hall)
        AutoScore.objects.all().update(marks="0.37")
        cache.clear()
        assert changes(before, _after_the_exam(hall)) == []
    _files_of_the_client(hall)
    _misses_an_exam(hall)

    walked = {name for name in patterns("exam_room") if name != "exam_room:client_guide"}
    me.get("exam_room:client_guide")
    me.get("exam_room:keeper")
    assert walked - me.reached() == set(), "an address of the exam room that this walk leaves out"
    assert exam_pages() - me.reached() == set(), "an exam page of the candidate that this walk leaves out"

    hidden: dict[str, Any] = {**hall.of_the_paper(), **hall.of_another(), "receipt": receipt[:16]}
    assert len(hidden) > 50
    assert me.finds(hidden) == []
    assert [what for what, secret in hidden.items() if str(secret) in log_told] == []
    theirs_alone = {f"picture {each.pk}": proctoring.picture_bytes(each) for each in _pictures(theirs)}
    assert len(theirs_alone) >= 3
    assert me.finds({what: data for what, data in theirs_alone.items() if data}) == []
    for each in me.told:
        if each.view != "candidate:ticket":
            assert not KEYS.search(each.text), each.asked
    assert not KEYS.search(log_told)


def _asks_the_log(config: dict[str, Any]) -> str:
    """Everything a page can ask of the log, a broken event among it; all that it answers."""
    page, url, token = config["page"], config["log"], config["token"]
    at = page.now()
    events = [
        {"seq": page.seq + 1, "at": at, "kind": "answer", "item": "2", "value": "B"},
        {"seq": 9, "broken": 1},
    ]
    told = [
        ask_log(url, "events", token, {"epoch": page.epoch, "known": 0, "events": events})[1],
        ask_log(url, "state", token, {})[1],
        ask_log(url, "claim", token, {"claim": "another page of mine"})[1],
    ]
    page.claim()
    return "\n".join(told)


def _after_the_exam(hall: Hall) -> list[tuple[str, str]]:
    """What the candidate reads between hand-in and release, without what differs each time."""
    me, mine = hall.me, hall.mine
    start = len(me.told)
    me.get("exam_room:door")
    for name in ("check", "identity", "trial", "statement"):
        me.get(f"exam_room:{name}", mine.pk)
    for name in ("room", "paper", "receipt"):
        me.get(f"exam_room:{name}", mine.sitting.pk)
    me.post("exam_room:finish", mine.sitting.pk)
    for name in ("home", "exams", "results"):
        me.get(f"candidate:{name}")
    for name in ("result", "statement", "recheck"):
        me.get(f"candidate:{name}", mine.pk)
    return [(each.asked, steady(each.text)) for each in me.told[start:]]


def _files_of_the_client(hall: Hall) -> None:
    """The configuration and the address that closes the client: for everybody who knows the secret name."""
    config = proctoring.configuration_of(hall.session, by=None, at=world.AT)
    assert hall.me.get("exam_room:client_file", config.token).status_code == 200
    assert hall.me.get("exam_room:leave", config.leave_token).status_code == 200


def _misses_an_exam(hall: Hall) -> None:
    """A day missed: a resit is booked, given up, booked again and paid by the pages."""
    me = hall.me
    second = world.prepared(hall.persons[0], exam_day="dcne-2026-12-26")
    missed = world.admission_of(second, hall.persons[0])
    with hall.to(second.entry_until + MINUTE):
        assert me.get("candidate:resit", missed.pk).status_code == 200
        me.get("candidate:exams")
        days = re.findall(r'name="day"[^>]*value="([^"]+)"', me.told[-2].text)
        address = me.post("candidate:resit", missed.pk, data={"day": days[0]})["Location"]
        me.ask(f"{address}cancel/", "post", {})
        address = me.post("candidate:resit", missed.pk, data={"day": days[0]})["Location"]
        me.ask(address)
        me.ask(f"{address}voucher/", "post", {"file": halls.upload(3)})
        me.get("candidate:exams")


def _pictures(admission: exams.Admission) -> Iterable[Picture]:
    return Picture.objects.filter(admission=admission)


def steady(text: str) -> str:
    """A page without what is new each time: tokens against forgery, signed words, figures of the clock."""
    text = re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="\w+"', r"\1", text)
    text = re.sub(r'(\?t=|"token": ")[\w.:=-]+', r"\1", text)
    text = re.sub(r'\\?"(now|heard|mark)\\?": \\?"?[\w-]+\\?"?', r"\1", text)
    text = re.sub(r"^(Set-Cookie|expires|Content-Length|ETag|Vary):.*$", "", text, flags=re.M | re.I)
    return re.sub(r"\d+ (秒|分)(钟)?前", "before", text)


def sat(hall: Hall) -> dict[str, Any]:
    """Both have sat and handed in, with pictures, doubts and statements; numbers of what there is of the second."""
    with hall.to(hall.session.starts_at):
        rooms = []
        for who, admission, picture in ((hall.me, hall.mine, 30), (hall.other, hall.theirs, 20)):
            hall.identifies(who, admission, picture)
            rooms.append(hall.writes(who, admission, SECRET_ANSWER, picture + 3))
        hall.doubts()
        for who, room in zip((hall.me, hall.other), rooms, strict=True):
            hall.hands_in(who, room)
        for flag in Flag.objects.all():
            proctoring.state_on_flag(flag, SECRET_STATEMENT, by=None, at=hall.session.starts_at)
        marking.score_session(hall.session, by=None, at=hall.session.starts_at)
    flag = proctoring.flags_of_admission(hall.theirs.pk)[0]
    exception = proctoring.exception_of(hall.theirs.pk)
    assert exception is not None
    event = proctoring.add_browser_key(
        hall.session, "5" * 64, label="3.7", reason="机房", by=hall.watch.user, at=world.AT
    )
    return {
        "admission_id": hall.theirs.pk,
        "sitting_id": hall.theirs.sitting.pk,
        "session_id": hall.session.pk,
        "flag_id": flag.pk,
        "picture_id": _pictures(hall.theirs).first().pk,
        "event_id": event.pk,
        "form": "xml",
    }


NOBODY = 987_654_321
SECRET_NAMES = {"exam_room:client_file", "exam_room:leave"}
"""Pages whose address is itself the secret."""


def addresses(names: Iterable[str], desk: str, numbers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each address with these numbers and the same address with numbers that nothing has."""
    found = patterns(desk)
    for name in sorted(names):
        wanted = halls.parameters(found[name])
        if wanted:
            there = {key: numbers[key] for key in wanted}
            missing = {key: NOBODY if isinstance(value, int) else value for key, value in there.items()}
            yield reverse(name, kwargs=there), reverse(name, kwargs=missing)


def answer_to(visitor: Visitor, address: str) -> tuple[int, str]:
    """What is answered when the page is asked for, or sent to where it can only be sent to."""
    cache.clear()  # a limit that was reached would answer in its place
    signed = {"X-Camera": "forged", "X-Number": "1"}
    answer = visitor.client.get(address, headers=signed)
    if answer.status_code == 405:
        answer = visitor.client.post(address, headers=signed)
    text = steady(answer.content.decode(errors="replace") + halls.headers(answer))
    return answer.status_code, text.replace(address, "")


def test_what_belongs_to_another_is_answered_to_the_letter_like_what_is_not_there(hall: Hall) -> None:
    numbers = sat(hall) | {"number": "R-0"}
    nobody, stranger = Visitor(), Visitor(hall.persons[0].user)
    watch, far_office = (
        halls.elsewhere(role, f"far-{role}@example.test") for role in ("invigilator", "office")
    )
    desks = {
        "exam_room": (set(patterns("exam_room")) - SECRET_NAMES, (stranger, nobody, hall.watch)),
        "candidate": (exam_pages(), (stranger, nobody, hall.watch)),
        "invigilator": (set(patterns("invigilator")), (stranger, nobody, watch)),
        "office": (office_pages(), (stranger, nobody, far_office, hall.watch)),
    }
    tried, different = 0, []
    with hall.to(hall.session.starts_at + MINUTE):
        for desk, (names, visitors) in desks.items():
            for there, missing in addresses(names, desk, numbers):
                for visitor in visitors:
                    told = answer_to(visitor, there)
                    # where one must sign in first, nothing is told whatever the number
                    same = told[0] == 404 and told == answer_to(visitor, missing)
                    if not same and (told[0] != 302 or visitor is not nobody):
                        different.append(f"{visitor.user}: {there}")
                    tried += 1
    assert different == []
    assert tried > 230


def office_pages() -> set[str]:
    """The exam part of the office."""
    from tancai.web.office import identity_flags, identity_report, lockdown, sessions

    parts = (
        sessions.session_urls,
        lockdown.lockdown_urls,
        identity_flags.identity_urls,
        identity_report.identity_report_urls,
    )
    return {f"office:{each.name}" for part in parts for each in part}


SENT = {
    name: {"kind": "message", "message-reason": "notice", "message-text": "请安静"}
    for name in ("invigilator:order", "invigilator:order_all")
}
"""Forms that are not there without a kind."""


def walk_everything(visitor: Visitor, names: Iterable[str], desk: str, numbers: dict[str, Any]) -> None:
    """Every address: read it, or send an empty form where it can only be sent to."""
    for name in sorted(names):
        wanted = halls.parameters(patterns(desk)[name])
        address = reverse(name, kwargs={key: numbers[key] for key in wanted})
        if visitor.client.get(address).status_code == 405:
            visitor.ask(address, "post", SENT.get(name))
        elif name != "invigilator:stream":
            visitor.ask(address)


def of_staff(hall: Hall) -> dict[str, Any]:
    """What no member of staff needs on exam day: keys, answers, entry codes, whole document numbers, another room."""
    codes = {f"code {each.pk}": exams.live_code(each).code for each in (hall.mine, hall.theirs)}
    numbers = {f"number {serial}": world.resident_number(serial) for serial in (1, 2, 3)}
    secrets = {**hall.of_the_paper(), **codes, **numbers, "answer": SECRET_ANSWER}
    return secrets | hall.of_the_other_session()


def test_who_watches_is_told_no_key_no_score_no_answer_and_nothing_of_another_room(hall: Hall) -> None:
    numbers = sat(hall)
    secrets = of_staff(hall)
    names = set(patterns("invigilator")) - {"invigilator:code"}
    looks_on = Visitor(identity.staff("supervisor", email="looks-on@example.test"))
    with hall.to(hall.session.starts_at + MINUTE):
        for visitor, wanted in ((hall.watch, names), (looks_on, READ_BY_SUPERVISORS)):
            walk_everything(visitor, names, "invigilator", numbers)
            first = visitor.listen("invigilator:stream", hall.session.pk)
            for kind in ("xlsx", "csv"):
                visitor.get("invigilator:journal", hall.session.pk, export=kind)
            for address in _pictures_shown(visitor):
                assert visitor.ask(address)["Content-Type"] == "image/jpeg"
            assert wanted - visitor.reached() == set(), "an address that this walk leaves out"
            assert visitor.finds(secrets) == []
            assert not [each.asked for each in visitor.told if KEYS.search(each.text)]
            told = [json.loads(first.partition("data: ")[2].splitlines()[0])]
            told += [json.loads(each.body) for each in visitor.told if each.view == "invigilator:lines"]
            assert [len(each["lines"]) for each in told] == [2, 2]
            assert all(set(line) == LINE for each in told for line in each["lines"])
        assert looks_on.reached() == READ_BY_SUPERVISORS
        _score_changes_nothing(hall.watch, names, "invigilator", numbers)


def _pictures_shown(visitor: Visitor) -> set[str]:
    found = {
        source for each in visitor.told for source in re.findall(r'src="(/invigilate/p[^"]+)"', each.text)
    }
    return {source.replace("&amp;", "&") for source in found}


def _score_changes_nothing(
    visitor: Visitor, names: Iterable[str], desk: str, numbers: dict[str, Any]
) -> None:
    """No page says anything else when the scores are others."""
    visitor.client.get(reverse("invigilator:home"))  # what pages say once has been said
    before = _read_again(visitor, names, desk, numbers)
    AutoScore.objects.all().update(marks="0.37")
    cache.clear()
    assert changes(before, _read_again(visitor, names, desk, numbers)) == []


READ_BY_SUPERVISORS = {
    f"invigilator:{name}"
    for name in (
        "home",
        "room",
        "lines",
        "stream",
        "trial",
        "trial_candidate",
        "journal",
        "report",
        "candidate",
    )
}


def _read_again(
    visitor: Visitor, names: Iterable[str], desk: str, numbers: dict[str, Any]
) -> list[tuple[str, str]]:
    """Every page that can be read, without what is new each time."""
    found = []
    for name in sorted(names):
        wanted = halls.parameters(patterns(desk)[name])
        address = reverse(name, kwargs={key: numbers[key] for key in wanted})
        answer = visitor.client.get(address)
        if answer.status_code == 200 and not answer.streaming:
            text = steady(halls.as_text(answer.content, answer["Content-Type"]))
            found.append((name, re.sub(r"\d\d:\d\d(:\d\d)?", "", text)))
    assert len(found) >= 4
    return found


def changes(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> list[str]:
    """The lines in which pages read twice differ."""
    found = []
    for (name, first), (_again, second) in zip(before, after, strict=True):
        lines = difflib.unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=0)
        found += [f"{name} {line}" for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return found


def test_the_office_of_a_session_is_told_no_key_no_score_and_no_answer(hall: Hall) -> None:
    numbers = sat(hall)
    office = Visitor(identity.staff("office", email="office@example.test"))
    secrets = of_staff(hall)
    with hall.to(hall.session.starts_at + MINUTE):
        names = office_pages()
        walk_everything(office, names, "office", numbers)
        _score_changes_nothing(office, names, "office", numbers)
        for kind in ("xlsx", "csv"):
            office.get("office:session", hall.session.pk, export=kind)
        assert office.finds(secrets) == []
        assert not [each.asked for each in office.told if KEYS.search(each.text)]


def test_a_fresh_entry_code_is_told_to_the_one_who_asks_and_on_no_later_page(hall: Hall) -> None:
    watch = hall.watch
    with hall.to(hall.session.starts_at):
        shown = watch.post("invigilator:code", hall.theirs.pk).content.decode()
        code = exams.live_code(hall.theirs).code
        assert code in shown
        for name in ("candidate", "room", "journal"):
            number = hall.theirs.pk if name == "candidate" else hall.session.pk
            assert code not in watch.get(f"invigilator:{name}", number).content.decode()


def test_a_token_opens_its_own_sitting_and_nothing_else(hall: Hall) -> None:
    with hall.to(hall.session.starts_at):
        hall.identifies(hall.me, hall.mine, 30)
        config = hall.writes(hall.me, hall.mine, "x", 33)
    token = config["token"]
    body, signature = token.split(".")
    forged = [
        (body[:-2] + ("AA" if body[-2:] != "AA" else "BB")) + "." + signature,
        body + "." + signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB"),
        body,
        "",
    ]
    known = exams.history(hall.mine.sitting).events
    for wrong in forged:
        for name in ("claim", "events", "state"):
            message = {"claim": "somebody else", "epoch": 1, "events": []}
            status, text = ask_log(config["log"], name, wrong, message)
            assert status == 403, name
            assert set(json.loads(text)) == {"error"}
    assert ask_log(config["log"], "control", token, {})[0] in (400, 403)
    assert exams.history(hall.mine.sitting).events == known


def test_a_stolen_page_after_hand_in_gives_the_receipt_and_no_answers_back_to_change(hall: Hall) -> None:
    with hall.to(hall.session.starts_at):
        hall.identifies(hall.me, hall.mine, 30)
        config = hall.writes(hall.me, hall.mine, "我自己写的话", 33)
        hall.hands_in(hall.me, config)
        assert hall.me.ask(config["paper"]).status_code == 425, "the paper is closed with the sitting"
        late = exams.SittingClient(config["log"], config["token"])
        late.claim()
        assert late.answer(1, "B") in ("closed", "superseded", "unclaimed")
        assert exams.sheet(hall.mine.sitting.pk) == {1: "A", 45: "我自己写的话"}
