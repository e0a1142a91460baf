"""One run of the bench on one database, part by part; every figure with the load it was measured under."""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tancai.bench.exam_day import comparing
from tancai.bench.exam_day.machine import Meter, memory_of
from tancai.bench.exam_day.places import CannotRun, Generator, Place, Servers, free_port

LINES = 64
OPEN_RATE = 1_000
ANSWERS = 45 * 1.5
SPIKE = 60
"""Seconds within which all candidates enter, and within which all hand in."""

WEB = frozenset({"day", "rush"})
"""Parts that need the web process and an installation; the others need the log alone."""

FEW, MANY = 100, 50_000
SIGN_INS = 5_000 / 180
"""Sign-ins a second when five thousand people sign in within three minutes."""


@dataclass(frozen=True)
class Plan:
    """How much is run: ``portion`` seconds of each spike a run at the full rate, ``seconds`` of each saves run."""

    candidates: int
    minutes: float
    runs: int
    seconds: float
    portion: float
    rush: float
    parts: frozenset[str]

    @property
    def rate(self) -> float:
        """Entries and hand-ins a second."""
        return self.candidates / SPIKE

    @property
    def each(self) -> int:
        """Candidates of one portion."""
        return max(1, round(self.rate * self.portion))

    @property
    def people(self) -> int:
        return self.each * self.runs if "day" in self.parts else 0

    @property
    def accounts(self) -> int:
        return max(1, round(SIGN_INS * self.rush)) if "rush" in self.parts else 0

    @property
    def pages(self) -> int:
        return MANY + self.candidates if "scale" in self.parts else self.candidates


