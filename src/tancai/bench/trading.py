"""``tancai bench trading``: a class in one market. Moves through the HTTP door, and what a connected screen costs.

Thirty-one people and thirty simulated traders in a new SQLite database. ``moves``: every person posts listings,
responses and withdrawals in turn, each request through the whole stack of the site (session, rights, limits, record,
fold), one after the other in one process. ``screens``: after each minute of the simulated traders every screen asks for
what it shows, as a page without a stream does; bytes are those of the parts that differ.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import time
from datetime import timedelta
from typing import Any

from tancai.bench.fresh import run_fresh

SEED = 20_260_302


def once(people_count: int, bots: int, moves: int, minutes: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.test import Client

    from tancai.labs import api as labs
    from tancai.lib import clock
    from tancai.people import api as people

    call_command("migrate", verbosity=0)
    at = clock.now()
    users = [
        people.register(phone=f"138{k:08d}", password=secrets.token_hex(8), at=at)
        for k in range(people_count + 1)
    ]
    market = labs.open_market(title="bench", scenario="gap", bots=bots, seed=7, by=users[0], at=at)
    seats = [labs.join(market.code, by=user, at=at) for user in users[1:]]
    labs.set_pace(market, 1000, by=users[0], at=at)
    labs.run(market, by=users[0], at=at)
    later = at + timedelta(hours=1)  # ahead of the clock: nothing is due when a screen asks
    for _ in range(10):
        later += timedelta(seconds=1)
        labs.tick(market, at=later)
    clients = [Client(SERVER_NAME="localhost") for _ in seats]
    for client, user in zip(clients, users[1:], strict=True):
        client.force_login(user)
    chance, codes = random.Random(SEED), dict.fromkeys(("ok", "refused", "other"), 0)
    own: list[list[str]] = [[] for _ in seats]
    clients[0].get(f"/workshop/trading/{market.pk}/")
    start, used = time.perf_counter(), time.process_time()
    for k in range(moves):
        who = k % len(seats)
        kind, values = _move(chance, own[who])
        answer = clients[who].post(
            f"/workshop/trading/{market.pk}/move/",
            json.dumps({"key": f"bench-{k:08d}", "kind": kind, "values": values}),
            content_type="application/json",
        )
        told = answer.json()
        codes["other" if answer.status_code != 200 else "ok" if told["ok"] else "refused"] += 1
        if told.get("ok") and kind == "list":
            own[who].append(str(told["number"]))
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    found: dict[str, Any] = {"people": people_count, "bots": bots, "moves": moves, **codes}
    found |= {"moves_per_second": round(moves / wall, 1), "cpu_ms_a_move": round(1000 * cpu / moves, 2)}
    stepping = screens = 0.0
    known: list[dict[str, str]] = [{} for _ in seats]
    sent = 0
    for _ in range(minutes):
        later += timedelta(seconds=1)
        used = time.process_time()
        labs.tick(market, at=later)
        stepping += time.process_time() - used
        used = time.process_time()
        for client, have in zip(clients, known, strict=True):
            told = client.get(f"/workshop/trading/{market.pk}/now/").json()
            fresh = {name: html for name, html in told["parts"].items() if have.get(name) != html}
            have |= fresh
            sent += len(json.dumps({**told, "parts": fresh}, ensure_ascii=False).encode())
        screens += time.process_time() - used
    if not labs.market_board(market).balanced:
        raise SystemExit("the market does not balance")
    return found | {
        "minutes": minutes,
        "cpu_ms_a_minute_of_bots": round(1000 * stepping / minutes, 1),
        "cpu_ms_a_screen_and_minute": round(1000 * screens / minutes / len(seats), 2),
        "bytes_a_screen_and_minute": round(sent / minutes / len(seats)),
    }


def _move(chance: random.Random, own: list[str]) -> tuple[str, dict[str, str]]:
    """60 % listings near the price, 20 % responses, 20 % withdrawals of an own listing."""
    draw, side = chance.random(), chance.choice(("buy", "sell"))
    if draw < 0.2 and own:
        return "cancel", {"order": own.pop(chance.randrange(len(own)))}
    values = {"side": side, "product": "CEA25", "quantity": str(chance.randint(1, 200))}
    if draw < 0.4:
        return "take", values
    cents = 7786 + (-1 if side == "buy" else 1) * round(chance.gauss(10, 25))
    return "list", {**values, "price": f"{cents / 100:.2f}"}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tancai bench trading", description=__doc__)
    parser.add_argument("--people", type=int, default=31)
    parser.add_argument("--bots", type=int, default=30)
    parser.add_argument("--moves", type=int, default=930)
    parser.add_argument("--minutes", type=int, default=40, help="simulated minutes for the screens")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if min(chosen.people, chosen.moves, chosen.minutes) < 1 or not 0 <= chosen.bots <= 100:
        parser.error("give at least one person, one move, one minute and 0 to 100 bots")
    if chosen.once:
        print(json.dumps(once(chosen.people, chosen.bots, chosen.moves, chosen.minutes)))
        return 0
    sizes = [f"--{name}={getattr(chosen, name)}" for name in ("people", "bots", "moves", "minutes")]
    told = run_fresh("trading", "--once", *sizes)
    if told is None:
        return 1
    print(told)
    return 0
