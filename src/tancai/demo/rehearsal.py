"""A cohort on the road: simulated people of mixed fate, the actions people use, the real log, a simulated calendar.

``Rehearsal.run`` plays every programme on one timeline and counts people at each station, ``verify`` has the
certificates checked. The counts obey

    applied    = ineligible + approved + still_returned + withdrawn
    approved   = admitted
    admitted   = sat + absent + short_of_hours
    sat        = marked = passed + failed
    passed     = certificates = verified
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tancai.credentials import api as credentials
from tancai.demo import applying, cast, claims, fates, marking, papers, sitting, studying
from tancai.demo.cast import Actor
from tancai.demo.checking import Checker
from tancai.demo.timetable import Timetable, call_days, timetable
from tancai.demo.world import PASSWORD, PROGRAMMES, World
from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.lib import clock
from tancai.marking import api as results
from tancai.programmes import api as programmes

STATIONS = (
    "applied", "ineligible", "returned", "still_returned", "withdrawn", "approved", "studied", "admitted",
    "short_of_hours", "absent", "sat", "marked", "passed", "failed", "resat", "certificates", "verified",
)  # fmt: skip

Progress = Callable[[str, int, int], None]
Step = tuple[datetime, str, Callable[[datetime], None]]


@dataclass
class Cohort:
    """The people of one programme and what has become of them so far."""

    times: Timetable
    definition: Any
    actors: list[Actor]
    people: dict[int, Any] = field(default_factory=dict)
    applications: dict[int, Any] = field(default_factory=dict)
    reached: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def counts(self) -> dict[str, int]:
        return {station: len(self.reached[station]) for station in STATIONS}

    def with_fate(self, wanted: Iterable[str]) -> list[Actor]:
        chosen = set(wanted)
        return [actor for actor in self.actors if actor.fate in chosen]


class Rehearsal:
    """One run; equal seeds and numbers give equal counts."""

    def __init__(
        self,
        world: World,
        *,
        candidates: int,
        seed: int,
        control: exams.ControlClient,
        checker: Checker,
        progress: Progress,
    ) -> None:
        self.world = world
        self.seed = seed
        self.candidates = candidates
        self.control = control
        self.checker = checker
        self.progress = progress
        self.seconds: dict[str, float] = defaultdict(float)
        self.cohorts: dict[str, Cohort] = {}

    def run(self) -> None:
        """Play everything up to the certificates."""
        today = clock.today()
        for index, code in enumerate(PROGRAMMES):
            call_days(code, today, by=self.world.of(code, "office"), at=self.world.opened_at)
            self.cohorts[code] = self._cohort(code, index, timetable(code, today))
        agenda = [step for cohort in self.cohorts.values() for step in self._agenda(cohort)]
        for moment, station, work in sorted(agenda, key=lambda step: step[0]):
            begun = time.perf_counter()
            with clock.moved(moment):
                work(moment)
            self.seconds[station] += time.perf_counter() - begun

    def verify(self) -> dict[str, Any]:
        """Have every certificate checked; the report ``{"seed", "candidates", "programmes", "seconds"}``."""
        begun = time.perf_counter()
        for cohort in self.cohorts.values():
            self._verify(cohort)
        self.seconds["verify"] += time.perf_counter() - begun
        return self.report()

    def report(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "candidates": self.candidates,
            "programmes": {code: cohort.counts() for code, cohort in self.cohorts.items()},
            "seconds": {station: round(value, 2) for station, value in self.seconds.items()},
        }

    def _cohort(self, code: str, index: int, times: Timetable) -> Cohort:
        count = self.candidates // len(PROGRAMMES) + (index < self.candidates % len(PROGRAMMES))
        on = times.apply.date()
        definition = programmes.definition(code, on=on)
        generator = random.Random(f"{self.seed} {code}")
        without = frozenset() if definition.learning.min_share else frozenset({fates.HOURS_SHORT})
        chosen = fates.hand_out(count, generator, without=without)
        actors = [
            self._actor(number * len(PROGRAMMES) + index, definition, fate, generator, on)
            for number, fate in enumerate(chosen)
        ]
        return Cohort(times, definition, actors)

    def _actor(self, number: int, definition: Any, fate: str, generator: random.Random, on: date) -> Actor:
        levels = claims.levels_for(definition, missed=fate == fates.CONDITION_NOT_MET, on=on)
        level = generator.choice(levels) if levels else ""
        specialities = [speciality.code for speciality in definition.specialities]
        line = generator.choice([condition.line for condition in definition.conditions[level]])
        return Actor(
            number=number,
            programme=definition.code,
            level=level,
            speciality=generator.choice(specialities) if specialities else "",
            claims={"line": line},
            fate=fate,
            skill=0.9 if fate in fates.PASSING else 0.2,
            **cast.person(self.seed, number),
        )

    def _agenda(self, cohort: Cohort) -> list[Step]:
        times = cohort.times
        steps: list[Step] = [
            (times.apply, "apply", lambda at: self._apply(cohort, at)),
            (times.review, "review", lambda at: self._review(cohort, at)),
            (times.correct, "review", lambda at: self._correct(cohort, at)),
            (times.review_again, "review", lambda at: self._review_again(cohort, at)),
            (times.study, "study", lambda at: self._study(cohort, at)),
            (times.book_resit, "resit", lambda at: self._book_resits(cohort, at)),
        ]
        return [
            *steps,
            *self._exam_steps(cohort, times.first, fates.APPROVED),
            *self._exam_steps(cohort, times.second, fates.RESITTING),
        ]

    def _exam_steps(self, cohort: Cohort, day: programmes.ExamDay, who: frozenset[str]) -> list[Step]:
        times = cohort.times
        return [
            (times.admit(day), "admit", lambda at: self._admit(cohort, day, at)),
            (times.sit(day), "sit", lambda at: self._sit(cohort, day, who, at)),
            (times.mark(day), "mark", lambda at: self._mark(cohort, day, at)),
            (times.release(day), "release", lambda at: self._release(cohort, day, at)),
            (times.issue(day), "issue", lambda at: self._issue(cohort, at)),
        ]

    def _each(self, label: str, cohort: Cohort, actors: list[Actor]) -> Iterable[Actor]:
        for done, actor in enumerate(actors):
            self.progress(f"{cohort.definition.code} {label}", done, len(actors))
            yield actor
        self.progress(f"{cohort.definition.code} {label}", len(actors), len(actors))

    def _apply(self, cohort: Cohort, at: datetime) -> None:
        key = cohort.times.first.key
        for actor in self._each("apply", cohort, cohort.actors):
            person = applying.sign_up(actor, password=PASSWORD, at=at)
            cohort.people[actor.number] = person
            application = applying.apply(actor, person, exam_day=key, at=at)
            cohort.applications[actor.number] = application
            cohort.reached["applied"].add(actor.number)
            if application.state == "draft":
                cohort.reached["ineligible"].add(actor.number)
            if actor.fate == fates.WITHDRAWN:
                enrolment.withdraw(application, reason="工作安排有变", by=person.user, at=at)
                cohort.reached["withdrawn"].add(actor.number)

    def _review(self, cohort: Cohort, at: datetime) -> None:
        reviewer = self.world.of(cohort.definition.code, "reviewer")
        waiting = [
            actor for actor in cohort.actors if actor.fate not in (fates.CONDITION_NOT_MET, fates.WITHDRAWN)
        ]
        for actor in self._each("review", cohort, waiting):
            application = cohort.applications[actor.number]
            application = applying.review(actor, application, by=reviewer, at=at)
            cohort.applications[actor.number] = application
            self._note_review(cohort, actor, application.state)

    def _note_review(self, cohort: Cohort, actor: Actor, state: str) -> None:
        place = {"approved": "approved", "refused": "ineligible", "returned": "returned"}[state]
        cohort.reached[place].add(actor.number)
        if state == "returned":
            cohort.reached["still_returned"].add(actor.number)

    def _correct(self, cohort: Cohort, at: datetime) -> None:
        for actor in cohort.with_fate([fates.RETURNED_THEN_PASS]):
            application = applying.correct(actor, cohort.applications[actor.number], at=at)
            cohort.applications[actor.number] = application

    def _review_again(self, cohort: Cohort, at: datetime) -> None:
        reviewer = self.world.of(cohort.definition.code, "reviewer")
        for actor in cohort.with_fate([fates.RETURNED_THEN_PASS]):
            enrolment.approve(cohort.applications[actor.number], by=reviewer, at=at)
            cohort.reached["approved"].add(actor.number)
            cohort.reached["still_returned"].discard(actor.number)

    def _study(self, cohort: Cohort, at: datetime) -> None:
        for actor in self._each("study", cohort, cohort.with_fate(fates.APPROVED)):
            person = cohort.people[actor.number]
            short = actor.fate == fates.HOURS_SHORT
            if studying.study(actor, person, one_lesson_short=short, at=at):
                cohort.reached["studied"].add(actor.number)

    def _admit(self, cohort: Cohort, day: programmes.ExamDay, at: datetime) -> None:
        office = self.world.of(cohort.definition.code, "office")
        session = exams.open_session(day.key, by=office, at=at)
        exams.admit(session, by=office, at=at)
        exams.prepare_papers(session, by=office, at=at)
        exams.tell_tickets(session, at=at)
        admitted = {row.application_id for row in exams.admissions(session)}
        for actor in cohort.actors:
            if cohort.applications[actor.number].pk in admitted:
                cohort.reached["admitted"].add(actor.number)

    def _sit(self, cohort: Cohort, day: programmes.ExamDay, who: frozenset[str], at: datetime) -> None:
        session = _session(day)
        self.control.move_clock(int(at.timestamp() * 1000))
        invigilator = self.world.of(cohort.definition.code, "invigilator")
        again = day == cohort.times.second
        for actor in self._each("resit" if again else "sit", cohort, cohort.with_fate(who)):
            if actor.fate == fates.ABSENT:
                cohort.reached["absent"].add(actor.number)
                continue
            entry = sitting.enter_as_candidate(
                cohort.applications[actor.number].pk, session, invigilator=invigilator, at=clock.now()
            )
            if isinstance(entry, tuple):
                if entry != ("hours",):
                    raise RuntimeError(f"{actor.number} was turned away: {entry}")
                cohort.reached["short_of_hours"].add(actor.number)
                continue
            skill = 0.9 if again and actor.fate == fates.FAIL_THEN_PASS else actor.skill
            generator = random.Random(f"{self.seed} {day.key} {actor.number}")
            sitting.answer_the_paper(entry, skill=skill, generator=generator)
            cohort.reached["sat"].add(actor.number)
            if again:
                cohort.reached["resat"].add(actor.number)
        exams.sweep(clock.now())

    def _mark(self, cohort: Cohort, day: programmes.ExamDay, at: datetime) -> None:
        session = _session(day)
        self.progress(f"{cohort.definition.code} mark", 0, 1)
        marking.mark_session(session, self.world.markers[cohort.definition.body], at=at)
        self.progress(f"{cohort.definition.code} mark", 1, 1)

    def _release(self, cohort: Cohort, day: programmes.ExamDay, at: datetime) -> None:
        session = _session(day)
        exams.close_session(session, by=self.world.of(cohort.definition.code, "office"), at=at)
        results.release(session, by=self.world.of(cohort.definition.code, "office"), at=at)
        for actor in cohort.actors:
            found = [
                view for view in results.results_of(cohort.people[actor.number]) if view.total is not None
            ]
            if not found:
                continue
            cohort.reached["marked"].add(actor.number)
            passed = any(view.passed for view in found)
            cohort.reached["passed" if passed else "failed"].add(actor.number)
            if passed:
                cohort.reached["failed"].discard(actor.number)

    def _book_resits(self, cohort: Cohort, at: datetime) -> None:
        finance = self.world.of(cohort.definition.code, "finance")
        for actor in cohort.with_fate(fates.RESITTING):
            application = cohort.applications[actor.number]
            person = cohort.people[actor.number]
            order = exams.book_resit(application.pk, cohort.times.second.key, by=person.user, at=at)
            if not order.settled:
                self._pay(order, person, finance, at)

    def _pay(self, order: Any, person: Any, finance: Any, at: datetime) -> None:
        order = fees.attach_voucher(
            order, data=papers.picture("voucher"), name="voucher.jpg", by=person.user, at=at
        )
        fees.confirm_payment(order, by=finance, at=at)

    def _issue(self, cohort: Cohort, at: datetime) -> None:
        office = self.world.of(cohort.definition.code, "office")
        mine = {cohort.applications[actor.number].pk: actor for actor in cohort.actors}
        due = credentials.due(at=at, programme=cohort.definition.code)
        waiting = [each.result for each in due if each.result.application_id in mine]
        for done, result in enumerate(waiting):
            self.progress(f"{cohort.definition.code} issue", done, len(waiting))
            credentials.issue(result, by=office, at=at)
            cohort.reached["certificates"].add(mine[result.application_id].number)
        self.progress(f"{cohort.definition.code} issue", len(waiting), len(waiting))

    def _verify(self, cohort: Cohort) -> None:
        holders = [actor for actor in cohort.actors if actor.number in cohort.reached["certificates"]]
        for actor in self._each("verify", cohort, holders):
            for certificate in credentials.certificates_of(cohort.people[actor.number]):
                if self.checker.finds(name=actor.name, number=certificate.number):
                    cohort.reached["verified"].add(actor.number)


def _session(day: programmes.ExamDay) -> exams.Session:
    kind = exams.Session.SPECIAL if day.special else exams.Session.REGULAR
    found = exams.session_of_day(day.key, kind)
    assert found is not None
    return found


def broken_identities(report: dict[str, Any]) -> list[str]:
    """Which of the identities above do not hold, programme by programme (empty when all do)."""
    broken = []
    for code, n in report["programmes"].items():
        holds = {
            "applied = ineligible + approved + still_returned + withdrawn": n["applied"]
            == n["ineligible"] + n["approved"] + n["still_returned"] + n["withdrawn"],
            "approved = admitted": n["approved"] == n["admitted"],
            "admitted = sat + absent + short_of_hours": n["admitted"]
            == n["sat"] + n["absent"] + n["short_of_hours"],
            "sat = marked": n["sat"] == n["marked"],
            "marked = passed + failed": n["marked"] == n["passed"] + n["failed"],
            "passed = certificates": n["passed"] == n["certificates"],
            "certificates = verified": n["certificates"] == n["verified"],
        }
        broken += [f"{code}: {name}" for name, true in holds.items() if not true]
    return broken