@dataclass
class Runs:
    """The runs of one measurement; figures are medians."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def median(self, name: str) -> float:
        return round(statistics.median(row[name] for row in self.rows), 4) if self.rows else 0.0


class Day:
    def __init__(self, place: Place, plan: Plan, say: Callable[[str], None]) -> None:
        self.place, self.plan, self.say = place, plan, say
        self.figures: dict[str, Any] = {}
        self.details: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        """All parts; the figures. Raises CannotRun, and comparing.Lost when an acknowledged event is missing."""
        plan, place = self.plan, self.place
        if plan.parts & WEB:
            self.say("preparing the installation")
            place.run("prepare", "tancai.cli", "prepare")
        numbers = (plan.people, plan.accounts, plan.pages)
        self.say("seating {} candidates, {} accounts, {} sittings of the log".format(*numbers))
        place.run("seed", "tancai.bench.exam_day.office", "seed", str(place.folder), *map(str, numbers))
        generator = Generator(place)
        try:
            self._parts(generator)
        finally:
            generator.stop()
        return {**self.figures, "details": self.details}

    def _parts(self, generator: Generator) -> None:
        place, plan = self.place, self.plan
        generator.ask("pages", file=str(place.folder / "pages.txt"))
        generator.ask("people", file=str(place.folder / "people.json"))
        servers = place.serve(web=bool(plan.parts & WEB))
        watch = _Watch([servers.whole.pid, *place.database_processes], servers.log)
        with watch:
            if plan.parts & {"saves", "open", "rush", "ladder"}:
                generator.ask("claim", port=place.log_port, first=0, count=plan.candidates)
            if "saves" in plan.parts:
                self._saves(generator, servers)
            if "open" in plan.parts:
                self._open(generator, servers)
            if "ladder" in plan.parts:
                self._ladder(generator)
            if "day" in plan.parts:
                self._day(generator, servers, watch)
            if "rush" in plan.parts:
                self._rush(generator, servers)
            if "scale" in plan.parts:
                self._scale(generator, servers)
        self.figures["peak_mb"] = round(watch.peak, 1)
        self._compare(generator)

    def _measured(
        self, generator: Generator, groups: dict[str, list[int]], do: str, **order: Any
    ) -> dict[str, Any]:
        """One order with the CPU it took; ``cpu_ms`` for each of its ``count``."""
        with Meter(groups, [generator.pid]) as meter:
            row = generator.ask(do, **order)
        count = row["count"]
        row["cpu_ms"] = round(meter.each_ms(count), 4)
        row["cpu_ms_by"] = {name: round(cpu * 1000 / max(1, count), 4) for name, cpu in meter.cpu.items()}
        row["generator_ms"] = round(meter.generator * 1000 / max(1, count), 4)
        row["foreign_cores"] = round(meter.foreign, 2)
        return row

    def _saves(self, generator: Generator, servers: Servers) -> None:
        """Closed loop against the log and against the bare handler, in turn."""
        place, plan = self.place, self.plan
        order = {"first": 0, "count": plan.candidates, "lines": LINES}
        port, bare = _uvicorn(place, "bare", "tancai.bench.exam_day.bare:app")
        log, plain = Runs(), Runs()
        generator.ask("closed", port=place.log_port, seconds=1, **order)
        generator.ask("closed", port=port, seconds=1, plain=True, **order)
        for run in range(plan.runs):
            row = self._measured(
                generator,
                {"bare": [bare.pid]},
                "closed",
                port=port,
                seconds=plan.seconds,
                plain=True,
                **order,
            )
            plain.rows.append(row)
            self._tell("bare handler", run, row)
            row = self._measured(
                generator, servers.groups, "closed", port=place.log_port, seconds=plan.seconds, **order
            )
            log.rows.append(row)
            self._tell("saves", run, row)
        place.stop(bare)
        self.figures |= {
            "cpu_ms_per_save": log.median("cpu_ms"),
            "cpu_ms_bare": plain.median("cpu_ms"),
            "saves_per_s": log.median("per_s"),
            "p50_ms": log.median("p50_ms"),
            "p99_ms": log.median("p99_ms"),
            "bare_per_s": plain.median("per_s"),
            "bare_p99_ms": plain.median("p99_ms"),
        }
        if plain.median("cpu_ms"):
            self.figures["times_bare"] = round(log.median("cpu_ms") / plain.median("cpu_ms"), 2)
        self.details |= {"saves": log.rows, "bare": plain.rows}

    def _open(self, generator: Generator, servers: Servers) -> None:
        """A thousand saves a second at random moments."""
        runs = Runs()
        for run in range(self.plan.runs):
            order = {"rate": OPEN_RATE, "seconds": self.plan.seconds, "lines": LINES, "seed": run}
            place = {"port": self.place.log_port, "first": 0, "count": self.plan.candidates}
            row = self._measured(generator, servers.groups, "open", **place, **order)
            runs.rows.append(row)
            self._tell(f"saves at {OPEN_RATE}/s", run, row)
        self.figures |= {"open_p50_ms": runs.median("p50_ms"), "open_p99_ms": runs.median("p99_ms")}
        self.figures["open_cpu_ms"] = runs.median("cpu_ms")
        self.details["open"] = runs.rows

    def _ladder(self, generator: Generator) -> None:
        """The same saves into an ordinary Django view."""
        place = self.place
        place.run("ladder tables", "tancai.bench.exam_day.ladder")
        port, django = _uvicorn(place, "ladder", "tancai.bench.exam_day.ladder:application", lifespan="off")
        order = {"port": port, "first": 0, "count": self.plan.candidates, "lines": 16, "plain": True}
        groups = {"django": [django.pid], "database": place.database_processes}
        generator.ask("closed", seconds=1, **order)
        row = self._measured(generator, groups, "closed", seconds=self.plan.seconds, **order)
        self._tell("ordinary Django view", 0, row)
        place.stop(django)
        self.figures |= {"django_cpu_ms": row["cpu_ms"], "django_per_s": row["per_s"]}
        self.figures["django_p99_ms"] = row["p99_ms"]
        self.details["ladder"] = [row]

    def _day(self, generator: Generator, servers: Servers, watch: _Watch) -> None:
        """Door, entry within a minute, answers, hand-in within a minute, collecting and marking."""
        plan, place = self.plan, self.place
        ports = {"web": place.web_port, "log": place.log_port}
        door, start, finish = Runs(), Runs(), Runs()
        for run in range(plan.runs):
            some = {"first": run * plan.each, "count": plan.each}
            row = self._measured(generator, servers.groups, "door", web=place.web_port, **some)
            door.rows.append(row)
            self._tell("ticket and code", run, row)
            row = self._measured(generator, servers.groups, "enter", **ports, **some, seconds=plan.portion)
            start.rows.append(row)
            self._tell("entry and paper", run, row)
        answers = self._answers(generator, servers, watch)
        for run in range(plan.runs):
            some = {"first": run * plan.each, "count": plan.each}
            row = self._measured(generator, servers.groups, "hand_in", **ports, **some, seconds=plan.portion)
            finish.rows.append(row)
            self._tell("hand-in and receipt", run, row)
        collected = self._collect()
        whole = door.median("cpu_ms") + start.median("cpu_ms") + finish.median("cpu_ms")
        whole += answers["cpu_ms"] * ANSWERS + collected["cpu_ms"]
        self.figures |= {
            "start_p99_ms": start.median("p99_ms"),
            "start_cpu_ms": start.median("cpu_ms"),
            "handin_p99_ms": finish.median("p99_ms"),
            "handin_cpu_ms": finish.median("cpu_ms"),
            "door_cpu_ms": door.median("cpu_ms"),
            "answer_cpu_ms": answers["cpu_ms"],
            "answer_p99_ms": answers["p99_ms"],
            "marking_cpu_ms": collected["cpu_ms"],
            "candidate_cpu_s": round(whole / 1000, 4),
        }
        self.details |= {"door": door.rows, "start": start.rows, "handin": finish.rows}
        self.details |= {"answers": [answers], "collected": collected}

    def _answers(self, generator: Generator, servers: Servers, watch: _Watch) -> dict[str, Any]:
        """The answers of all who entered, squeezed into the minutes of the plan; memory watched meanwhile."""
        plan = self.plan
        seconds = plan.minutes * 60
        rate = plan.people * ANSWERS / seconds
        watch.begin()
        order = {"log": self.place.log_port, "rate": rate, "seconds": seconds}
        row = self._measured(
            generator, servers.groups, "answer", **order, lines=min(1_000, plan.people), seed=1
        )
        row["rate"] = round(rate)
        self.details["memory"] = watch.curve()
        self._tell(f"answers at {rate:.0f}/s", 0, row)
        return row

    def _collect(self) -> dict[str, Any]:
        """What the worker does after the exam, in this order: sheets not yet pulled, marking of the choice items."""
        place = self.place
        with Meter({"database": place.database_processes}, []) as meter:
            place.run("collect", "tancai.bench.exam_day.office", "collect", str(place.folder))
        report: dict[str, Any] = json.loads((place.folder / "collected.json").read_text())
        used = sum(report[name]["cpu_s"] for name in ("sweep", "marking")) + meter.total
        report["cpu_ms"] = round(used * 1000 / max(1, self.plan.people), 4)
        self.say(
            f"  collecting and marking: {report['cpu_ms']} CPU-ms a candidate, {report['marking']['done']}"
        )
        return report

    def _rush(self, generator: Generator, servers: Servers) -> None:
        """Everybody signs in with a password while saves go on."""
        plan, place = self.plan, self.place
        ports = {"web": place.web_port, "log": place.log_port}
        order = {"rate": OPEN_RATE, "sign_ins": plan.accounts, "seconds": plan.rush, "seed": 7}
        row = self._measured(
            generator, servers.groups, "rush", **ports, first=0, count=plan.candidates, **order
        )
        signed, saved = row["sign_ins"], row["saves"]
        each = row["cpu_ms_by"]["web"] * row["count"] / max(1, signed["count"])
        self.figures |= {
            "rush_save_p99_ms": saved["p99_ms"],
            "rush_sign_ins_per_s": signed["per_s"],
            "rush_sign_in_p99_ms": signed["p99_ms"],
            "sign_in_cpu_ms": round(each, 2),
        }
        self.details["rush"] = [row]
        self._tell(
            "saves during sign-ins",
            0,
            {**saved, "cpu_ms": row["cpu_ms"], "foreign_cores": row["foreign_cores"]},
        )
        self._tell("sign-ins", 0, {**signed, "cpu_ms": each, "foreign_cores": row["foreign_cores"]})

    def _scale(self, generator: Generator, servers: Servers) -> None:
        """The cost of a save with a hundred sittings and with fifty thousand, all of them writing."""
        plan, place = self.plan, self.place
        port = place.log_port
        generator.ask("claim", port=port, first=plan.candidates, count=FEW)
        few = {"first": plan.candidates, "count": FEW}
        row = self._measured(
            generator, servers.groups, "closed", port=port, **few, seconds=plan.seconds, lines=LINES
        )
        self._tell(f"{FEW} sittings", 0, row)
        self.figures["cpu_ms_few"] = row["cpu_ms"]
        claimed = generator.ask("claim", port=port, first=plan.candidates + FEW, count=MANY - FEW)
        self.say(f"  {claimed['count']} claims at {claimed['per_s']}/s")
        many = {"first": plan.candidates, "count": MANY}
        last = self._measured(
            generator, servers.groups, "closed", port=port, **many, seconds=plan.seconds, lines=LINES
        )
        self._tell(f"{MANY} sittings", 0, last)
        self.figures |= {"cpu_ms_many": last["cpu_ms"], "p99_ms_many": last["p99_ms"]}
        self.details["scale"] = [row, last]

    def _compare(self, generator: Generator) -> None:
        """Rows of the database beside the acknowledgements; raises comparing.Lost."""
        file = self.place.folder / "acknowledged.txt"
        generator.ask("acknowledged", file=str(file))
        rows = comparing.rows_of(self.place.kind, self.place.address, self.place.folder)
        found = comparing.compare(file.read_text().splitlines(), rows)
        self.figures |= {
            "acknowledged": found.acknowledged,
            "rows": found.rows,
            "unanswered": found.unanswered,
        }
        self.say(f"  {found.acknowledged} acknowledged events, all in the database ({found.rows} rows)")

    def _tell(self, name: str, run: int, row: dict[str, Any]) -> None:
        if not row["count"]:
            raise CannotRun(f"{name}: nothing succeeded, {row['errors']}")
        wrong = f", WRONG {row['errors']}" if row["errors"] else ""
        self.say(
            f"  {name}, run {run + 1}: {row['count']} at {row['per_s']}/s, p50 {row['p50_ms']} p99 {row['p99_ms']} ms,"
            f" {row['cpu_ms']:.4g} CPU-ms each, foreign {row['foreign_cores']} cores{wrong}"
        )
        if row["errors"]:
            self.figures["errors"] = self.figures.get("errors", 0) + sum(row["errors"].values())


def _uvicorn(place: Place, name: str, app: str, lifespan: str = "on") -> tuple[int, Any]:
    """A server with the flags of the log process; its port and process."""
    port = free_port()
    flags = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    flags += ["--timeout-keep-alive", "75", "--backlog", "2048", "--lifespan", lifespan]
    command = ["-m", "uvicorn", app, "--port", str(port), *flags]
    return port, place.start(name, *command, answers=f"http://127.0.0.1:{port}/")


class _Watch:
    """Samples the memory of the servers every second while it is open."""

    def __init__(self, roots: Iterable[int], log: int) -> None:
        self._roots, self._log = list(roots), log
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak = 0.0
        self._curve: list[tuple[float, float]] = []

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(1):
            whole = memory_of(self._roots)
            self.peak = max(self.peak, whole)
            self._curve.append((whole, memory_of([self._log])))

    def begin(self) -> None:
        self._curve = []

    def curve(self) -> dict[str, float]:
        """Memory of all servers and of the log after a quarter, a half and at the end of what was watched, in MB."""
        if not self._curve:
            return {}
        found: dict[str, float] = {}
        for name, share in (("quarter", 0.25), ("half", 0.5), ("end", 1.0)):
            place = min(len(self._curve) - 1, int(len(self._curve) * share))
            whole, log = self._curve[place]
            found |= {f"{name}_mb": round(whole, 1), f"log_{name}_mb": round(log, 1)}
        return found
