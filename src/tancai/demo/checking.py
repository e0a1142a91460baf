"""The stranger who checks certificates: anonymous HTTP requests to the public page."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlencode, urlsplit


class Checker:
    """Asks the public page of the site at ``address`` as anybody could."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._connection: http.client.HTTPConnection | None = None

    def finds(self, *, name: str, number: str) -> bool:
        """Whether the page confirms a valid certificate for this name and number."""
        path = "/verify/result?" + urlencode({"name": name, "number": number})
        status, text = self._get(path)
        if status != 200:
            raise RuntimeError(f"the public page answered {status}")
        records = json.loads(text)["records"]
        return any(record["number"] == number and record["state"] == "valid" for record in records)

    def _get(self, path: str) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, self._port, timeout=20)
        self._connection.request("GET", path, headers={"Accept": "application/json"})
        answer = self._connection.getresponse()
        return answer.status, answer.read()
