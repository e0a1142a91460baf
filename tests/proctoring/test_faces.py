"""The port for faces: presence by the real cascade, the local models through their interface, the remote service."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy
import pytest

from tancai.proctoring.identity import checks, faces
from tancai.proctoring.identity.faces.local import LocalFaces, NoModels, model_files, open_models
from tancai.proctoring.identity.faces.remote import RemoteFaces, signature
from tests.proctoring import world

pytestmark = pytest.mark.anydatabase
KEY = "a shared key of the test"


def test_presence_by_the_cascade_that_ships_with_opencv() -> None:
    seen = faces.Eyes().measure(world.picture(), None)
    assert (seen.state, seen.faces, seen.covered, seen.score) == ("no_model", 1, False, None)
    covered = faces.Eyes().measure(world.nobody(), world.picture())
    assert (covered.state, covered.faces, covered.covered) == ("no_face", 0, True)
    assert faces.Eyes().measure(b"nonsense", None).state == "failed"


class Detector:
    """Stands for YuNet: as many faces as it is told, one row of fifteen figures each."""

    def __init__(self, *counts: int) -> None:
        self.counts = list(counts)

    def setInputSize(self, size: tuple[int, int]) -> None:
        self.size = size

    def detect(self, array: Any) -> tuple[int, Any]:
        assert array.shape[:2] == (self.size[1], self.size[0])
        count = self.counts.pop(0) if len(self.counts) > 1 else self.counts[0]
        rows = [[10.0, 10.0, 20.0 * (i + 1), 30.0, *([0.0] * 10), 0.9] for i in range(count)]
        return 1, numpy.array(rows, dtype="float32") if rows else None


class Recogniser:
    """Stands for SFace: features are the width of the face, likeness is what it is told."""

    def __init__(self, likeness: float) -> None:
        self.likeness = likeness
        self.matched: list[tuple[float, float]] = []

    def alignCrop(self, array: Any, face: Any) -> Any:
        return face

    def feature(self, face: Any) -> Any:
        return numpy.array([face[2]])

    def match(self, one: Any, other: Any, measure: int) -> float:
        assert measure == 0  # cosine
        self.matched.append((float(one[0]), float(other[0])))
        return self.likeness


def test_one_face_is_compared_with_the_largest_face_of_the_reference() -> None:
    recogniser = Recogniser(0.61234)
    adapter = LocalFaces(Detector(1, 2), recogniser, model="yunet + sface")
    seen = adapter.measure(world.picture(1), world.picture(2))
    assert (seen.state, seen.faces, seen.score, seen.threshold) == ("measured", 1, 0.6123, 0.363)
    assert (seen.adapter, seen.model) == ("local", "yunet + sface")
    assert recogniser.matched == [(20.0, 40.0)]


@pytest.mark.parametrize(
    ("counts", "reference", "state", "found"),
    [
        ((0,), True, "no_face", 0),
        ((3,), True, "several_faces", 3),
        ((1, 0), True, "no_reference", 1),
        ((1,), False, "no_reference", 1),
    ],
)
def test_without_two_faces_there_is_no_score(
    counts: tuple[int, ...], reference: bool, state: str, found: int
) -> None:
    adapter = LocalFaces(Detector(*counts), Recogniser(0.9), model="m")
    seen = adapter.measure(world.picture(), world.picture(2) if reference else None)
    assert (seen.state, seen.faces, seen.score) == (state, found, None)
    assert adapter.measure(b"nonsense", None).state == "failed"


def test_missing_or_broken_model_files_are_named_with_the_remedy(tmp_path: Path, settings: Any) -> None:
    with pytest.raises(NoModels, match="face_detection_yunet"):
        model_files(str(tmp_path))
    (tmp_path / "face_detection_yunet_2023mar.onnx").write_bytes(b"not a model")
    with pytest.raises(NoModels, match="face_recognition_sface"):
        model_files(str(tmp_path))
    (tmp_path / "face_recognition_sface_2021dec.onnx").write_bytes(b"not a model")
    with pytest.raises(NoModels, match="cannot open"):
        open_models(str(tmp_path))
    settings.TANCAI_IDENTITY = {
        **settings.TANCAI_IDENTITY,
        "adapter": "local",
        "models": str(tmp_path / "no"),
    }
    (found,) = checks.check_adapter()
    assert "TANCAI_FACE_MODELS" in found.msg
    assert "TANCAI_FACE_ADAPTER=eyes" in found.msg


@pytest.mark.parametrize(
    ("address", "key", "wrong"),
    [
        ("http://faces.example/compare", KEY, "proctoring.E002"),
        ("", KEY, "proctoring.E002"),
        ("https://faces.example/compare", "short", "proctoring.E003"),
        ("https://faces.example/compare", KEY, ""),
    ],
)
def test_a_remote_service_needs_a_safe_address_and_a_key(
    settings: Any, address: str, key: str, wrong: str
) -> None:
    settings.TANCAI_IDENTITY = {
        **settings.TANCAI_IDENTITY,
        "adapter": "remote",
        "remote_address": address,
        "remote_key": key,
    }
    assert [found.id for found in checks.check_adapter()] == ([wrong] if wrong else [])


@pytest.fixture
def service() -> Iterator[Any]:
    """A small service that remembers what it was sent and answers what it is told."""

    class Handler(BaseHTTPRequestHandler):
        answer: Any = {"faces": 1, "covered": False, "score": 0.75, "model": "there"}
        asked: list[tuple[Any, bytes]] = []

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            type(self).asked.append((self.headers, body))
            told = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    Handler.address = f"http://127.0.0.1:{server.server_port}/compare"
    yield Handler
    server.shutdown()
    server.server_close()


def test_the_remote_service_gets_two_pictures_and_a_signature_and_nothing_else(service: Any) -> None:
    adapter = RemoteFaces(service.address, KEY, threshold=0.5, seconds=5)
    seen = adapter.measure(b"one", b"two")
    assert (seen.state, seen.faces, seen.score, seen.threshold) == ("measured", 1, 0.75, 0.5)
    assert (seen.adapter, seen.model) == ("remote", "there")
    headers, body = service.asked[0]
    sent = json.loads(body)
    assert {name: base64.b64decode(value) for name, value in sent.items()} == {
        "picture": b"one",
        "reference": b"two",
    }
    assert headers["X-Tancai-Signature"] == signature(KEY, int(headers["X-Tancai-Time"]), body)


@pytest.mark.parametrize(
    ("answer", "state", "found"),
    [
        ({"faces": 0, "score": None, "model": ""}, "no_face", 0),
        ({"faces": 2, "score": 0.9}, "several_faces", 2),
        ({"faces": 1, "score": None}, "no_reference", 1),
        ({"score": 0.9}, "failed", None),
        ([1, 2], "failed", None),
        (b"<html>", "failed", None),
    ],
)
def test_whatever_the_service_answers_is_read_with_care(
    service: Any, answer: Any, state: str, found: int | None
) -> None:
    service.answer = answer
    seen = RemoteFaces(service.address, KEY, threshold=0.5, seconds=5).measure(b"one", b"two")
    assert (seen.state, seen.faces, seen.score) == (state, found, None)


def test_a_service_that_is_away_fails_quietly() -> None:
    seen = RemoteFaces("http://127.0.0.1:9/compare", KEY, threshold=0.5, seconds=1).measure(b"one", None)
    assert (seen.state, seen.faces) == ("failed", None)
