"""The site as it is served for real: the ASGI application under uvicorn, in a thread of the test process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def served(application: Any = None) -> Iterator[str]:
    """The address of a running server, of the site's own application; stopped at the end of the block."""
    if application is None:
        from tancai.config.asgi import application

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"log_level": "warning", "access_log": False, "lifespan": "off", "timeout_graceful_shutdown": 1}
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, **options))
    thread = threading.Thread(target=server.run, name="asgi-server", daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server ended at its start"
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
    _let_go(application)


def _let_go(application: Any) -> None:
    """The kept threads of the site give up their connections, so that the test's database can be dropped."""
    from django.db import connections

    for _path, lane in application._lanes:
        for thread in lane._load:
            thread.submit(connections.close_all).result(10)
